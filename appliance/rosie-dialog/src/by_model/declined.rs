//! "You needn't put butter on the list": what is named is not to be done, and no model is to fill in a form for it.

use crate::routing::{ClauseCues, Words};

/// Whether all that `parts` would have done is declined; `commands` tells whether words begin as a command does.
pub(super) fn is_declined(parts: &[&str], cues: &ClauseCues, commands: impl Fn(&str) -> bool) -> bool {
    let declines = |part: &&str| declines(part, cues, &commands);
    parts.iter().any(declines) && !parts.iter().any(|part| !declines(part) && commands(part))
}

fn declines(part: &str, cues: &ClauseCues, commands: impl Fn(&str) -> bool) -> bool {
    let said = Words::of(part).iter().collect::<Vec<_>>().join(" ");
    let begins = |with: &String| said.strip_prefix(with.as_str()).and_then(|rest| rest.strip_prefix(' '));
    let ends = |with: &String| said.strip_suffix(with.as_str()).is_some_and(|rest| rest.ends_with(' '));
    let not_that = cues.declining.iter().filter_map(begins).any(commands);
    let none = cues.wanting_none.iter().any(|with| begins(with).is_some());
    let let_be = cues.letting.iter().any(|with| begins(with).is_some()) && cues.as_it_is.iter().any(ends);
    not_that || none || let_be
}

#[cfg(test)]
mod tests {
    use super::*;
    use rosie_core::Language;

    fn declined(parts: &[&str]) -> bool {
        let commands = |said: &str| {
            ["put", "pause", "turn", "lock", "pon"]
                .iter()
                .any(|verb| said.starts_with(verb))
        };
        let language = Language::new(if parts[0].contains("hace falta") { "es" } else { "en" });
        is_declined(parts, &ClauseCues::of(&language), commands)
    }

    #[test]
    fn what_is_declined_is_not_done() {
        for said in [
            &["you needn't put butter on the shopping list we've got plenty"][..],
            &["Better not pause the television", "or the kids will scream"],
            &["I don't want a timer for the rice today"],
            &["Leave the desk lamp just as it is"],
            &["no hace falta que pongas la luz"],
        ] {
            assert!(declined(said), "{said:?}");
        }
        for said in [
            &["I don't want the timer any more"][..],
            &["you needn't wait for me", "turn off the lamp"],
            &["you needn't turn off the lamp", "turn on the fan"],
            &["leave the lamp on"],
            &["the blind needn't stay down"],
            &["turn off the lamp"],
        ] {
            assert!(!declined(said), "{said:?}");
        }
    }
}
