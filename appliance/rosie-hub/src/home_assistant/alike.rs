//! Finding a thing by what it is called: exactly, or nearly, as a recogniser or a person gets names wrong.

use super::house::{Entity, House};
use crate::rooms::plain;

/// Words before a name that are no part of it.
const ARTICLES: [&str; 17] = [
    "the", "my", "our", "der", "die", "das", "den", "dem", "el", "la", "los", "las", "mi", "le", "les", "mon", "ma",
];
/// How alike two words of a name must be, 0 to 1. "Bedroom" and "bathroom" (0.63) are two rooms.
const WORD: f64 = 0.7;
/// The same for whole names.
const NAME: f64 = 0.8;

/// By ids (joined by commas), or by exactly a name.
pub(super) fn called<'h>(house: &'h House, name: &str) -> Vec<&'h Entity> {
    let entities = &house.registry.entities;
    let by_id: Vec<&Entity> = name.split(',').filter_map(|id| entities.get(id.trim())).collect();
    if !by_id.is_empty() {
        return by_id;
    }
    let wanted = plain(name);
    let bare = without_article(&wanted);
    let is_name = |entity: &&Entity| {
        entity.names.iter().any(|name| {
            let name = plain(name);
            name == wanted || name == bare
        })
    };
    entities.values().filter(is_name).collect()
}

/// Things whose name is nearly what was said; only the nearest, and only if it is near.
pub(super) fn like<'h>(house: &'h House, name: &str, fits: &dyn Fn(&&Entity) -> bool) -> Vec<&'h Entity> {
    let wanted = plain(name);
    let wanted = without_article(&wanted);
    let near = |entity: &'h Entity| {
        let best = entity.names.iter().map(|name| names(wanted, &plain(name)));
        best.fold(0.0, f64::max)
    };
    let mut all: Vec<(f64, &Entity)> = house
        .registry
        .entities
        .values()
        .filter(|entity| fits(entity))
        .map(|entity| (near(entity), entity))
        .filter(|(near, _)| *near >= NAME)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = all.first().map_or(0.0, |(near, _)| *near);
    all.into_iter()
        .take_while(|(near, _)| *near >= best)
        .map(|(_, entity)| entity)
        .collect()
}

/// Which of `all` is called so, or nearly: only the nearest, and only if it is near.
pub(crate) fn closest(said: &str, all: &[&str]) -> Option<usize> {
    let wanted = plain(said);
    let wanted = without_article(&wanted);
    let near = |name: &str| {
        let name = plain(name);
        if name == wanted { 1.0 } else { names(wanted, &name) }
    };
    let scores: Vec<f64> = all.iter().map(|name| near(name)).collect();
    let best = (0..all.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))?;
    (scores[best] >= NAME).then_some(best)
}

fn without_article(name: &str) -> &str {
    match name.split_once(' ') {
        Some((first, rest)) if ARTICLES.contains(&first) => rest,
        _ => name,
    }
}

/// How alike two names are: word by word, or written together ("floorlamp"). Numbers must be the same.
fn names(a: &str, b: &str) -> f64 {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(a) != digits(b) {
        return 0.0;
    }
    let together = |text: &str| text.replace(' ', "");
    if together(a) == together(b) {
        return 0.99;
    }
    let (words_a, words_b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    if words_a.len() != words_b.len() {
        return 0.0;
    }
    let mut pairs = words_a.iter().zip(&words_b);
    match pairs.all(|(a, b)| likeness(a, b) >= WORD) {
        true => likeness(a, b),
        false => 0.0,
    }
}

/// 1 for the same letters, 0 for none in common: edits between the two by the longer one's length.
fn likeness(a: &str, b: &str) -> f64 {
    match a.chars().count().max(b.chars().count()) {
        1..=60 => strsim::normalized_levenshtein(a, b),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_one_sound_wrong_and_no_other_thing() {
        for (said, name) in [
            ("standing lamb", "standing lamp"),
            ("floorlamp", "floor lamp"),
            ("garaje door", "garage door"),
            ("stehlampen", "stehlampe"),
        ] {
            assert!(names(said, name) >= NAME, "{said} / {name}: {}", names(said, name));
        }
        for (said, name) in [
            ("bedroom lamp", "bathroom lamp"),
            ("lamp 1", "lamp 2"),
            ("left lamp", "right lamp"),
            ("back door", "front door"),
            ("door", "front door"),
            ("", "lamp"),
        ] {
            assert!(names(said, name) < NAME, "{said} / {name}: {}", names(said, name));
        }
    }
}
