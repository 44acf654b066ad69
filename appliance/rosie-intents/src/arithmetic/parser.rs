//! Sums: a recursive-descent parser over words, the tree it makes, and what the tree comes to.

use super::lexicon::{Word, said};
use super::{ArithmeticError, Calculator};
use crate::numbers::{grouping, read_digits};
use crate::spoken;
use rosie_core::Language;

const MAX_DEPTH: usize = 24;

#[derive(Debug, Clone)]
pub(super) enum Sum {
    Number(f64),
    Pi,
    Binary(Box<Sum>, Word, Box<Sum>),
    /// A word before its number: a root, "half of".
    Before(Word, Box<Sum>),
    /// A word after its number: "squared", "percent".
    After(Box<Sum>, Word),
}

pub(super) struct Parser<'a> {
    calculator: &'a Calculator,
    chars: &'a [char],
    at: usize,
    /// Whether anything was there to work out.
    operations: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(calculator: &'a Calculator, chars: &'a [char], at: usize) -> Self {
        Self {
            calculator,
            chars,
            at,
            operations: 0,
        }
    }

    /// The longest sum from here, and its end; a bare number is none.
    pub(super) fn sum(mut self) -> Option<(usize, Sum)> {
        let sum = self.additions(0)?;
        (self.operations > 0).then_some((self.at, sum))
    }

    fn additions(&mut self, depth: usize) -> Option<Sum> {
        let mut left = self.products(depth)?;
        while let Some(word) = self.take(&[Word::Plus, Word::Minus]) {
            let back = self.back(word.1);
            let Some(right) = self.products(depth) else {
                self.at = back;
                break;
            };
            left = self.binary(left, word.0, right);
        }
        Some(left)
    }

    fn products(&mut self, depth: usize) -> Option<Sum> {
        let mut left = self.powers(depth)?;
        while let Some(word) = self.take(&[Word::Times, Word::Divide, Word::Modulo, Word::Of, Word::Off]) {
            let back = self.back(word.1);
            // "of" means something only after a percentage.
            let part = matches!(left, Sum::After(_, Word::Percent)) || !matches!(word.0, Word::Of | Word::Off);
            let right = if part { self.powers(depth) } else { None };
            let Some(right) = right else {
                self.at = back;
                break;
            };
            left = self.binary(left, word.0, right);
        }
        Some(left)
    }

    fn powers(&mut self, depth: usize) -> Option<Sum> {
        let mut base = self.primary(depth)?;
        let after = [Word::Power, Word::Squared, Word::Cubed, Word::Percent, Word::Factorial];
        while let Some(word) = self.take(&after) {
            let back = self.back(word.1);
            if word.0 == Word::Power {
                let Some(exponent) = self.primary(depth) else {
                    self.at = back;
                    break;
                };
                base = self.binary(base, word.0, exponent);
            } else {
                // A percentage alone is nothing to work out; of something, or on top of something, it is.
                self.operations += usize::from(word.0 != Word::Percent);
                base = Sum::After(Box::new(base), word.0);
            }
        }
        Some(base)
    }

    fn primary(&mut self, depth: usize) -> Option<Sum> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_spaces();
        if let Some((end, value)) = self.number() {
            self.at = end;
            return Some(Sum::Number(value));
        }
        let before = [
            Word::SquareRoot,
            Word::CubeRoot,
            Word::Twice,
            Word::Half,
            Word::Third,
            Word::Quarter,
            Word::Minus,
            Word::Open,
            Word::SumOf,
            Word::ProductOf,
            Word::DifferenceOf,
            Word::Pi,
            Word::Multiply,
            Word::DivideVerb,
            Word::Add,
            Word::Subtract,
        ];
        let (word, taken) = self.take(&before)?;
        match word {
            Word::Pi => Some(Sum::Pi),
            Word::Open => {
                let inner = self.additions(depth + 1)?;
                self.take(&[Word::Close])?;
                Some(inner)
            }
            Word::SumOf | Word::ProductOf | Word::DifferenceOf => {
                let left = self.products(depth + 1)?;
                self.take(&[Word::And])?;
                let right = self.products(depth + 1)?;
                let operation = match word {
                    Word::SumOf => Word::Plus,
                    Word::ProductOf => Word::Times,
                    _ => Word::Minus,
                };
                Some(self.binary(left, operation, right))
            }
            Word::Multiply | Word::DivideVerb | Word::Add | Word::Subtract => self.told(word, depth),
            _ => {
                let back = self.back(taken);
                let Some(inner) = self.powers(depth + 1) else {
                    self.at = back;
                    return None;
                };
                self.operations += usize::from(word != Word::Minus);
                Some(Sum::Before(word, Box::new(inner)))
            }
        }
    }

    /// "multiply 6 by 7", "subtract 3 from 10".
    fn told(&mut self, verb: Word, depth: usize) -> Option<Sum> {
        let left = self.powers(depth + 1)?;
        // Of the words between, some also mean an operation ("por", "entre", "durch").
        let between = [
            Word::By,
            Word::And,
            Word::From,
            Word::To,
            Word::Times,
            Word::Divide,
            Word::Of,
        ];
        let (link, _) = self.take(&between)?;
        let right = self.powers(depth + 1)?;
        Some(match verb {
            Word::Multiply => self.binary(left, Word::Times, right),
            Word::DivideVerb => self.binary(left, Word::Divide, right),
            Word::Add => self.binary(left, Word::Plus, right),
            _ if matches!(link, Word::From | Word::To | Word::Of) => self.binary(right, Word::Minus, left),
            _ => self.binary(left, Word::Minus, right),
        })
    }

    fn binary(&mut self, left: Sum, word: Word, right: Sum) -> Sum {
        self.operations += 1;
        Sum::Binary(Box::new(left), word, Box::new(right))
    }

    fn number(&self) -> Option<(usize, f64)> {
        if let Some((end, value)) = read_digits(self.chars, self.at, true, grouping(&self.calculator.language)) {
            return Some((end, value));
        }
        let found = self.calculator.numbers.as_ref()?.read(self.chars, self.at);
        found.into_iter().rfind(|(end, _)| self.is_word_end(*end))
    }

    fn skip_spaces(&mut self) {
        while self.chars.get(self.at) == Some(&' ') {
            self.at += 1;
        }
    }

    /// Takes one of these words; also says how many characters that was, spaces included.
    fn take(&mut self, wanted: &[Word]) -> Option<(Word, usize)> {
        let start = self.at;
        self.skip_spaces();
        for (text, word) in &self.calculator.words {
            let end = self.at + text.len();
            // "12x7": a lone letter is a sign, too.
            let sign = text.len() == 1 && *word != Word::And || !text.iter().any(|c| c.is_alphanumeric());
            if wanted.contains(word)
                && self.chars.get(self.at..end) == Some(text.as_slice())
                && (sign || self.is_word_end(end))
            {
                self.at = end;
                return Some((*word, end - start));
            }
        }
        self.at = start;
        None
    }

    fn back(&self, taken: usize) -> usize {
        self.at - taken
    }

    fn is_word_end(&self, at: usize) -> bool {
        !self.chars.get(at).is_some_and(|c| c.is_alphanumeric())
    }
}

impl Sum {
    pub(super) fn value(&self) -> Result<f64, ArithmeticError> {
        Ok(match self {
            Sum::Number(n) => *n,
            Sum::Pi => std::f64::consts::PI,
            Sum::Binary(left, word, right) => return binary_value(left, *word, right),
            Sum::Before(word, inner) => {
                let n = inner.value()?;
                match word {
                    Word::SquareRoot if n < 0.0 => return Err(ArithmeticError::NoRealRoot),
                    Word::SquareRoot => n.sqrt(),
                    Word::CubeRoot => n.cbrt(),
                    Word::Twice => n * 2.0,
                    Word::Half => n / 2.0,
                    Word::Third => n / 3.0,
                    Word::Quarter => n / 4.0,
                    _ => -n,
                }
            }
            Sum::After(inner, word) => {
                let n = inner.value()?;
                match word {
                    Word::Squared => n * n,
                    Word::Cubed => n * n * n,
                    Word::Percent => n / 100.0,
                    Word::Factorial => return factorial(n),
                    _ => n,
                }
            }
        })
    }

    /// The sum with its numbers in digits.
    pub(super) fn spoken(&self, language: &Language) -> String {
        let word = |w: &Word| said(*w, language.primary());
        match self {
            Sum::Number(n) => spoken::number(*n, 9, language),
            Sum::Pi => word(&Word::Pi).to_owned(),
            Sum::Binary(left, w, right) => format!("{} {} {}", left.spoken(language), word(w), right.spoken(language)),
            Sum::Before(Word::Minus, inner) => format!("-{}", inner.spoken(language)),
            Sum::Before(w, inner) => format!("{} {}", word(w), inner.spoken(language)),
            Sum::After(inner, w) => format!("{} {}", inner.spoken(language), word(w)),
        }
    }
}

fn binary_value(left: &Sum, word: Word, right: &Sum) -> Result<f64, ArithmeticError> {
    let (a, b) = (left.value()?, right.value()?);
    // "80 plus 15 percent" adds 15 percent of 80.
    let percent_of_left =
        matches!(right, Sum::After(_, Word::Percent)) && !matches!(left, Sum::After(_, Word::Percent));
    Ok(match word {
        Word::Plus if percent_of_left => a * (1.0 + b),
        Word::Minus if percent_of_left => a * (1.0 - b),
        Word::Plus => a + b,
        Word::Minus => a - b,
        Word::Times | Word::Of => a * b,
        Word::Off => b * (1.0 - a),
        Word::Divide | Word::Modulo if b == 0.0 => return Err(ArithmeticError::DivideByZero),
        Word::Divide => a / b,
        Word::Modulo => a.rem_euclid(b),
        _ if a < 0.0 && b.fract() != 0.0 => return Err(ArithmeticError::NoRealRoot),
        _ if a == 0.0 && b < 0.0 => return Err(ArithmeticError::DivideByZero),
        _ => a.powf(b),
    })
}

fn factorial(n: f64) -> Result<f64, ArithmeticError> {
    if n < 0.0 || n.fract() != 0.0 {
        return Err(ArithmeticError::NotUnderstood);
    }
    if n > 17.0 {
        return Err(ArithmeticError::TooLarge);
    }
    Ok((1..=n as u64).map(|k| k as f64).product())
}
