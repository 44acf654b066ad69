//! What each tier is asked. A model of the house gets what is remembered, how the home is, and tools; a model outside
//! gets none of it (nor what was said in private) unless the owner allows that.

use super::gather::Gathered;
use crate::{
    dialog::RosieDialog,
    prompt::{self, Moment, Parts, Reach},
    routing::{Route, wants_clock},
    thinking::{Candidate, Manner, Opening},
    tools,
};
use rosie_core::{
    ToolSpec,
    dialog::{Question, Tier},
    memory::Speaker,
};
use std::sync::Arc;

impl RosieDialog {
    pub(super) fn candidates(
        &self,
        route: &Route,
        gathered: &Gathered,
        text: &str,
        question: &Question,
    ) -> Vec<Candidate<'_>> {
        let mut candidates = Vec::new();
        for tier in &route.order {
            let model = self.llm.tiers().iter().find(|model| model.tier() == *tier);
            candidates.extend(model.map(|model| Candidate {
                tier: *tier,
                model: model.describe().model,
                provider: model,
                budget: self.config.routing.budget(*tier),
                opening: Arc::new(self.opening(*tier, gathered, text, question)),
            }));
        }
        candidates
    }

    fn opening(&self, tier: Tier, gathered: &Gathered, text: &str, question: &Question) -> Opening {
        let outside = tier == Tier::Cloud && !self.config.routing.private_to_cloud;
        let guided = tier == Tier::Local && self.config.guided_local;
        let tools: Vec<ToolSpec> = match (outside, guided) {
            (true, _) => Vec::new(),
            (_, true) => gathered.form.clone(),
            _ => gathered.tools.clone(),
        };
        let history: Vec<(Speaker, String)> = gathered
            .history
            .iter()
            .filter(|remark| remark.open || !outside)
            .map(|remark| (remark.speaker, remark.text.clone()))
            .collect();
        let plain = guided && tools.is_empty() && gathered.entities.is_empty();
        let parts = Parts {
            language: question.language.clone(),
            // A small model reads slowly: what the question does not need is left out.
            room: if outside || plain { "" } else { &gathered.room },
            moment: match guided && (gathered.of_the_world || !wants_clock(text, &question.language)) {
                true => Moment::default(),
                false => gathered.moment.clone(),
            },
            reach: match tools.is_empty() {
                _ if guided => Reach::Told,
                false => Reach::Tools,
                true if outside || gathered.entities.is_empty() => Reach::Nothing,
                true => Reach::Told,
            },
            history: &history,
            memories: if outside { &[] } else { &gathered.memories },
            entities: if outside { &[] } else { &gathered.entities },
            question: text,
        };
        let prompt = prompt::build(&parts, self.config.prompt_tokens);
        let private_talk = gathered.history.iter().any(|remark| !remark.open) && prompt.history_used > 0;
        Opening {
            private: !outside && (prompt.memories_used > 0 || prompt.entities_used > 0 || private_talk),
            // A stranger's words stay a stranger's, also those that were read aloud before.
            foreign: (!outside && tools::has_foreign(&gathered.memories[..prompt.memories_used]))
                || (prompt.history_used > 0 && gathered.history.iter().any(|remark| remark.foreign)),
            messages: prompt.messages,
            stable: prompt.stable,
            tools,
            manner: if guided { Manner::Guided } else { Manner::Native },
            outside,
            question: text.to_owned(),
            meant: gathered.meant.clone(),
        }
    }
}
