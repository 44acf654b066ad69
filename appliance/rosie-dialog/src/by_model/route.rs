//! Which tier: what the pure table of `routing` is asked, and what is done where it allows nobody.

use super::{told::names, wished::Wished};
use crate::{
    conversation::Remark,
    dialog::RosieDialog,
    routing::{
        self, Availability, Complexity, Ground, PrivateTopic, Route, RouteRequest, leans, private_topics, weigh,
        weigh_here, weigh_wish,
    },
    thinking::{Talked, too_private},
    wishes::Guess,
};
use rosie_core::{
    KnownNames, ToolSpec,
    dialog::{DialogEvent, DialogSink, Question, Reply, Tier},
    memory::{Collection, Recollection},
};
use std::collections::BTreeSet;

/// Names in facts: those of a person's people ("Your daughter's name is Adelheid.").
fn spoken_of(memories: &[Recollection]) -> impl Iterator<Item = &str> {
    let facts = memories.iter().filter(|memory| memory.collection == Collection::Facts);
    facts.flat_map(|fact| names(&fact.text))
}

/// A reply for which no model was asked.
pub(super) fn kept_short(text: &str, sink: &mut DialogSink) -> Reply {
    sink(DialogEvent::Delta(text.to_owned()));
    Reply {
        text: text.to_owned(),
        tier: Tier::Local,
        intent: None,
    }
}

impl RosieDialog {
    /// The route, and whether anything in the question is private.
    pub(super) fn route(
        &self,
        text: &str,
        question: &Question,
        (wanted, wished): (&[&ToolSpec], &Wished),
        (names, history, memories): (&KnownNames, &[Remark], &[Recollection]),
    ) -> (Route, bool) {
        let list = |key: &str| names.get(key).into_iter().flatten().map(|name| name.spoken.as_str());
        let mut topics = private_topics(
            text,
            &question.language,
            list("person").chain(spoken_of(memories)),
            list("name").chain(list("area")),
        );
        // Whoever is outside the house gets no private talk; a question that means nothing without it stays inside.
        if leans(text, &question.language) {
            topics.extend(Self::said_in_private(history));
        }
        // Only the house can do what is to be done in it.
        if wanted.iter().any(|tool| tool.acts) {
            topics.insert(PrivateTopic::Home);
        }
        let (configured, reachable) = self.availability();
        let private = !topics.is_empty();
        let here = wished.is_of_this_house();
        // What helps against a headache is as private as it is small.
        let minor = |weight: &Complexity| *weight == Complexity::Medium && topics.contains(&PrivateTopic::Health);
        let meant = wished
            .guess_of_asked()
            .and_then(Guess::weight)
            .filter(|weight| !minor(weight));
        let route = routing::decide(&RouteRequest {
            weight: match wanted.len() {
                1 if wished.is_sure() => weigh_wish(text, &question.language),
                0 if here => weigh_here(text, &question.language),
                tools => weigh(text, &question.language, tools, meant),
            },
            topics,
            preference: self.config.routing.preference(&question.room, question.user.as_ref()),
            cloud_enabled: self.config.routing.cloud_enabled,
            private_to_cloud: self.config.routing.private_to_cloud,
            configured,
            reachable,
        });
        (route, private)
    }

    fn said_in_private(history: &[Remark]) -> BTreeSet<PrivateTopic> {
        let private = history.iter().any(|remark| !remark.open);
        private.then_some(PrivateTopic::Before).into_iter().collect()
    }

    /// Nobody may be asked, because it is private and only the cloud is there: that is said, not failed.
    pub(super) fn kept_in_house(&self, route: &Route, question: &Question, sink: &mut DialogSink) -> Option<Reply> {
        let private = route.grounds.iter().any(|ground| matches!(ground, Ground::Private(_)));
        if !route.order.is_empty() || !private {
            return None;
        }
        Some(kept_short(too_private(&question.language), sink))
    }

    /// Which tiers there are, and which would answer now, as last found out in the background.
    fn availability(&self) -> (Availability, Availability) {
        let (mut configured, mut reachable) = (Availability::default(), Availability::default());
        let now = std::time::Instant::now();
        for model in self.llm.tiers() {
            configured.set(model.tier());
            if model.health().can_be_asked(now) {
                reachable.set(model.tier());
            }
        }
        (configured, reachable)
    }

    pub(super) fn remember_route(&self, question: &Question, talked: &Talked) {
        let mut routes = self.routes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if routes.len() >= crate::dialog::REMEMBERED_ENDPOINTS {
            routes.clear();
        }
        routes.insert(question.endpoint.clone(), (talked.tier, talked.grounds.clone()));
    }
}
