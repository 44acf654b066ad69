//! Words that nobody said: what recognisers make of silence, noise and music.
//!
//! Whisper was trained on subtitles, and fills speechless audio with what subtitles say there. Such text is recognised
//! by what it says together with what was heard; a person who really says "thank you" is believed.

/// What a voice activity model found in the utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Speech,
    /// Speech for so long that it is no noise.
    Clear,
    /// Something, but hardly speech.
    Doubtful,
    /// Nothing that could be speech.
    Nothing,
    /// Nobody listened.
    Unknown,
}

/// What is known about a transcript.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    pub text: &'a str,
    pub heard: Heard,
    /// Mean log probability of the tokens.
    pub avg_logprob: f32,
    /// The recogniser's own probability that nobody spoke.
    pub no_speech: f32,
    /// The decoder fell into a loop.
    pub looped: bool,
}

/// Said by subtitlers, never to an assistant. Compared after [`plain`], as a part of the text.
const SUBTITLERS: [&str; 14] = [
    "amara org",
    "thanks for watching",
    "thank you for watching",
    "like and subscribe",
    "please subscribe",
    "subtitles by",
    "transcription by castingwords",
    "untertitel der",
    "untertitelung des zdf",
    "untertitel im auftrag des zdf",
    "sous titrage",
    "sous titres réalisés",
    "merci d avoir regardé",
    "gracias por ver",
];

/// Also said by people. Compared after [`plain`], as the whole text.
const COMMON: [&str; 34] = [
    "you",
    "thank you",
    "thank you very much",
    "thank you so much",
    "thanks",
    "bye",
    "bye bye",
    "goodbye",
    "okay",
    "oh",
    "ah",
    "uh",
    "um",
    "hmm",
    "mm",
    "mmm",
    "so",
    "the",
    "i",
    "and",
    "a",
    "yeah",
    "yes",
    "no",
    "hello",
    "danke",
    "vielen dank",
    "gracias",
    "merci",
    "tschüss",
    "see you next time",
    "i m sorry",
    "what",
    "shh",
];

/// Whether the text stands for no words. `text` with descriptions of sounds taken out is in [`spoken`].
pub fn is_speechless(evidence: &Evidence<'_>) -> bool {
    let said = plain(&spoken(evidence.text));
    if said.is_empty() || SUBTITLERS.iter().any(|phrase| said.contains(phrase)) {
        return true;
    }
    let common = COMMON.contains(&said.as_str());
    match evidence.heard {
        Heard::Nothing => true,
        // Somebody spoke: a poor guess at what tells them more than silence does. Voices in a crowd stay at -1.0 and
        // no_speech 0.6, or are described: "(indistinct chatter)".
        Heard::Clear => (evidence.no_speech > 0.6 && evidence.avg_logprob < -1.0) || evidence.avg_logprob < -2.0,
        Heard::Speech => {
            (evidence.no_speech > 0.6 && evidence.avg_logprob < -1.0)
                || evidence.avg_logprob < -1.4
                || (common && evidence.no_speech > 0.8 && evidence.avg_logprob < -0.6)
        }
        Heard::Doubtful => common || evidence.looped || evidence.avg_logprob < -0.7 || evidence.no_speech > 0.5,
        Heard::Unknown => {
            let threshold = if common { 0.3 } else { 0.6 };
            evidence.no_speech > threshold || evidence.avg_logprob < -1.0
        }
    }
}

/// The text without descriptions of sounds: `[BLANK_AUDIO]`, `(wind blowing)`, `*sighs*`, `♪ … ♪`.
pub fn spoken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut closing: Option<char> = None;
    for c in text.chars() {
        match closing {
            Some(end) if c == end => closing = None,
            Some(_) => {}
            None => match c {
                '[' => closing = Some(']'),
                '(' => closing = Some(')'),
                '（' => closing = Some('）'),
                '【' => closing = Some('】'),
                '*' => closing = Some('*'),
                '♪' | '♫' => closing = Some(c),
                _ => out.push(c),
            },
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lower-case words with single spaces.
fn plain(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(text: &str, heard: Heard) -> Evidence<'_> {
        Evidence {
            text,
            heard,
            avg_logprob: -0.2,
            no_speech: 0.05,
            looped: false,
        }
    }

    #[test]
    fn thank_you_is_believed_when_somebody_spoke() {
        assert!(!is_speechless(&evidence(" Thank you.", Heard::Speech)));
        assert!(is_speechless(&evidence(" Thank you.", Heard::Doubtful)));
        assert!(is_speechless(&evidence(" Thank you.", Heard::Nothing)));
    }

    #[test]
    fn subtitlers_are_never_believed() {
        for text in [
            "Thanks for watching!",
            "Untertitel der Amara.org-Community",
            "Sous-titrage Société Radio-Canada",
        ] {
            assert!(is_speechless(&evidence(text, Heard::Speech)), "{text}");
        }
    }

    #[test]
    fn sounds_are_not_words() {
        for text in [
            "[BLANK_AUDIO]",
            " (wind blowing)",
            "♪ ♪",
            "*sighs*",
            " ...",
            "",
            "(music",
            "[Music] (applause)",
        ] {
            assert!(is_speechless(&evidence(text, Heard::Speech)), "{text}");
        }
        assert_eq!(spoken("(door opens) Turn on the light."), "Turn on the light.");
    }

    #[test]
    fn a_command_is_believed() {
        for heard in [Heard::Speech, Heard::Doubtful, Heard::Unknown] {
            assert!(!is_speechless(&evidence("Turn on the office lights.", heard)));
        }
        let mumbled = Evidence {
            avg_logprob: -1.75,
            ..evidence("On passe au rouge.", Heard::Clear)
        };
        assert!(!is_speechless(&mumbled));
        // So little of a voice could be a cow.
        assert!(is_speechless(&Evidence {
            heard: Heard::Speech,
            ..mumbled
        }));
        let unsure = Evidence {
            no_speech: 0.7,
            avg_logprob: -1.1,
            ..evidence("Turn on the lights", Heard::Speech)
        };
        assert!(is_speechless(&unsure));
    }
}
