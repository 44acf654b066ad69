//! The loudspeaker's thread.

use crate::{
    DeviceError,
    front::Reference,
    health::Side,
    inbox::Inbox,
    keeping::Stop,
    pcm::{self, Opened, Wish},
    sounding::{Sounding, Task},
};
use alsa::{
    Direction,
    pcm::{IO, PCM, State},
};
use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

/// What Rosie's voices have; a card that knows it not takes the nearest, and Rosie converts.
const RATE: u32 = 22_050;
/// 200 ms in the card: a thread that is late by less is not heard. What is stopped is thrown away there, too.
const PERIODS: i64 = 10;
/// 40 ms are in the card before it begins, so that it does not run dry at once.
const START_AFTER: i64 = 2;
/// Periods of silence after a turn; more than the card waits for before it begins.
const TAIL: usize = 3;
const LOOK_UP: Duration = Duration::from_millis(200);
const WAIT_MS: u32 = 50;
/// A card that takes nothing, or goes on with the same piece, for so long does not work.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the loudspeaker and plays what there is until it is gone or `stop` says so; tells `reference` what sounds when.
pub(crate) fn playback(
    name: &str,
    sounding: &Sounding,
    reference: &Reference,
    inbox: &Inbox,
    side: &Side,
    stop: &Stop,
) -> Result<(), DeviceError> {
    let wish = Wish {
        direction: Direction::Playback,
        rate: RATE,
        channels: 1,
        periods: PERIODS,
        start_after: START_AFTER,
    };
    let opened = pcm::open(name, &wish)?;
    sounding.open(opened.rate);
    reference.open(opened.rate);
    side.opened(name, opened.rate, opened.channels);
    let played =
        Speaker::new(name, &opened, (sounding, reference), side, stop).and_then(|mut speaker| speaker.run(inbox));
    // Whoever waits for the end of a turn is told.
    sounding.close().into_iter().for_each(|turn| inbox.sounded(turn));
    played
}

struct Speaker<'a> {
    name: &'a str,
    pcm: &'a PCM,
    io: IO<'a, i16>,
    channels: usize,
    rate: u32,
    sounding: &'a Sounding,
    reference: &'a Reference,
    side: &'a Side,
    stop: &'a Stop,
    one: Vec<i16>,
    together: Vec<i16>,
    /// Something was written since the card was made ready.
    begun: bool,
}

impl<'a> Speaker<'a> {
    fn new(
        name: &'a str,
        opened: &'a Opened,
        (sounding, reference): (&'a Sounding, &'a Reference),
        side: &'a Side,
        stop: &'a Stop,
    ) -> Result<Self, DeviceError> {
        let io = opened.pcm.io_i16().map_err(|error| DeviceError::pcm(name, error))?;
        Ok(Self {
            name,
            pcm: &opened.pcm,
            io,
            channels: opened.channels,
            rate: opened.rate,
            sounding,
            reference,
            side,
            stop,
            one: vec![0; opened.period],
            together: vec![0; opened.period * opened.channels],
            begun: false,
        })
    }

    /// From here on nothing is allocated.
    fn run(&mut self, inbox: &Inbox) -> Result<(), DeviceError> {
        while !self.stop.is_over() {
            match self.sounding.next(&mut self.one, LOOK_UP) {
                Task::Play(count) => self.play(count)?,
                Task::Flush => self.silence()?,
                Task::Finish(turn) => {
                    if self.sounded()? {
                        inbox.sounded(turn);
                    }
                    self.silence()?;
                }
                Task::Wait => {}
            }
        }
        Ok(())
    }

    fn wrong(&self, error: alsa::Error) -> DeviceError {
        DeviceError::pcm(self.name, error)
    }

    /// Writes `count` samples to every channel; leaves off when they shall not sound any more.
    fn play(&mut self, count: usize) -> Result<(), DeviceError> {
        for (frame, sample) in self.together.chunks_exact_mut(self.channels).zip(&self.one[..count]) {
            frame.fill(*sample);
        }
        let (mut from, end) = (0, count * self.channels);
        let mut last = Instant::now();
        while from < end && !self.stop.is_over() && !self.sounding.shall_flush() {
            match self.io.writei(&self.together[from..end]) {
                Ok(written) if written > 0 => {
                    self.tell(from / self.channels, written);
                    from += written * self.channels;
                    (self.begun, last) = (true, Instant::now());
                }
                Err(error) if !pcm::would_wait(&error) => self.again(error)?,
                _ => match self.pcm.wait(Some(WAIT_MS)) {
                    Ok(_) if last.elapsed() < PATIENCE => {}
                    Ok(_) => {
                        let (pcm, seconds) = (self.name.to_owned(), PATIENCE.as_secs());
                        return Err(DeviceError::Silent { pcm, seconds });
                    }
                    Err(error) => self.again(error)?,
                },
            }
        }
        Ok(())
    }

    /// Tells that so many of the samples were written, and when they will have sounded.
    fn tell(&self, from: usize, count: usize) {
        let runs = self.pcm.state() == State::Running;
        let queued = runs.then(|| self.pcm.delay().unwrap_or_default()).map(|frames| {
            let frames = frames.clamp(0, i64::from(self.rate)) as u64;
            Duration::from_micros(frames * 1_000_000 / u64::from(self.rate))
        });
        self.reference
            .wrote(&self.one[from..from + count], queued, Instant::now());
    }

    /// The card ran dry in the middle of something.
    fn again(&self, error: alsa::Error) -> Result<(), DeviceError> {
        self.reference.cut(Instant::now());
        pcm::recover(self.pcm, error).map_err(|error| self.wrong(error))?;
        self.side.gaps.fetch_add(1, Relaxed);
        Ok(())
    }

    /// Throws away what is in the card, which is quiet then.
    fn silence(&mut self) -> Result<(), DeviceError> {
        if std::mem::take(&mut self.begun) {
            let quiet = self.pcm.drop().and_then(|()| self.pcm.prepare());
            self.reference.cut(Instant::now());
            quiet.map_err(|error| self.wrong(error))?;
        }
        Ok(())
    }

    /// Waits until the last sample has sounded. False: it shall not any more.
    fn sounded(&mut self) -> Result<bool, DeviceError> {
        // It has run dry already: the end was told late.
        if !self.begun || self.pcm.state() == State::XRun {
            return Ok(true);
        }
        // A card that runs dry sounds for a moment what it had before: that is to be nothing.
        for _ in 0..TAIL {
            self.one.fill(0);
            self.play(self.one.len())?;
        }
        let tail = (TAIL * self.one.len()) as i64;
        let until = Instant::now() + PATIENCE;
        while self.pcm.state() == State::Running && Instant::now() < until {
            if self.stop.is_over() || self.sounding.shall_flush() {
                return Ok(false);
            }
            let frames = self.pcm.delay().unwrap_or_default() - tail;
            if frames <= 0 {
                break;
            }
            let left = Duration::from_millis(frames as u64 * 1000 / u64::from(self.rate) + 1);
            std::thread::sleep(left.min(Duration::from_millis(10)));
        }
        Ok(!self.sounding.shall_flush())
    }
}
