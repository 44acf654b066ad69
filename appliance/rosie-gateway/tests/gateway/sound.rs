//! Audio over a stream, both ways, in both codecs.

use crate::client::{Heard, Server, hello_with};
use rosie_core::{
    AudioFrame, SampleRate, TurnId,
    session::{SessionEvent as E, SessionInput},
};
use serde_json::json;

const TURN: TurnId = TurnId(5);

fn speak(server: &Server, rate: u32, ms: u64) {
    let samples: Vec<i16> = (0..SampleRate(rate).samples(ms))
        .map(|n| ((n as f32 * 0.17).sin() * 9000.0) as i16)
        .collect();
    server.fake.tell(E::PlaybackStarted {
        turn_id: TURN,
        rate,
        channels: 1,
    });
    for chunk in samples.chunks(7001) {
        let frame = AudioFrame::mono(chunk.to_vec(), SampleRate(rate));
        server.fake.tell(E::Audio { turn_id: TURN, frame });
    }
    server.fake.tell(E::AudioFinished { turn_id: TURN });
}

#[tokio::test]
async fn a_reply_sounds_as_it_was_made_in_pcm() {
    let server = Server::plain().await;
    let mut endpoint = server.welcomed().await;
    speak(&server, 24_000, 1500);
    let start = endpoint.json().await;
    assert_eq!(
        start,
        json!({"type": "audio_start", "turn": 5, "format": {"codec": "pcm_s16le", "rate": 24000, "channels": 1}})
    );
    let mut bytes = Vec::new();
    loop {
        match endpoint.hear().await {
            Heard::Audio(turn, payload) => {
                assert_eq!(turn, 5);
                assert!(payload.len() <= 4800, "a piece is at most 100 ms");
                bytes.extend(payload);
            }
            Heard::Json(message) => break assert_eq!(message, json!({"type": "audio_end", "turn": 5})),
            other => panic!("{other:?}"),
        }
    }
    let samples: Vec<i16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|b| i16::from_le_bytes(*b))
        .collect();
    assert_eq!(samples.len(), 36_000);
    assert_eq!(samples[100], ((100_f32 * 0.17).sin() * 9000.0) as i16);
}

#[tokio::test]
async fn a_reply_sounds_whole_in_opus() {
    for rate in [16_000, 24_000, 48_000] {
        let server = Server::plain().await;
        let mut endpoint = server.endpoint().await;
        endpoint
            .send(hello_with(json!({"output": {"codec": "opus", "rate": rate}})))
            .await;
        endpoint.json().await;
        speak(&server, rate, 1510);
        assert_eq!(endpoint.json().await["format"]["codec"], "opus");
        let mut decoder = opus::Decoder::new(rate, opus::Channels::Mono).unwrap();
        let mut heard = Vec::new();
        while let Heard::Audio(_, packet) = endpoint.hear().await {
            let mut samples = vec![0_i16; SampleRate(rate).samples(20)];
            assert_eq!(decoder.decode(&packet, &mut samples, false).unwrap(), samples.len());
            heard.extend(samples);
        }
        let length = SampleRate(rate).millis(heard.len());
        assert!((1510..=1560).contains(&length), "{length} ms at {rate}");
        // The last 40 ms of the tone are there, not cut off by the encoder's look-ahead.
        let end = SampleRate(rate).samples(1505);
        let tail = &heard[end - SampleRate(rate).samples(40)..end];
        let power = tail.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / tail.len() as f64;
        assert!(power.sqrt() > 3000.0, "the end is missing at {rate}: {}", power.sqrt());
    }
}

#[tokio::test]
async fn opus_from_the_microphone_arrives_as_samples() {
    let server = Server::plain().await;
    let mut endpoint = server.endpoint().await;
    endpoint
        .send(hello_with(
            json!({"input": {"codec": "opus", "rate": 48000, "channels": 2}}),
        ))
        .await;
    endpoint.json().await;
    let mut encoder = opus::Encoder::new(48_000, opus::Channels::Stereo, opus::Application::Voip).unwrap();
    for _ in 0..3 {
        let packet = encoder.encode_vec(&[1000_i16; 1920], 1000).unwrap();
        endpoint.binary(rosie_proto::encode_audio(0, &packet)).await;
    }
    endpoint.alive().await;
    let frames: Vec<(usize, u32, u16)> = server.fake.seen(|seen| {
        let frame = |input: &SessionInput| match input {
            SessionInput::Audio(frame) => (frame.samples.len(), frame.rate.0, frame.channels),
            other => panic!("{other:?}"),
        };
        seen.inputs.iter().map(frame).collect()
    });
    assert_eq!(frames, [(1920, 48_000, 2); 3]);
}

#[tokio::test]
async fn a_second_of_the_largest_format_fits_into_one_message() {
    let server = Server::plain().await;
    let mut endpoint = server.endpoint().await;
    endpoint
        .send(hello_with(
            json!({"input": {"codec": "pcm_s16le", "rate": 48000, "channels": 2}}),
        ))
        .await;
    endpoint.json().await;
    endpoint.binary(rosie_proto::encode_audio(0, &vec![0; 192_000])).await;
    endpoint.alive().await;
    assert_eq!(server.fake.seen(|seen| seen.inputs.len()), 1);
}
