//! What entries are about, small: both indexes keep it of every entry, and a filter decides by it.

mod wanted;

use crate::seam::Attributes;
use rosie_core::memory::{Collection, Speaker};
use std::collections::HashMap;
pub(crate) use wanted::Wanted;

/// In place of a room or a person that is not there.
const NONE: u32 = u32::MAX;

/// [`Attributes`] in 32 bytes; tags as the number of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta {
    pub unix_ms: u64,
    pub conversation: u64,
    pub room: u32,
    pub user: u32,
    pub tags: u32,
    /// [`collection_number`].
    pub collection: u8,
    /// [`speaker_number`].
    pub speaker: u8,
    pub alive: bool,
}

impl Meta {
    pub fn of(attributes: &Attributes, tags: &mut TagSets) -> Meta {
        Meta {
            unix_ms: attributes.unix_ms,
            conversation: attributes.conversation,
            room: attributes.room.unwrap_or(NONE),
            user: attributes.user.unwrap_or(NONE),
            tags: tags.number(&attributes.tags),
            collection: collection_number(attributes.collection),
            speaker: speaker_number(attributes.speaker),
            alive: true,
        }
    }

    /// With the sets that it was made with.
    pub fn attributes(&self, tags: &TagSets) -> Attributes {
        let set = tags.sets.get(self.tags as usize);
        Attributes {
            collection: match self.collection {
                0 => Collection::Messages,
                1 => Collection::Facts,
                _ => Collection::Documents,
            },
            room: self.room(),
            user: (self.user != NONE).then_some(self.user),
            speaker: match self.speaker {
                0 => None,
                1 => Some(Speaker::User),
                _ => Some(Speaker::Rosie),
            },
            unix_ms: self.unix_ms,
            conversation: self.conversation,
            tags: set.map_or_else(Vec::new, |set| set.to_vec()),
        }
    }

    pub fn room(&self) -> Option<u32> {
        (self.room != NONE).then_some(self.room)
    }
}

fn collection_number(collection: Collection) -> u8 {
    match collection {
        Collection::Messages => 0,
        Collection::Facts => 1,
        Collection::Documents => 2,
    }
}

/// 0 is nobody.
fn speaker_number(speaker: Option<Speaker>) -> u8 {
    match speaker {
        None => 0,
        Some(Speaker::User) => 1,
        Some(Speaker::Rosie) => 2,
    }
}

/// Every combination of tags that occurs, once, sorted. Number 0 is no tags.
#[derive(Debug, Clone)]
pub(crate) struct TagSets {
    pub sets: Vec<Box<[u32]>>,
    numbers: HashMap<Box<[u32]>, u32>,
}

impl Default for TagSets {
    fn default() -> Self {
        let mut sets = TagSets {
            sets: Vec::new(),
            numbers: HashMap::new(),
        };
        sets.number(&[]);
        sets
    }
}

impl TagSets {
    pub fn number(&mut self, tags: &[u32]) -> u32 {
        let mut set = tags.to_vec();
        set.sort_unstable();
        set.dedup();
        let set = set.into_boxed_slice();
        if let Some(&number) = self.numbers.get(&set) {
            return number;
        }
        let number = self.sets.len() as u32;
        self.sets.push(set.clone());
        self.numbers.insert(set, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_by_being_small() {
        let mut tags = TagSets::default();
        let full = Attributes {
            collection: Collection::Documents,
            room: Some(4),
            user: Some(0),
            speaker: Some(Speaker::Rosie),
            unix_ms: 1_700_000_000_123,
            conversation: u64::MAX,
            tags: vec![2, 9],
        };
        let bare = Attributes {
            collection: Collection::Facts,
            room: None,
            user: None,
            speaker: None,
            unix_ms: 0,
            conversation: 0,
            tags: vec![],
        };
        let said = Attributes {
            collection: Collection::Messages,
            speaker: Some(Speaker::User),
            ..bare.clone()
        };
        for attributes in [full, bare, said] {
            assert_eq!(Meta::of(&attributes, &mut tags).attributes(&tags), attributes);
        }
    }
}
