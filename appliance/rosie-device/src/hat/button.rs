//! What a person means with the button. Time is passed in.

use rosie_core::Millis;

/// A contact that closes chatters for less.
const DEBOUNCE_MS: u64 = 30;
/// Held for so long it means something else.
const HOLD_MS: u64 = 1_500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gesture {
    /// Pressed and let go.
    Press,
    /// Held; told while it is still down, so that the person can see that it was enough.
    Hold,
}

#[derive(Debug, Default)]
pub(crate) struct Button {
    down: bool,
    /// It has looked different since then.
    differs_since: Option<Millis>,
    pressed_at: Millis,
    held: bool,
}

impl Button {
    /// How the contact looks at `now`; asked often.
    pub fn look(&mut self, pressed: bool, now: Millis) -> Option<Gesture> {
        if pressed == self.down {
            self.differs_since = None;
        } else {
            let since = *self.differs_since.get_or_insert(now);
            if now.since(since) >= DEBOUNCE_MS {
                return self.turned(since);
            }
        }
        if self.down && !self.held && now.since(self.pressed_at) >= HOLD_MS {
            self.held = true;
            return Some(Gesture::Hold);
        }
        None
    }

    fn turned(&mut self, since: Millis) -> Option<Gesture> {
        (self.down, self.differs_since) = (!self.down, None);
        if self.down {
            (self.pressed_at, self.held) = (since, false);
            return None;
        }
        (!self.held).then_some(Gesture::Press)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is meant by a contact that is closed in these spans, looked at every 10 ms.
    fn meant(closed: &[(u64, u64)]) -> Vec<(u64, Gesture)> {
        let mut button = Button::default();
        let looks = (0..800).map(|look| look * 10);
        let pressed = |at: u64| closed.iter().any(|(from, to)| (*from..*to).contains(&at));
        looks
            .filter_map(|at| Some((at, button.look(pressed(at), Millis(at))?)))
            .collect()
    }

    #[test]
    fn a_press_is_told_when_it_ends_and_a_hold_while_it_lasts() {
        use Gesture::{Hold, Press};
        for (closed, gestures) in [
            (&[][..], &[][..]),
            (&[(100, 300)], &[(330, Press)]),
            // Chatter at both ends, and a spark of 20 ms, are no presses.
            (&[(100, 110), (120, 130), (140, 300), (310, 320)], &[(350, Press)]),
            (&[(100, 120)], &[]),
            (&[(100, 3_000)], &[(1_600, Hold)]),
            (&[(100, 5_000), (5_500, 5_600)], &[(1_600, Hold), (5_630, Press)]),
            (&[(100, 200), (400, 500)], &[(230, Press), (530, Press)]),
        ] {
            assert_eq!(meant(closed), gestures, "{closed:?}");
        }
    }

    #[test]
    fn a_button_that_is_down_from_the_start_is_held_once() {
        assert_eq!(meant(&[(0, 8_000)]), [(1_500, Gesture::Hold)]);
    }
}
