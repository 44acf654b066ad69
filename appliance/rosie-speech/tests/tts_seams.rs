//! A sentence made in pieces is the sentence made at once.

#![allow(clippy::unwrap_used)]

mod tts_common;

use rosie_speech::runtime::Runtime;
use rosie_speech::tts::piper::{Loader, Model, Sessions, Utterance, VoiceDescription};
use tts_common::model;

/// "The quick brown fox jumps over the lazy dog." and more, as any phonemes would do.
const PHONEMES: &str = "ðə kwˈɪk bɹˈaʊn fˈɑːks dʒˈʌmps ˌoʊvɚ ðə lˈeɪzi dˈɑːɡ, ænd ðə lˈaɪts ɪn ðə kˈɪtʃən ɑːɹ ˈɔn.";

fn load() -> (Model, VoiceDescription) {
    let folder = model(tts_common::VOICE);
    let voice = VoiceDescription::read(&folder.join("voice.onnx.json")).unwrap();
    let runtime = Runtime::get(&model("onnxruntime/libonnxruntime.so")).unwrap();
    let cache = tts_common::config().model_cache;
    let sessions = Loader {
        runtime,
        threads: 2,
        cache: cache.as_deref(),
    }
    .load(&folder)
    .unwrap();
    assert!(matches!(sessions, Sessions::Three { .. }), "the voice is cut in three");
    (Model::new(sessions, None), voice)
}

fn read(model: &mut Model, voice: &VoiceDescription) -> Utterance {
    let pad = voice.phoneme_id_map["_"][0];
    let mut ids = vec![voice.phoneme_id_map["^"][0], pad];
    for symbol in PHONEMES.chars() {
        ids.extend(voice.phoneme_id_map.get(&symbol.to_string()).into_iter().flatten());
        ids.push(pad);
    }
    ids.extend(&voice.phoneme_id_map["$"]);
    model.begin(&ids, voice.inference).unwrap()
}

/// Samples of 16 bits.
fn rest(model: &mut Model, utterance: &mut Utterance, sizes: &[usize]) -> Vec<i32> {
    let mut samples = Vec::new();
    let mut sizes = sizes.iter().cycle();
    while utterance.left() > 0 {
        let piece = model.next(utterance, *sizes.next().unwrap()).unwrap();
        samples.extend(piece.iter().map(|s| (s * 32767.0).round() as i32));
    }
    samples
}

#[test]
fn pieces_fit_together_to_the_last_bit() {
    let (mut model, voice) = load();
    let utterance = read(&mut model, &voice);
    assert!(utterance.left() > 200, "long enough to have seams");
    let whole = rest(&mut model, &mut utterance.clone(), &[usize::MAX]);
    assert_eq!(whole.len(), utterance.left() * 256);
    assert!(whole.iter().any(|s| s.abs() > 5_000), "there is sound in it");
    for sizes in [&[16, 32, 64, 96][..], &[16], &[12, 13, 40], &[1, 7, 200]] {
        let pieces = rest(&mut model, &mut utterance.clone(), sizes);
        assert_eq!(pieces.len(), whole.len());
        let worst = pieces.iter().zip(&whole).map(|(a, b)| (a - b).abs()).max().unwrap();
        assert!(worst <= 1, "pieces of {sizes:?} frames differ by {worst}");
    }
}

#[test]
fn the_same_words_never_sound_exactly_the_same() {
    let (mut model, voice) = load();
    let [first, second] = [(), ()].map(|()| {
        let mut utterance = read(&mut model, &voice);
        rest(&mut model, &mut utterance, &[96])
    });
    assert_ne!(first, second);
}
