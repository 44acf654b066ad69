//! Which tools and entities a question is about: by the words they share with it, and by meaning where vectors can be
//! had. A model never gets the whole house.

use super::{form::Thing, purpose::purpose};
use crate::routing::Words;
use rosie_core::{RoomId, ToolSpec, dialog::EntityState, memory::Recollection};
use std::collections::HashSet;

/// Likeness under this is chance (MiniLM, measured on pairs of unrelated sentences).
const UNRELATED: f32 = 0.25;
/// What a thing is for has to be nearer than what it is called: many things are for something that any question is near to.
const SERVES: f32 = 0.35;
/// What a shared word is worth beside meaning.
const WORD: f32 = 0.35;
/// Short words of names that nobody needs to say.
const SMALL: &[&str] = &[
    "the", "a", "an", "of", "in", "on", "at", "my", "our", "der", "die", "das", "im", "el", "la", "los", "las", "de",
    "del", "en", "le", "les", "un", "une", "du", "des", "l",
];
/// What standing in the room is worth, for entities that words or meaning have found.
const SAME_ROOM: f32 = 0.1;

/// All tools if they are `k` or fewer, else the closest `k`; in the registry's order either way, so that a prompt made
/// of them stays the same. `likeness`: of [`tool_text`]s to the question, −1 to 1, where there is an embedder.
pub(crate) fn closest_tools(question: &str, tools: Vec<ToolSpec>, k: usize, likeness: Option<&[f32]>) -> Vec<ToolSpec> {
    if tools.len() <= k {
        return tools;
    }
    let texts: Vec<String> = tools.iter().map(tool_text).collect();
    let scores = scores(question, &texts, likeness);
    let mut order: Vec<usize> = (0..tools.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let kept: HashSet<usize> = order.into_iter().take(k).collect();
    let all = tools.into_iter().enumerate();
    all.filter(|(at, _)| kept.contains(at)).map(|(_, tool)| tool).collect()
}

/// What kind of thing it is, `light`.
pub(crate) fn kind(entity: &EntityState) -> &str {
    entity.id.split('.').next().unwrap_or_default()
}

/// The entities that the question is about and how much, closest first; none where it is about none. `likeness`: of [`compared_by`].
pub(crate) fn closest_entities(
    question: &str,
    entities: Vec<EntityState>,
    room: &RoomId,
    likeness: Option<&[f32]>,
) -> Vec<(f32, EntityState)> {
    let texts: Vec<String> = entities.iter().map(entity_text).collect();
    let likeness = likeness.filter(|all| all.len() == 2 * texts.len()).map(|all| {
        let (called, serves) = all.split_at(texts.len());
        let both = called.iter().zip(serves);
        both.map(|(called, serves)| if *serves > SERVES { called.max(*serves) } else { *called })
            .collect::<Vec<f32>>()
    });
    let scores = scores(question, &texts, likeness.as_deref());
    let mut found: Vec<(f32, EntityState)> = entities
        .into_iter()
        .zip(scores)
        .filter(|(_, score)| *score > UNRELATED)
        .map(|(entity, score)| {
            let here = entity.room.as_ref() == Some(room);
            (score + if here { SAME_ROOM } else { 0.0 }, entity)
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    found
}

/// What entities are compared by: what each is called, then what each is for.
pub(crate) fn compared_by(entities: &[EntityState]) -> Vec<String> {
    let serves = |entity: &EntityState| purpose(entity).map_or_else(|| entity_text(entity), str::to_owned);
    entities
        .iter()
        .map(entity_text)
        .chain(entities.iter().map(serves))
        .collect()
}

fn entity_text(entity: &EntityState) -> String {
    let domain = kind(entity);
    let room = entity.room.as_ref().map(RoomId::as_str).unwrap_or_default();
    format!(
        "{} {} {}",
        entity.names.join(" "),
        room.replace('_', " "),
        domain.replace('_', " ")
    )
}

/// What a tool is compared by: its name in words, what it does, what it takes.
pub(crate) fn tool_text(tool: &ToolSpec) -> String {
    let properties = tool.parameters.get("properties").and_then(serde_json::Value::as_object);
    let takes: Vec<&str> = properties
        .into_iter()
        .flat_map(|all| all.keys())
        .map(String::as_str)
        .collect();
    let name = tool.name.trim_start_matches("Hass").trim_start_matches("Rosie");
    let text = format!("{} {} {}", spaced(name).trim(), tool.description, takes.join(" "));
    text.trim().to_owned()
}

/// Whether the question names it: every word of one of its names that carries meaning. A name that is a room's (of
/// `rooms`, in lower case) means the room.
pub(crate) fn is_named(question: &str, entity: &EntityState, rooms: &HashSet<String>) -> bool {
    let (words, asked) = (Words::of(question), stems(question));
    let named = |name: &String| {
        let name_stems = stems(name);
        // "Bed light" is not named by "the light".
        let name_words = Words::of(name);
        let all_short = name_words
            .iter()
            .filter(|word| word.chars().count() <= 3 && !SMALL.contains(word))
            .all(|word| words.contain(word));
        words.contain(&name.to_lowercase()) || (!name_stems.is_empty() && name_stems.is_subset(&asked) && all_short)
    };
    let mut names = entity.names.iter().filter(|name| !rooms.contains(&name.to_lowercase()));
    names.any(named)
}

/// Names of what the question may mean, for a form: each thing by the name that is said, else by its first.
pub(crate) fn things_of(question: &str, entities: &[EntityState]) -> Vec<Thing> {
    let asked = stems(question);
    let said = |name: &&String| {
        let stems = stems(name);
        !stems.is_empty() && stems.is_subset(&asked)
    };
    let thing = |entity: &EntityState| {
        Some(Thing {
            name: entity.names.iter().find(said).or(entity.names.first()).cloned()?,
            kind: kind(entity).to_owned(),
        })
    };
    entities.iter().filter_map(thing).collect()
}

fn scores(question: &str, texts: &[String], likeness: Option<&[f32]>) -> Vec<f32> {
    let asked = stems(question);
    let score = |(at, text): (usize, &String)| {
        let shared = stems(text).intersection(&asked).count() as f32;
        let close = likeness.and_then(|all| all.get(at)).copied().unwrap_or(0.0);
        close.max(0.0) + WORD * shared
    };
    texts.iter().enumerate().map(score).collect()
}

/// Beginnings of the words that carry meaning: "lights" and "light" are one, and so are "turned" and "turning".
pub(super) fn stems(text: &str) -> HashSet<String> {
    let long = |word: &&str| word.chars().count() > 3;
    let bare = |word: &str| -> String {
        let cut = ["ing", "ed", "s"].iter().find_map(|end| word.strip_suffix(end));
        let cut = cut.filter(|cut| cut.chars().count() > 3 && !cut.ends_with('s'));
        cut.unwrap_or(word).to_owned()
    };
    let stem = |word: &str| bare(word).chars().take(5).collect();
    Words::of(text).iter().filter(long).map(stem).collect()
}

/// `HassTurnOn` as words.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() {
            text.push(' ');
        }
        text.push(if c == '_' { ' ' } else { c });
    }
    text
}

/// Whether texts of strangers are among the memories.
pub(crate) fn has_foreign(memories: &[Recollection]) -> bool {
    memories
        .iter()
        .any(|memory| memory.collection == rosie_core::memory::Collection::Documents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entity(id: &str, name: &str, room: &str) -> EntityState {
        EntityState {
            id: id.into(),
            names: vec![name.into()],
            room: Some(room.into()),
            state: None,
        }
    }

    fn house() -> Vec<EntityState> {
        let mut all: Vec<_> = (0..300)
            .map(|n| entity(&format!("switch.s{n}"), &format!("Outlet {n}"), "cellar"))
            .collect();
        all.push(entity("light.desk", "Desk lamp", "office"));
        all.push(entity("light.kitchen", "Kitchen lights", "kitchen"));
        all.push(entity("sensor.out", "Outdoor temperature", "garden"));
        all
    }

    fn found(question: &str, likeness: Option<&[f32]>) -> Vec<String> {
        let found = closest_entities(question, house(), &"office".into(), likeness);
        found.into_iter().take(3).map(|(_, entity)| entity.id).collect()
    }

    #[test]
    fn entities_by_words_and_by_meaning() {
        assert_eq!(found("is the desk lamp on", None), ["light.desk"]);
        assert_eq!(found("are the kitchen lights still on", None)[0], "light.kitchen");
        assert_eq!(found("tell me a joke", None), [""; 0]);
        let lights = entity("light.kitchen", "Kitchen lights", "kitchen");
        let rooms = HashSet::from(["kitchen".to_owned()]);
        assert!(is_named("are the lights in the kitchen on", &lights, &rooms));
        assert!(!is_named("is the light in the sauna on", &lights, &rooms));
        let speaker = entity("media_player.kitchen", "Kitchen", "kitchen");
        assert!(!is_named("are the lights in the kitchen on", &speaker, &rooms));
        let warm = |entity: &EntityState| if entity.id == "sensor.out" { 0.6 } else { 0.1 };
        let mut likeness: Vec<f32> = house().iter().map(warm).collect();
        likeness.extend([0.3; 303]);
        assert_eq!(found("is it warm outside", Some(&likeness)), ["sensor.out"]);
    }

    #[test]
    fn tools_keep_their_order_and_few_are_all_offered() {
        let tool = |name: &str, description: &str| ToolSpec {
            name: name.into(),
            description: description.into(),
            parameters: json!({}),
            acts: false,
            dangerous: false,
            foreign: false,
            confirmation: Default::default(),
        };
        let tools = vec![
            tool("AddToList", "Adds to the shopping list"),
            tool("SetTimer", "Starts a timer"),
            tool("PlayMusic", "Plays music"),
        ];
        let names = |question: &str, k| -> Vec<String> {
            closest_tools(question, tools.clone(), k, None)
                .into_iter()
                .map(|t| t.name)
                .collect()
        };
        assert_eq!(names("whatever", 3), ["AddToList", "SetTimer", "PlayMusic"]);
        assert_eq!(names("play some music and start a timer", 2), ["SetTimer", "PlayMusic"]);
    }
}
