//! A filter made ready for one search: rooms sorted, sets of tags judged once each.

use super::{Meta, NONE, TagSets, collection_number, speaker_number};
use crate::seam::{IndexFilter, Viewer};

/// Says the same as [`IndexFilter::allows`], of a row.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    filter: &'a IndexFilter,
    /// One bit a collection.
    collections: u8,
    rooms: Vec<u32>,
    speaker: Option<u8>,
    /// By number of the set; empty where no tag is asked for.
    tag_sets: Vec<bool>,
    /// Whether it allows every living row.
    is_open: bool,
}

impl<'a> Wanted<'a> {
    pub fn new(filter: &'a IndexFilter, tags: &TagSets) -> Wanted<'a> {
        let mut rooms = filter.rooms.clone();
        rooms.sort_unstable();
        let bit = |mask, &collection| mask | 1u8 << collection_number(collection);
        let judged = |set: &[u32]| filter.tags.iter().all(|tag| set.contains(tag));
        let tag_sets = match filter.tags.is_empty() {
            true => Vec::new(),
            false => tags.sets.iter().map(|set| judged(set)).collect(),
        };
        let open = IndexFilter {
            viewer: Viewer::Owner,
            ..IndexFilter::default()
        };
        Wanted {
            collections: match filter.collections.is_empty() {
                true => u8::MAX,
                false => filter.collections.iter().fold(0, bit),
            },
            rooms,
            speaker: filter.speaker.map(|s| speaker_number(Some(s))),
            tag_sets,
            is_open: *filter == open,
            filter,
        }
    }

    pub fn is_open(&self) -> bool {
        self.is_open
    }

    #[inline]
    pub fn allows(&self, row: &Meta) -> bool {
        row.alive && (self.is_open || self.matches(row))
    }

    #[inline]
    fn matches(&self, row: &Meta) -> bool {
        let filter = self.filter;
        let belongs = match filter.viewer {
            Viewer::Owner => true,
            Viewer::Person(one) => row.user == NONE || row.user == one,
            Viewer::House => row.user == NONE,
        };
        belongs
            && self.collections & (1 << row.collection) != 0
            && (self.rooms.is_empty() || (row.room != NONE && self.is_in_rooms(row.room)))
            && self.speaker.is_none_or(|one| one == row.speaker)
            && filter.conversation.is_none_or(|one| one == row.conversation)
            && filter.except_conversation.is_none_or(|one| one != row.conversation)
            && filter.since_unix_ms.is_none_or(|since| row.unix_ms >= since)
            && filter.until_unix_ms.is_none_or(|until| row.unix_ms < until)
            && (self.tag_sets.is_empty() || self.tag_sets.get(row.tags as usize).is_some_and(|&has| has))
    }

    #[inline]
    fn is_in_rooms(&self, room: u32) -> bool {
        match self.rooms.as_slice() {
            [one] => *one == room,
            rooms => rooms.binary_search(&room).is_ok(),
        }
    }
}
