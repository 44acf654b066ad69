//! What of the memory belongs to a question: found by meaning and by words, weighed, and cut off where it is not
//! relevant.

pub(crate) mod catalogue;
mod postings;
#[cfg(test)]
mod quality;
pub(crate) mod score;
pub(crate) mod search;
pub(crate) mod terms;
pub(crate) mod time;
pub(crate) mod words;
