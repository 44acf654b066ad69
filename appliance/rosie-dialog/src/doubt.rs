//! What was taken for a command and may have been talk: asked about before it is done, or left to the model as what it is.

use crate::{answers, by_intent::call, dialog::RosieDialog};
use rosie_core::{
    Failure, Intent, Language, ToolCall,
    dialog::{DialogSink, EntityState, Question, Reply},
};
use rosie_intents::{Matcher, Meant, Understood, meant};
use std::sync::Arc;

/// What goes on from the sentence before is not much longer: "and the one in the hall too".
const GOES_ON: usize = 6;

/// Whether it is done without asking.
pub(crate) struct Sure(bool);

impl Sure {
    pub(crate) const NOT: Self = Self(false);
}

impl RosieDialog {
    /// What was understood, unless it does something and `text` is talk all the same.
    pub(crate) fn unless_talk<M>(
        &self,
        found: Option<(M, Understood)>,
        text: &str,
        question: &Question,
    ) -> Option<(M, Understood, Sure)> {
        let (matcher, understood) = found?;
        let meant = self.meant(&understood, text, question);
        (meant != Meant::Talk).then_some((matcher, understood, Sure(meant == Meant::Command)))
    }

    /// Does what was understood, or asks "Shall I do that?" first.
    pub(crate) async fn carried_out(
        &self,
        (matcher, understood, Sure(sure)): (Arc<Matcher>, Understood, Sure),
        text: &str,
        question: &Question,
        sink: &mut DialogSink,
    ) -> Result<Reply, Failure> {
        let asked = match sure {
            true => None,
            false => self.doubted(&understood, question, sink),
        };
        match asked {
            Some(asked) => Ok(asked),
            None => self.understood(&matcher, understood, text, question, sink).await,
        }
    }

    /// None where nobody need be asked: it asks by itself, or only answers.
    fn doubted(&self, understood: &Understood, question: &Question, sink: &mut DialogSink) -> Option<Reply> {
        let intents = &understood.intents;
        let first = intents.first()?;
        let asks_itself = intents.iter().any(|intent| self.needs_yes(intent, question).is_some());
        let answered_here = |intent| answers::answer(intent, &question.language).is_some();
        if asks_itself || intents.iter().any(answered_here) {
            return None;
        }
        let calls = intents.iter().map(call).collect();
        let text = match intents.as_slice() {
            [one] => named(one, &question.language),
            _ => None,
        };
        let text = text.unwrap_or_else(|| shall_i(&question.language).to_owned());
        Some(self.asked((calls, text), first, question, sink))
    }

    /// Where only what came before tells what it is, it is no talk.
    fn meant(&self, understood: &Understood, text: &str, question: &Question) -> Meant {
        let words = text.split_whitespace().count();
        let goes_on = words <= GOES_ON && !self.preceding.at(&question.endpoint).is_empty();
        let answers = self.hub.asked(&question.endpoint).is_some() || self.hub.dictation(&question.endpoint).is_some();
        match goes_on || answers {
            true => Meant::Command,
            false => meant(text, &understood.intents, &question.language),
        }
    }
}

/// "Iron: shall I turn it off?": by the words that it was called with. None for what is more than one thing on or off.
fn named(intent: &Intent, language: &Language) -> Option<String> {
    let name = intent.slots.get("name")?;
    switching(&intent.name, (&name.value.to_string(), &name.spoken), language)
}

/// The question before a call that a model made of what was only told.
pub(crate) fn before(calls: &[&ToolCall], things: &[EntityState], language: &Language) -> String {
    let one = || {
        let [call] = calls else { return None };
        let said = call.arguments["name"].as_str()?;
        let called = |thing: &&EntityState| thing.names.iter().any(|name| name.eq_ignore_ascii_case(said));
        switching(&call.name, (&things.iter().find(called)?.id, said), language)
    };
    one().unwrap_or_else(|| shall_i(language).to_owned())
}

/// `id`, `spoken`: the thing that would be switched, opened or closed.
fn switching(intent: &str, (id, spoken): (&str, &str), language: &Language) -> Option<String> {
    let domain = id.split_once('.').filter(|_| !id.contains(','))?.0;
    let opens = matches!(domain, "cover" | "valve");
    let switched = matches!(
        domain,
        "light" | "switch" | "fan" | "media_player" | "climate" | "humidifier" | "input_boolean"
    );
    let does = match (intent, opens, switched) {
        ("HassTurnOn", true, _) => 0,
        ("HassTurnOff", true, _) => 1,
        ("HassTurnOn", _, true) => 2,
        ("HassTurnOff", _, true) => 3,
        _ => return None,
    };
    let asked: [&str; 4] = match language.primary() {
        "de" => [
            "soll ich öffnen?",
            "soll ich schließen?",
            "soll ich einschalten?",
            "soll ich ausschalten?",
        ],
        "es" => ["¿abro?", "¿cierro?", "¿enciendo?", "¿apago?"],
        "fr" => ["j'ouvre ?", "je ferme ?", "j'allume ?", "j'éteins ?"],
        "en" => [
            "shall I open it?",
            "shall I close it?",
            "shall I turn it on?",
            "shall I turn it off?",
        ],
        _ => return None,
    };
    let mut letters = spoken.trim().chars();
    let first: String = letters.next()?.to_uppercase().collect();
    Some(format!("{first}{}: {}", letters.as_str(), asked[does]))
}

fn shall_i(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Soll ich das machen?",
        "es" => "¿Lo hago?",
        "fr" => "Je le fais ?",
        _ => "Shall I do that?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rosie_core::{Slot, SlotValue};
    use serde_json::json;

    fn intent(name: &str, id: &str, spoken: &str) -> Intent {
        let slot = Slot {
            value: SlotValue::Text(id.to_owned()),
            spoken: spoken.to_owned(),
            unresolved: false,
        };
        Intent {
            name: name.to_owned(),
            slots: [("name".to_owned(), slot)].into(),
            language: Language::new("en"),
            response: "default".to_owned(),
            literal_chars: 0,
        }
    }

    #[test]
    fn what_would_be_done_is_named_where_it_is_one_thing() {
        let asked = |name, id, spoken, language| named(&intent(name, id, spoken), &Language::new(language));
        let off = asked("HassTurnOff", "switch.iron", "iron", "en");
        assert_eq!(off.as_deref(), Some("Iron: shall I turn it off?"));
        let shut = asked("HassTurnOff", "cover.gate", "hoftor", "de");
        assert_eq!(shut.as_deref(), Some("Hoftor: soll ich schließen?"));
        let on = asked("HassTurnOn", "light.desk", "flexo", "es");
        assert_eq!(on.as_deref(), Some("Flexo: ¿enciendo?"));
        assert_eq!(asked("HassTurnOff", "light.a,light.b", "lamps", "en"), None);
        assert_eq!(asked("HassLightSet", "light.a", "lamp", "en"), None);
        assert_eq!(asked("HassTurnOn", "vacuum.robot", "robot", "en"), None);
        assert_eq!(asked("HassTurnOn", "light.a", " ", "fr"), None);
    }

    #[test]
    fn what_a_model_made_of_a_story_is_named_too() {
        let desk = EntityState {
            id: "light.desk".into(),
            names: vec!["Desk lamp".into()],
            room: None,
            state: None,
        };
        let call = |name: &str, thing: &str| ToolCall {
            name: name.into(),
            arguments: json!({ "name": thing }),
        };
        let english = Language::new("en");
        let asked = |calls: &[&ToolCall]| before(calls, std::slice::from_ref(&desk), &english);
        let off = call("HassTurnOff", "desk lamp");
        assert_eq!(asked(&[&off]), "Desk lamp: shall I turn it off?");
        assert_eq!(asked(&[&off, &off]), "Shall I do that?");
        assert_eq!(asked(&[&call("HassTurnOff", "sauna")]), "Shall I do that?");
        assert_eq!(asked(&[&call("HassStartTimer", "desk lamp")]), "Shall I do that?");
    }
}
