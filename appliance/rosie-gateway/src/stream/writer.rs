//! Sends what the outbox holds, and notices when the endpoint no longer reads.

use super::{
    Socket,
    outbox::{Ending, Next, Outbox, Sound},
    playback::Playback,
};
use crate::{metrics::Traffic, server::Shared};
use bytes::Bytes;
use futures_util::{SinkExt, stream::SplitSink};
use rosie_proto::{AudioFormat, MessageError, Refusal, ServerMessage};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

pub(crate) struct Writer {
    sink: SplitSink<Socket, Message>,
    playback: Playback,
    stall: Duration,
    control: Traffic,
    audio: Traffic,
}

impl Writer {
    pub fn new(sink: SplitSink<Socket, Message>, output: AudioFormat, shared: &Shared) -> Self {
        Self {
            sink,
            playback: Playback::new(output),
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
            let sent = match outbox.next().await {
                Next::Control(message) => self.control(&message).await,
                Next::Ping => self.send(Message::Ping(Bytes::new())).await,
                Next::Sound(sound) => self.sound(sound).await,
                Next::Slow(error) => return Ending::Refused(error),
            };
            if let Err(ending) = sent {
                return ending;
            }
        }
    }

    async fn sound(&mut self, sound: Sound) -> Result<(), Ending> {
        match sound {
            Sound::Start { turn, format } => {
                self.playback.start();
                self.control(&ServerMessage::AudioStart { turn, format }).await
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
