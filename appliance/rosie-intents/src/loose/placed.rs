//! What is said of several things at once without a verb: a place before all of it ("in the garage, all the lights off"), and states
//! that things are brought into ("curtains open, and the spotlight off").

use super::{Loose, frame::Frame, tag::Act};

/// Covers that keep nobody out: to open one by mistake lets nobody in.
const INSIDE: [&str; 5] = ["blind", "curtain", "shade", "shutter", "awning"];

impl Loose<'_> {
    /// With a place that stands by itself as the place of all that is named after it, and never as one more thing.
    pub(super) fn placed(&self, mut frames: Vec<Frame>) -> Vec<Frame> {
        for at in (1..frames.len()).rev() {
            let (first, next) = (&frames[at - 1], &frames[at]);
            let open = next.all && !next.nouns.is_empty() && !self.names_where(next);
            if open && self.is_mere_place(first) && first.acts == next.acts {
                let place = frames.remove(at - 1);
                frames[at - 1].nouns.extend(place.nouns);
                frames[at - 1].joined = place.joined;
            }
        }
        frames
    }

    fn is_mere_place(&self, frame: &Frame) -> bool {
        let bare = !(frame.verb || frame.make || frame.all || frame.here);
        let meant = self.resolver().place_first(&frame.nouns);
        bare && meant.is_some_and(|meant| {
            meant.things.is_empty() && meant.kind.is_none() && (meant.area.is_some() || meant.floor.is_some())
        })
    }

    fn names_where(&self, frame: &Frame) -> bool {
        let meant = self.resolver().place_first(&frame.nouns);
        frame.here || meant.is_some_and(|meant| meant.area.is_some() || meant.floor.is_some())
    }

    /// "Curtains open" tells how they are, where nothing else is said; beside what is switched it is wanted, too.
    pub(super) fn wished_states(&self, frames: &mut [Frame]) {
        let switched = |act: &Act| matches!(act, Act::On | Act::Off | Act::Close);
        let stated = frames.len() > 1 && frames.iter().all(|frame| frame.verb_last && frame.values.is_empty());
        if !stated || !frames.iter().any(|frame| frame.acts.iter().all(switched)) {
            return;
        }
        for frame in frames.iter_mut().filter(|frame| frame.acts == [Act::Open]) {
            let kinds = frame.nouns.iter().flatten();
            let mut kinds = kinds.filter_map(|word| self.lexicon.kind_words.get(word));
            let inside = |at: &usize| {
                let class = self.lexicon.kinds[*at].device_class.as_deref().unwrap_or_default();
                class.split(',').all(|one| INSIDE.contains(&one))
            };
            frame.wish |= kinds.any(inside);
        }
    }
}
