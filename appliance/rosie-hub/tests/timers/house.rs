//! A house with a clock that runs as fast as the test, and a disk that can break.

use rosie_core::session::TimerCount;
use rosie_core::{
    CallContext, ErrorCode, Failure, Language, ToolCall, ToolResult, TurnId,
    dialog::Hub,
    store::{TimerRecord, TimerStore},
};
use rosie_hub::{Clock, HubConfig, Room, Rooms, SkillHub, TimerEvent, TimerSettings, Timers};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub const START_MS: i64 = 1_800_000_000_000;

pub struct TestClock {
    pub start: Instant,
    pub shift_ms: AtomicI64,
}

impl Clock for TestClock {
    fn unix_ms(&self) -> u64 {
        (START_MS + self.shift_ms.load(Ordering::SeqCst) + self.monotonic_ms() as i64) as u64
    }
    fn monotonic_ms(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }
}

#[derive(Default)]
pub struct Disk {
    pub timers: Mutex<BTreeMap<u64, TimerRecord>>,
    pub broken: AtomicBool,
}

impl Disk {
    fn check(&self) -> Result<(), Failure> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(Failure::new(ErrorCode::MemoryUnavailable, "no space left"));
        }
        Ok(())
    }
}

impl TimerStore for Disk {
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        self.check()?;
        Ok(self.timers.lock().unwrap().values().cloned().collect())
    }
    fn put_timer(&self, timer: &TimerRecord) -> Result<(), Failure> {
        self.check()?;
        self.timers.lock().unwrap().insert(timer.id, timer.clone());
        Ok(())
    }
    fn delete_timer(&self, id: u64) -> Result<(), Failure> {
        self.check()?;
        self.timers.lock().unwrap().remove(&id);
        Ok(())
    }
}

pub struct House {
    pub hub: SkillHub,
    pub timers: Timers,
    pub clock: Arc<TestClock>,
    pub disk: Arc<Disk>,
    pub events: Arc<Mutex<Vec<TimerEvent>>>,
    /// Apart from what rings: what is told to those who show timers.
    pub counted: Arc<Mutex<Vec<(u64, TimerCount)>>>,
    pub tracker: TaskTracker,
    pub cancel: CancellationToken,
}

impl House {
    pub fn new() -> Self {
        Self::new_in("UTC")
    }

    pub fn new_in(zone: &str) -> Self {
        let clock = Arc::new(TestClock {
            start: Instant::now(),
            shift_ms: AtomicI64::new(0),
        });
        Self::on(Arc::default(), clock, zone)
    }

    pub fn on(disk: Arc<Disk>, clock: Arc<TestClock>, zone: &str) -> Self {
        let (tracker, cancel) = (TaskTracker::new(), CancellationToken::new());
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = events.clone();
        let counted: Arc<Mutex<Vec<(u64, TimerCount)>>> = Arc::default();
        let counts = counted.clone();
        let sink = Box::new(move |event| match event {
            TimerEvent::Counts { id, how, .. } => counts.lock().unwrap().push((id, how)),
            event => heard.lock().unwrap().push(event),
        });
        let settings = TimerSettings::default();
        let timers = Timers::start(disk.clone(), clock.clone(), settings, sink, &tracker, cancel.clone());
        let rooms = ["kitchen", "office"].map(|id| Room {
            id: id.into(),
            name: id.to_owned(),
            aliases: Vec::new(),
        });
        let config = HubConfig {
            rooms: Rooms::new(rooms.to_vec()),
            time_zone: Some(zone.to_owned()),
        };
        let hub = SkillHub::new(config, timers.clone(), clock.clone()).unwrap();
        Self {
            hub,
            timers,
            clock,
            disk,
            events,
            counted,
            tracker,
            cancel,
        }
    }

    /// The daemon ends and comes back after `down`.
    pub async fn restart(self, down: Duration) -> Self {
        self.end().await;
        sleep(down).await;
        Self::on(self.disk, self.clock, "UTC")
    }

    /// It comes back at once, and stands elsewhere.
    pub async fn restart_in(self, zone: &str) -> Self {
        self.end().await;
        Self::on(self.disk, self.clock, zone)
    }

    async fn end(&self) {
        self.cancel.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    pub async fn try_ask(&self, endpoint: &str, name: &str, arguments: Value) -> Result<ToolResult, Failure> {
        let context = CallContext {
            turn_id: TurnId(1),
            room: endpoint.split('-').next().unwrap().into(),
            endpoint: endpoint.into(),
            language: Language::new("en"),
            conversation: "c".into(),
            user: None,
        };
        self.hub
            .handle(
                ToolCall {
                    name: name.to_owned(),
                    arguments,
                },
                context,
            )
            .await
    }

    pub async fn ask(&self, endpoint: &str, name: &str, arguments: Value) -> ToolResult {
        self.try_ask(endpoint, name, arguments).await.unwrap()
    }

    /// (id, how often it rang, whether it stopped) of every event so far.
    pub fn rung(&self) -> BTreeMap<u64, (u32, bool)> {
        let mut rung = BTreeMap::new();
        for event in self.events.lock().unwrap().iter() {
            match event {
                TimerEvent::Ringing(timer) => rung.entry(timer.id).or_insert((0, false)).0 = timer.times,
                TimerEvent::Due(_) | TimerEvent::Counts { .. } => {}
                TimerEvent::Stopped { id, .. } => rung.entry(*id).or_insert((0, false)).1 = true,
            }
        }
        rung
    }

    pub fn late_ms(&self) -> Vec<u64> {
        let late = |event: &TimerEvent| match event {
            TimerEvent::Ringing(timer) if timer.times == 1 => Some(timer.late_ms),
            _ => None,
        };
        self.events.lock().unwrap().iter().filter_map(late).collect()
    }
}

pub async fn seconds(n: u64) {
    sleep(Duration::from_secs(n)).await;
    // Blocking writes run on real threads: let the task come to rest.
    for _ in 0..20 {
        tokio::task::yield_now().await;
        sleep(Duration::from_millis(1)).await;
    }
}
