//! The first message of a stream: `hello`, checked, and answered with `welcome`.

use super::{
    Socket, events,
    outbox::{Ending, Outbox},
    reader::refusal_of,
};
use crate::{
    access::{Grant, Stay, Who},
    server::Shared,
};
use futures_util::{SinkExt, StreamExt};
use rosie_core::{
    EndpointId, Failure, Language, RoomId,
    appliance::Status,
    session::{EndpointSpec, SessionOpened, SessionPort},
};
use rosie_proto::{
    AudioFormat, Capability, Codec, Hello, MessageError, Refusal, ServerMessage, VERSION, WebRtcOffered, Welcome,
    parse_hello,
};
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Message;

/// Rates of PCM; Opus has no 22,050.
pub(crate) const PCM_RATES: &[u32] = &[16_000, 22_050, 24_000, 48_000];
pub(crate) const OPUS_RATES: &[u32] = &[16_000, 24_000, 48_000];

/// A stream that was welcomed.
pub(crate) struct Opened {
    pub hello: Hello,
    pub port: Box<dyn SessionPort>,
    pub session: SessionOpened,
    pub outbox: Arc<Outbox>,
    /// Ends when what let it in is taken away.
    pub stay: Stay,
}

/// Waits for `hello`, sees who it is, opens the session, and says `welcome`.
pub(crate) async fn open(socket: &mut Socket, who: Who, shared: &Arc<Shared>) -> Result<Opened, Ending> {
    let drain = shared.drain.child_token();
    let mut hello = tokio::select! {
        hello = tokio::time::timeout(shared.config.hello_timeout, hello(socket)) => hello.unwrap_or_else(|_| {
            let detail = format!("`hello` must come within {} ms", shared.config.hello_timeout.as_millis());
            Err(Ending::Refused(MessageError::new(Refusal::HelloTimeout, detail)))
        })?,
        () = drain.cancelled() => return Err(Ending::GoingAway),
    };
    let stay = let_in(&mut hello, who, shared).map_err(Ending::Refused)?;
    check_formats(&hello).map_err(Ending::Refused)?;
    let status = shared.appliance.status();
    check_room(&hello, &status).map_err(Ending::Refused)?;
    let outbox = Arc::new(Outbox::new(&shared.config.limits));
    let sink = {
        let outbox = Arc::clone(&outbox);
        let output = hello.output;
        Box::new(move |event| events::deliver(event, output, &outbox))
    };
    let port = shared
        .appliance
        .open_session(spec(&hello), sink)
        .map_err(Ending::Failed)?;
    let session = port.opened();
    let welcome = ServerMessage::Welcome(welcome(&hello, &session, status, shared));
    let text = serde_json::to_string(&welcome).map_err(|error| {
        Ending::Failed(Failure::new(
            rosie_core::ErrorCode::Internal,
            format!("welcome could not be written: {error}"),
        ))
    })?;
    let limit = shared.config.limits.write_stall;
    match tokio::time::timeout(limit, socket.send(Message::text(text))).await {
        Ok(Ok(())) => Ok(Opened {
            hello,
            port,
            session,
            outbox,
            stay,
        }),
        _ => Err(Ending::Gone),
    }
}

async fn hello(socket: &mut Socket) -> Result<Hello, Ending> {
    loop {
        return match socket.next().await {
            None | Some(Ok(Message::Close(_))) => Err(Ending::Gone),
            Some(Ok(Message::Text(text))) => parse_hello(&text).map_err(Ending::Refused),
            Some(Ok(Message::Binary(_))) => Err(Ending::Refused(MessageError::new(
                Refusal::HelloExpected,
                "the first message must be `hello`, not audio; see docs/protocol.md",
            ))),
            Some(Ok(_)) => continue,
            Some(Err(error)) => Err(refusal_of(&error).map_or(Ending::Gone, Ending::Refused)),
        };
    }
}

/// A paired endpoint is where the owner put it, whatever it says.
fn let_in(hello: &mut Hello, who: Who, shared: &Arc<Shared>) -> Result<Stay, MessageError> {
    let access = &shared.access;
    let house = access.house();
    let who = match hello.key.take().filter(|_| house.owned) {
        Some(key) => access.of_secret(&key).unwrap_or(Who::Nobody),
        None => who,
    };
    let grant = Grant::of(&who, &hello.endpoint, &access.kept(), house).map_err(not_paired)?;
    if let Grant::Endpoint { room, .. } = &grant {
        hello.room = Some(room.clone());
    }
    Ok(access.enter(grant))
}

pub(super) fn not_paired(detail: &str) -> MessageError {
    MessageError::new(Refusal::NotPaired, detail)
}

fn check_formats(hello: &Hello) -> Result<(), MessageError> {
    check_format("input", hello.input, 2)?;
    check_format("output", hello.output, 1)
}

fn check_format(field: &str, format: AudioFormat, channels: u16) -> Result<(), MessageError> {
    let (codec, rates) = match format.codec {
        Codec::PcmS16le => ("pcm_s16le", PCM_RATES),
        Codec::Opus => ("opus", OPUS_RATES),
    };
    if rates.contains(&format.rate) && (1..=channels).contains(&format.channels) {
        return Ok(());
    }
    let rates = rates.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let channels = if channels == 1 { "1 channel" } else { "1 or 2 channels" };
    let detail = format!("`{field}`: {codec} is offered at {rates} samples a second with {channels}");
    Err(MessageError::new(Refusal::UnsupportedFormat, detail))
}

fn check_room(hello: &Hello, status: &Status) -> Result<(), MessageError> {
    let Some(room) = &hello.room else {
        return Ok(());
    };
    if status.rooms.iter().any(|known| known.id == *room) {
        return Ok(());
    }
    let known = status
        .rooms
        .iter()
        .map(|known| known.id.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let detail = format!("there is no room `{room}`; the configuration has {known}");
    Err(MessageError::new(Refusal::UnknownRoom, detail))
}

fn spec(hello: &Hello) -> EndpointSpec {
    EndpointSpec {
        endpoint: EndpointId(hello.endpoint.clone()),
        room: hello.room.clone().map(RoomId),
        language: hello.language.as_deref().map(Language::new),
        playback_rate: hello.output.rate,
        wants_audio: hello.capabilities.contains(&Capability::Speaker),
        has_screen: hello.capabilities.contains(&Capability::Screen),
        has_leds: false,
        passing: false,
        resume: hello.resume.clone(),
    }
}

fn welcome(hello: &Hello, session: &SessionOpened, status: Status, shared: &Shared) -> Welcome {
    let room = session.room.as_str();
    let room_name = status
        .rooms
        .iter()
        .find(|known| known.id == room)
        .map_or(room, |known| known.name.as_str());
    Welcome {
        version: VERSION,
        server: status.version,
        session: session.session.to_string(),
        room: room.to_owned(),
        room_name: room_name.to_owned(),
        language: session.language.tag().to_owned(),
        languages: status.languages,
        input: hello.input,
        output: hello.output,
        resume_token: session.resume_token.clone(),
        resumed: session.resumed,
        volume_percent: session.volume_percent,
        brightness_percent: session.brightness_percent,
        idle_timeout_ms: shared.config.idle_timeout.as_millis() as u64,
        webrtc: shared.config.webrtc.enabled.then(|| WebRtcOffered {
            stun: shared.config.webrtc.stun.clone(),
        }),
    }
}
