//! Where several endpoints hear the same call: what each session claims, and what it does with the ruling.

use super::{Message, actor::Actor};
use rosie_core::{
    EndpointId, Millis, SessionId, TurnId,
    arbiter::{Arbiter, Claim, Hearing, LOOKED_AT_MS, Order, Ruling, Standing},
    engine::WakeWord,
    record::{Trigger, TurnFact},
    session::{SessionEvent, TurnState},
    turn::Input,
};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use tokio::sync::mpsc;

type Clock = Box<dyn Fn() -> Millis + Send + Sync>;

/// The house's arbiter, and the way to those who claim.
pub struct Arbitration {
    inner: Mutex<Inner>,
    /// One for all sessions.
    clock: Clock,
}

#[derive(Default)]
struct Inner {
    arbiter: Arbiter,
    claimants: HashMap<SessionId, mpsc::Sender<Message>>,
}

impl Default for Arbitration {
    fn default() -> Self {
        let began = Instant::now();
        Self::by(Box::new(move || Millis(began.elapsed().as_millis() as u64)))
    }
}

impl Arbitration {
    pub fn by(clock: Clock) -> Self {
        Self {
            inner: Mutex::default(),
            clock,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ruling for whoever claims; the others are told.
    fn claim(&self, claim: Claim, window_ms: u64, messages: mpsc::Sender<Message>) -> Option<Ruling> {
        let mut inner = self.inner();
        inner.claimants.insert(claim.session.clone(), messages);
        let mut rulings = inner.arbiter.claim(claim, window_ms, (self.clock)()).into_iter();
        let own = rulings.next();
        inner.tell(rulings.collect(), (self.clock)());
        own
    }

    fn look(&self, session: &SessionId) -> Option<Ruling> {
        self.inner().arbiter.look(session, (self.clock)())
    }

    fn settle(&self, session: &SessionId) -> bool {
        self.inner().arbiter.settle(session)
    }

    fn withdraw(&self, session: &SessionId) {
        self.inner().arbiter.withdraw(session);
    }

    /// The session's connection is gone: the next best goes on with what it had claimed.
    pub fn vanish(&self, session: &SessionId) {
        let (mut inner, now) = (self.inner(), (self.clock)());
        inner.claimants.remove(session);
        let left = inner.arbiter.vanish(session, now);
        inner.tell(left, now);
    }
}

impl Inner {
    /// Told while the lock is held: whoever finds its turn taken has the order in its queue.
    fn tell(&mut self, mut rulings: Vec<Ruling>, now: Millis) {
        while let Some(ruling) = rulings.pop() {
            let (to, goes_on) = (ruling.to.clone(), ruling.order == Order::GoOn);
            let message = Message::Arbitrated(ruling);
            let told = self
                .claimants
                .get(&to)
                .is_some_and(|claimant| claimant.try_send(message).is_ok());
            if goes_on && !told {
                rulings.extend(self.arbiter.vanish(&to, now));
            }
        }
    }
}

/// The last call that was heard here.
#[derive(Default)]
pub(super) struct Calling {
    /// The word, and the audio time at which it had been said.
    heard: Option<(WakeWord, Millis)>,
    /// The turn that it began, where that may be taken from here.
    turn: Option<TurnId>,
    /// The ruling is asked for again then, on the session's clock.
    pub stands_by: Option<Millis>,
}

impl Actor {
    fn session(&self) -> SessionId {
        self.shared.place().session
    }

    pub(super) fn on_wake_word(&mut self, word: WakeWord, audio: Millis, hearing: Hearing) -> bool {
        if self.shared.ears.is_muted() {
            return true;
        }
        let config = self.house.config();
        let settings = &config.wake_word.arbitration;
        self.calling.heard = Some((word, audio));
        if !settings.enabled {
            self.go_on();
            self.calling.turn = None;
            return true;
        }
        let place = self.shared.place();
        let ago_ms = self.shared.ears.now().since(audio);
        let measured = Hearing::of(&self.shared.ears.slice(audio - LOOKED_AT_MS, audio));
        let claim = Claim {
            session: place.session,
            endpoint: place.endpoint,
            within: settings.within(&place.room),
            said_at: (self.house.arbitration.clock)() - ago_ms,
            hearing: hearing.or(measured),
            standing: self.standing(),
        };
        let messages = self.shared.messages.clone();
        match self.house.arbitration.claim(claim, settings.window_ms, messages) {
            Some(ruling) => self.obey(ruling),
            None => true,
        }
    }

    fn standing(&self) -> Standing {
        let pressed = |trigger: Trigger| trigger == Trigger::PushToTalk;
        match self.turn.state() {
            TurnState::Idle => Standing::Free,
            TurnState::Listening if self.recorder.as_ref().is_some_and(|r| pressed(r.trigger())) => Standing::Pressed,
            _ => Standing::Busy,
        }
    }

    fn is_under_way(&self, turn: TurnId) -> bool {
        self.turn.turn_id() == turn && self.turn.state() != TurnState::Idle
    }

    pub(super) fn obey(&mut self, Ruling { order, why, .. }: Ruling) -> bool {
        if !matches!(order, Order::StandBy { .. }) {
            self.calling.stands_by = None;
        }
        match order {
            Order::GoOn => {
                self.go_on();
                self.explain(why);
            }
            Order::Keep => self.explain(why),
            Order::StandBy { until } => {
                let left = until.since((self.house.arbitration.clock)()).max(1);
                self.calling.stands_by = Some(self.now() + left);
            }
            Order::Yield { to } => {
                if self.calling.turn.is_some_and(|turn| self.is_under_way(turn)) {
                    self.end_silently(to, why);
                }
            }
            // A turn that ends at once: the endpoint sends no more, and the turn's record says why.
            Order::GoDark { by } if self.turn.state() == TurnState::Idle => {
                // Nothing of what was said is listened to.
                let (audio, now) = (self.shared.ears.now(), self.now());
                self.turn.handle_input(Input::Wake { audio }, now);
                self.drain();
                self.calling.turn = Some(self.turn.turn_id());
                self.end_silently(by, why);
            }
            // In a turn that is none of this call's.
            Order::GoDark { by } => {
                let turn_id = self.turn.turn_id();
                self.send(SessionEvent::AnsweredElsewhere { turn_id, by, why });
            }
        }
        true
    }

    fn end_silently(&mut self, by: EndpointId, why: String) {
        let (turn_id, now) = (self.turn.turn_id(), self.now());
        self.explain(why.clone());
        self.send(SessionEvent::AnsweredElsewhere { turn_id, by, why });
        self.turn.handle_input(Input::Cancel, now);
    }

    /// The turn by the word that was heard, from where it was said.
    fn go_on(&mut self) {
        let Some((word, audio)) = self.calling.heard.clone() else {
            return;
        };
        let (before, now) = (self.turn.turn_id(), self.now());
        self.turn.handle_input(Input::Wake { audio }, now);
        let turn_id = self.turn.turn_id();
        if turn_id != before {
            self.send(SessionEvent::WakeHeard {
                turn_id,
                word: word.name,
            });
            (self.called_by, self.called) = ((word.phrase, audio), false);
            self.calling.turn = Some(turn_id);
            self.drain();
        } else if self.calling.turn != Some(turn_id) {
            // It listens already, for another reason: the call is heard there.
            self.house.arbitration.settle(&self.session());
        }
    }

    fn explain(&mut self, reason: String) {
        if !reason.is_empty() && self.calling.turn == Some(self.turn.turn_id()) {
            tracing::info!(room_id = %self.shared.room(), reason, "more than one endpoint heard the call");
            self.record(TurnFact::Arbitrated { reason });
        }
    }

    pub(super) fn ask_again(&mut self, now: Millis) {
        if self.calling.stands_by.take_if(|at| *at <= now).is_some()
            && let Some(ruling) = self.house.arbitration.look(&self.session())
        {
            self.obey(ruling);
        }
    }

    /// False: another endpoint has the turn.
    pub(super) fn may_answer(&self, turn_id: TurnId) -> bool {
        self.calling.turn != Some(turn_id) || self.house.arbitration.settle(&self.session())
    }

    /// What the call began is over, however it went: no other endpoint begins it again.
    pub(super) fn call_is_over(&self, turn_id: TurnId) {
        if self.calling.turn == Some(turn_id) {
            self.house.arbitration.settle(&self.session());
        }
    }

    /// Whoever presses the button is near: from here nothing is taken.
    pub(super) fn pressed(&mut self, audio: Millis) -> Input {
        let session = self.session();
        self.house.arbitration.settle(&session);
        self.house.arbitration.withdraw(&session);
        (self.calling.turn, self.calling.stands_by) = (None, None);
        Input::Press { audio }
    }
}
