//! The things and places of a house by the words that their names are made of.

use super::{lexicon::Lexicon, words::words};
use rosie_core::{KnownName, KnownNames};
use std::collections::{BTreeSet, HashMap};

#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    pub id: String,
    pub domain: String,
    pub class: String,
    pub place: String,
    pub floor: Option<String>,
    /// Of its name, without articles; one entry a name.
    pub names: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub value: String,
    pub words: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Things {
    pub things: Vec<Thing>,
    pub areas: Vec<Place>,
    pub floors: Vec<Place>,
    /// Every word of a name.
    pub vocabulary: BTreeSet<String>,
}

impl Things {
    pub fn new(known: &KnownNames, lexicon: &Lexicon) -> Self {
        let list = |name: &str| known.get(name).map(Vec::as_slice).unwrap_or_default();
        let places = |names: &[KnownName]| -> Vec<Place> {
            let place = |name: &KnownName| Place {
                value: name.value.clone(),
                words: content(&name.spoken, lexicon),
            };
            names
                .iter()
                .map(place)
                .filter(|place| !place.words.is_empty())
                .collect()
        };
        let mut this = Self {
            things: Vec::new(),
            areas: places(list("area")),
            floors: places(list("floor")),
            vocabulary: BTreeSet::new(),
        };
        let mut by_id: HashMap<String, usize> = HashMap::new();
        for name in list("name") {
            let said = content(&name.spoken, lexicon);
            let apart = apart(&said, lexicon);
            let of = |key: &str| name.context.get(key).cloned().unwrap_or_default();
            let places = of("place");
            let mut places = places.split(',');
            let floors = of("storey");
            let mut floors = floors.split(',');
            for id in name.value.split(',') {
                let place = places.next().unwrap_or_default();
                let floor = floors.next().filter(|floor| !floor.is_empty());
                let at = *by_id.entry(id.to_owned()).or_insert_with(|| {
                    this.things.push(Thing {
                        id: id.to_owned(),
                        domain: of("domain"),
                        class: of("device_class"),
                        place: place.to_owned(),
                        floor: floor.map(str::to_owned),
                        names: Vec::new(),
                    });
                    this.things.len() - 1
                });
                this.things[at].names.push(said.clone());
                this.things[at].names.extend(apart.clone());
            }
        }
        let names = this.things.iter().flat_map(|thing| thing.names.iter().flatten());
        let places = this.areas.iter().chain(&this.floors).flat_map(|place| &place.words);
        this.vocabulary = names.chain(places).cloned().collect();
        this
    }

    /// Whether something is called just so.
    pub fn has(&self, spoken: &str, lexicon: &Lexicon) -> bool {
        let said = content(spoken, lexicon);
        self.things.iter().any(|thing| thing.names.contains(&said))
    }

    /// The words of everything that a place is called.
    pub fn words_of_area<'t>(&'t self, value: &'t str) -> impl Iterator<Item = &'t String> {
        let areas = self.areas.iter().filter(move |area| area.value == value);
        areas.flat_map(|area| &area.words)
    }
}

/// "Schreibtischlampe" as "Schreibtisch" and "Lampe": people say "the lamp on the desk".
fn apart(name: &[String], lexicon: &Lexicon) -> Option<Vec<String>> {
    if lexicon.compounds.is_empty() {
        return None;
    }
    let split = |word: &String| -> Option<[String; 2]> {
        let kinds = lexicon.kind_words.keys().filter(|kind| kind.len() >= 4);
        let kind = kinds
            .filter(|kind| word.ends_with(kind.as_str()))
            .max_by_key(|kind| kind.len())?;
        let head = word.strip_suffix(kind.as_str()).filter(|head| head.len() >= 4)?;
        Some([head.to_owned(), kind.clone()])
    };
    let words = name
        .iter()
        .flat_map(|word| split(word).map_or_else(|| vec![word.clone()], Vec::from));
    let words: Vec<String> = words.collect();
    (words != name).then_some(words)
}

/// Without articles and prepositions, unless there is nothing else.
pub fn content(spoken: &str, lexicon: &Lexicon) -> Vec<String> {
    let all: Vec<String> = words(spoken, &lexicon.language)
        .into_iter()
        .filter(|word| !word.is_mark())
        .map(|word| word.plain)
        .collect();
    let kept: Vec<String> = all
        .iter()
        .filter(|word| !lexicon.links.contains(*word))
        .cloned()
        .collect();
    if kept.is_empty() { all } else { kept }
}
