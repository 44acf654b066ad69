//! Engine threads load in the background, survive panics, answer every job, and come up when a model arrives late.
#![allow(clippy::unwrap_used)]

use rosie_core::engine::EngineHealth;
use rosie_core::{ErrorCode, Failure};
use rosie_speech::SpeechError;
use rosie_speech::worker::{Engine, Job, Queue, WorkerSpec, Workers};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

struct Say {
    what: &'static str,
    done: Option<mpsc::Sender<Result<String, Failure>>>,
}

impl Job for Say {
    fn fail(mut self, failure: Failure) {
        if let Some(done) = self.done.take() {
            let _ = done.send(Err(failure));
        }
    }
}

struct Parrot;

impl Engine for Parrot {
    type Job = Say;
    fn run(&mut self, job: &mut Say) {
        match job.what {
            "panic" => panic!("as asked"),
            "sleep" => std::thread::sleep(Duration::from_millis(600)),
            _ => {}
        }
        let thread = std::thread::current().name().unwrap_or_default().to_owned();
        if let Some(done) = job.done.take() {
            let _ = done.send(Ok(thread));
        }
    }
}

fn say(queue: &Queue<Say>, what: &'static str) -> mpsc::Receiver<Result<String, Failure>> {
    let (send, receive) = mpsc::channel();
    if let Err(job) = queue.push(Say { what, done: Some(send) }) {
        job.fail(Failure::new(ErrorCode::Busy, "full"));
    }
    receive
}

fn get(receive: &mpsc::Receiver<Result<String, Failure>>) -> Result<String, Failure> {
    receive.recv_timeout(Duration::from_secs(10)).expect("a job was lost")
}

fn spec() -> WorkerSpec {
    WorkerSpec {
        retry: Duration::from_millis(50),
        ..WorkerSpec::new("rosie-test", ErrorCode::SttUnavailable)
    }
}

#[test]
fn a_panic_answers_its_job_and_the_next_one_is_served() {
    let queue = Arc::new(Queue::new(8));
    let loads = Arc::new(AtomicUsize::new(0));
    let counted = loads.clone();
    let workers = Workers::start(spec(), queue.clone(), move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(Parrot)
    })
    .unwrap();
    let (bad, good) = (say(&queue, "panic"), say(&queue, "hello"));
    assert_eq!(get(&bad).unwrap_err().code, ErrorCode::SttUnavailable);
    assert_eq!(get(&good).unwrap(), "rosie-test");
    assert_eq!((workers.restarts(), loads.load(Ordering::Relaxed)), (1, 2));
    assert_eq!(workers.health(), EngineHealth::Ready);
}

#[test]
fn starting_does_not_wait_and_jobs_do() {
    let queue = Arc::new(Queue::new(8));
    let started = Instant::now();
    let workers = Workers::start(spec(), queue.clone(), |_| {
        std::thread::sleep(Duration::from_millis(1_500));
        Ok(Parrot)
    })
    .unwrap();
    assert!(started.elapsed() < Duration::from_millis(1_000));
    assert_eq!(workers.health(), EngineHealth::Loading);
    assert!(get(&say(&queue, "hello")).is_ok());
}

#[test]
fn a_model_that_arrives_later_is_picked_up() {
    let queue = Arc::new(Queue::new(8));
    let arrived = Arc::new(AtomicBool::new(false));
    let look = arrived.clone();
    let workers = Workers::start(spec(), queue.clone(), move |_| {
        if look.load(Ordering::Relaxed) {
            Ok(Parrot)
        } else {
            Err(SpeechError::Missing {
                what: "the model",
                path: "/nowhere".into(),
            })
        }
    })
    .unwrap();
    let failure = get(&say(&queue, "hello")).unwrap_err();
    assert_eq!(failure.code, ErrorCode::SttUnavailable);
    assert!(
        failure.detail.contains("/nowhere") && failure.detail.contains("models fetch"),
        "{failure}"
    );
    assert!(matches!(workers.health(), EngineHealth::Unavailable { .. }));
    arrived.store(true, Ordering::Relaxed);
    let until = Instant::now() + Duration::from_secs(5);
    while workers.health() != EngineHealth::Ready && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(get(&say(&queue, "hello")).is_ok());
}

#[test]
fn loading_may_panic_too() {
    let queue = Arc::new(Queue::<Say>::new(8));
    let workers = Workers::start(spec(), queue.clone(), |_| -> Result<Parrot, SpeechError> {
        panic!("bad file")
    })
    .unwrap();
    assert!(get(&say(&queue, "hello")).unwrap_err().detail.contains("bad file"));
    assert_eq!(workers.restarts(), 0);
}

#[test]
fn a_full_queue_gives_the_job_back_and_closing_answers_the_rest() {
    let queue = Arc::new(Queue::new(2));
    let workers = Workers::start(spec(), queue.clone(), |_| Ok(Parrot)).unwrap();
    let running = say(&queue, "sleep");
    while queue.depth() > 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let waiting = [say(&queue, "a"), say(&queue, "b")];
    assert_eq!(get(&say(&queue, "c")).unwrap_err().code, ErrorCode::Busy);
    assert_eq!((queue.depth(), queue.refused()), (2, 1));
    drop(workers);
    assert!(get(&running).is_ok());
    assert!(waiting.iter().all(|w| get(w).unwrap_err().detail == "shutting down"));
    assert!(get(&say(&queue, "late")).is_err());
}

#[test]
fn several_threads_share_the_work() {
    let queue = Arc::new(Queue::new(8));
    let _workers = Workers::start(WorkerSpec { threads: 2, ..spec() }, queue.clone(), |_| Ok(Parrot)).unwrap();
    let answers = [say(&queue, "sleep"), say(&queue, "sleep")].map(|r| get(&r).unwrap());
    assert_ne!(answers[0], answers[1]);
}
