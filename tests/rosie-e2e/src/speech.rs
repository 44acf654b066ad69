//! Speech to say, and speech written down again.

use crate::daemon::{rosied, rosied_json};
use std::path::{Path, PathBuf};

/// `text` in Rosie's own voice, 16 kHz mono.
pub fn spoken(text: &str) -> Vec<i16> {
    spoken_with(text, &[])
}

fn spoken_with(text: &str, more: &[&str]) -> Vec<i16> {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    let path = file.path().to_str().unwrap();
    let output = rosied(&[&["say", text, "-o", path], more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    at_16_khz(file.path())
}

/// A recording that `ci/test-speech.sh` fetched.
pub fn recording(name: &str) -> Vec<i16> {
    let cache = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/rosie/test-speech");
    let folder = std::env::var_os("ROSIE_TEST_SPEECH").map_or_else(cache, PathBuf::from);
    let path = folder.join(name);
    assert!(path.exists(), "{} is missing: run `make setup-test`", path.display());
    at_16_khz(&path)
}

/// Any WAV file, 16 kHz mono. Linear interpolation is enough for speech that is only listened to by a recogniser.
pub fn at_16_khz(path: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).unwrap();
    let spec = reader.spec();
    let all: Vec<i16> = reader.samples::<i16>().map(Result::unwrap).collect();
    let mono: Vec<f32> = all
        .chunks_exact(usize::from(spec.channels))
        .map(|c| f32::from(c[0]))
        .collect();
    let step = f64::from(spec.sample_rate) / 16_000.0;
    let count = (mono.len() as f64 / step) as usize;
    let at = |i: usize| {
        let position = i as f64 * step;
        let (index, part) = (position as usize, position.fract() as f32);
        let next = mono.get(index + 1).copied().unwrap_or(mono[index]);
        (mono[index] * (1.0 - part) + next * part) as i16
    };
    (0..count).map(at).collect()
}

/// What a recogniser hears in 16 kHz audio; lower case, letters and digits only.
pub fn transcribed(samples: &[i16]) -> String {
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file.path(), spec).unwrap();
    samples.iter().for_each(|s| writer.write_sample(*s).unwrap());
    writer.finalize().unwrap();
    let heard = rosied_json(&["transcribe", file.path().to_str().unwrap()]);
    plain(heard["transcript"]["text"].as_str().unwrap_or_default())
}

/// `text` without capitals and marks, as [`transcribed`] gives it.
pub fn plain(text: &str) -> String {
    let text = text.to_lowercase();
    text.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect()
}

/// That a recogniser hears `text` in 16 kHz audio, as [`assert_heard`] compares them.
pub fn assert_says(samples: &[i16], text: &str) {
    assert_heard(&transcribed(samples), text);
}

/// That `heard` is `text` but for one word in three at most, or one letter in six: a voice never says a sentence twice
/// alike, and a small recogniser hears "place" for "please" now and then, writes "5" or "five", and takes "turned on" for
/// "turn it on", which is two words of four but two letters of seventeen. Another sentence differs by more.
pub fn assert_heard(heard: &str, text: &str) {
    let (found, wanted) = (plain(heard), plain(text));
    let [found_words, wanted_words] = [&found, &wanted].map(|text| text.split_whitespace().collect::<Vec<_>>());
    let [found_letters, wanted_letters] = [&found_words, &wanted_words].map(|words| words.concat());
    let words = strsim::generic_levenshtein(&found_words, &wanted_words);
    let letters = strsim::levenshtein(&found_letters, &wanted_letters);
    assert!(
        words <= wanted_words.len() / 3 || letters <= wanted_letters.chars().count() / 6,
        "{words} words and {letters} letters differ: {heard:?}, wanted {text:?}"
    );
}

#[cfg(test)]
mod tests {
    use super::assert_heard;

    #[test]
    fn what_sounds_alike_is_the_same() {
        assert_heard("turn it on the lights", "Turned on the lights.");
        assert_heard(
            "place set the kitchen lamp to 5",
            "Please set the kitchen lamp to five.",
        );
    }

    #[test]
    #[should_panic(expected = "words and")]
    fn another_sentence_is_not() {
        assert_heard("turned off the kitchen fan", "Turned on the lights.");
    }
}
