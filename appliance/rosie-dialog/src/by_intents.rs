//! The road of a sentence that asks for several things: all of them, one after the other, and what was not understood or
//! not possible is said.

use crate::{
    answers::{self, Answer},
    dialog::RosieDialog,
    told_before::with_what_was_told,
    tools::Pending,
};
use rosie_core::{
    Effect, Failure, Intent, Language, ToolResult,
    dialog::{DialogEvent, DialogSink, Question, Reply, Tier},
    memory::MessageMeta,
};
use rosie_intents::{Matcher, Understood};

impl RosieDialog {
    pub(crate) async fn understood(
        &self,
        matcher: &Matcher,
        understood: Understood,
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<Reply, Failure> {
        let Understood { intents, rest } = understood;
        let whole = |intent| with_what_was_told(intent, text, &question.language);
        let mut intents: Vec<Intent> = intents.into_iter().map(whole).collect();
        self.preceding
            .keep(&question.endpoint, rosie_intents::of_the_home(&intents));
        if rest.is_none() && intents.len() == 1 {
            let intent = intents.remove(0);
            return self.by_intent(matcher, intent, text, question, sink).await;
        }
        // A question is dropped when something else is done: what will ask "which one?" comes last.
        intents.sort_by_key(asks_which);
        let mut said = Sentences::default();
        let mut wait = Vec::new();
        let mut failed = None;
        // Each of them is done, and nothing else is to be said.
        let mut confirmed = rest.is_none();
        for intent in &intents {
            sink(DialogEvent::IntentMatched(intent.clone()));
            if let Some((call, asked)) = self.needs_yes(intent, question) {
                wait.push(call);
                said.last(asked);
                confirmed = false;
                continue;
            }
            match self.one_of_several(matcher, intent, question, sink).await {
                Ok((words, effects)) => {
                    confirmed &= effects.contains(&Effect::Confirmed);
                    let others = effects.into_iter().filter(|effect| *effect != Effect::Confirmed);
                    others.for_each(|effect| sink(DialogEvent::Effect(effect)));
                    said.add(words);
                }
                // The others are done all the same, and this is told.
                Err(failure) => {
                    confirmed = false;
                    said.add(failure.code.spoken(&question.language).to_owned());
                    failed = Some(failure);
                }
            }
        }
        if let Some(failure) = failed.filter(|_| intents.len() == 1) {
            return Err(failure);
        }
        if let Some(rest) = rest {
            said.add(not_understood(&question.language).replace("{}", &rest));
        }
        if !wait.is_empty() {
            self.confirmations.ask(&question.endpoint, Pending { calls: wait });
            sink(DialogEvent::Effect(Effect::FollowUp));
        }
        if confirmed {
            sink(DialogEvent::Effect(Effect::Confirmed));
        }
        let said = said.joined();
        sink(DialogEvent::Delta(said.clone()));
        let name = intents.first().map(|intent| intent.name.clone());
        let tools: Vec<String> = intents.into_iter().map(|intent| intent.name).collect();
        let foreign = self.brings_foreign(&tools);
        let meta = MessageMeta {
            intent: name.clone(),
            tier: Some(Tier::Local),
            tools,
            ..MessageMeta::default()
        };
        self.keep(question, (text, &said), meta, foreign);
        Ok(Reply {
            text: said,
            tier: Tier::Local,
            intent: name,
        })
    }

    async fn one_of_several(
        &self,
        matcher: &Matcher,
        intent: &Intent,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<(String, Vec<Effect>), Failure> {
        let result: ToolResult = match answers::answer(intent, matcher.language()) {
            Some(Answer::NotASum(result) | Answer::Result(result)) => result,
            None => self.by_hub(intent, question, sink).await?,
        };
        let words = self.worded(matcher, intent, &result, &question.language)?;
        Ok((words, result.effects))
    }
}

/// Its name stands for several things.
fn asks_which(intent: &Intent) -> bool {
    let several = intent.text("name").is_some_and(|name| name.contains(','));
    several && !intent.slots.contains_key("all")
}

/// Each once; questions last.
#[derive(Default)]
struct Sentences {
    said: Vec<String>,
    asked: Vec<String>,
}

impl Sentences {
    fn add(&mut self, words: String) {
        if !words.trim().is_empty() && !self.said.contains(&words) {
            self.said.push(words);
        }
    }

    fn last(&mut self, words: String) {
        if !self.asked.contains(&words) {
            self.asked.push(words);
        }
    }

    fn joined(self) -> String {
        let all = self.said.into_iter().chain(self.asked);
        let ended = |words: String| match words.trim_end().ends_with(['.', '!', '?', '…']) {
            true => words.trim_end().to_owned(),
            false => format!("{}.", words.trim_end()),
        };
        all.map(ended).collect::<Vec<_>>().join(" ")
    }
}

fn not_understood(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Das habe ich nicht verstanden: {}",
        "es" => "Esto no lo he entendido: {}",
        "fr" => "Je n'ai pas compris ceci : {}",
        _ => "This part I did not understand: {}",
    }
}
