//! Opening a PCM: 16-bit samples at the rate nearest to the one that is wanted, in short periods.

use crate::DeviceError;
use alsa::{
    Direction, ValueOr,
    pcm::{Access, Format, Frames, HwParams, PCM},
};

/// How often a second the card hands over or takes sound: 20 ms.
const PERIODS_PER_SECOND: u32 = 50;

pub(crate) struct Wish {
    pub direction: Direction,
    pub rate: u32,
    pub channels: u32,
    /// Of so many periods; a thread that is late by less loses nothing.
    pub periods: Frames,
    /// Playback: it begins to sound when so many were written.
    pub start_after: Frames,
}

pub(crate) struct Opened {
    pub pcm: PCM,
    pub rate: u32,
    pub channels: usize,
    /// Frames.
    pub period: usize,
}

/// Never waits: reading and writing return at once, and [`PCM::wait`] waits with a limit.
pub(crate) fn open(name: &str, wish: &Wish) -> Result<Opened, DeviceError> {
    // What ALSA would write to stderr is in the error; the buffer is thrown away with the handler of the next opening.
    let _quiet = alsa::Output::local_error_handler();
    let wrong = |error| DeviceError::pcm(name, error);
    let pcm = PCM::new(name, wish.direction, true).map_err(wrong)?;
    let (rate, channels, period) = set_up(&pcm, wish).map_err(wrong)?;
    Ok(Opened {
        pcm,
        rate,
        channels,
        period,
    })
}

fn set_up(pcm: &PCM, wish: &Wish) -> alsa::Result<(u32, usize, usize)> {
    let hw = HwParams::any(pcm)?;
    // Rosie's own conversion sounds better than ALSA's, which draws lines between samples.
    hw.set_rate_resample(false)?;
    hw.set_access(Access::RWInterleaved)?;
    hw.set_format(Format::s16())?;
    let channels = hw.set_channels_near(wish.channels)?;
    let rate = hw.set_rate_near(wish.rate, ValueOr::Nearest)?;
    let period = hw.set_period_size_near((rate / PERIODS_PER_SECOND) as Frames, ValueOr::Nearest)?;
    hw.set_buffer_size_near(period * wish.periods)?;
    pcm.hw_params(&hw)?;
    let sw = pcm.sw_params_current()?;
    let threshold = match wish.direction {
        Direction::Capture => 1,
        Direction::Playback => (period * wish.start_after).min(hw.get_buffer_size()?),
    };
    sw.set_start_threshold(threshold)?;
    sw.set_avail_min(period)?;
    pcm.sw_params(&sw)?;
    pcm.prepare()?;
    Ok((rate, channels as usize, period.max(1) as usize))
}

/// The card ran over or dry, or the machine slept: it goes on, with a gap. Other errors are given back.
pub(crate) fn recover(pcm: &PCM, error: alsa::Error) -> alsa::Result<()> {
    match error.errno() {
        libc::EPIPE | libc::ESTRPIPE => pcm.try_recover(error, true),
        _ => Err(error),
    }
}

pub(crate) fn would_wait(error: &alsa::Error) -> bool {
    error.errno() == libc::EAGAIN || error.errno() == libc::EINTR
}
