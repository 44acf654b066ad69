//! When her access point is opened and closed, as a function of what is known and nothing else.

use std::time::Duration;

/// The router may be slower to start than she is, after the power was away.
const KNOWN_PATIENCE: Duration = Duration::from_secs(60);
/// Long enough for an address over a cable.
const UNKNOWN_PATIENCE: Duration = Duration::from_secs(20);
/// A router that restarts, or somebody who carries her through the house.
const LOST_PATIENCE: Duration = Duration::from_secs(5 * 60);
/// How long the access point stands in the way of a network that is known and may be back.
const OPEN_PATIENCE: Duration = Duration::from_secs(5 * 60);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// A cable, and an address over it.
    pub wired: bool,
    /// In a Wi-Fi network, and an address there.
    pub joined: bool,
    pub radio: bool,
    /// The access point works.
    pub open: bool,
    /// There is a Wi-Fi network that she could join by herself.
    pub known: bool,
    /// Somebody is at the access point.
    pub guests: bool,
}

/// With the time since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Online,
    Waiting {
        since: Duration,
        /// She was online before.
        lost: bool,
    },
    Open {
        since: Duration,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Rest,
    Open,
    Close,
}

pub fn next(phase: Phase, facts: Facts, now: Duration) -> (Phase, Step) {
    if facts.wired || facts.joined {
        let step = if facts.open { Step::Close } else { Step::Rest };
        return (Phase::Online, step);
    }
    match phase {
        Phase::Online => (Phase::Waiting { since: now, lost: true }, Step::Rest),
        Phase::Waiting { since, lost } => {
            let patience = match (facts.known, lost) {
                (false, _) => UNKNOWN_PATIENCE,
                (true, false) => KNOWN_PATIENCE,
                (true, true) => LOST_PATIENCE,
            };
            if facts.radio && now.saturating_sub(since) >= patience {
                (Phase::Open { since: now }, Step::Open)
            } else {
                (phase, Step::Rest)
            }
        }
        Phase::Open { .. } if !facts.radio => (
            Phase::Waiting {
                since: now,
                lost: false,
            },
            Step::Close,
        ),
        Phase::Open { .. } if !facts.open => (Phase::Open { since: now }, Step::Open),
        Phase::Open { since } if facts.known && !facts.guests && now.saturating_sub(since) >= OPEN_PATIENCE => (
            Phase::Waiting {
                since: now,
                lost: false,
            },
            Step::Close,
        ),
        Phase::Open { since } => {
            // From when the last one left.
            let since = if facts.guests { now } else { since };
            (Phase::Open { since }, Step::Rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Facts = Facts {
        wired: false,
        joined: false,
        radio: true,
        open: false,
        known: false,
        guests: false,
    };

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn every_state_and_what_comes_of_it() {
        let new = Phase::Waiting {
            since: at(0),
            lost: false,
        };
        let lost = Phase::Waiting {
            since: at(0),
            lost: true,
        };
        let open = Phase::Open { since: at(0) };
        let wired = Facts { wired: true, ..NONE };
        let joined = Facts {
            joined: true,
            known: true,
            ..NONE
        };
        let known = Facts { known: true, ..NONE };
        let shown = Facts { open: true, ..NONE };
        let shown_known = Facts { known: true, ..shown };
        let visited = Facts {
            guests: true,
            ..shown_known
        };
        let radioless = Facts { radio: false, ..NONE };
        let plugged = Facts { wired: true, ..shown };
        let table = [
            // A cable, or a network that the card named: nothing is opened.
            (new, wired, 5, Phase::Online, Step::Rest),
            (new, joined, 30, Phase::Online, Step::Rest),
            // Neither: after a moment, which is longer where a network is known.
            (new, NONE, 19, new, Step::Rest),
            (new, NONE, 20, Phase::Open { since: at(20) }, Step::Open),
            (new, known, 59, new, Step::Rest),
            (new, known, 60, Phase::Open { since: at(60) }, Step::Open),
            (new, radioless, 900, new, Step::Rest),
            // What goes away may come back.
            (
                Phase::Online,
                known,
                7,
                Phase::Waiting {
                    since: at(7),
                    lost: true,
                },
                Step::Rest,
            ),
            (lost, known, 299, lost, Step::Rest),
            (lost, known, 300, Phase::Open { since: at(300) }, Step::Open),
            // An open one stays for whoever has no network, or is there,
            (open, shown, 9000, open, Step::Rest),
            (open, visited, 9000, Phase::Open { since: at(9000) }, Step::Rest),
            // and makes room for a network that is known and may be back.
            (open, shown_known, 299, open, Step::Rest),
            (
                open,
                shown_known,
                300,
                Phase::Waiting {
                    since: at(300),
                    lost: false,
                },
                Step::Close,
            ),
            // A cable that is plugged in ends it.
            (open, plugged, 9, Phase::Online, Step::Close),
            // Broken down: opened anew, or given up without a radio.
            (open, NONE, 9, Phase::Open { since: at(9) }, Step::Open),
            (
                open,
                radioless,
                9,
                Phase::Waiting {
                    since: at(9),
                    lost: false,
                },
                Step::Close,
            ),
        ];
        for (phase, facts, now, after, step) in table {
            assert_eq!(
                next(phase, facts, at(now)),
                (after, step),
                "{phase:?} {facts:?} at {now}"
            );
        }
    }
}
