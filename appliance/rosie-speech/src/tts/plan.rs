//! What is to be said, taken apart: sentences with their pace and loudness, and pauses.

use super::normalize::normalize;
use super::ssml::{self, Item, SayAs};
use super::text::{clean, split};
use rosie_core::engine::{SpeechText, TtsJob};
use rosie_core::{ErrorCode, Failure, Language};

/// The next thing to sound.
#[derive(Debug, Clone, PartialEq)]
pub enum Unit {
    Speech(Sentence),
    Pause { ms: u32 },
}

/// One sentence, or a clause of a long one, in words that can be read letter by letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    pub spans: Vec<Span>,
    /// 1 is the voice's own pace.
    pub rate: f32,
    /// 1 is the voice's own loudness.
    pub gain: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Span {
    Words(String),
    /// A pronunciation in IPA, and the words for an engine that cannot use it.
    Ipa {
        ipa: String,
        words: String,
    },
}

impl Sentence {
    /// The words, whatever their pronunciation.
    pub fn words(&self) -> String {
        let mut words = String::new();
        for span in &self.spans {
            let (Span::Words(next) | Span::Ipa { words: next, .. }) = span;
            if !words.is_empty() && !words.ends_with(' ') && !next.starts_with([' ', ',', '.', '?', '!']) {
                words.push(' ');
            }
            words.push_str(next);
        }
        words
    }
}

/// A sentence longer than this is read in pieces: the time to its first audio grows with its length.
const LONG_SENTENCE: usize = 220;
const RATES: std::ops::RangeInclusive<f32> = 0.4..=2.5;

/// Takes a job's text apart. At most `max_chars` characters.
///
/// # Errors
/// `tts-text-too-long`, `tts-bad-markup` (which names what is wrong, never the text around it).
pub fn plan(job: &TtsJob, max_chars: usize) -> Result<Vec<Unit>, Failure> {
    let (SpeechText::Plain(text) | SpeechText::Ssml(text)) = &job.text;
    // Four bytes a character at most: a huge text is refused without being read.
    if text.len() > max_chars.saturating_mul(4) || text.chars().count() > max_chars {
        let detail = format!("the text is longer than {max_chars} characters; split it, or raise tts.max_chars");
        return Err(Failure::new(ErrorCode::TtsTextTooLong, detail));
    }
    let items = match &job.text {
        SpeechText::Plain(text) => vec![Item::Text {
            text: clean(text),
            rate: 1.0,
            gain: 1.0,
        }],
        SpeechText::Ssml(text) => {
            ssml::parse(text).map_err(|reason| Failure::new(ErrorCode::TtsBadMarkup, reason.to_string()))?
        }
    };
    let mut planner = Planner {
        language: &job.language,
        pace: job.rate,
        units: Vec::new(),
        open: None,
    };
    for item in items {
        planner.add(item);
    }
    planner.close();
    Ok(planner.units)
}

struct Planner<'a> {
    language: &'a Language,
    pace: f32,
    units: Vec<Unit>,
    /// The sentence that later items may go on with.
    open: Option<Sentence>,
}

impl Planner<'_> {
    fn add(&mut self, item: Item) {
        match item {
            Item::Break { ms: 0 } => {}
            Item::Break { ms } => {
                self.close();
                self.units.push(Unit::Pause { ms });
            }
            Item::Text { text, rate, gain } => {
                let mut pieces = split(&text, self.language).into_iter().peekable();
                while let Some(sentence) = pieces.next() {
                    self.words(normalize(&sentence, self.language), rate, gain);
                    if pieces.peek().is_some() || sentence.trim_end().ends_with(['.', '!', '?', '…']) {
                        self.close();
                    }
                }
            }
            Item::SayAs { text, kind, rate, gain } => self.words(say_as(&text, kind, self.language), rate, gain),
            Item::Phoneme { ipa, words, rate, gain } => self.span(Span::Ipa { ipa, words }, rate, gain),
        }
    }

    fn words(&mut self, words: String, rate: f32, gain: f32) {
        if !words.trim().is_empty() {
            self.span(Span::Words(words.trim().to_owned()), rate, gain);
        }
    }

    fn span(&mut self, span: Span, rate: f32, gain: f32) {
        let rate = (rate * if self.pace.is_finite() { self.pace } else { 1.0 }).clamp(*RATES.start(), *RATES.end());
        if self.open.as_ref().is_some_and(|s| (s.rate, s.gain) != (rate, gain)) {
            self.close();
        }
        self.open
            .get_or_insert_with(|| Sentence {
                spans: Vec::new(),
                rate,
                gain,
            })
            .spans
            .push(span);
    }

    fn close(&mut self) {
        let Some(sentence) = self.open.take() else { return };
        let mut part = Sentence {
            spans: Vec::new(),
            ..sentence
        };
        for span in sentence.spans {
            match span {
                Span::Words(words) if words.chars().count() > LONG_SENTENCE => {
                    for piece in super::text::clauses(&words, LONG_SENTENCE) {
                        part.spans.push(Span::Words(piece));
                        self.push(&mut part);
                    }
                }
                span => part.spans.push(span),
            }
        }
        self.push(&mut part);
    }

    /// Moves a sentence to the units, if there is anything in it to pronounce.
    fn push(&mut self, part: &mut Sentence) {
        let sentence = Sentence {
            spans: std::mem::take(&mut part.spans),
            ..*part
        };
        if sentence.words().chars().any(char::is_alphanumeric)
            || sentence.spans.iter().any(|s| matches!(s, Span::Ipa { .. }))
        {
            self.units.push(Unit::Speech(sentence));
        }
    }
}

/// Words for the content of `say-as`.
fn say_as(text: &str, kind: SayAs, language: &Language) -> String {
    super::normalize::say_as(text, kind, language)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn units(text: SpeechText) -> Vec<Unit> {
        let job = TtsJob {
            text,
            ..TtsJob::plain("", Language::new("en"))
        };
        plan(&job, 8_000).unwrap()
    }

    fn sentences(units: &[Unit]) -> Vec<String> {
        let words = |u: &Unit| match u {
            Unit::Speech(sentence) => sentence.words(),
            Unit::Pause { ms } => format!("<{ms}>"),
        };
        units.iter().map(words).collect()
    }

    #[test]
    fn plain_text_becomes_sentences_in_words() {
        let text = "**Dr.** Smith has 2 cats. They weigh 3.5 kg! 🐈\n- one\n- two";
        let said = [
            "Doctor Smith has two cats.",
            "They weigh three point five kilograms!",
            "one.",
            "two.",
        ];
        assert_eq!(sentences(&units(SpeechText::Plain(text.into()))), said);
    }

    #[test]
    fn markup_goes_on_within_a_sentence() {
        let text = "<speak>Call <say-as interpret-as=\"digits\">112</say-as> now. <break time=\"1s\"/> It is \
                    <phoneme alphabet=\"ipa\" ph=\"t\">tea</phoneme>, <prosody rate=\"fast\">yes</prosody></speak>";
        let found = units(SpeechText::Ssml(text.into()));
        assert_eq!(
            sentences(&found),
            ["Call one one two now.", "<1000>", "It is tea,", "yes"]
        );
        let Unit::Speech(tea) = &found[2] else {
            panic!("{found:?}")
        };
        assert!(matches!(&tea.spans[1], Span::Ipa { ipa, .. } if ipa == "t"));
    }

    #[test]
    fn long_sentences_are_cut_at_clauses() {
        let found = units(SpeechText::Plain(format!(
            "{}end.",
            "one two three four five, ".repeat(40)
        )));
        assert!(found.len() > 3);
        assert!(sentences(&found).iter().all(|s| s.chars().count() <= LONG_SENTENCE));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_planned_or_refused(text: String, markup: bool, rate: f32) {
            let kind = if markup { SpeechText::Ssml(text.clone()) } else { SpeechText::Plain(text.clone()) };
            let job = TtsJob { text: kind, rate, ..TtsJob::plain("", Language::new("en")) };
            let units = plan(&job, 8_000).unwrap_or_default();
            for unit in &units {
                if let Unit::Speech(sentence) = unit {
                    assert!(RATES.contains(&sentence.rate) && sentence.words().len() < 40 * text.len() + 40);
                }
            }
        }
    }
}
