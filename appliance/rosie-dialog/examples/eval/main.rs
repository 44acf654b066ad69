//! How Rosie does with a small model on questions of a file: the right tier, the right call, nothing made up.
//!
//! `eval LLAMA_SERVER MODEL.gguf [QUESTIONS.yaml]`; prints one JSON object, what went wrong line by line on stderr.

mod house;
mod stubs;

use house::House;
use rosie_core::{
    CancelFlag, Language, TurnId,
    dialog::{Dialog, DialogEvent, Question, Tier},
    engine::EngineHealth,
};
use rosie_dialog::{
    DialogConfig, LanguageSources, Languages, RosieDialog,
    llm::{Limits, LlmConfig, LlmEngine, LocalModel, ServerConfig},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const PATIENT: Duration = Duration::from_secs(300);
const NOT_KNOWN: [&str; 6] = [
    "can't see",
    "cannot see",
    "don't know",
    "do not know",
    "can't tell",
    "not sure",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    ask: String,
    tier: Tier,
    #[serde(default)]
    tool: Option<String>,
    #[serde(default)]
    arguments: Map<String, Value>,
    #[serde(default)]
    unknown: bool,
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
}

#[derive(Default)]
struct Score(usize, usize);

impl Score {
    fn count(&mut self, right: bool, what: impl FnOnce() -> String) {
        self.1 += 1;
        self.0 += usize::from(right);
        if !right {
            eprintln!("wrong  {}", what());
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(binary), Some(model)) = (arguments.next(), arguments.next()) else {
        return Err("eval LLAMA_SERVER MODEL.gguf [QUESTIONS.yaml]".into());
    };
    let text = match arguments.next() {
        Some(path) => std::fs::read_to_string(path)?,
        None => include_str!("../eval.yaml").to_owned(),
    };
    let questions: Vec<Asked> = serde_saphyr::from_str(&text)?;
    let (tracker, cancel) = (TaskTracker::new(), CancellationToken::new());
    let house = Arc::new(House::default());
    let dialog = dialog(
        house.clone(),
        (PathBuf::from(binary), PathBuf::from(model)),
        (&tracker, &cancel),
    )
    .await?;
    let mut by_sentence = 0;
    let [mut tiers, mut tools, mut none, mut known, mut words] = std::array::from_fn(|_| Score::default());
    let began = Instant::now();
    for (number, asked) in questions.iter().enumerate() {
        house.calls.lock().unwrap_or_else(|p| p.into_inner()).clear();
        let (tier, said, sentence) = ask(&dialog, &asked.ask, number).await;
        if sentence {
            eprintln!("passed over, a sentence takes it: {}", asked.ask);
            by_sentence += 1;
            continue;
        }
        let calls = house.calls.lock().unwrap_or_else(|p| p.into_inner()).clone();
        let calls: Vec<_> = calls
            .into_iter()
            .filter(|call| !call.name.starts_with("HassGetCurrent"))
            .collect();
        let lower = said.to_lowercase();
        let shown = || format!("{}: {tier:?}, {}, \"{said}\"", asked.ask, json!(calls));
        tiers.count(tier == Some(asked.tier), || format!("tier, {}", shown()));
        match asked.tool.as_deref() {
            Some("none") => none.count(calls.is_empty(), || format!("a call, {}", shown())),
            Some(name) => {
                let fits = |(key, value): (&String, &Value)| {
                    calls
                        .iter()
                        .any(|call| call.name == name && same(&call.arguments[key], value))
                };
                let made = calls.iter().any(|call| call.name == name);
                tools.count(made && asked.arguments.iter().all(fits), || {
                    format!("tool, {}", shown())
                });
            }
            None => {}
        }
        let made_up = asked.never.iter().any(|words| lower.contains(&words.to_lowercase()));
        if asked.unknown || !asked.never.is_empty() {
            let right = !made_up && (!asked.unknown || NOT_KNOWN.iter().any(|words| lower.contains(words)));
            known.count(right, || format!("made up, {}", shown()));
        }
        if !asked.says.is_empty() {
            let there = asked.says.iter().any(|words| lower.contains(&words.to_lowercase()));
            words.count(there, || format!("words, {}", shown()));
        }
    }
    let score = |score: &Score| json!({ "right": score.0, "of": score.1 });
    println!(
        "{}",
        json!({
            "questions": questions.len() - by_sentence, "seconds": began.elapsed().as_secs(),
            "tier": score(&tiers), "tool": score(&tools), "no_call": score(&none), "not_made_up": score(&known),
            "words": score(&words),
        })
    );
    cancel.cancel();
    tracker.close();
    tracker.wait().await;
    Ok(())
}

/// Numbers as numbers, words in whatever case.
fn same(made: &Value, wanted: &Value) -> bool {
    match (made, wanted) {
        (Value::String(made), Value::String(wanted)) => made.to_lowercase().contains(&wanted.to_lowercase()),
        (made, wanted) => made.as_f64().is_some() && made.as_f64() == wanted.as_f64(),
    }
}

async fn dialog(
    house: Arc<House>,
    (binary, model): (PathBuf, PathBuf),
    (tracker, cancel): (&TaskTracker, &CancellationToken),
) -> Result<RosieDialog, Box<dyn std::error::Error>> {
    let server = ServerConfig {
        binary,
        threads: Some(2),
        context: 2048,
        limits: Limits {
            first_token: PATIENT,
            idle: PATIENT,
            overall: PATIENT,
            max_tokens: 60,
            temperature: 0.0,
            ..Limits::default()
        },
        ..ServerConfig::new(model)
    };
    let config = LlmConfig {
        local: Some(LocalModel::Managed(server)),
        network: Some(stubs::model("From the network.").await?),
        cloud: Some(stubs::model("From the cloud.").await?),
        cloud_allowed: true,
    };
    let engine = LlmEngine::start(config, tracker, cancel)?;
    // Without sentences: every question goes to a model.
    let sources = LanguageSources {
        languages: vec![Language::new("en")],
        data: None,
        own: None,
        more: Vec::new(),
    };
    let (languages, _) = Languages::load(&sources);
    let mut config = DialogConfig {
        patience: PATIENT,
        ..DialogConfig::default()
    };
    config.routing.cloud_enabled = true;
    config.routing.budgets.local = PATIENT;
    let dialog = RosieDialog::new(house, languages, Arc::new(engine), config);
    while dialog.llm().health != EngineHealth::Ready {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(dialog)
}

/// The tier that was asked first, what was said, and whether no model was needed.
async fn ask(dialog: &RosieDialog, text: &str, number: usize) -> (Option<Tier>, String, bool) {
    let heard = Arc::new(Mutex::new((None, String::new(), false)));
    let into = heard.clone();
    let sink = Box::new(move |event| {
        let mut heard = into.lock().unwrap_or_else(|p| p.into_inner());
        match event {
            DialogEvent::TierChosen { tier, .. } => drop(heard.0.get_or_insert(tier)),
            DialogEvent::Delta(words) => heard.1 += &words,
            DialogEvent::IntentMatched(_) => heard.2 = true,
            _ => {}
        }
    });
    let question = Question {
        turn_id: TurnId(number as u64),
        text: text.to_owned(),
        language: Language::new("en"),
        room: "kitchen".into(),
        endpoint: "eval".into(),
        conversation: number.to_string().as_str().into(),
        user: None,
        cancel: CancelFlag::new(),
    };
    let reply = dialog.answer(question, sink).await;
    let (tier, said, sentence) = heard.lock().unwrap_or_else(|p| p.into_inner()).clone();
    match reply {
        // What needs no model is answered here.
        Ok(reply) => (tier.or(Some(reply.tier)), said, sentence),
        Err(failure) => (tier, format!("{said} [{failure}]"), sentence),
    }
}
