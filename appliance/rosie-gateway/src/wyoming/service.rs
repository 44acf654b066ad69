//! One connection to Rosie's Wyoming server: describe, hear, speak, answer, as often as the other side likes.

use super::{
    Shared,
    audio::{Format, Sound},
    info,
    link::{self, LinkError, Reader, Writer, trouble},
    recognizing,
    speaking::{Asked, Speech},
    waking::Waking,
};
use rosie_core::{AudioFrame, ErrorCode, Failure, Language, SampleRate, engine::WakeEvent, pipeline::Pipeline};
use rosie_proto::wyoming::{Event, EventError};
use serde_json::json;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// A connection on which nothing happens for this long is closed.
const IDLE: Duration = Duration::from_secs(300);
/// The longest recording taken, seconds.
const LONGEST_S: usize = 120;

/// What was heard of a recording; nothing yet where only `transcribe` came.
#[derive(Default)]
struct Recording {
    sound: Option<Sound>,
    samples: Vec<i16>,
}

/// What is under way on a connection.
struct Service {
    shared: Arc<Shared>,
    peer: SocketAddr,
    writer: Writer,
    /// Language asked for by `transcribe`.
    language: Option<Language>,
    hearing: Option<Recording>,
    speech: Option<Speech>,
    waking: Option<Waking>,
}

pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    let (mut reader, writer) = link::split(stream);
    let mut service = Service {
        shared,
        peer,
        writer,
        language: None,
        hearing: None,
        speech: None,
        waking: None,
    };
    if let Err(error) = service.run(&mut reader).await {
        tracing::debug!(%peer, %error, "a Wyoming connection ended");
        if let LinkError::Event(error) = error {
            refuse(&mut service.writer, &error).await;
        }
    }
}

/// Whoever speaks something else here is told; that they read it is not waited for.
pub(super) async fn refuse(writer: &mut Writer, error: &EventError) {
    let _ = writer.send(&trouble(&error.to_string(), "bad-request")).await;
}

impl Service {
    async fn run(&mut self, reader: &mut Reader) -> Result<(), LinkError> {
        loop {
            let event = tokio::select! {
                next = timeout(IDLE, reader.next()) => match next {
                    Ok(next) => next?,
                    Err(_) => return Ok(()),
                },
                event = Waking::next(&mut self.waking) => {
                    self.on_wake(event).await?;
                    continue;
                }
            };
            let Some(event) = event else { return Ok(()) };
            if let Err(failure) = self.take(event).await? {
                self.fail(&failure).await?;
            }
        }
    }

    async fn fail(&mut self, failure: &Failure) -> Result<(), LinkError> {
        (self.hearing, self.speech, self.waking) = (None, None, None);
        self.writer.send(&trouble(&failure.detail, failure.code.as_str())).await
    }

    fn pipeline(&self) -> Result<Arc<dyn Pipeline>, Failure> {
        let missing = || Failure::new(ErrorCode::SttUnavailable, "this Rosie has no engines for others");
        self.shared.appliance.pipeline().ok_or_else(missing)
    }

    async fn take(&mut self, event: Event) -> Result<Result<(), Failure>, LinkError> {
        match event.kind.as_str() {
            "describe" => {
                let pipeline = self.shared.appliance.pipeline();
                let info = info::info(pipeline.as_deref(), self.shared.config.answers);
                self.writer.send(&info).await?;
            }
            "ping" => {
                self.writer
                    .send(&Event {
                        kind: "pong".to_owned(),
                        ..event
                    })
                    .await?
            }
            "transcribe" => {
                self.language = event.text("language").map(Language::new);
                (self.hearing, self.waking) = (Some(Recording::default()), None);
            }
            "audio-start" | "audio-chunk" | "audio-stop" if self.waking.is_some() => {
                let taken = self.waking.as_mut().map_or(Ok(()), |waking| waking.take(&event));
                return Ok(taken.map_err(bad));
            }
            "audio-start" => return Ok(self.start_hearing(&event)),
            "audio-chunk" => return Ok(self.hear(&event)),
            "audio-stop" => return self.transcribe().await,
            "synthesize" if self.speech.is_none() => {
                let pipeline = match self.pipeline() {
                    Ok(pipeline) => pipeline,
                    Err(failure) => return Ok(Err(failure)),
                };
                let asked = Asked::of(&event, &*pipeline);
                let mut speech = Speech::new(pipeline, asked);
                let text = event.text("text").unwrap_or_default();
                if let Err(failure) = speech.push(text, &mut self.writer).await? {
                    return Ok(Err(failure));
                }
                return speech.finish(&mut self.writer).await;
            }
            // The whole text once more, for servers that do not know streaming.
            "synthesize" => {}
            "synthesize-start" => match self.pipeline() {
                Ok(pipeline) => {
                    let asked = Asked::of(&event, &*pipeline);
                    self.speech = Some(Speech::new(pipeline, asked));
                }
                Err(failure) => return Ok(Err(failure)),
            },
            "synthesize-chunk" => {
                if let Some(speech) = &mut self.speech {
                    let text = event.text("text").unwrap_or_default();
                    return speech.push(text, &mut self.writer).await;
                }
            }
            "synthesize-stop" => {
                if let Some(mut speech) = self.speech.take() {
                    if let Err(failure) = speech.finish(&mut self.writer).await? {
                        return Ok(Err(failure));
                    }
                    self.writer.send(&Event::new("synthesize-stopped", json!(null))).await?;
                }
            }
            "transcript" if self.shared.config.answers => {
                let Shared {
                    asking,
                    appliance,
                    config,
                    ..
                } = &*self.shared;
                let peer = self.peer.ip().to_string();
                let answer = asking.answer(&**appliance, config, &event, &peer).await;
                self.writer.send(&answer).await?;
            }
            "transcript" => {
                let no = Event::new("not-handled", json!({ "text": "" }));
                self.writer.send(&no).await?;
            }
            "recognize" => {
                for answer in recognizing::recognized(&self.shared, &event) {
                    self.writer.send(&answer).await?;
                }
            }
            "detect" => {
                let started = self.pipeline().and_then(|pipeline| Waking::start(&*pipeline, &event));
                match started {
                    Ok(waking) => (self.waking, self.hearing) = (Some(waking), None),
                    Err(failure) => return Ok(Err(failure)),
                }
            }
            // Events of later versions are no reason to hang up.
            other => tracing::debug!(
                kind = other.get(..40).unwrap_or(other),
                "a Wyoming event that Rosie has no use for"
            ),
        }
        Ok(Ok(()))
    }

    /// What the wake word engine says.
    async fn on_wake(&mut self, event: WakeEvent) -> Result<(), LinkError> {
        let Some(waking) = &mut self.waking else { return Ok(()) };
        match waking.tell(event) {
            Ok(Some(answer)) => self.writer.send(&answer).await?,
            Ok(None) => {}
            Err(failure) => return self.fail(&failure).await,
        }
        if waking.is_over() {
            self.waking = None;
        }
        Ok(())
    }

    fn start_hearing(&mut self, event: &Event) -> Result<(), Failure> {
        let format = Format::of(event).map_err(bad)?;
        self.hearing = Some(Recording {
            sound: Some(Sound::new(format)),
            samples: Vec::new(),
        });
        Ok(())
    }

    fn hear(&mut self, event: &Event) -> Result<(), Failure> {
        let format = Format::of(event).map_err(bad)?;
        let heard = self.hearing.get_or_insert_default();
        // Without `audio-start` the first chunk tells the format.
        let sound = heard.sound.get_or_insert_with(|| Sound::new(format));
        if sound.format() != format {
            return Err(bad("the format changed in the middle of a recording".to_owned()));
        }
        heard.samples.extend(sound.frame(&event.payload).samples);
        if heard.samples.len() > LONGEST_S * (format.rate as usize) * usize::from(format.channels) {
            return Err(bad(format!(
                "a recording of more than {LONGEST_S} s: send shorter ones"
            )));
        }
        Ok(())
    }

    async fn transcribe(&mut self) -> Result<Result<(), Failure>, LinkError> {
        let Some(recording) = self.hearing.take() else {
            return Ok(Err(bad(
                "audio-stop without audio: send transcribe, audio-start and audio-chunk first".to_owned(),
            )));
        };
        let format = recording.sound.map(|sound| sound.format());
        let audio = AudioFrame {
            samples: recording.samples,
            rate: format.map_or(SampleRate::HEARING, |format| SampleRate(format.rate)),
            channels: format.map_or(1, |format| format.channels),
        };
        let pipeline = match self.pipeline() {
            Ok(pipeline) => pipeline,
            Err(failure) => return Ok(Err(failure)),
        };
        let (text, language) = match pipeline.transcribe(audio, self.language.take()).await {
            Ok(transcript) => (transcript.text, Some(transcript.language)),
            // Home Assistant says itself that nothing was understood.
            Err(failure) if failure.code == ErrorCode::SttNoTextRecognized => (String::new(), None),
            Err(failure) => return Ok(Err(failure)),
        };
        let language = language.map(|language| language.tag().to_owned());
        let transcript = Event::new("transcript", json!({ "text": text, "language": language }));
        self.writer.send(&transcript).await?;
        Ok(Ok(()))
    }
}

fn bad(detail: String) -> Failure {
    Failure::new(ErrorCode::BadRequest, detail)
}
