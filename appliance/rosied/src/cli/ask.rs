//! `rosied ask`: a typed question, answered on stdout as the answer grows.

use super::{CliResult, Common, offline};
use rosie_core::{
    CancelFlag, Completeness, ConversationId, EndpointId, Language, RoomId, TurnId,
    dialog::{DialogEvent, Question},
};
use serde_json::json;
use std::{
    io::Write,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

#[derive(clap::Args)]
pub struct Args {
    /// The question.
    text: String,
    /// Its language; without it the house's first.
    #[arg(long)]
    language: Option<String>,
    /// The room it is asked in; without it the first.
    #[arg(long)]
    room: Option<String>,
}

pub fn main(common: &Common, args: Args) -> CliResult {
    let json = common.json;
    offline::with_rosie(
        common,
        |config| offline::speak(config, args.language.as_deref()),
        async |rosie| {
            let house = &rosie.sessions.house;
            let room = args.room.clone().unwrap_or_else(|| house.config().rooms[0].id.clone());
            let question = Question {
                turn_id: TurnId(1),
                text: args.text.clone(),
                language: args
                    .language
                    .as_deref()
                    .map_or_else(|| house.languages().swap_remove(0), Language::new),
                room: RoomId(room),
                endpoint: EndpointId::from("command-line"),
                conversation: ConversationId::from("command-line"),
                user: None,
                cancel: CancelFlag::new(),
            };
            let language = question.language.clone();
            // A command needs no model, so it does not wait for one.
            if house.dialog().completeness(&question.text, &language) != Completeness::Complete {
                rosie.model_loaded(offline::LOAD_LIMIT).await;
            }
            let intent = Arc::new(Mutex::new(None));
            let matched = intent.clone();
            let began = Instant::now();
            let sink = Box::new(move |event| match event {
                DialogEvent::IntentMatched(intent) => {
                    *matched.lock().unwrap_or_else(PoisonError::into_inner) = Some(intent);
                }
                DialogEvent::Delta(text) if !json => {
                    print!("{text}");
                    let _ = std::io::stdout().flush();
                }
                _ => {}
            });
            let reply = house.dialog().answer(question, sink).await;
            let duration_ms = began.elapsed().as_millis() as u64;
            let intent = intent.lock().unwrap_or_else(PoisonError::into_inner).take();
            match (reply, json) {
                (Ok(reply), true) => {
                    println!(
                        "{}",
                        json!({ "reply": reply.text, "tier": reply.tier, "intent": intent, "duration_ms": duration_ms })
                    );
                }
                (Ok(_), false) => println!(),
                (Err(failure), _) => {
                    // What she would say aloud goes where the answer goes.
                    let sentence = failure.code.spoken(&language);
                    if json {
                        println!(
                            "{}",
                            json!({ "reply": sentence, "intent": intent, "error": failure, "duration_ms": duration_ms })
                        );
                    } else {
                        println!("{sentence}");
                    }
                    return Err(failure.into());
                }
            }
            Ok(ExitCode::SUCCESS)
        },
    )
}
