//! The sentence-template language: from text to a tree.
//!
//! `(a|b)` alternatives, `[a]` optional, `(a;b)` in any order, `{list}`, `{list:slot}`, `{list:@captured}`,
//! `{1..10:slot}`, `<rule>`, `\` escapes. Source: the grammar that the Python package `hassil` reads.

mod parse;

pub use parse::parse;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// Literal text with its spaces.
    Text(String),
    Sequence(Vec<Template>),
    /// One of these; `[a]` is `a` or an empty sequence.
    Any(Vec<Template>),
    /// All of these, in any order.
    Permutation(Vec<Template>),
    List(ListReference),
    Rule(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListReference {
    pub list: String,
    pub slot: String,
    /// `{list:@name}`: matched, but no slot.
    pub capture: bool,
    /// A space follows in the template: a wildcard here ends only where a word ends.
    pub before_space: bool,
}

/// Deeper templates are refused: recursion here and in the matcher stays bounded.
pub const MAX_DEPTH: usize = 40;
/// Longest template, in characters.
pub const MAX_LENGTH: usize = 4000;
/// `(a;b;…)` of more parts would mean too many orders.
pub const MAX_PERMUTATION: usize = 8;
