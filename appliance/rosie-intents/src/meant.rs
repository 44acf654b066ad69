//! Whether what was understood is meant: a command for now, one that somebody should be asked about first, or talk that only sounds
//! like one.

use crate::{addressed::after_the_name, asked::does, directed::chance_of_a_command, somebody::speaks_to_somebody};
use rosie_core::{Intent, Language};

/// Less likely a command than this, it is talk; of commands that were kept from the training one or two in a hundred are so.
const TALK: f32 = 0.05;
/// Less likely than this, it is asked about.
const DOUBTFUL: f32 = 0.3;
/// Fewer words say too little to be doubted: they are a command or none by the grammar alone.
const FEWEST: usize = 4;
/// They keep or pass on somebody's own words, which may sound like anything.
const OWN_WORDS: [&str; 3] = ["RosieRemember", "RosieRemind", "RosieBroadcast"];

/// How a sentence that was understood is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// Done at once.
    Command,
    /// Asked about before it is done.
    Doubtful,
    /// Not done.
    Talk,
}

/// By `text` alone, without what was said before it; a [`Meant::Command`] where `intents` do nothing, or keep or pass on somebody's
/// own words.
pub fn meant(text: &str, intents: &[Intent], language: &Language) -> Meant {
    if !intents.iter().any(does) {
        return Meant::Command;
    }
    // What was said before her name was not said to her.
    let text = after_the_name(text).first().copied().unwrap_or(text);
    if is_read_out(text) {
        return Meant::Talk;
    }
    let own_words = |intent: &Intent| OWN_WORDS.contains(&intent.name.as_str());
    if !intents.iter().any(own_words) && speaks_to_somebody(text) {
        return Meant::Talk;
    }
    let short = text.split_whitespace().count() < FEWEST;
    if short || intents.iter().any(own_words) {
        return Meant::Command;
    }
    match chance(text, language) {
        Some(chance) if chance < TALK => Meant::Talk,
        Some(chance) if chance < DOUBTFUL => Meant::Doubtful,
        _ => Meant::Command,
    }
}

/// Of the whole, or of the likeliest sentence in it: "I can hear him snoring already. Turn the bed light off, please."
fn chance(text: &str, language: &Language) -> Option<f32> {
    let whole = chance_of_a_command(text, language)?;
    let sentences = text.split_inclusive(['.', '!', '?']).map(str::trim);
    let long = sentences
        .filter(|sentence| sentence.len() < text.trim().len() && sentence.split_whitespace().count() >= FEWEST);
    let each = long.filter_map(|sentence| chance_of_a_command(sentence, language));
    Some(each.fold(whole, f32::max))
}

/// "« Allumez toutes les lampes », ordonna la reine": what somebody says in a story, as a recogniser writes it.
fn is_read_out(text: &str) -> bool {
    const QUOTES: [(char, char); 4] = [('«', '»'), ('„', '“'), ('“', '”'), ('"', '"')];
    let text = text.trim();
    QUOTES.iter().any(|(opens, closes)| {
        let inside = text.strip_prefix(*opens).and_then(|rest| rest.split_once(*closes));
        inside.is_some_and(|(_, after)| after.contains(char::is_alphabetic))
    })
}

#[cfg(test)]
mod tests {
    use super::is_read_out;

    #[test]
    fn what_a_story_says_is_no_command() {
        for text in [
            "« Allumez toutes les lampes », ordonna la reine",
            "\"Turn off the lights,\" he whispered",
            "„Mach das Licht aus“, rief sie",
        ] {
            assert!(is_read_out(text), "{text}");
        }
        for text in [
            "\"Turn off the lights.\"",
            "add \"milk\" to the list",
            "turn off the lights",
        ] {
            assert!(!is_read_out(text), "{text}");
        }
    }
}
