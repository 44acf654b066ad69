//! What may have been talk is asked about before it is done, or is nothing to be done.

use crate::common::House;
use rosie_core::{Effect, Language, dialog::DialogEvent};
use rosie_dialog::llm::LlmEngine;
use rosie_intents::chance_of_a_command;

/// Each is a template of the tests' own, so that nothing but the classifier can tell what it is.
const PERHAPS: [&str; 4] = [
    "and then turn off the test lamp says the manual",
    "i might turn off the test lamp later",
    "unless someone objects turn off the test lamp",
    "turn off the test lamp before we all melt away",
];
const TALK: &str = "my kettle and i split up over the test lamp and then i turned it off";
const COMMAND: &str = "please could you turn off the test lamp for me";

fn chance(text: &str) -> f32 {
    chance_of_a_command(text, &Language::new("en")).unwrap()
}

fn doubtful() -> &'static str {
    let within = |text: &&&str| (0.05..0.3).contains(&chance(text));
    PERHAPS.iter().find(within).expect("one of them is doubtful")
}

async fn calls_after(said: &[&str]) -> (Vec<String>, Vec<String>) {
    let house = House::with(LlmEngine::none());
    let mut replies = Vec::new();
    for text in said {
        let heard = house.ask(text).await;
        let asks = heard.events.contains(&DialogEvent::Effect(Effect::FollowUp));
        let reply = heard.outcome.map_or_else(|failure| failure.detail, |reply| reply.text);
        assert_eq!(reply.ends_with('?'), asks, "a question listens for its answer: {reply}");
        replies.push(reply);
    }
    let calls = house.hub.calls.lock().unwrap();
    (calls.iter().map(|(call, _)| call.name.clone()).collect(), replies)
}

#[tokio::test]
async fn a_command_is_done_at_once() {
    assert_eq!(calls_after(&[COMMAND]).await.0, ["RosieSelect"]);
}

#[tokio::test]
async fn what_may_be_talk_is_done_after_a_yes() {
    let (calls, replies) = calls_after(&[doubtful(), "yes please"]).await;
    assert_eq!(
        (replies[0].as_str(), calls.as_slice()),
        ("Shall I do that?", &["RosieSelect".to_owned()][..])
    );
    assert_eq!(calls_after(&[doubtful(), "no"]).await.0, Vec::<String>::new());
    // Something else is no yes, and a yes that comes after it is none either.
    assert_eq!(
        calls_after(&[doubtful(), "tick tock time", "yes"]).await.0,
        ["HassGetCurrentTime"]
    );
}

#[tokio::test]
async fn talk_does_nothing_and_asks_nothing() {
    let (calls, replies) = calls_after(&[TALK]).await;
    assert!(calls.is_empty() && !replies[0].ends_with('?'), "{replies:?}");
}
