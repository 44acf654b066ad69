//! What belongs together and is looked for together: the messages of a conversation or room, the chunks of a
//! document, the facts that speak of the same thing. Within a group the order is that of time.

use super::{Refusal, WriteTransaction, ids::Id};
use crate::schema::GROUPS;
use redb::{ReadTransaction, ReadableTable};
use std::ops::Range;

/// The name of a group; which kind is the first part of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    kind: u8,
    name: String,
}

impl Group {
    pub(crate) fn conversation(id: &str) -> Self {
        Self::of(b'c', id)
    }

    pub(crate) fn room(id: &str) -> Self {
        Self::of(b'r', id)
    }

    pub(crate) fn document(id: &str) -> Self {
        Self::of(b'd', id)
    }

    /// Facts of one person (`""`: the house) that say something of the same thing.
    pub(crate) fn fact(user: &str, subject: &str, predicate: &str) -> Self {
        Self::of(b'f', &format!("{user}\u{0}{subject}\u{0}{predicate}"))
    }

    fn of(kind: u8, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
        }
    }

    fn key(&self, id: Id) -> (u8, &str, Id) {
        (self.kind, self.name.as_str(), id)
    }
}

pub(crate) fn enter(transaction: &WriteTransaction, groups: &[Group], id: Id) -> Result<(), Refusal> {
    let mut table = transaction.open_table(GROUPS)?;
    for group in groups {
        table.insert(group.key(id), ())?;
    }
    Ok(())
}

pub(crate) fn leave(transaction: &WriteTransaction, groups: &[Group], id: Id) -> Result<(), Refusal> {
    let mut table = transaction.open_table(GROUPS)?;
    for group in groups {
        table.remove(group.key(id))?;
    }
    Ok(())
}

fn collect<'a>(
    table: &impl ReadableTable<(u8, &'static str, Id), ()>,
    group: &'a Group,
    within: Range<Id>,
    limit: usize,
) -> Result<Vec<Id>, Refusal> {
    let range: Range<(u8, &'a str, Id)> = group.key(within.start)..group.key(within.end);
    let mut ids = Vec::new();
    for entry in table.range(range)?.rev().take(limit) {
        ids.push(entry?.0.value().2);
    }
    Ok(ids)
}

/// Latest first.
pub(crate) fn latest(
    transaction: &ReadTransaction,
    group: &Group,
    within: Range<Id>,
    limit: usize,
) -> Result<Vec<Id>, Refusal> {
    collect(&transaction.open_table(GROUPS)?, group, within, limit)
}

/// Each of a group, latest first, until `each` says false.
pub(crate) fn each_latest(
    transaction: &ReadTransaction,
    group: &Group,
    within: Range<Id>,
    mut each: impl FnMut(Id) -> Result<bool, Refusal>,
) -> Result<(), Refusal> {
    let table = transaction.open_table(GROUPS)?;
    for entry in table.range(group.key(within.start)..group.key(within.end))?.rev() {
        if !each(entry?.0.value().2)? {
            break;
        }
    }
    Ok(())
}

/// All of a group, in the order of time, inside a write.
pub(crate) fn members(transaction: &WriteTransaction, group: &Group) -> Result<Vec<Id>, Refusal> {
    let mut ids = collect(&*transaction.open_table(GROUPS)?, group, 0..Id::MAX, usize::MAX)?;
    ids.reverse();
    Ok(ids)
}
