//! The candidates one after the other, until one has answered.

use super::{
    KNOCK, LlmError, Message, Said, State, Talk, TierState,
    ask::{Candidate, Heard, ask},
    choose::choose,
    going_on,
    guard::Guard,
    moment,
    opening::Manner,
};
use crate::{
    llm::{RequestLimits, Role},
    routing::Ground,
};
use rosie_core::{
    Failure,
    dialog::{DialogEvent, Tier},
};

/// Found out by its last request, or in the background. Who was only slow is not dead.
fn is_dead(candidate: &Candidate<'_>) -> bool {
    candidate.provider.health().state == TierState::Unavailable
}

impl State {
    /// Asks the candidate in use, and the next when it fails, until one has answered.
    pub(super) async fn next_words(
        &mut self,
        talk: &Talk<'_>,
        may_call: bool,
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) -> Result<Said, Failure> {
        loop {
            let Some(candidate) = talk.candidates.get(self.at) else {
                return Err(LlmError::NotConfigured.into());
            };
            self.announce(candidate, sink);
            self.foreign |= candidate.opening.foreign;
            let (said, error) = match self.ask(talk, candidate, may_call, sink).await {
                Ok(said) => (said, None),
                Err((error, said)) => (said, Some(error)),
            };
            if let Some(error) = &error {
                sink(DialogEvent::TierFailed {
                    tier: candidate.tier,
                    fault: error.fault(),
                    detail: error.to_string(),
                });
            }
            self.private |= candidate.opening.private && !(said.text.is_empty() && said.calls.is_empty());
            match error {
                None => return Ok(said),
                Some(error @ LlmError::Cancelled) => return Err(error.into()),
                Some(error) => {
                    tracing::warn!(tier = ?candidate.tier, %error, "a language model failed");
                    let Some(next) = self.next(talk) else {
                        return Err(error.into());
                    };
                    self.cut_over(candidate.tier, &error, said, talk, sink);
                    self.at = next;
                }
            }
        }
    }

    fn announce(&mut self, candidate: &Candidate<'_>, sink: &mut (dyn FnMut(DialogEvent) + Send)) {
        if self.announced.replace(self.at) == Some(self.at) {
            return;
        }
        let grounds: Vec<String> = self.grounds.iter().map(ToString::to_string).collect();
        sink(DialogEvent::TierChosen {
            tier: candidate.tier,
            model: candidate.model.clone(),
            reason: grounds.join("; "),
        });
    }

    fn may(&self, candidate: &Candidate<'_>) -> bool {
        !(candidate.opening.outside && self.private)
    }

    /// Who is asked when the one in use fails: nobody outside the house once something of the house was said.
    fn next(&self, talk: &Talk<'_>) -> Option<usize> {
        (self.at + 1..talk.candidates.len()).find(|at| self.may(&talk.candidates[*at]))
    }

    /// Somebody else may be asked who was not found dead.
    fn has_another(&self, talk: &Talk<'_>) -> bool {
        let rest = &talk.candidates[self.at + 1..];
        rest.iter().any(|candidate| self.may(candidate) && !is_dead(candidate))
    }

    async fn ask(
        &mut self,
        talk: &Talk<'_>,
        candidate: &Candidate<'_>,
        may_call: bool,
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) -> Result<Said, (LlmError, Said)> {
        // Whoever is the last to be counted on may take as long as its own limit allows. One that was found dead a
        // moment ago is only knocked at.
        let first_token = match (is_dead(candidate), self.has_another(talk)) {
            (true, _) => Some(candidate.budget.min(KNOCK)),
            (false, true) => Some(candidate.budget),
            (false, false) => None,
        };
        let limits = RequestLimits {
            first_token,
            ..RequestLimits::default()
        };
        let opening = &*candidate.opening;
        let guided = opening.manner == Manner::Guided;
        if guided && may_call && self.grown.is_empty() && !opening.tools.is_empty() {
            let mut wait = || sink(DialogEvent::Filler(moment(&talk.context.language).to_owned()));
            let chosen = choose(candidate, limits, talk, &mut self.patience, &mut wait).await?;
            if !chosen.is_empty() {
                return Ok(Said {
                    text: String::new(),
                    calls: chosen,
                });
            }
        }
        let tools = if may_call && !guided {
            opening.tools.as_slice()
        } else {
            &[]
        };
        let request = opening.request(&self.grown, tools, limits);
        let mut guard = Guard::new(talk.watch.as_ref(), self.acted, !self.used.is_empty());
        let before = self.said.len();
        let reply = &mut self.said;
        let mut say = |words: String, sink: &mut (dyn FnMut(DialogEvent) + Send)| {
            if words.is_empty() {
                return;
            }
            // What a second model adds is another piece of text.
            let apart = reply.len() == before && !reply.is_empty() && !reply.ends_with(char::is_whitespace);
            let words = if apart { format!(" {words}") } else { words };
            reply.push_str(&words);
            sink(DialogEvent::Delta(words));
        };
        let mut hear = |heard: Heard<'_>| match heard {
            Heard::Words(words) => say(guard.push(words), sink),
            Heard::Waiting => sink(DialogEvent::Filler(moment(&talk.context.language).to_owned())),
        };
        let answered = ask(candidate.provider, &request, talk.cancel, &mut self.patience, &mut hear).await;
        say(guard.finish(), sink);
        self.put_right |= guard.has_put_right();
        answered
    }

    /// What was said already goes with the next one; where nothing was, the person hears that it takes a moment.
    fn cut_over(
        &mut self,
        tier: Tier,
        error: &LlmError,
        said: Said,
        talk: &Talk<'_>,
        sink: &mut (dyn FnMut(DialogEvent) + Send),
    ) {
        self.grounds
            .push(Ground::Failed(tier, error.fault(), error.to_string()));
        if !said.text.is_empty() {
            self.broke_off = true;
            self.grown.push(Message::new(Role::Assistant, said.text));
            self.grown.push(Message::new(Role::User, going_on()));
        } else if !std::mem::replace(&mut self.patience.spent, true) && self.said.is_empty() {
            sink(DialogEvent::Filler(moment(&talk.context.language).to_owned()));
        }
    }
}
