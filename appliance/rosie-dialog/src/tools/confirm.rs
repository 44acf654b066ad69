//! The yes before something dangerous: what waits for it, where, for how long; and what counts as yes.

use rosie_core::{CallContext, EndpointId, Language, ToolCall, ToolSpec, dialog::Hub};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Who does not answer in this time did not say yes.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest answer that can be a mere yes or no, in words.
const LONGEST_ANSWER: usize = 6;

/// What was asked about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pending {
    pub calls: Vec<ToolCall>,
}

/// What the next words at the endpoint mean for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Consent {
    Yes(Pending),
    No,
    /// Nothing waits, or the words are about something else: what waited is forgotten.
    NotAnAnswer,
}

#[derive(Default)]
pub(crate) struct Confirmations(Mutex<HashMap<EndpointId, (Pending, Instant)>>);

impl Confirmations {
    pub(crate) fn ask(&self, endpoint: &EndpointId, pending: Pending) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (_, since)| since.elapsed() < PATIENCE);
        waiting.insert(endpoint.clone(), (pending, Instant::now()));
    }

    /// Takes the words as the answer. Each question is answered at most once.
    pub(crate) fn answer(&self, endpoint: &EndpointId, text: &str, language: &Language) -> Consent {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = waiting.remove(endpoint).filter(|(_, since)| since.elapsed() < PATIENCE);
        match (asked, yes_or_no(text, language)) {
            (Some((pending, _)), Some(true)) => Consent::Yes(pending),
            (Some(_), Some(false)) => Consent::No,
            _ => Consent::NotAnAnswer,
        }
    }

    /// Whether these words would be the answer; what waits goes on waiting.
    pub(crate) fn would_answer(&self, endpoint: &EndpointId, text: &str, language: &Language) -> bool {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = waiting
            .get(endpoint)
            .is_some_and(|(_, since)| since.elapsed() < PATIENCE);
        asked && yes_or_no(text, language).is_some()
    }
}

/// Words that say yes, that say no, and that may stand beside them.
type Answers = (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

fn answers(language: &Language) -> Answers {
    match language.primary() {
        "de" => (
            &[
                "ja",
                "jawohl",
                "jep",
                "klar",
                "gerne",
                "okay",
                "ok",
                "mach",
                "bestätigt",
                "genau",
                "sicher",
            ],
            &[
                "nein",
                "nee",
                "nicht",
                "abbrechen",
                "stopp",
                "stop",
                "lass",
                "niemals",
                "doch",
            ],
            &["bitte", "das", "es", "ich", "bin", "mir", "danke", "natürlich", "tu"],
        ),
        "es" => (
            &[
                "sí",
                "si",
                "claro",
                "vale",
                "adelante",
                "hazlo",
                "confirmado",
                "seguro",
                "segura",
                "ok",
                "okay",
            ],
            &["no", "cancela", "cancelar", "para", "nunca", "déjalo"],
            &["por", "favor", "gracias", "estoy", "que", "supuesto", "desde", "luego"],
        ),
        "fr" => (
            &[
                "oui", "ouais", "d'accord", "vas-y", "confirme", "sûr", "sûre", "ok", "okay", "certain", "certaine",
            ],
            &["non", "annule", "annuler", "arrête", "stop", "jamais", "pas", "laisse"],
            &[
                "s'il", "te", "vous", "plaît", "merci", "je", "suis", "bien", "fais", "le", "faites", "allez-y",
            ],
        ),
        _ => (
            &[
                "yes",
                "yeah",
                "yep",
                "yup",
                "sure",
                "okay",
                "ok",
                "confirm",
                "confirmed",
                "affirmative",
                "do",
                "go",
                "absolutely",
            ],
            &[
                "no", "nope", "nah", "not", "don't", "cancel", "stop", "never", "negative",
            ],
            &[
                "please", "it", "ahead", "i'm", "i", "am", "that", "thanks", "thank", "you", "of", "course", "mind",
                "rosie",
            ],
        ),
    }
}

/// Short answers only: "yes, but not the back door" is no yes.
pub(crate) fn yes_or_no(text: &str, language: &Language) -> Option<bool> {
    let (yes, no, filling) = answers(language);
    let words = crate::routing::Words::of(text);
    if words.len() == 0 || words.len() > LONGEST_ANSWER {
        return None;
    }
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word));
    if has(no) {
        return Some(false);
    }
    let only_these = words.iter().all(|word| yes.contains(&word) || filling.contains(&word));
    (only_these && has(yes)).then_some(true)
}

/// Whether it says yes or no and nothing else: "no, Wilma is eight" tells something.
pub(crate) fn only_answers(text: &str, language: &Language) -> bool {
    let (yes, no, filling) = answers(language);
    let words = crate::routing::Words::of(text);
    let known = |word: &str| [yes, no, filling].iter().any(|list| list.contains(&word));
    yes_or_no(text, language).is_some() && words.iter().all(known)
}

/// The tool as it is for this very call: what the hub wants a yes for is dangerous.
pub(crate) fn for_call(hub: &dyn Hub, call: &ToolCall, tool: &ToolSpec, context: &CallContext) -> ToolSpec {
    match hub.confirmation(call, context) {
        Some(confirmation) => ToolSpec {
            dangerous: true,
            confirmation,
            ..tool.clone()
        },
        None => tool.clone(),
    }
}

/// The question before `calls`, with the values it is about.
pub(crate) fn question_for(calls: &[(&ToolCall, &ToolSpec)], language: &Language) -> String {
    let [(call, tool)] = calls else {
        return generic(language).to_owned();
    };
    let template = tool
        .confirmation
        .get(language.primary())
        .filter(|text| !text.is_empty());
    let Some(mut text) = template.cloned() else {
        return generic(language).to_owned();
    };
    for (key, value) in call.arguments.as_object().into_iter().flatten() {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text = text.replace(&format!("{{{key}}}"), &value);
    }
    // A value that the template wants and the call lacks.
    if text.contains('{') {
        generic(language).to_owned()
    } else {
        text
    }
}

fn generic(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Soll ich das wirklich tun?",
        "es" => "¿Seguro que quieres que lo haga?",
        "fr" => "Voulez-vous vraiment que je le fasse ?",
        _ => "Do you really want me to do that?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn yes_no_and_neither() {
        let table = [
            ("en", "Yes.", Some(true)),
            ("en", "Yes, please do it.", Some(true)),
            ("en", "Okay, go ahead", Some(true)),
            ("en", "No, don't", Some(false)),
            ("en", "Yes, but not the back door", Some(false)),
            ("en", "cancel that", Some(false)),
            ("en", "what time is it", None),
            ("en", "do you know what the time is", None),
            ("en", "please", None),
            ("en", "", None),
            ("de", "Ja, bitte", Some(true)),
            ("de", "Nein, lass das", Some(false)),
            ("es", "Sí, por favor", Some(true)),
            ("es", "no", Some(false)),
            ("fr", "Oui, vas-y", Some(true)),
            ("fr", "non merci", Some(false)),
        ];
        for (language, text, expected) in table {
            assert_eq!(yes_or_no(text, &Language::new(language)), expected, "{text}");
        }
    }

    fn pending() -> Pending {
        let call = ToolCall {
            name: "HassUnlock".into(),
            arguments: json!({ "name": "front door" }),
        };
        Pending { calls: vec![call] }
    }

    #[tokio::test(start_paused = true)]
    async fn a_yes_counts_once_here_and_soon() {
        let all = Confirmations::default();
        let (here, there) = (EndpointId::from("k1"), EndpointId::from("k2"));
        let english = Language::new("en");
        let answer = |endpoint, text| all.answer(endpoint, text, &english);
        all.ask(&here, pending());
        assert_eq!(answer(&there, "yes"), Consent::NotAnAnswer, "somebody else's yes");
        assert_eq!(answer(&here, "yes"), Consent::Yes(pending()));
        assert_eq!(answer(&here, "yes"), Consent::NotAnAnswer);
        all.ask(&here, pending());
        assert_eq!(answer(&here, "what time is it"), Consent::NotAnAnswer);
        assert_eq!(answer(&here, "yes"), Consent::NotAnAnswer, "the talk went on");
        all.ask(&here, pending());
        tokio::time::advance(PATIENCE).await;
        assert_eq!(answer(&here, "yes"), Consent::NotAnAnswer, "too late");
        all.ask(&here, pending());
        let german = Language::new("de");
        assert!(all.would_answer(&here, "ja", &german) && !all.would_answer(&here, "ja", &english));
        assert!(!all.would_answer(&there, "ja", &german));
        assert_eq!(answer(&here, "no"), Consent::No);
        assert!(!all.would_answer(&here, "ja", &german), "nothing waits");
    }

    #[test]
    fn the_question_names_what_it_is_about() {
        let tool = ToolSpec {
            name: "HassUnlock".into(),
            description: String::new(),
            parameters: json!({}),
            acts: true,
            dangerous: true,
            foreign: false,
            confirmation: [("en".to_owned(), "Shall I unlock {name}?".to_owned())].into(),
        };
        let english = Language::new("en");
        let call = &pending().calls[0];
        assert_eq!(question_for(&[(call, &tool)], &english), "Shall I unlock front door?");
        let bare = ToolCall {
            name: "HassUnlock".into(),
            arguments: json!({}),
        };
        assert_eq!(question_for(&[(&bare, &tool)], &english), generic(&english));
        assert_eq!(
            question_for(&[(call, &tool), (call, &tool)], &english),
            generic(&english)
        );
        assert_eq!(
            question_for(&[(call, &tool)], &Language::new("de")),
            "Soll ich das wirklich tun?"
        );
    }
}
