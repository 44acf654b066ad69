//! Commands at a later time: carried out once, at their time or not at all, and told where they were not.

use crate::house::{House, seconds};
use rosie_core::{BoxFuture, CallContext, ErrorCode, Failure, ToolCall, ToolOutcome, ToolResult};
use rosie_hub::{Outlook, Skill, TimerEvent, carry_out_due};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

/// A home that writes down what is done in it.
struct Home {
    done: Arc<Mutex<Vec<(String, bool)>>>,
    outlook: Arc<Mutex<Outlook>>,
    fails: bool,
}

impl Skill for Home {
    fn name(&self) -> &str {
        "home"
    }
    fn calls(&self) -> &[&str] {
        &["HassTurnOn", "HassTurnOff"]
    }
    fn outlook(&self, _: &ToolCall, _: &CallContext) -> Outlook {
        *self.outlook.lock().unwrap()
    }
    fn confirmation(&self, call: &ToolCall, _: &CallContext) -> Option<BTreeMap<String, String>> {
        (call.arguments["name"] == "lock.front").then(|| [("en".to_owned(), "Shall I unlock it?".to_owned())].into())
    }
    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move {
            let what = format!("{} {}", call.name, call.arguments["name"].as_str().unwrap_or_default());
            self.done.lock().unwrap().push((what, context.is_planned()));
            match self.fails {
                true => Err(Failure::new(ErrorCode::HomeUnavailable, "it broke")),
                false => Ok(ToolResult {
                    response: "default".into(),
                    data: json!({}),
                    effects: Vec::new(),
                }),
            }
        })
    }
}

struct Lived {
    house: House,
    done: Arc<Mutex<Vec<(String, bool)>>>,
    outlook: Arc<Mutex<Outlook>>,
    seen: usize,
}

impl Lived {
    fn new(house: House, fails: bool) -> Self {
        let (done, outlook) = (Arc::default(), Arc::new(Mutex::new(Outlook::Clear)));
        Self::furnished(house, done, outlook, fails)
    }

    fn furnished(
        mut house: House,
        done: Arc<Mutex<Vec<(String, bool)>>>,
        outlook: Arc<Mutex<Outlook>>,
        fails: bool,
    ) -> Self {
        let (written, asked) = (done.clone(), outlook.clone());
        let home = Home {
            done: written,
            outlook: asked,
            fails,
        };
        house.hub.add(Arc::new(home)).unwrap();
        Self {
            house,
            done,
            outlook,
            seen: 0,
        }
    }

    async fn plan(&self, when: Value) -> ToolResult {
        let calls = json!([{ "name": "HassTurnOff", "arguments": { "name": "light.lamp" } }]);
        let mut arguments = json!({ "command": "turn off the lamp", "calls": calls.to_string() });
        arguments
            .as_object_mut()
            .unwrap()
            .extend(when.as_object().unwrap().clone());
        self.house.ask("kitchen-1", "RosieLater", arguments).await
    }

    /// Time passes, and what is due is carried out as the daemon does.
    async fn wait(&mut self, n: u64) {
        seconds(n).await;
        let due: Vec<_> = {
            let events = self.house.events.lock().unwrap();
            let new = events[self.seen..].iter().filter_map(|event| match event {
                TimerEvent::Due(record) => Some(record.clone()),
                _ => None,
            });
            let due = new.collect();
            self.seen = events.len();
            due
        };
        for record in due {
            carry_out_due(&self.house.hub, &self.house.timers, &record).await;
        }
        seconds(0).await;
    }

    async fn restart(self, down: u64) -> Self {
        let Self {
            house, done, outlook, ..
        } = self;
        let house = house.restart(Duration::from_secs(down)).await;
        Self::furnished(house, done, outlook, false)
    }

    fn done(&self) -> Vec<String> {
        self.done.lock().unwrap().iter().map(|(what, _)| what.clone()).collect()
    }

    /// The responses of what was told, and the words.
    fn told(&self) -> Vec<(String, String)> {
        let events = self.house.events.lock().unwrap();
        let told = events.iter().filter_map(|event| match event {
            TimerEvent::Ringing(ringing) if ringing.times == 1 => {
                let result = ringing.result();
                Some((
                    result.response,
                    result.data["text"].as_str().unwrap_or_default().to_owned(),
                ))
            }
            _ => None,
        });
        told.collect()
    }

    fn kept(&self) -> usize {
        self.house.disk.timers.lock().unwrap().len()
    }
}

const OFF: &str = "HassTurnOff light.lamp";

#[tokio::test(start_paused = true)]
async fn it_is_done_once_at_its_time() {
    let mut lived = Lived::new(House::new(), false);
    let set = lived.plan(json!({ "minutes": 10 })).await;
    assert_eq!(
        (set.response.as_str(), &set.data["later"]["in_seconds"]),
        ("default", &json!(600))
    );
    assert_eq!(lived.kept(), 1, "on the disk when it is acknowledged");
    for (call, key) in [
        ("HassTimerStatus", "no_timer"),
        ("RosieReminderStatus", "none"),
        ("RosieAlarmStatus", "no_alarm"),
    ] {
        assert_eq!(
            lived.house.ask("kitchen-1", call, json!({})).await.response,
            key,
            "it is none of these"
        );
    }
    lived.wait(598).await;
    assert!(lived.done().is_empty());
    lived.wait(3).await;
    assert_eq!(*lived.done.lock().unwrap(), [(OFF.to_owned(), true)]);
    assert_eq!(
        (lived.kept(), lived.told()),
        (0, vec![]),
        "nothing is said of what worked"
    );
    let mut lived = lived.restart(60).await;
    lived.wait(900).await;
    assert_eq!(lived.done(), [OFF]);
}

#[tokio::test(start_paused = true)]
async fn it_survives_a_restart_and_is_left_where_it_is_too_late() {
    let lived = Lived::new(House::new(), false);
    lived.plan(json!({ "minutes": 10 })).await;
    let mut lived = lived.restart(300).await;
    lived.wait(301).await;
    assert_eq!(lived.done(), [OFF]);
    // Off at the time, and back within the grace.
    lived.plan(json!({ "minutes": 10 })).await;
    let mut lived = lived.restart(660).await;
    lived.wait(1).await;
    assert_eq!(lived.done(), [OFF, OFF]);
    // Back long after it.
    lived.plan(json!({ "hour": 20 })).await;
    let mut lived = lived.restart(16 * 3600).await;
    lived.wait(1).await;
    assert_eq!(lived.done(), [OFF, OFF], "nothing is done late");
    assert_eq!(
        lived.told(),
        [("later_missed".to_owned(), "turn off the lamp".to_owned())]
    );
    let id = *lived.house.disk.timers.lock().unwrap().keys().next().unwrap();
    lived.house.timers.told(id);
    lived.wait(1).await;
    assert_eq!(lived.kept(), 0);
    let snooze = lived.house.ask("kitchen-1", "RosieSnooze", json!({})).await;
    assert_eq!(
        snooze.response, "nothing_rings",
        "what was told is not put off and done"
    );
}

#[tokio::test(start_paused = true)]
async fn who_was_cut_off_in_the_middle_says_so_and_does_it_no_second_time() {
    let lived = Lived::new(House::new(), false);
    lived.plan(json!({ "minutes": 1 })).await;
    // Due, and nobody carries it out: the daemon died.
    seconds(61).await;
    let mut lived = lived.restart(5).await;
    lived.wait(5).await;
    assert!(lived.done().is_empty());
    assert_eq!(
        lived.told(),
        [("later_unsure".to_owned(), "turn off the lamp".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_begun_before_that_is_on_the_disk() {
    let mut lived = Lived::new(House::new(), false);
    lived.plan(json!({ "minutes": 1 })).await;
    lived.house.disk.broken.store(true, Ordering::SeqCst);
    lived.wait(70).await;
    assert!(lived.done().is_empty());
    lived.house.disk.broken.store(false, Ordering::SeqCst);
    lived.wait(15).await;
    assert_eq!(lived.done(), [OFF], "within the grace");
    lived.plan(json!({ "minutes": 1 })).await;
    lived.house.disk.broken.store(true, Ordering::SeqCst);
    lived.wait(300).await;
    assert_eq!(lived.done(), [OFF], "too late");
    assert_eq!(
        lived.told(),
        [("later_missed".to_owned(), "turn off the lamp".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn what_does_not_work_is_told_with_its_reason() {
    let mut lived = Lived::new(House::new(), true);
    lived.plan(json!({ "minutes": 1 })).await;
    lived.wait(61).await;
    lived.wait(10).await;
    assert_eq!(lived.done(), [OFF], "not tried again: nobody knows what became of it");
    assert_eq!(
        lived.told(),
        [("later_failed".to_owned(), "turn off the lamp".to_owned())]
    );
    let lived = lived.restart(10).await;
    seconds(5).await;
    assert_eq!(
        lived.told(),
        [("later_failed".to_owned(), "turn off the lamp".to_owned())],
        "and after a restart"
    );
}

#[tokio::test(start_paused = true)]
async fn a_home_that_is_away_is_waited_for_but_not_for_long() {
    let mut lived = Lived::new(House::new(), false);
    lived.plan(json!({ "minutes": 1 })).await;
    *lived.outlook.lock().unwrap() = Outlook::Away;
    let back = lived.outlook.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(90)).await;
        *back.lock().unwrap() = Outlook::Clear;
    });
    lived.wait(61).await;
    assert_eq!(lived.done(), [OFF]);
    *lived.outlook.lock().unwrap() = Outlook::Away;
    lived.plan(json!({ "minutes": 1 })).await;
    lived.wait(61).await;
    lived.wait(1).await;
    assert_eq!(lived.done(), [OFF], "it stayed away");
    assert_eq!(
        lived.told(),
        [("later_failed".to_owned(), "turn off the lamp".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn planned_commands_are_listed_and_cancelled() {
    let mut lived = Lived::new(House::new(), false);
    assert_eq!(
        lived
            .house
            .ask("kitchen-1", "RosieLaterStatus", json!({}))
            .await
            .response,
        "none"
    );
    let never_mind = lived
        .house
        .ask("kitchen-1", "RosieCancelLater", json!({ "last": "true" }))
        .await;
    assert_eq!(never_mind.response, "HassNevermind/default");
    let undo = json!({ "last": "true", "undo": "true" });
    let undone = lived.house.ask("kitchen-1", "RosieCancelLater", undo).await;
    assert_eq!(undone.response, "undo");
    lived.plan(json!({ "minutes": 10 })).await;
    lived.plan(json!({ "hour": 20 })).await;
    let all = lived.house.ask("office-1", "RosieLaterStatus", json!({})).await;
    let hours: Vec<&Value> = all.data["laters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| &l["alarm"]["hour"])
        .collect();
    assert_eq!(
        hours,
        [&json!(8), &json!(20)],
        "each with its time of day, the soonest first"
    );
    let ambiguous = lived.house.ask("kitchen-1", "RosieCancelLater", json!({})).await;
    assert_eq!(ambiguous.response, "ambiguous");
    let elsewhere = lived
        .house
        .ask("office-1", "RosieCancelLater", json!({ "last": "true" }))
        .await;
    assert_eq!(
        elsewhere.response, "HassNevermind/default",
        "there nothing was planned just now"
    );
    let last = lived
        .house
        .ask("kitchen-1", "RosieCancelLater", json!({ "last": "true" }))
        .await;
    assert_eq!(last.data["later"]["alarm"]["hour"], 20);
    let only = lived.house.ask("office-1", "RosieCancelLater", json!({})).await;
    assert_eq!(only.response, "default");
    assert_eq!(lived.kept(), 0);
    lived.wait(20 * 3600).await;
    assert!(lived.done().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_unclear_or_dangerous_is_said_when_it_is_set() {
    use rosie_core::dialog::Hub;
    let lived = Lived::new(House::new(), false);
    let context = CallContext::planned("kitchen".into(), "kitchen-1".into(), Default::default(), None);
    let call = |name: &str, id: &str| ToolCall {
        name: "RosieLater".into(),
        arguments: json!({ "minutes": 5, "command": "do it", "calls": [{ "name": name, "arguments": { "name": id } }] }),
    };
    let asked = |call: &ToolCall| lived.house.hub.confirmation(call, &context).is_some();
    assert!(asked(&call("HassTurnOff", "lock.front")));
    assert!(!asked(&call("HassTurnOff", "light.lamp")));
    *lived.outlook.lock().unwrap() = Outlook::Unclear;
    let unclear = lived
        .house
        .hub
        .handle(call("HassTurnOff", "light.a,light.b"), context.clone())
        .await;
    assert_eq!(unclear.unwrap().response, "unclear");
    *lived.outlook.lock().unwrap() = Outlook::Clear;
    let no_home = lived.house.hub.handle(call("RosieForget", ""), context.clone()).await;
    assert_eq!(no_home.unwrap().response, "unclear", "only the home is commanded later");
    assert_eq!(lived.kept(), 0);
}
