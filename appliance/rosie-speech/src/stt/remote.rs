//! Speech to text at an OpenAI-compatible address: `POST {url}/audio/transcriptions`, multipart, a WAV file.

use super::service::{Recognizer, Signal, SttEngine, SttService};
use super::speechless::{Evidence, Heard, is_speechless, spoken};
use crate::SpeechError;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, StatusCode};
use rosie_core::engine::{SttJob, Transcript};
use rosie_core::{ErrorCode, Failure, Language, SampleRate, audio};
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// Where transcription is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteConfig {
    /// Up to and with the version: `http://gpu.lan:8000/v1`.
    pub url: String,
    /// The name of the model there.
    pub model: String,
    /// Sent as a bearer token; never shown.
    pub api_key: Option<String>,
    /// For the whole request, in milliseconds.
    pub timeout_ms: u64,
    /// Requests at the same time.
    pub workers: usize,
    /// Jobs that may wait.
    pub queue: usize,
}

impl fmt::Debug for RemoteConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteConfig")
            .field("url", &self.url)
            .field("model", &self.model)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("timeout_ms", &self.timeout_ms)
            .field("workers", &self.workers)
            .field("queue", &self.queue)
            .finish()
    }
}

impl RemoteConfig {
    /// Two requests at a time, 15 s for each, 64 waiting, no key.
    pub fn new(url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            model: model.into(),
            api_key: None,
            timeout_ms: 15_000,
            workers: 2,
            queue: 64,
        }
    }

    /// Starts the engine. It is ready when the address answers at all, and asks again every 2 s until it does.
    ///
    /// # Errors
    /// `Config` for an address that is none.
    pub fn start(self) -> Result<SttEngine, SpeechError> {
        let url = reqwest::Url::parse(self.url.trim_end_matches('/'))
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| SpeechError::Config {
                what: "the address for speech to text",
                reason: format!("`{}` is not one; it looks like http://host:8000/v1", self.url),
            })?;
        let service = SttService {
            engine: "remote",
            model: self.model.clone(),
            workers: self.workers,
            queue: self.queue,
        };
        SttEngine::start(service, move |_| RemoteRecognizer::connect(&self, &url))
    }
}

struct RemoteRecognizer {
    runtime: tokio::runtime::Runtime,
    client: Client,
    config: RemoteConfig,
    url: String,
    lost: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    text: String,
    /// A code or an English name, from servers that tell.
    #[serde(default)]
    language: Option<String>,
}

/// Why a request gave no text.
enum Trouble {
    Cancelled,
    /// The address cannot be reached: the next job has no better chance.
    Lost(String),
    Refused(Failure),
}

impl RemoteRecognizer {
    fn connect(config: &RemoteConfig, url: &reqwest::Url) -> Result<Self, SpeechError> {
        let failed = |reason: String| SpeechError::Inference {
            what: "the speech-to-text server",
            reason,
        };
        // Another part of the process may have chosen already; either will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| failed(e.to_string()))?;
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_millis(config.timeout_ms))
            .build()
            .map_err(|e| failed(e.to_string()))?;
        let url = url.as_str().trim_end_matches('/').to_owned();
        // Any answer proves that somebody is there; whether the key is right shows with the first job.
        let models = authorised(client.get(format!("{url}/models")), config);
        runtime
            .block_on(async { models.send().await })
            .map_err(|e| failed(unreachable(&url, &e)))?;
        Ok(Self {
            runtime,
            client,
            config: config.clone(),
            url,
            lost: None,
        })
    }

    fn ask(&self, job: &SttJob, signal: &Signal) -> Result<Answer, Trouble> {
        let form = form(job, &self.config.model).map_err(Trouble::Refused)?;
        let request = authorised(
            self.client.post(format!("{}/audio/transcriptions", self.url)),
            &self.config,
        );
        self.runtime.block_on(async {
            let answer = async {
                let response = request
                    .multipart(form)
                    .send()
                    .await
                    .map_err(|e| trouble(&self.url, &e))?;
                let status = response.status();
                let body = response.bytes().await.map_err(|e| trouble(&self.url, &e))?;
                if status.is_success() {
                    serde_json::from_slice(&body).map_err(|e| {
                        refused(
                            ErrorCode::SttUnavailable,
                            format!("{} did not answer with a transcript: {e}", self.url),
                        )
                    })
                } else {
                    Err(refused_status(&self.url, status))
                }
            };
            tokio::select! {
                answer = answer => answer,
                () = stopped(signal) => Err(Trouble::Cancelled),
            }
        })
    }
}

impl Recognizer for RemoteRecognizer {
    fn recognize(&mut self, job: &SttJob, signal: &Signal) -> Result<Transcript, Failure> {
        let answer = match self.ask(job, signal) {
            Ok(answer) => answer,
            Err(Trouble::Cancelled) => return Err(Failure::new(ErrorCode::SttUnavailable, "cancelled")),
            Err(Trouble::Refused(failure)) => return Err(failure),
            Err(Trouble::Lost(reason)) => {
                self.lost = Some(reason.clone());
                return Err(Failure::new(ErrorCode::SttUnavailable, reason));
            }
        };
        let evidence = Evidence {
            text: &answer.text,
            heard: Heard::Unknown,
            avg_logprob: 0.0,
            no_speech: 0.0,
            looped: false,
        };
        if is_speechless(&evidence) {
            return Err(Failure::new(ErrorCode::SttNoTextRecognized, "nobody spoke words"));
        }
        Ok(Transcript {
            text: spoken(&answer.text),
            language: language(answer.language.as_deref(), &job.languages),
            avg_logprob: 0.0,
            audio_ms: SampleRate::HEARING.millis(job.audio.len()),
            compute_ms: 0,
        })
    }

    fn lost(&mut self) -> Option<String> {
        self.lost.take()
    }
}

async fn stopped(signal: &Signal) {
    while !signal.stopped() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn authorised(request: reqwest::RequestBuilder, config: &RemoteConfig) -> reqwest::RequestBuilder {
    match &config.api_key {
        Some(key) => request.bearer_auth(key),
        None => request,
    }
}

fn form(job: &SttJob, model: &str) -> Result<Form, Failure> {
    let internal = |e: String| Failure::new(ErrorCode::Internal, e);
    let wav = wav(&job.audio).map_err(|e| internal(e.to_string()))?;
    let file = Part::bytes(wav)
        .file_name("utterance.wav")
        .mime_str("audio/wav")
        .map_err(|e| internal(e.to_string()))?;
    let mut form = Form::new()
        .part("file", file)
        .text("model", model.to_owned())
        .text("response_format", "json")
        .text("temperature", "0");
    if let [language] = &job.languages[..] {
        form = form.text("language", language.primary().to_owned());
    }
    if !job.bias.is_empty() {
        let names: Vec<&str> = job.bias.iter().take(32).map(String::as_str).collect();
        form = form.text("prompt", names.join(", "));
    }
    Ok(form)
}

fn wav(samples: &[f32]) -> Result<Vec<u8>, hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SampleRate::HEARING.0,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::with_capacity(44 + samples.len() * 2));
    let mut writer = hound::WavWriter::new(&mut bytes, spec)?;
    for sample in audio::to_i16(samples) {
        writer.write_sample(sample)?;
    }
    writer.finalize()?;
    Ok(bytes.into_inner())
}

/// The language by the name that the house uses for it; servers tell a code, or nothing.
fn language(told: Option<&str>, house: &[Language]) -> Language {
    let told = told.map(str::to_lowercase);
    house
        .iter()
        .find(|l| told.as_deref() == Some(l.primary()))
        .or_else(|| house.first())
        .cloned()
        .or_else(|| told.filter(|code| code.len() == 2).map(|code| Language::new(&code)))
        .unwrap_or_default()
}

fn trouble(url: &str, error: &reqwest::Error) -> Trouble {
    if error.is_timeout() && !error.is_connect() {
        refused(ErrorCode::SttTimeout, format!("{url} did not answer in time"))
    } else {
        Trouble::Lost(unreachable(url, error))
    }
}

fn unreachable(url: &str, error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    format!("{url} cannot be reached ({cause}); is the server running, and the address right?")
}

fn refused(code: ErrorCode, detail: String) -> Trouble {
    Trouble::Refused(Failure::new(code, detail))
}

fn refused_status(url: &str, status: StatusCode) -> Trouble {
    let advice = match status.as_u16() {
        401 | 403 => "refuses the key; check api_key",
        404 => "knows no /audio/transcriptions, or not this model; check url and model",
        413 => "finds the utterance too long",
        429 => "has too much to do, or the account's limit is reached",
        500..=599 => "has trouble of its own",
        _ => "refuses the request",
    };
    refused(
        ErrorCode::SttUnavailable,
        format!("{url} {advice} (HTTP {})", status.as_u16()),
    )
}
