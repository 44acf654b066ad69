//! Sends what the outbox holds, and notices when the endpoint no longer reads.

use super::{
    Socket,
    outbox::{Ending, Next, Outbox, Sound},
    playback::Playback,
};
use crate::{
    metrics::Traffic,
    rtc::{Spoken, Voice},
    server::Shared,
};
use bytes::Bytes;
use futures_util::{SinkExt, stream::SplitSink};
use rosie_core::SampleRate;
use rosie_proto::{AudioFormat, MessageError, Refusal, ServerMessage};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

pub(crate) struct Writer {
    sink: SplitSink<Socket, Message>,
    playback: Playback,
    /// Speaks instead while a WebRTC connection is up.
    voice: Voice,
    output: AudioFormat,
    stall: Duration,
    control: Traffic,
    audio: Traffic,
}

impl Writer {
    pub fn new(sink: SplitSink<Socket, Message>, output: AudioFormat, voice: Voice, shared: &Shared) -> Self {
        Self {
            sink,
            playback: Playback::new(output),
            voice,
            output,
            stall: shared.config.limits.write_stall,
            control: shared.metrics.traffic("out", "control"),
            audio: shared.metrics.traffic("out", "audio"),
        }
    }

    pub fn into_sink(self) -> SplitSink<Socket, Message> {
        self.sink
    }

    /// Sends until the endpoint is gone or too slow.
    pub async fn run(&mut self, outbox: &Outbox) -> Ending {
        loop {
            outbox.pace(self.voice.is_speaking());
            let wants_sound = self.voice.wants_more();
            let next = tokio::select! {
                () = self.voice.due() => None,
                next = outbox.next(wants_sound) => Some(next),
            };
            let sent = match next {
                None => self.speak().await,
                Some(Next::Control(message)) => {
                    if let ServerMessage::StopPlayback { turn } = &message {
                        self.voice.stop(*turn);
                    }
                    self.control(&message).await
                }
                Some(Next::Ping) => self.send(Message::Ping(Bytes::new())).await,
                Some(Next::Sound(sound)) => self.sound(sound).await,
                Some(Next::Slow(error)) => return Ending::Refused(error),
            };
            if let Err(ending) = sent {
                return ending;
            }
        }
    }

    async fn sound(&mut self, sound: Sound) -> Result<(), Ending> {
        match sound {
            Sound::Start { turn, format } => {
                let rtp = self.voice.start(turn, SampleRate(format.rate));
                if !rtp {
                    self.playback.start();
                }
                self.control(&ServerMessage::AudioStart { turn, format, rtp }).await
            }
            Sound::Samples { turn, samples, .. } if self.voice.speaks(turn) => {
                self.voice.push(samples);
                Ok(())
            }
            Sound::End { turn } if self.voice.speaks(turn) => {
                self.voice.end();
                Ok(())
            }
            Sound::Samples { turn, rate, samples } => {
                let messages = self.playback.encode(turn, rate, &samples);
                self.audio(messages).await
            }
            Sound::End { turn } => {
                let messages = self.playback.finish(turn);
                self.audio(messages).await?;
                self.control(&ServerMessage::AudioEnd { turn }).await
            }
        }
    }

    /// The reply goes on over WebRTC; over the WebSocket when that is gone in the middle of it.
    async fn speak(&mut self) -> Result<(), Ending> {
        match self.voice.speak().await {
            Spoken::On => Ok(()),
            Spoken::Finished { turn } => self.control(&ServerMessage::AudioEnd { turn }).await,
            Spoken::Cut {
                turn,
                rate,
                rest,
                ended,
            } => {
                let format = AudioFormat {
                    rate: rate.0,
                    ..self.output
                };
                self.sound(Sound::Start { turn, format }).await?;
                self.sound(Sound::Samples {
                    turn,
                    rate,
                    samples: rest,
                })
                .await?;
                match ended {
                    true => self.sound(Sound::End { turn }).await,
                    false => Ok(()),
                }
            }
        }
    }

    async fn audio(&mut self, messages: Vec<Bytes>) -> Result<(), Ending> {
        for message in messages {
            self.audio.count(message.len());
            self.send(Message::Binary(message)).await?;
        }
        Ok(())
    }

    async fn control(&mut self, message: &ServerMessage) -> Result<(), Ending> {
        match serde_json::to_string(message) {
            Ok(text) => {
                self.control.count(text.len());
                self.send(Message::text(text)).await
            }
            Err(error) => {
                tracing::error!(%error, "a message could not be written as JSON");
                Ok(())
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Ending> {
        match tokio::time::timeout(self.stall, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Ending::Gone),
            Err(_) => {
                let detail = format!("nothing could be sent for {} ms", self.stall.as_millis());
                Err(Ending::Refused(MessageError::new(Refusal::SlowConsumer, detail)))
            }
        }
    }
}
