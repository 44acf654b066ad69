//! Plays the stimulus and records what is heard of it: on the cards of the local endpoint, which must not be running.

use super::{
    Recording, Stimulus,
    tape::{Mean, Tape},
};
use crate::{
    DeviceConfig, DeviceError, capture,
    front::{FRAME, filter::Filter},
    keeping::Stop,
    pcm::{self, Opened, Wish},
};
use alsa::{Direction, pcm::State};
use rosie_core::{AudioFrame, SampleRate};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// What Rosie's voices have, as in a reply.
const RATE: u32 = 22_050;
/// In a card's buffer: half a second. Nothing here is interrupted.
const PERIODS: i64 = 25;
const START_AFTER: i64 = 2;
const WAIT_MS: u32 = 50;
const PATIENCE: Duration = Duration::from_secs(5);
/// It listens for so long before it plays, and hears so much more than it played.
const BEFORE: Duration = Duration::from_millis(300);
const AFTER_S: f64 = 1.0;
/// A microphone that gives less than it says is waited for so long.
const LONGEST: Duration = Duration::from_secs(30);

/// What was played and heard, and which channel of it an endpoint hears.
pub struct Listened {
    pub stimulus: Stimulus,
    pub recording: Recording,
    pub channel: u16,
}

/// Which of the two cannot be used, and why.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unheard {
    #[error("microphone: {0}")]
    Microphone(DeviceError),
    #[error("loudspeaker: {0}")]
    Loudspeaker(DeviceError),
}

/// Takes as long as the phrase and eight seconds more.
///
/// # Errors
/// A card that is not there, that another program has, or that stops in the middle of it.
pub fn perform(config: &DeviceConfig, phrase: &AudioFrame, volume_percent: u8) -> Result<Listened, Unheard> {
    use Unheard::{Loudspeaker, Microphone};
    let (microphone, channel) = config.capture_pcm().map_err(Microphone)?;
    let speaker = config.playback_pcm().map_err(Loudspeaker)?;
    let plays = pcm::open(&speaker, &wish(Direction::Playback, RATE, 2)).map_err(Loudspeaker)?;
    let stimulus = Stimulus::new(plays.rate, &converted(phrase, plays.rate), volume_percent);
    let rate = SampleRate::HEARING.0;
    let hears = pcm::open(&microphone, &wish(Direction::Capture, rate, u32::from(channel.max(2))))
        .and_then(|hears| capture::has_channel(&microphone, channel, &hears).map(|()| hears))
        .map_err(Microphone)?;
    let (tape, stop, gaps) = (Mutex::new(Tape::new(&hears)), Stop::default(), AtomicU64::new(0));
    let (tape, stop, gaps, microphone) = (&tape, &stop, &gaps, &microphone);
    let begins = thread::scope(|threads| {
        let recorder = threads.spawn(move || {
            let read = capture::read(microphone, &hears, gaps, stop, |samples, ended| {
                lock(tape).hear(samples, ended);
            });
            // Nothing is played to a microphone that is gone.
            stop.stop();
            read
        });
        let played = play(&speaker, &plays, &stimulus, stop, gaps);
        let seconds = stimulus.seconds() + BEFORE.as_secs_f64() + AFTER_S;
        let until = Instant::now() + LONGEST;
        while played.is_ok() && !stop.is_over() && lock(tape).seconds() < seconds && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
        stop.stop();
        let recorded = recorder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        recorded.map_err(Microphone).and(played.map_err(Loudspeaker))
    })?;
    let recording = lock(tape).recording(begins, gaps.load(Relaxed));
    Ok(Listened {
        stimulus,
        recording,
        channel,
    })
}

fn wish(direction: Direction, rate: u32, channels: u32) -> Wish {
    Wish {
        direction,
        rate,
        channels,
        periods: PERIODS,
        start_after: START_AFTER,
    }
}

fn lock(tape: &Mutex<Tape>) -> std::sync::MutexGuard<'_, Tape> {
    tape.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The phrase at the loudspeaker's rate.
fn converted(phrase: &AudioFrame, rate: u32) -> Vec<i16> {
    let Ok(mut filter) = Filter::new(phrase.rate.0, rate) else {
        return Vec::new();
    };
    let mut left = phrase.samples.iter().map(|sample| f32::from(*sample));
    let (mut out, mut frame) = (Vec::new(), [0.0; FRAME]);
    while left.len() > 0 {
        filter.wanted().fill_with(|| left.next().unwrap_or(0.0));
        filter.make(&mut frame);
        out.extend(frame.iter().map(|sample| sample.clamp(-32_768.0, 32_767.0) as i16));
    }
    out
}

/// Gives when the stimulus began to sound, as the card says; `None`: it does not.
fn play(
    name: &str,
    opened: &Opened,
    stimulus: &Stimulus,
    stop: &Stop,
    gaps: &AtomicU64,
) -> Result<Option<Instant>, DeviceError> {
    thread::sleep(BEFORE);
    let wrong = |error| DeviceError::pcm(name, error);
    let Opened {
        pcm,
        rate,
        channels,
        period,
    } = opened;
    let io = pcm.io_i16().map_err(wrong)?;
    let frames = stimulus.frames(*channels);
    let (mut from, mut last, mut begins) = (0, Instant::now(), Mean::default());
    while from < frames.len() && !stop.is_over() {
        match io.writei(&frames[from..frames.len().min(from + period * channels)]) {
            Ok(written) if written > 0 => {
                (from, last) = (from + written * channels, Instant::now());
                let delay = pcm.delay().unwrap_or_default().clamp(0, i64::from(*rate));
                if pcm.state() == State::Running && gaps.load(Relaxed) == 0 {
                    begins.add(last, (from / channels) as f64 - delay as f64, *rate);
                }
            }
            Err(error) if !pcm::would_wait(&error) => {
                pcm::recover(pcm, error).map_err(wrong)?;
                gaps.fetch_add(1, Relaxed);
            }
            _ if last.elapsed() > PATIENCE => {
                let (pcm, seconds) = (name.to_owned(), PATIENCE.as_secs());
                return Err(DeviceError::Silent { pcm, seconds });
            }
            // What is wrong with the card the next writing tells.
            _ => drop(pcm.wait(Some(WAIT_MS))),
        }
    }
    let until = Instant::now() + PATIENCE;
    while pcm.state() == State::Running && pcm.delay().unwrap_or_default() > 0 && Instant::now() < until {
        thread::sleep(Duration::from_millis(10));
    }
    // What is left in it is silence.
    let _ = pcm.drop();
    Ok(begins.mean())
}
