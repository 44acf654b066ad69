//! What words are in a command.

use serde::Deserialize;

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    On,
    Off,
    Toggle,
    Open,
    Close,
    Stop,
    Lock,
    Unlock,
    Raise,
    Lower,
    Brighter,
    Darker,
    Dark,
    Warmer,
    Colder,
    Louder,
    Quieter,
    Pause,
    Play,
    Next,
    Previous,
    Mute,
    Unmute,
    Start,
    Dock,
    Press,
    /// How warm is it?
    Warmth,
}

impl Act {
    /// "Brighter", which is also how it is: "too dark".
    pub fn is_of_state(&self) -> bool {
        matches!(
            self,
            Self::Brighter | Self::Darker | Self::Warmer | Self::Colder | Self::Louder | Self::Quieter
        )
    }
}

/// What words are in a command. Of two readings of equal length the earlier one here is taken.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Tag {
    /// No command: a negation, a condition, a story.
    Refuse,
    Act(Act),
    Percent,
    Degrees,
    Level(f64),
    Colour(String),
    /// Kelvin.
    White(f64),
    /// An index into [`Lexicon::kinds`].
    Kind(usize),
    /// "everything but": everything, and what follows is left out.
    Only,
    Except,
    Everything,
    All,
    Wish,
    /// "Could you".
    Polite,
    /// "Can", "should": something may be done.
    Modal,
    Do,
    Also,
    And,
    Here,
    Filler,
    Link,
    It,
}
