//! What may be no more than like a wish: asked about before it is done.

use super::{calls::is_of_a_thing, clause::MOST_EFFORT, wished::Wished};
use crate::{clauses::clauses, dialog::RosieDialog};
use rosie_core::{ToolSpec, dialog::Question};
use rosie_intents::{Effort, Matcher, Understood, takes_back};
use std::sync::Arc;

impl RosieDialog {
    /// In the plainest words for it.
    pub(super) fn perhaps(
        &self,
        text: &str,
        question: &Question,
        (wished, tools): (&Wished, &[ToolSpec]),
    ) -> Option<(Arc<Matcher>, Understood)> {
        let class = wished.perhaps()?;
        let matcher = self.languages.of(&question.language)?;
        let clauses = clauses(text, &question.language);
        let names = self.hub.names();
        let _effort = Effort::of(MOST_EFFORT);
        let search = self.search((text, clauses), question, (matcher, &names), (wished, tools));
        let intents = search.in_plain_words(Some(class))?;
        let fits = intents.iter().all(is_of_a_thing) && !matcher.goes_too_far(text, &intents) && !takes_back(text);
        fits.then(|| (matcher.clone(), Understood { intents, rest: None }))
    }
}
