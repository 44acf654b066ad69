//! The scheduler in front of recognisers, with one that takes a fixed time: order, fairness, replacement, preemption.
#![allow(clippy::unwrap_used)]

mod common;

use common::{answer, job, submit, wait_for};
use rosie_core::engine::{EngineHealth, SpeechToText, SttJob, SttPriority, Transcript};
use rosie_core::{ErrorCode, Failure, Language};
use rosie_speech::SpeechError;
use rosie_speech::stt::{Fallback, Recognizer, Signal, SttEngine, SttService};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Takes as many milliseconds as the job has samples, and notes the order in which jobs began.
struct Clerk(Arc<Mutex<Vec<String>>>);

impl Recognizer for Clerk {
    fn recognize(&mut self, job: &SttJob, signal: &Signal) -> Result<Transcript, Failure> {
        self.0
            .lock()
            .unwrap()
            .push(format!("{} {:?}", job.stream, job.priority));
        let until = Instant::now() + Duration::from_millis(job.audio.len() as u64);
        while Instant::now() < until && !signal.stopped() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Transcript {
            text: job.stream.to_string(),
            language: Language::new("en"),
            avg_logprob: 0.0,
            audio_ms: 0,
            compute_ms: 0,
        })
    }
}

fn service(workers: usize, queue: usize) -> SttService {
    SttService {
        engine: "clerk",
        model: String::new(),
        workers,
        queue,
    }
}

fn engine(workers: usize, queue: usize) -> (SttEngine, Arc<Mutex<Vec<String>>>) {
    let order: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = order.clone();
    let engine = SttEngine::start(service(workers, queue), move |_| Ok(Clerk(noted.clone()))).unwrap();
    wait_for(|| engine.info(), |health| *health == EngineHealth::Ready);
    (engine, order)
}

fn begun(order: &Arc<Mutex<Vec<String>>>, jobs: usize) {
    let started = Instant::now();
    while order.lock().unwrap().len() < jobs {
        assert!(started.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(1));
    }
}

const NOW: [f32; 1] = [0.0; 1];
const SOON: [f32; 30] = [0.0; 30];
const LONG: [f32; 2_000] = [0.0; 2_000];

#[test]
fn finals_go_first_and_streams_take_turns() {
    let (engine, order) = engine(1, 64);
    let busy = submit(&engine, job("busy", SttPriority::Final, &SOON));
    begun(&order, 1);
    let mut answers = vec![busy];
    for (stream, priority) in [
        ("a", SttPriority::Partial),
        ("b", SttPriority::Speculative),
        ("talker", SttPriority::Final),
        ("talker", SttPriority::Final),
        ("talker", SttPriority::Final),
        ("c", SttPriority::Final),
        ("d", SttPriority::Final),
    ] {
        answers.push(submit(&engine, job(stream, priority, &NOW)));
    }
    assert_eq!(engine.info().queue_depth, 7);
    assert!(answers.iter().all(|r| answer(r).is_ok()));
    assert_eq!(
        *order.lock().unwrap(),
        [
            "busy Final",
            "talker Final",
            "c Final",
            "d Final",
            "talker Final",
            "talker Final",
            "b Speculative",
            "a Partial"
        ]
    );
}

#[test]
fn a_later_job_replaces_the_stream_s_waiting_drafts() {
    let (engine, order) = engine(1, 64);
    let busy = submit(&engine, job("busy", SttPriority::Final, &SOON));
    begun(&order, 1);
    let partial = submit(&engine, job("a", SttPriority::Partial, &NOW));
    let other = submit(&engine, job("b", SttPriority::Partial, &NOW));
    let speculative = submit(&engine, job("a", SttPriority::Speculative, &NOW));
    assert!(answer(&partial).unwrap_err().detail.contains("replaced"));
    let last = submit(&engine, job("a", SttPriority::Final, &NOW));
    assert!(answer(&speculative).unwrap_err().detail.contains("replaced"));
    assert!([&busy, &other, &last].iter().all(|r| answer(r).is_ok()));
}

#[test]
fn a_running_partial_gives_way_and_a_final_does_not() {
    let (engine, order) = engine(1, 64);
    let partial = submit(&engine, job("a", SttPriority::Partial, &LONG));
    begun(&order, 1);
    let started = Instant::now();
    let urgent = submit(&engine, job("b", SttPriority::Speculative, &SOON));
    assert_eq!(answer(&partial).unwrap_err().code, ErrorCode::Busy);
    assert!(answer(&urgent).is_ok());
    assert!(started.elapsed() < Duration::from_millis(1_000));

    let first = submit(&engine, job("a", SttPriority::Final, &SOON));
    begun(&order, 3);
    let second = submit(&engine, job("b", SttPriority::Final, &NOW));
    assert!(answer(&first).is_ok() && answer(&second).is_ok());
}

#[test]
fn no_partial_is_stopped_while_a_thread_is_free() {
    let (engine, order) = engine(2, 64);
    let partial = submit(&engine, job("a", SttPriority::Partial, &[0.0; 150]));
    begun(&order, 1);
    assert!(answer(&submit(&engine, job("b", SttPriority::Final, &NOW))).is_ok());
    assert!(answer(&partial).is_ok());
}

#[test]
fn a_final_ends_the_same_stream_s_running_draft() {
    let (engine, order) = engine(2, 64);
    let speculative = submit(&engine, job("a", SttPriority::Speculative, &LONG));
    begun(&order, 1);
    assert!(answer(&submit(&engine, job("a", SttPriority::Final, &NOW))).is_ok());
    assert!(answer(&speculative).is_err());
}

#[test]
fn cancelled_and_refused_jobs_are_answered() {
    let (engine, order) = engine(1, 3);
    let running = job("a", SttPriority::Final, &LONG);
    let cancel = running.cancel.clone();
    let running = submit(&engine, running);
    begun(&order, 1);
    let drafts = [
        submit(&engine, job("b", SttPriority::Partial, &NOW)),
        submit(&engine, job("c", SttPriority::Partial, &NOW)),
    ];
    let waiting = submit(&engine, job("d", SttPriority::Final, &NOW));
    // Full: a partial is refused, a final takes the place of the last partial.
    assert_eq!(
        answer(&submit(&engine, job("e", SttPriority::Partial, &NOW)))
            .unwrap_err()
            .code,
        ErrorCode::Busy
    );
    let urgent = submit(&engine, job("f", SttPriority::Final, &NOW));
    assert_eq!(answer(&drafts[1]).unwrap_err().code, ErrorCode::Busy);
    assert_eq!(engine.info().dropped, 2);
    cancel.cancel();
    assert!(answer(&running).is_err());
    assert!([&waiting, &urgent, &drafts[0]].iter().all(|r| answer(r).is_ok()));
}

#[test]
fn twenty_streams_wait_alike() {
    let (engine, order) = engine(1, 200);
    let streams: Vec<String> = (0..20).map(|s| format!("s{s}")).collect();
    // The recogniser is held until everybody has asked: on a busy machine it would else have served whoever asked
    // first five times over before the last one came.
    let holding = job("holding", SttPriority::Final, &LONG);
    let release = holding.cancel.clone();
    let held = submit(&engine, holding);
    begun(&order, 1);
    // The first stream talks a lot, and asks before the others do.
    let answers: Vec<_> = streams
        .iter()
        .flat_map(|stream| {
            (0..5)
                .map(|_| submit(&engine, job(stream, SttPriority::Final, &[0.0; 2])))
                .collect::<Vec<_>>()
        })
        .collect();
    release.cancel();
    assert!(answer(&held).is_err());
    assert!(answers.iter().all(|r| answer(r).is_ok()));
    let mut order = order.lock().unwrap();
    assert_eq!(order.remove(0), "holding Final");
    for stream in &streams {
        let name = format!("{stream} Final");
        let places: Vec<usize> = order
            .iter()
            .enumerate()
            .filter(|(_, o)| **o == name)
            .map(|(i, _)| i)
            .collect();
        // Every round serves every stream.
        assert!(places[4] >= 70 && places[0] <= 30, "{stream} was served at {places:?}");
    }
}

#[test]
fn closing_answers_everything() {
    let (engine, order) = engine(1, 64);
    let running = submit(&engine, job("a", SttPriority::Final, &LONG));
    begun(&order, 1);
    let waiting = submit(&engine, job("b", SttPriority::Final, &NOW));
    let started = Instant::now();
    drop(engine);
    assert!(started.elapsed() < Duration::from_millis(1_000));
    assert!(answer(&running).is_err() && answer(&waiting).is_err());
}

/// Says no to everything.
struct Deaf;

impl Recognizer for Deaf {
    fn recognize(&mut self, _: &SttJob, _: &Signal) -> Result<Transcript, Failure> {
        Err(Failure::new(ErrorCode::SttUnavailable, "deaf"))
    }
}

#[test]
fn the_second_recogniser_takes_over() {
    let (secondary, order) = engine(1, 64);
    let secondary: Arc<dyn SpeechToText> = Arc::new(secondary);
    let absent: Arc<dyn SpeechToText> = Arc::new(
        SttEngine::start(service(1, 4), |_| -> Result<Deaf, SpeechError> {
            Err(SpeechError::Missing {
                what: "the model",
                path: "/nowhere".into(),
            })
        })
        .unwrap(),
    );
    let both = Fallback::new(absent.clone(), secondary.clone());
    let info = wait_for(
        || both.info(),
        |health| matches!(health, EngineHealth::Degraded { reason } if reason.contains("/nowhere")),
    );
    assert_eq!(info.engine, "clerk");
    assert!(answer(&submit(&both, job("a", SttPriority::Final, &NOW))).is_ok());

    let deaf: Arc<dyn SpeechToText> = Arc::new(SttEngine::start(service(1, 4), |_| Ok(Deaf)).unwrap());
    wait_for(|| deaf.info(), |health| *health == EngineHealth::Ready);
    let both = Fallback::new(deaf, secondary);
    assert!(answer(&submit(&both, job("b", SttPriority::Final, &NOW))).is_ok());
    assert_eq!(order.lock().unwrap().len(), 2);

    let neither = Fallback::new(absent.clone(), absent);
    assert!(
        answer(&submit(&neither, job("c", SttPriority::Final, &NOW)))
            .unwrap_err()
            .detail
            .contains("/nowhere")
    );
}
