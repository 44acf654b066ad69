//! The microphone's thread.

use crate::{
    DeviceError,
    health::Side,
    inbox::Inbox,
    keeping::Stop,
    pcm::{self, Opened, Wish},
};
use alsa::{
    Direction,
    pcm::{PCM, State},
};
use rosie_core::SampleRate;
use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// Half a second: a thread that is late by less loses nothing, and what was heard is handed over every 20 ms all the same.
const PERIODS: i64 = 25;
const WAIT_MS: u32 = 200;
/// A microphone that gives nothing for so long does not work.
const PATIENCE: u32 = 25;

/// A card may be as much ahead of the clock, in seconds; what is more is no card.
const AHEAD_S: u64 = 10;

/// Opens the microphone and hands over what it hears until it is gone or `stop` says so. `channel` counts from 1; 0: all of them.
pub(crate) fn capture(name: &str, channel: u16, inbox: &Inbox, side: &Side, stop: &Stop) -> Result<(), DeviceError> {
    let wish = Wish {
        direction: Direction::Capture,
        rate: SampleRate::HEARING.0,
        channels: u32::from(channel.max(1)),
        periods: PERIODS,
        start_after: 0,
    };
    let opened = pcm::open(name, &wish)?;
    has_channel(name, channel, &opened)?;
    inbox.listens_at(opened.rate);
    side.opened(name, opened.rate, opened.channels);
    let mut one = vec![0i16; opened.period];
    read(name, &opened, &side.gaps, stop, |together, ended| {
        let one = &mut one[..together.len() / opened.channels];
        mix(together, opened.channels, channel, one);
        inbox.hear(one, ended);
    })
}

/// Of a card that was asked for as many.
pub(crate) fn has_channel(name: &str, channel: u16, opened: &Opened) -> Result<(), DeviceError> {
    if usize::from(channel) <= opened.channels {
        return Ok(());
    }
    Err(DeviceError::Pcm {
        pcm: name.to_owned(),
        why: format!("it has no channel {channel}: it has {}", opened.channels),
    })
}

/// Gives `hear` all channels of what the microphone hears, and when the last of it was heard, until it is gone or `stop` says so.
/// From here on nothing is allocated.
pub(crate) fn read(
    name: &str,
    opened: &Opened,
    gaps: &AtomicU64,
    stop: &Stop,
    mut hear: impl FnMut(&[i16], Instant),
) -> Result<(), DeviceError> {
    let wrong = |error| DeviceError::pcm(name, error);
    let Opened {
        pcm, channels, period, ..
    } = opened;
    let io = pcm.io_i16().map_err(wrong)?;
    let mut together = vec![0i16; period * channels];
    pcm.start().map_err(wrong)?;
    let (mut waited, mut heard, began) = (0, 0, Instant::now());
    while !stop.is_over() {
        match pcm.wait(Some(WAIT_MS)).and_then(|_| io.readi(&mut together)) {
            Ok(count) if count > 0 => {
                (waited, heard) = (0, heard + count as u64);
                hear(&together[..count * channels], heard_at(opened));
            }
            Ok(_) => waited += 1,
            Err(error) if pcm::would_wait(&error) => waited += 1,
            Err(error) => {
                again(pcm, error).map_err(wrong)?;
                gaps.fetch_add(1, Relaxed);
            }
        }
        if heard / u64::from(opened.rate) > 2 * began.elapsed().as_secs() + AHEAD_S {
            let why = "it gives sound faster than time goes by: it is no microphone".to_owned();
            return Err(DeviceError::Pcm {
                pcm: name.to_owned(),
                why,
            });
        }
        if waited > PATIENCE {
            let seconds = u64::from(WAIT_MS * PATIENCE / 1000);
            return Err(DeviceError::Silent {
                pcm: name.to_owned(),
                seconds,
            });
        }
    }
    Ok(())
}

/// When the last sample that was read was heard: what was not read yet is younger.
fn heard_at(opened: &Opened) -> Instant {
    let unread = opened.pcm.delay().unwrap_or_default().clamp(0, i64::from(opened.rate)) as u64;
    let now = Instant::now();
    let before = Duration::from_micros(unread * 1_000_000 / u64::from(opened.rate));
    now.checked_sub(before).unwrap_or(now)
}

fn again(pcm: &PCM, error: alsa::Error) -> alsa::Result<()> {
    pcm::recover(pcm, error)?;
    match pcm.state() {
        State::Prepared => pcm.start(),
        _ => Ok(()),
    }
}

/// One channel of several, or the mean of all.
pub(crate) fn mix(together: &[i16], channels: usize, channel: u16, one: &mut [i16]) {
    for (place, frame) in one.iter_mut().zip(together.chunks_exact(channels)) {
        *place = match channel {
            0 => (frame.iter().map(|sample| i32::from(*sample)).sum::<i32>() / channels as i32) as i16,
            nth => frame[usize::from(nth) - 1],
        };
    }
}

#[cfg(test)]
mod tests {
    use super::mix;

    #[test]
    fn one_channel_or_the_mean_of_all_is_heard() {
        let together = [10, 20, 60, -3, -6, -9];
        for (channel, heard) in [(0, [30, -6]), (1, [10, -3]), (3, [60, -9])] {
            let mut one = [0; 2];
            mix(&together, 3, channel, &mut one);
            assert_eq!(one, heard, "{channel}");
        }
        let mut one = [0; 1];
        mix(&[i16::MIN, i16::MIN], 2, 0, &mut one);
        assert_eq!(one, [i16::MIN]);
    }
}
