//! What the LEDs show, as data: a colour and how it moves, for everything that one should see from across the room.

use rosie_core::{Millis, session::TurnState};

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// So many per cent of it.
    pub fn scaled(self, percent: u8) -> Self {
        dimmed(self, (u16::from(percent.min(100)) * 255 / 100) as u8)
    }
}

/// What is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Idle,
    Listening,
    Thinking,
    Speaking,
    Muted,
    /// A timer or an alarm.
    Ringing,
    /// Her own Wi-Fi is open, and she waits to be told another.
    SetUp,
    /// Something went wrong just now, or there is no microphone.
    Trouble,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Motion {
    Still,
    /// All LEDs get bright and dark, once in so many milliseconds.
    Breathe(u64),
    /// One bright LED goes around, once in so many milliseconds.
    Round(u64),
    /// On and off, once in so many milliseconds.
    Blink(u64),
}

impl Look {
    /// The most urgent of what there is to show.
    pub fn of(state: TurnState, muted: bool, rings: bool, set_up: bool, trouble: bool) -> Self {
        match state {
            _ if rings => Self::Ringing,
            TurnState::Thinking => Self::Thinking,
            TurnState::Speaking => Self::Speaking,
            _ if set_up => Self::SetUp,
            _ if trouble => Self::Trouble,
            TurnState::Listening | TurnState::FollowUp if !muted => Self::Listening,
            _ if muted => Self::Muted,
            _ => Self::Idle,
        }
    }

    fn pattern(self) -> (Rgb, Motion) {
        match self {
            Self::Idle => (Rgb(0, 0, 0), Motion::Still),
            Self::Listening => (Rgb(0, 110, 255), Motion::Still),
            Self::Thinking => (Rgb(0, 110, 255), Motion::Round(900)),
            Self::Speaking => (Rgb(0, 220, 160), Motion::Breathe(1_400)),
            Self::Muted => (Rgb(150, 0, 0), Motion::Still),
            Self::Ringing => (Rgb(255, 140, 0), Motion::Blink(600)),
            Self::SetUp => (Rgb(140, 0, 255), Motion::Breathe(2_400)),
            Self::Trouble => (Rgb(255, 40, 0), Motion::Blink(1_600)),
        }
    }

    pub fn moves(self) -> bool {
        self.pattern().1 != Motion::Still
    }

    /// One colour for each LED, so long after it began to look like that.
    pub fn colours(self, at: Millis, leds: usize) -> Vec<Rgb> {
        let (colour, motion) = self.pattern();
        let dark = Rgb::default();
        match motion {
            Motion::Still => vec![colour; leds],
            Motion::Blink(every) => vec![if at.0 % every < every / 2 { colour } else { dark }; leds],
            Motion::Breathe(every) => vec![dimmed(colour, triangle(at.0, every)); leds],
            Motion::Round(every) => {
                let bright = (at.0 % every) as usize * leds / every as usize;
                let of = |led| if led == bright { colour } else { dimmed(colour, 30) };
                (0..leds).map(of).collect()
            }
        }
    }
}

/// 0 to 255 and back, and never quite dark.
fn triangle(at: u64, every: u64) -> u8 {
    let part = at % every * 2 * 215 / every;
    (40 + part.min(2 * 215 - part)) as u8
}

fn dimmed(Rgb(red, green, blue): Rgb, to: u8) -> Rgb {
    let [red, green, blue] = [red, green, blue].map(|part| (u16::from(part) * u16::from(to) / 255) as u8);
    Rgb(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use TurnState::{FollowUp, Idle, Listening, Speaking, Thinking};

    #[test]
    fn the_most_urgent_is_shown() {
        for (state, muted, rings, set_up, trouble, look) in [
            (Idle, false, false, false, false, Look::Idle),
            (Listening, false, false, false, false, Look::Listening),
            (FollowUp, false, false, false, false, Look::Listening),
            (Thinking, false, false, true, true, Look::Thinking),
            (Speaking, true, false, true, false, Look::Speaking),
            (Idle, true, false, false, false, Look::Muted),
            (Listening, true, false, false, false, Look::Muted),
            (Idle, false, false, false, true, Look::Trouble),
            // Without a microphone, too.
            (Idle, false, false, true, true, Look::SetUp),
            (Idle, true, true, true, true, Look::Ringing),
            (Speaking, false, true, false, false, Look::Ringing),
        ] {
            assert_eq!(Look::of(state, muted, rings, set_up, trouble), look, "{state:?}");
        }
    }

    #[test]
    fn an_idle_room_is_dark_and_nothing_else_is() {
        let all = [
            Look::Listening,
            Look::Thinking,
            Look::Speaking,
            Look::Muted,
            Look::Ringing,
            Look::SetUp,
            Look::Trouble,
        ];
        for leds in [3, 12] {
            assert_eq!(Look::Idle.colours(Millis(5_000), leds), vec![Rgb(0, 0, 0); leds]);
            for look in all {
                let first = look.colours(Millis(0), leds);
                assert!(
                    first.len() == leds && first.iter().any(|c| *c != Rgb(0, 0, 0)),
                    "{look:?}"
                );
                let moved = (0..40).any(|step| look.colours(Millis(step * 50), leds) != first);
                assert_eq!(moved, look.moves(), "{look:?}");
            }
        }
    }

    #[test]
    fn a_colour_is_scaled() {
        let colour = Rgb(255, 100, 0);
        assert_eq!(
            [100, 50, 0, 200].map(|percent| colour.scaled(percent)),
            [colour, Rgb(127, 49, 0), Rgb(0, 0, 0), colour]
        );
    }

    #[test]
    fn one_led_after_the_other_goes_around() {
        let brightest = |at| {
            let colours = Look::Thinking.colours(Millis(at), 3);
            colours.iter().position(|colour| colour.2 == 255)
        };
        assert_eq!(
            [0, 299, 300, 600, 899, 900].map(brightest),
            [0, 0, 1, 2, 2, 0].map(Some)
        );
    }

    #[test]
    fn what_breathes_is_never_out_and_once_full() {
        let greens: Vec<u8> = (0..1_400)
            .map(|at| Look::Speaking.colours(Millis(at), 1)[0].1)
            .collect();
        let (least, most) = (greens.iter().min(), greens.iter().max());
        assert_eq!((least, most), (Some(&34), Some(&220)));
    }
}
