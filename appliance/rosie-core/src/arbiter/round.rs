//! One call: who claims it, and who has it.

use super::{Claim, KEPT_MS, Order, Ruling, Standing};
use crate::{EndpointId, Millis, RoomId, SessionId};

/// A turn is not taken from one that hears as well, give or take so much: to begin anew costs time.
const CLEARLY_DB: f32 = 3.0;
/// So much is put up with for one that is in a turn already. More would let a far room take every call while it speaks.
const BUSY_DB: f32 = 10.0;

#[derive(Debug)]
pub(super) struct Round {
    opened: Millis,
    closes: Millis,
    said_at: Millis,
    within: Option<RoomId>,
    /// All who heard it, in the order of their claims.
    heard: Vec<EndpointId>,
    /// `None`: it vanished, and nobody was there to go on.
    holder: Option<Claim>,
    /// Answered, or over without an answer.
    settled: bool,
    waiting: Vec<Waiting>,
}

/// Goes on where the holder vanishes.
#[derive(Debug)]
struct Waiting {
    claim: Claim,
    /// It had the turn before, and has gone dark.
    dark: bool,
}

impl Round {
    pub fn open(claim: Claim, now: Millis, window_ms: u64) -> Self {
        Self {
            opened: now,
            closes: now + window_ms,
            said_at: claim.said_at,
            within: claim.within.clone(),
            heard: vec![claim.endpoint.clone()],
            holder: Some(claim),
            settled: false,
            waiting: Vec::new(),
        }
    }

    pub fn is_needed(&self, now: Millis) -> bool {
        let under_way = self.holder.is_some() && !self.settled;
        under_way || now.since(self.opened) <= KEPT_MS
    }

    pub fn is_same_call(&self, claim: &Claim, window_ms: u64) -> bool {
        let apart = self.said_at.since(claim.said_at).max(claim.said_at.since(self.said_at));
        self.within == claim.within && apart <= window_ms
    }

    pub fn is_held_by(&self, session: &SessionId) -> bool {
        self.holder.as_ref().is_some_and(|holder| holder.session == *session)
    }

    pub fn join(&mut self, claim: Claim, now: Millis) -> Vec<Ruling> {
        if !self.heard.contains(&claim.endpoint) {
            self.heard.push(claim.endpoint.clone());
        }
        self.withdraw(&claim.session);
        let Some(holder) = self.holder.clone() else {
            let why = format!(
                "{}; the connection of the one that was to answer is gone",
                self.heard_by()
            );
            return vec![self.hand_to(claim, why)];
        };
        if holder.session == claim.session {
            return vec![ruling(&claim, Order::GoOn, "")];
        }
        if self.settled || now >= self.closes {
            let why = format!("{}; {} came too late", self.heard_by(), claim.endpoint);
            return vec![dark(&claim, &holder, &why), ruling(&holder, Order::Keep, &why)];
        }
        let heard_by = self.heard_by();
        if beats(&claim, &holder) {
            let why = format!("{heard_by}; {}", edge(&claim, &holder));
            let to = claim.endpoint.clone();
            let on = self.hand_to(claim, why.clone());
            let off = ruling(&holder, Order::Yield { to }, &why);
            self.waiting.push(Waiting {
                claim: holder,
                dark: true,
            });
            return vec![on, off];
        }
        let why = format!("{heard_by}; {}", edge(&holder, &claim));
        let stand_by = ruling(&claim, Order::StandBy { until: self.closes }, &why);
        self.waiting.push(Waiting { claim, dark: false });
        vec![stand_by, ruling(&holder, Order::Keep, &why)]
    }

    pub fn look(&mut self, session: &SessionId, now: Millis) -> Option<Ruling> {
        let stands_by = |waiting: &Waiting| waiting.claim.session == *session && !waiting.dark;
        let at = self.waiting.iter().position(stands_by)?;
        if now < self.closes {
            let until = self.closes;
            return Some(ruling(&self.waiting[at].claim, Order::StandBy { until }, ""));
        }
        let claim = self.waiting.remove(at).claim;
        let holder = self.holder.as_ref()?;
        let why = format!("{}; {}", self.heard_by(), edge(holder, &claim));
        Some(dark(&claim, holder, &why))
    }

    pub fn settle(&mut self) {
        self.settled = true;
    }

    pub fn withdraw(&mut self, session: &SessionId) {
        self.waiting.retain(|waiting| waiting.claim.session != *session);
    }

    pub fn vanish(&mut self, session: &SessionId, now: Millis) -> Option<Ruling> {
        if self.settled || !self.is_held_by(session) {
            return None;
        }
        let gone = self.holder.take()?;
        // Where the window is closed, one that went dark has missed too much of what was said.
        let closed = now >= self.closes;
        self.waiting.retain(|waiting| !(closed && waiting.dark));
        let mut best = None;
        for (at, waiting) in self.waiting.iter().enumerate() {
            if best.is_none_or(|best: usize| rank(&waiting.claim, &self.waiting[best].claim) > 0.0) {
                best = Some(at);
            }
        }
        let next = self.waiting.remove(best?).claim;
        let why = format!("{}; the connection of {} is gone", self.heard_by(), gone.endpoint);
        Some(self.hand_to(next, why))
    }

    fn hand_to(&mut self, claim: Claim, why: String) -> Ruling {
        let on = ruling(&claim, Order::GoOn, &why);
        self.holder = Some(claim);
        on
    }

    fn heard_by(&self) -> String {
        let names: Vec<&str> = self.heard.iter().map(EndpointId::as_str).collect();
        match names.split_last() {
            Some((last, [])) => format!("heard by {last}"),
            Some((last, rest)) => format!("heard by {} and {last}", rest.join(", ")),
            None => String::new(),
        }
    }
}

fn ruling(claim: &Claim, order: Order, why: &str) -> Ruling {
    Ruling {
        to: claim.session.clone(),
        order,
        why: why.to_owned(),
    }
}

fn dark(claim: &Claim, holder: &Claim, why: &str) -> Ruling {
    let by = holder.endpoint.clone();
    ruling(claim, Order::GoDark { by }, why)
}

/// By how much `one` is to be preferred.
fn rank(one: &Claim, other: &Claim) -> f32 {
    let worth = |claim: &Claim| match claim.standing {
        Standing::Free => 0.0,
        Standing::Busy => BUSY_DB,
        Standing::Pressed => f32::INFINITY,
    };
    match one.standing == other.standing {
        true => one.hearing.better_by(&other.hearing),
        false => one.hearing.better_by(&other.hearing) + worth(one) - worth(other),
    }
}

fn beats(claim: &Claim, holder: &Claim) -> bool {
    rank(claim, holder) > CLEARLY_DB
}

/// What `winner` has over `other`, in words.
fn edge(winner: &Claim, other: &Claim) -> String {
    let (name, ahead) = (&winner.endpoint, rank(winner, other));
    let whole = |decibels: Option<f32>| decibels.map(f32::round).filter(|decibels| *decibels >= 1.0);
    if ahead == f32::INFINITY {
        format!("the button of {name} was pressed")
    } else if ahead <= 0.0 {
        format!("{name} was first, and {} not clearly better", other.endpoint)
    } else if winner.hearing.better_by(&other.hearing) <= 0.0 {
        format!("{name} was in a turn already")
    } else if let Some(decibels) = whole(winner.hearing.louder_by(&other.hearing)) {
        format!("{name} was louder by {decibels} dB")
    } else if let Some(decibels) = whole(winner.hearing.clearer_by(&other.hearing)) {
        format!("{name} heard it {decibels} dB further above the noise")
    } else {
        format!("{name} was surer of the word")
    }
}
