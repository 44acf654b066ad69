//! rosie-intents: text in, intent out, and an answer's words from its data. Speaks the sentence-template language of
//! `hassil`, reads the data of `home-assistant-intents` and Rosie's own templates (`data/`).
//!
//! Invariants: pure. No file, no clock, no thread; whoever calls it brings the text of the data. What matching does
//! grows with the text's length and the templates' size, never with the number of ways they can be combined.

#![forbid(unsafe_code)]

mod addressed;
pub mod arithmetic;
mod asides;
mod asked;
mod builtin;
mod compile;
mod complete;
mod context;
mod corrections;
mod directed;
mod dismissed;
mod effort;
mod elsewhere;
mod error;
mod event_functions;
mod excepted;
mod grammar;
mod guard;
mod instead;
mod kernel;
mod lasting;
mod later;
mod let_be;
mod lists;
mod loose;
mod matcher;
mod matching;
mod meant;
mod names;
mod not_that;
mod now_and_later;
pub mod numbers;
mod parts;
mod python;
mod requests;
mod respond;
mod scale;
mod search;
mod skip;
mod somebody;
pub mod source;
pub mod spoken;
pub mod template;
pub mod text;
mod told_after;
mod understand;
mod understood;
pub mod units;
mod values;
mod variants;

pub use asked::{does, opens_a_question};
pub use builtin::LANGUAGES;
pub use context::{ContextValue, MatchContext};
pub use corrections::corrected;
pub use directed::chance_of_a_command;
pub use effort::Effort;
pub use error::IntentsError;
pub use instead::{is_taken_back, takes_back};
pub use later::LATER;
pub use matcher::{Matcher, MatcherBuilder};
pub use meant::{Meant, meant};
pub use names::PreparedNames;
pub use text::plain_words;
pub use understand::of_the_home;
pub use understood::Understood;
