//! Sums in words: "what is 12 times 7", "fünfzehn Prozent von 80", "raíz cuadrada de 144".

mod lexicon;
mod parser;

use crate::numbers::NumberWords;
use crate::spoken;
use crate::text::{Folding, Text};
use rosie_core::Language;

/// What a sum comes to, ready to be said.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub value: f64,
    /// The sum with its numbers in digits: "12 times 7".
    pub expression: String,
    /// "84", with the language's decimal sign and at most six significant decimals.
    pub result: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    #[error("not a sum")]
    NotUnderstood,
    #[error("a division by zero")]
    DivideByZero,
    #[error("an even root of a negative number")]
    NoRealRoot,
    #[error("a result too large to say")]
    TooLarge,
}

impl ArithmeticError {
    /// The response of RosieArithmetic that says so.
    pub fn response_key(self) -> &'static str {
        match self {
            Self::NotUnderstood => "not_understood",
            Self::DivideByZero => "divide_by_zero",
            Self::NoRealRoot => "no_real_root",
            Self::TooLarge => "too_large",
        }
    }
}

/// Reads and works out sums of one language.
#[derive(Debug, Clone)]
pub struct Calculator {
    language: Language,
    folding: Folding,
    numbers: Option<NumberWords>,
    words: Vec<(Vec<char>, lexicon::Word)>,
}

impl Calculator {
    pub fn new(language: &Language) -> Self {
        Self::with(language, Folding::of(language, false))
    }

    pub(crate) fn with(language: &Language, folding: Folding) -> Self {
        let mut words: Vec<_> = lexicon::words(language.primary())
            .iter()
            .map(|(text, word)| (folding.literal(text), *word))
            .collect();
        words.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Self {
            language: language.clone(),
            folding,
            numbers: NumberWords::of(language, folding),
            words,
        }
    }

    /// Where the longest sum that begins at `at` ends; None unless it has something to work out.
    pub(crate) fn longest(&self, chars: &[char], at: usize) -> Option<usize> {
        parser::Parser::new(self, chars, at).sum().map(|(end, _)| end)
    }

    /// Works out a whole text that is a sum.
    pub fn answer(&self, text: &str) -> Result<Answer, ArithmeticError> {
        let text = Text::new(separated(text).trim_end_matches(['=', ' ', '?']), self.folding);
        let length = text.chars.iter().rposition(|c| *c != ' ').map_or(0, |i| i + 1);
        let (end, sum) = parser::Parser::new(self, &text.chars, 0)
            .sum()
            .ok_or(ArithmeticError::NotUnderstood)?;
        if end < length {
            return Err(ArithmeticError::NotUnderstood);
        }
        let value = sum.value()?;
        if !value.is_finite() || value.abs() >= 1e15 {
            return Err(ArithmeticError::TooLarge);
        }
        let expression = sum.spoken(&self.language);
        Ok(Answer {
            value,
            expression,
            result: result(value, &self.language),
        })
    }
}

/// What the sum in `text` comes to; None when it is no sum or has no answer.
pub fn evaluate(text: &str, language: &Language) -> Option<f64> {
    answer(text, language).ok().map(|a| a.value)
}

/// Works out a sum and words it.
pub fn answer(text: &str, language: &Language) -> Result<Answer, ArithmeticError> {
    Calculator::new(language).answer(text)
}

fn result(value: f64, language: &Language) -> String {
    let decimals = match value.abs() {
        v if v >= 1000.0 => 3,
        v if v >= 0.001 || v == 0.0 => 4,
        v => (3.0 - v.log10().floor()).clamp(4.0, 15.0) as usize,
    };
    spoken::number(value, decimals, language)
}

/// "3+4" as "3 + 4", so that signs are words; a minus before a number stays with it.
fn separated(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '+' | '*' | '×' | '÷' | '^' | '=' => {
                out.push(' ');
                out.push(c);
                out.push(' ');
            }
            _ => out.push(c),
        }
    }
    out
}
