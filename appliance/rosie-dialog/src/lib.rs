//! From a transcript to a reply: an intent where one matches, else a language model.
//!
//! Invariants: what an intent takes never reaches a model; the reply's text is exactly the deltas joined; no word
//! of a person goes into a log or an error; a model's server lives on the loopback address only.

#![forbid(unsafe_code)]

mod account;
mod answers;
mod by_home;
mod by_intent;
mod by_intents;
mod by_model;
mod cache;
mod clauses;
mod config;
mod conversation;
mod dialog;
mod doubt;
mod languages;
pub mod llm;
mod preceding;
mod prompt;
mod quiet;
mod reading;
mod reasoning;
pub mod routing;
mod thinking;
mod told_before;
mod tools;
mod warm;
mod wishes;

pub use config::{Budgets, DialogConfig, Routing};
pub use dialog::RosieDialog;
pub use languages::{LanguageProblem, LanguageSources, Languages};
