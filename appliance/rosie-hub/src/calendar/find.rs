//! Which event is meant by its words.

use super::event::Event;

/// Likeness from which a word may be a misheard one.
const ALIKE: f64 = 0.8;
/// Words that name no event.
const NO_NAMES: [&str; 40] = [
    "a",
    "an",
    "the",
    "my",
    "our",
    "with",
    "at",
    "of",
    "appointment",
    "meeting",
    "event",
    "der",
    "die",
    "das",
    "den",
    "dem",
    "mein",
    "meinen",
    "meine",
    "beim",
    "mit",
    "termin",
    "el",
    "la",
    "los",
    "mi",
    "con",
    "de",
    "del",
    "cita",
    "reunión",
    "le",
    "les",
    "mon",
    "ma",
    "chez",
    "avec",
    "du",
    "rendez",
    "vous",
];

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Those whose title has every word that was said; where none has, those that have most of them.
pub(super) fn meant(events: Vec<Event>, said: &str) -> Vec<Event> {
    let all = words(said);
    let named: Vec<String> = all
        .iter()
        .filter(|word| !NO_NAMES.contains(&word.as_str()))
        .cloned()
        .collect();
    let wanted = if named.is_empty() { all } else { named };
    if wanted.is_empty() {
        return Vec::new();
    }
    let found = |event: &Event| {
        let title = words(&event.title);
        let has = |word: &String| title.iter().any(|own| is_same(own, word));
        wanted.iter().filter(|word| has(word)).count()
    };
    let counts: Vec<usize> = events.iter().map(found).collect();
    let most = counts.iter().copied().max().unwrap_or_default();
    // Half of the words are no name.
    if most * 2 <= wanted.len() {
        return Vec::new();
    }
    let events = events.into_iter().zip(counts);
    events
        .filter(|(_, count)| *count == most)
        .map(|(event, _)| event)
        .collect()
}

fn is_same(own: &str, said: &str) -> bool {
    let long = said.chars().count() >= 4;
    // "Zahnarzttermin" is the one at the dentist's.
    let compound = own.chars().count() >= 5 && said.starts_with(own);
    own == said || compound || (long && (own.starts_with(said) || strsim::normalized_levenshtein(own, said) >= ALIKE))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::tz::TimeZone;
    use serde_json::json;

    #[test]
    fn events_are_found_by_their_words() {
        let event = |title: &str| {
            let day = json!({ "date": "2026-01-05" });
            let value = json!({ "id": title, "summary": title, "start": day, "end": day });
            Event::read(&value, "primary", &TimeZone::UTC).unwrap()
        };
        let titles = [
            "Dentist",
            "Lunch with Anna",
            "Team meeting",
            "Zahnarzt Dr. Weiß",
            "Lunch with Ben",
        ];
        let found = |said: &str| {
            let meant = meant(titles.map(event).to_vec(), said);
            meant.into_iter().map(|event| event.title).collect::<Vec<_>>()
        };
        assert_eq!(found("the dentist appointment"), ["Dentist"]);
        assert_eq!(found("dentists"), ["Dentist"]);
        assert_eq!(found("lunch with anna"), ["Lunch with Anna"]);
        assert_eq!(found("lunch"), ["Lunch with Anna", "Lunch with Ben"]);
        assert_eq!(found("den Zahnarzttermin beim Zahnarzt"), ["Zahnarzt Dr. Weiß"]);
        assert_eq!(found("meeting"), ["Team meeting"]);
        assert_eq!(found("yoga"), Vec::<String>::new());
        assert_eq!(found(""), Vec::<String>::new());
    }
}
