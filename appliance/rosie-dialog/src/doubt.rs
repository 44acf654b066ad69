//! What was taken for a command and may have been talk: asked about before it is done, or left to the model as what it is.

use crate::{answers, by_intent::call, dialog::RosieDialog, tools::Pending};
use rosie_core::{
    Effect, Language,
    dialog::{DialogEvent, DialogSink, Question, Reply, Tier},
};
use rosie_intents::{Understood, chance_of_a_command, does};

/// Less likely a command than this, it is talk; of commands that were kept from the training one or two in a hundred are so.
const TALK: f32 = 0.05;
/// Less likely than this, it is asked about.
const DOUBTFUL: f32 = 0.3;
/// Fewer words say too little to be doubted: they are a command or none by the grammar alone.
const FEWEST: usize = 4;
/// What goes on from the sentence before is not much longer: "and the one in the hall too".
const GOES_ON: usize = 6;

impl RosieDialog {
    /// Whether what was understood of `text` does something, and `text` is talk all the same.
    pub(crate) fn is_talk(&self, understood: &Understood, text: &str, question: &Question) -> bool {
        self.chance(understood, text, question)
            .is_some_and(|chance| chance < TALK)
    }

    /// "Shall I do that?", where `text` may have been talk. None where nothing is done, or nobody need be asked.
    pub(crate) fn doubted(
        &self,
        understood: &Understood,
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Option<Reply> {
        self.chance(understood, text, question)
            .filter(|chance| *chance < DOUBTFUL)?;
        let intents = &understood.intents;
        let asks_itself = intents.iter().any(|intent| self.needs_yes(intent, question).is_some());
        let answered_here = |intent| answers::answer(intent, &question.language).is_some();
        if asks_itself || intents.iter().any(answered_here) {
            return None;
        }
        let calls = intents.iter().map(call).collect();
        self.confirmations.ask(&question.endpoint, Pending { calls });
        let text = shall_i(&question.language).to_owned();
        sink(DialogEvent::Effect(Effect::FollowUp));
        sink(DialogEvent::Delta(text.clone()));
        Some(Reply {
            text,
            tier: Tier::Local,
            intent: intents.first().map(|intent| intent.name.clone()),
        })
    }

    /// How likely it is a command. None where it does nothing, or where only what came before tells what it is.
    fn chance(&self, understood: &Understood, text: &str, question: &Question) -> Option<f32> {
        let words = text.split_whitespace().count();
        let goes_on = words <= GOES_ON && !self.preceding.at(&question.endpoint).is_empty();
        let answers = self.hub.asked(&question.endpoint).is_some() || self.hub.dictation(&question.endpoint).is_some();
        if words < FEWEST || goes_on || answers || !understood.intents.iter().any(does) {
            return None;
        }
        chance_of_a_command(text, &question.language)
    }
}

fn shall_i(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Soll ich das machen?",
        "es" => "¿Lo hago?",
        "fr" => "Je le fais ?",
        _ => "Shall I do that?",
    }
}
