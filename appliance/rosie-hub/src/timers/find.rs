//! Which timer is meant: by name, by the duration it was set for, by room, or by being the only one or the nearest.

use super::TimerView;
use crate::rooms::plain;
use rosie_core::{EndpointId, RoomId};

/// What was said of the timer, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Which {
    pub name: Option<String>,
    /// The room it was set in.
    pub room: Option<RoomId>,
    /// What it was set for.
    pub duration_ms: Option<u64>,
    /// Who asks: among several the timers of this endpoint are meant, then those of its room.
    pub here: EndpointId,
    pub here_room: RoomId,
}

impl Which {
    pub(crate) fn is_any(&self) -> bool {
        self.name.is_none() && self.room.is_none() && self.duration_ms.is_none()
    }
}

/// What is to be done; decides between several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Cancel,
    Change,
    Pause,
    Resume,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    One(u64),
    /// There is no timer at all.
    None,
    /// There are others.
    NoneFits,
    Ambiguous(Vec<TimerView>),
}

/// All that fit what was said, in the given order.
pub(crate) fn matching(views: &[TimerView], which: &Which) -> Vec<TimerView> {
    let fits = |view: &&TimerView| {
        let name = |said: &String| {
            view.record
                .name
                .as_deref()
                .is_some_and(|name| plain(name) == plain(said))
        };
        which.name.as_ref().is_none_or(name)
            && which.room.as_ref().is_none_or(|room| view.room() == room)
            && which.duration_ms.is_none_or(|ms| view.record.duration_ms == ms)
    };
    views.iter().filter(fits).cloned().collect()
}

pub(crate) fn find(views: &[TimerView], which: &Which, purpose: Purpose) -> Found {
    let all = matching(views, which);
    if views.is_empty() {
        return Found::None;
    }
    if all.is_empty() {
        return Found::NoneFits;
    }
    // Each step keeps the better ones where there are some, and is done when one is left.
    let better: [&dyn Fn(&TimerView) -> bool; 3] = [
        &|view| match purpose {
            Purpose::Cancel | Purpose::Change => view.ringing,
            Purpose::Pause => !view.paused && !view.ringing,
            Purpose::Resume => view.paused,
        },
        &|view| *view.endpoint() == which.here,
        &|view| *view.room() == which.here_room,
    ];
    let mut left = all;
    for keep in better {
        if left.iter().any(keep) {
            left.retain(|view| keep(view));
        }
    }
    match left.as_slice() {
        [one] => Found::One(one.record.id),
        _ => Found::Ambiguous(left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rosie_core::{
        Language,
        store::{TimerRecord, TimerState},
    };

    fn view(id: u64, name: &str, endpoint: &str, minutes: u64) -> TimerView {
        let record = TimerRecord {
            id,
            name: (!name.is_empty()).then(|| name.to_owned()),
            endpoint: endpoint.into(),
            room: endpoint.split('-').next().unwrap_or_default().into(),
            language: Language::default(),
            duration_ms: minutes * 60_000,
            state: TimerState::Running { rings_at_unix_ms: 0 },
            ring: Default::default(),
        };
        TimerView {
            record,
            left_ms: 1,
            paused: false,
            ringing: false,
        }
    }

    fn which(name: Option<&str>, room: Option<&str>, minutes: Option<u64>, here: &str) -> Which {
        Which {
            name: name.map(str::to_owned),
            room: room.map(RoomId::from),
            duration_ms: minutes.map(|m| m * 60_000),
            here: here.into(),
            here_room: here.split('-').next().unwrap_or_default().into(),
        }
    }

    #[test]
    fn the_one_that_is_meant() {
        let views = [
            view(1, "Pizza", "kitchen-1", 10),
            view(2, "", "kitchen-1", 20),
            view(3, "", "office-1", 10),
            view(4, "tea", "office-2", 3),
        ];
        let ask = |which, purpose| find(&views, &which, purpose);
        assert_eq!(
            ask(which(Some("pizza"), None, None, "office-1"), Purpose::Cancel),
            Found::One(1)
        );
        assert_eq!(
            ask(which(None, None, Some(20), "office-1"), Purpose::Cancel),
            Found::One(2)
        );
        // Two of ten minutes: the nearer one.
        assert_eq!(
            ask(which(None, None, Some(10), "office-1"), Purpose::Cancel),
            Found::One(3)
        );
        assert_eq!(
            ask(which(None, None, Some(10), "office-9"), Purpose::Cancel),
            Found::One(3)
        );
        assert_eq!(ask(which(None, None, None, "office-2"), Purpose::Pause), Found::One(4));
        assert_eq!(
            ask(which(None, Some("office"), Some(3), "kitchen-1"), Purpose::Pause),
            Found::One(4)
        );
        assert_eq!(
            ask(which(Some("egg"), None, None, "kitchen-1"), Purpose::Cancel),
            Found::NoneFits
        );
        assert!(
            matches!(ask(which(None, None, None, "kitchen-1"), Purpose::Cancel), Found::Ambiguous(v) if v.len() == 2)
        );
        assert_eq!(
            find(&[], &which(None, None, None, "kitchen-1"), Purpose::Cancel),
            Found::None
        );
    }

    #[test]
    fn what_rings_is_cancelled_and_what_is_paused_is_resumed() {
        let mut views = vec![view(1, "", "kitchen-1", 10), view(2, "", "kitchen-1", 20)];
        views[1].ringing = true;
        assert_eq!(
            find(&views, &which(None, None, None, "kitchen-1"), Purpose::Cancel),
            Found::One(2)
        );
        views[1].ringing = false;
        views[0].paused = true;
        assert_eq!(
            find(&views, &which(None, None, None, "kitchen-1"), Purpose::Resume),
            Found::One(1)
        );
        assert_eq!(
            find(&views, &which(None, None, None, "kitchen-1"), Purpose::Pause),
            Found::One(2)
        );
    }
}
