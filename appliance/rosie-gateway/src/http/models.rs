//! The models of this machine, and what its voices sound like.

use super::{
    ApiError, body,
    respond::{Answer, answer, json},
    wav,
};
use crate::server::Shared;
use http::{HeaderValue, Request, StatusCode};
use hyper::body::Incoming;
use rosie_core::{
    CancelFlag, ErrorCode, Failure, Language,
    engine::TtsEvent,
    models::{ModelAdmin, ModelEntry},
    pipeline::Pipeline,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Of a sample: more is no sample.
const LONGEST: usize = 200;

/// What a route of the models does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModelAction {
    State,
    Fetch,
    Cancel,
    Sample,
}

#[derive(Serialize)]
struct State {
    models: Vec<ModelEntry>,
    /// Of the house's languages, the first one first.
    voices: Vec<OwnVoice>,
}

#[derive(Serialize)]
struct OwnVoice {
    language: String,
    voice: String,
}

#[derive(Serialize)]
struct Asked {
    /// It happens a moment later; the state tells how far it is.
    asked: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    language: String,
    text: String,
}

pub(super) async fn run(
    shared: &Arc<Shared>,
    action: ModelAction,
    parameter: &str,
    request: Request<Incoming>,
) -> Result<Answer, ApiError> {
    match action {
        ModelAction::State => json(
            StatusCode::OK,
            &State {
                models: models(shared).await?,
                voices: voices(shared.appliance.pipeline().as_deref()),
            },
        ),
        ModelAction::Fetch => ask(shared, parameter, "fetch", |admin, id| admin.fetch(id)).await,
        ModelAction::Cancel => ask(shared, parameter, "cancel", |admin, id| admin.cancel(id)).await,
        ModelAction::Sample => {
            let hint = "send {\"language\": \"en\", \"text\": \"Good morning, the kettle is on.\"}";
            let wanted = body::json(request.into_body(), &shared.config, hint).await?;
            sample(shared, wanted).await
        }
    }
}

fn admin(shared: &Shared) -> Result<Arc<dyn ModelAdmin>, ApiError> {
    shared.appliance.models().ok_or_else(ApiError::internal)
}

async fn models(shared: &Shared) -> Result<Vec<ModelEntry>, ApiError> {
    let admin = admin(shared)?;
    let looked = tokio::task::spawn_blocking(move || admin.models()).await;
    let hint = "the log tells more";
    looked
        .map_err(|_| ApiError::internal())?
        .map_err(|failure| ApiError::from_failure(failure, hint))
}

fn voices(pipeline: Option<&dyn Pipeline>) -> Vec<OwnVoice> {
    let voices = pipeline.map(Pipeline::voices).unwrap_or_default();
    let own = |voice: rosie_core::pipeline::Voice| OwnVoice {
        language: voice.language.tag().to_owned(),
        voice: voice.name,
    };
    voices.into_iter().map(own).collect()
}

/// Has something done with a model, or tells why not.
async fn ask(
    shared: &Shared,
    id: &str,
    asked: &'static str,
    act: fn(&dyn ModelAdmin, &str) -> Result<(), Failure>,
) -> Result<Answer, ApiError> {
    let (admin, id) = (admin(shared)?, id.to_owned());
    let done = tokio::task::spawn_blocking(move || act(&*admin, &id)).await;
    done.map_err(|_| ApiError::internal())?
        .map_err(|failure| match failure.code {
            ErrorCode::BadRequest => ApiError::new(
                StatusCode::NOT_FOUND,
                "unknown-model",
                failure.detail,
                "the list (GET /api/v1/models) tells which there are",
            ),
            _ => ApiError::from_failure(failure, "look at the list again in a moment"),
        })?;
    json(StatusCode::ACCEPTED, &Asked { asked })
}

/// Says a sentence in the language's own voice.
async fn sample(shared: &Shared, Sample { language, text }: Sample) -> Result<Answer, ApiError> {
    let refused = |message: &str, hint: String| {
        Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "refused",
            message,
            hint,
        ))
    };
    let hint = "see the part tts of GET /api/v1/health";
    let silent = |failure| ApiError::from_failure(failure, hint);
    let Some(pipeline) = shared.appliance.pipeline() else {
        return Err(silent(Failure::new(ErrorCode::TtsUnavailable, "there is no voice")));
    };
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        let message = "a sample has 1 to 200 characters";
        return refused(message, "send a sentence of that length".to_owned());
    }
    let languages = pipeline.languages();
    let Some(language) = languages.iter().find(|known| known.tag() == language) else {
        let known: Vec<&str> = languages.iter().map(Language::tag).collect();
        return refused(
            "the house does not speak this language",
            format!("its languages are {}", known.join(", ")),
        );
    };
    let sound = said(&*pipeline, text, language).await.map_err(silent)?;
    Ok(answer(
        StatusCode::OK,
        HeaderValue::from_static("audio/wav"),
        sound.into(),
    ))
}

/// Ends what is being said when nobody waits for it any more.
struct EndsWith(CancelFlag);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

async fn said(pipeline: &dyn Pipeline, text: &str, language: &Language) -> Result<Vec<u8>, Failure> {
    let cancel = EndsWith(CancelFlag::new());
    let (heard, mut events) = mpsc::unbounded_channel();
    let sink = Box::new(move |event| drop(heard.send(event)));
    pipeline.speak(text.to_owned(), Some(language.clone()), None, cancel.0.clone(), sink);
    let mut frames = Vec::new();
    while let Some(event) = events.recv().await {
        match event {
            TtsEvent::Audio(frame) => frames.push(frame),
            TtsEvent::Done { .. } => return Ok(wav::of(&frames)),
            TtsEvent::Failed(failure) => return Err(failure),
        }
    }
    Err(Failure::new(ErrorCode::TtsUnavailable, "the voice went away"))
}
