//! Everything that can be found, as the indexes know it: the words, and names as small numbers.

use super::words::WordIndex;
use crate::{
    seam::{Attributes, IndexFilter, Viewer},
    store::{ids, items::Item},
};
use rosie_core::memory::MemoryFilter;
use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

#[derive(Default)]
pub(crate) struct Catalogue {
    pub words: WordIndex,
    rooms: Names,
    users: Names,
    tags: Names,
}

/// Words as small numbers. They are few (rooms, people, tags) and never forgotten while Rosie runs.
#[derive(Default)]
struct Names(HashMap<String, u32>);

/// A number that no name has: a filter for an unknown name finds nothing.
const UNKNOWN: u32 = u32::MAX;

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = self.0.len() as u32;
        self.0.insert(name.to_owned(), number);
        number
    }

    fn known(&self, name: &str) -> u32 {
        self.0.get(name).copied().unwrap_or(UNKNOWN)
    }
}

/// 0 is kept for "none".
pub(crate) fn conversation_number(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish().max(1)
}

impl Catalogue {
    /// With its [`terms`](super::terms::terms), which take longer to make than anything here.
    pub(crate) fn put(&mut self, item: &Item, terms: &[u32]) {
        let attributes = self.attributes(item);
        self.words.put(ids::key(item.id), terms, &attributes);
    }

    pub(crate) fn set_attributes(&mut self, item: &Item) -> Attributes {
        let attributes = self.attributes(item);
        self.words.set_attributes(ids::key(item.id), &attributes);
        attributes
    }

    fn attributes(&mut self, item: &Item) -> Attributes {
        Attributes {
            collection: item.collection,
            room: item.room.as_deref().map(|room| self.rooms.number(room)),
            user: item.user.as_deref().map(|user| self.users.number(user)),
            speaker: item.speaker,
            unix_ms: item.unix_ms,
            conversation: item.conversation.as_deref().map_or(0, conversation_number),
            tags: item.tags.iter().map(|tag| self.tags.number(tag)).collect(),
        }
    }

    pub(crate) fn room(&self, room: &str) -> u32 {
        self.rooms.known(room)
    }

    pub(crate) fn viewer(&self, user: Option<&str>) -> Viewer {
        user.map_or(Viewer::House, |user| Viewer::Person(self.users.known(user)))
    }

    pub(crate) fn filter(&self, filter: &MemoryFilter) -> IndexFilter {
        IndexFilter {
            collections: filter.collections.clone(),
            rooms: filter
                .rooms
                .iter()
                .map(|room| self.rooms.known(room.as_str()))
                .collect(),
            viewer: if filter.all_users {
                Viewer::Owner
            } else {
                self.viewer(filter.user.as_ref().map(|user| user.as_str()))
            },
            speaker: filter.speaker,
            tags: filter.tags.iter().map(|tag| self.tags.known(tag)).collect(),
            conversation: filter.conversation.as_ref().map(|id| conversation_number(id.as_str())),
            except_conversation: None,
            since_unix_ms: filter.since_unix_ms,
            until_unix_ms: filter.until_unix_ms,
        }
    }
}
