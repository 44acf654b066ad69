//! What can be found, and how good or bad each of it is.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Pass,
    /// It works, and could be better.
    Warn,
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Whether the cards kept up.
    Gaps,
    /// How loud the loudspeaker is heard.
    Level,
    /// Whether a card's rate is what it says.
    Rate,
    /// How far the clocks of the two cards are apart.
    Clocks,
    Clipping,
    /// How loud the room is, or the microphone itself, when nothing sounds.
    Noise,
    /// When what is played is heard, beside what the cards say.
    Delay,
    /// How much of the loudspeaker the canceller takes away.
    Echo,
    Channels,
}

macro_rules! reasons {
    ($($check:ident: $($reason:ident $verdict:ident),+;)+) => {
        /// What was found, one of several answers to a [`Check`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Reason { $($($reason),+),+ }

        impl Reason {
            pub const ALL: &[Self] = &[$($(Self::$reason),+),+];

            pub fn check(self) -> Check {
                match self { $($(Self::$reason)|+ => Check::$check,)+ }
            }

            pub fn verdict(self) -> Verdict {
                match self { $($(Self::$reason => Verdict::$verdict,)+)+ }
            }
        }
    };
}

reasons! {
    Gaps: GapsNone Pass, GapsSome Warn, GapsMany Fail;
    Level: LevelGood Pass, LevelLow Warn, NothingHeard Fail, MicrophoneSilent Fail;
    Rate: RateTrue Pass, MicrophoneRateWrong Fail, LoudspeakerRateWrong Fail;
    Clocks: ClocksTogether Pass, ClocksApart Warn, ClocksTooFarApart Fail;
    Clipping: ClippingNone Pass, ClippingSome Warn, ClippingMuch Fail;
    Noise: NoiseLow Pass, NoiseSome Warn, NoiseHigh Fail;
    Delay: DelayShort Pass, DelayLong Warn, DelayTooLong Fail;
    Echo: EchoGone Pass, EchoLess Warn, EchoStays Fail;
    Channels: ChannelsGood Pass, ChannelOne Pass, ChannelsSwapped Warn, ChannelDead Fail;
}

/// The answer to one check.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Finding {
    pub reason: Reason,
    /// The measured number: times, dB beside full scale, Hz, parts per million, samples, ms, dB, or a channel counted from 1.
    pub value: f64,
    /// A second one where there is one: of the rate the one that the card says, of noise the dB that the chirp is above it.
    pub beside: f64,
}

impl Finding {
    pub(super) fn new(reason: Reason, value: f64) -> Self {
        Self {
            reason,
            value,
            beside: 0.0,
        }
    }

    pub(super) fn beside(self, beside: f64) -> Self {
        Self { beside, ..self }
    }
}

/// The reason whose bound `value` is the first not to exceed; the bounds rise.
pub(super) fn up_to(value: f64, [pass, warn]: [f64; 2], [good, fair, bad]: [Reason; 3]) -> Reason {
    match () {
        () if value <= pass => good,
        () if value <= warn => fair,
        () => bad,
    }
}
