//! "All the lights, all of them, but not the moon", "one of the lights": what is left out and was not understood leaves nothing to be
//! done, for more than was wanted would be.

use crate::matcher::Matcher;
use crate::understood::acts;
use rosie_core::Intent;

/// What leaves something out, where many things are meant.
const EXCEPT: [(&str, &str); 4] = [
    (
        "en",
        "but not|except|apart from|bar the|save for|other than|besides|excluding|but for|skip the|not counting|all but|\
         everything but|everyone but|room but|lights but|but one|but two|but three|one of the|some of the|half of the|most of the|a few of the",
    ),
    (
        "de",
        "außer|ausser|bis auf|nur nicht|aber nicht|ausgenommen|abgesehen von|es sei denn",
    ),
    (
        "es",
        "salvo|excepto|a excepción|pero no|aparte de|quitando|menos el|menos la|menos los|menos las|menos en|menos dos",
    ),
    ("fr", "sauf|excepté|hormis|à part|mais pas|en dehors de"),
];

impl Matcher {
    /// Whether `text` leaves something out of many that `intents` do not leave out.
    pub fn loses_an_exception(&self, text: &str, intents: &[Intent]) -> bool {
        let Some((_, phrases)) = EXCEPT.iter().find(|(known, _)| *known == self.language.primary()) else {
            return false;
        };
        let words = text
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
        let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
        let said = format!(" {} ", words.join(" "));
        let leaves_out = phrases.split('|').any(|phrase| said.contains(&format!(" {phrase} ")));
        let of_many = |intent: &&Intent| acts(intent) && !intent.slots.contains_key("name");
        let many: Vec<&Intent> = intents.iter().filter(of_many).collect();
        leaves_out && !many.is_empty() && many.iter().all(|intent| !intent.slots.contains_key("except"))
    }
}
