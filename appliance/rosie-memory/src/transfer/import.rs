//! In: the file is first kept beside the store, so that a slow sender holds nothing up, then read once inside one
//! transaction. Whatever is wrong with it, nothing of it is kept.

use super::{Counts, FORMAT, VERSION};
use crate::MemoryError;
use rosie_core::memory::{ChunkSource, MemoryRecord, MemorySettings};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{
    cell::Cell,
    fmt,
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom, Write},
};

/// Larger files are refused.
pub(crate) const MAX_FILE: u64 = 1 << 30;
/// Larger records are refused before they fill the memory.
const MAX_ITEM: usize = 1 << 20;

/// The end of the year 9999; what shows a moment knows none after it.
const LATEST_MS: u64 = 253_402_300_799_999;

/// Takes a file in piece by piece. It has no name, and is gone with its handle.
pub(crate) fn spool(folder: &std::path::Path, mut source: ChunkSource) -> Result<File, MemoryError> {
    let fail = |source| MemoryError::io(folder, source);
    let mut file = unnamed(folder).map_err(fail)?;
    let mut length = 0;
    while let Some(piece) = source() {
        let piece = piece.map_err(|failure| MemoryError::BadRequest(failure.detail))?;
        length += piece.len() as u64;
        if length > MAX_FILE {
            return Err(MemoryError::BadRequest("the file is larger than 1 GiB".to_owned()));
        }
        file.write_all(&piece).map_err(fail)?;
    }
    Ok(file)
}

fn unnamed(folder: &std::path::Path) -> std::io::Result<File> {
    let path = folder.join(format!("import-{}.part", std::process::id()));
    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// Reads an export, giving each record to `each` in order. Returns its settings and what was counted.
pub(crate) fn read(
    file: &File,
    each: impl FnMut(MemoryRecord) -> Result<(), String>,
) -> Result<(MemorySettings, Counts), MemoryError> {
    let mut file = file;
    let io = |e: std::io::Error| MemoryError::BadRequest(format!("the file cannot be read: {e}"));
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    read_from(BufReader::new(file), each)
}

/// The same of any reader.
pub(crate) fn read_from(
    reader: impl Read,
    each: impl FnMut(MemoryRecord) -> Result<(), String>,
) -> Result<(MemorySettings, Counts), MemoryError> {
    let left = Cell::new(MAX_ITEM);
    let bounded = Bounded { reader, left: &left };
    let mut json = serde_json::Deserializer::from_reader(bounded);
    let whole = Whole { each, left: &left };
    let read = whole.deserialize(&mut json).and_then(|read| json.end().map(|()| read));
    read.map_err(|e| MemoryError::BadRequest(format!("this is no export of Rosie's memory that can be taken in: {e}")))
}

/// A reader that gives so many bytes a record.
struct Bounded<'a, R> {
    reader: R,
    left: &'a Cell<usize>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(std::io::Error::other("a record is longer than 1 MiB"));
        }
        let limit = out.len().min(left);
        let count = self.reader.read(&mut out[..limit])?;
        self.left.set(left - count);
        Ok(count)
    }
}

struct Whole<'a, F> {
    each: F,
    left: &'a Cell<usize>,
}

impl<'de, F: FnMut(MemoryRecord) -> Result<(), String>> DeserializeSeed<'de> for Whole<'_, F> {
    type Value = (MemorySettings, Counts);
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(MemoryRecord) -> Result<(), String>> Visitor<'de> for Whole<'_, F> {
    type Value = (MemorySettings, Counts);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with format, version, settings, items and counts, in this order")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let expect = |map: &mut A, key: &str| match map.next_key::<String>()? {
            Some(found) if found == key => Ok(()),
            _ => Err(A::Error::custom(format!("\"{key}\" is missing at its place"))),
        };
        expect(&mut map, "format")?;
        if map.next_value::<String>()? != FORMAT {
            return Err(A::Error::custom(format!("the format is not \"{FORMAT}\"")));
        }
        expect(&mut map, "version")?;
        let version: u64 = map.next_value()?;
        if version != VERSION {
            return Err(A::Error::custom(format!(
                "version {version}, this Rosie knows {VERSION}"
            )));
        }
        expect(&mut map, "settings")?;
        let settings = map.next_value()?;
        expect(&mut map, "items")?;
        let counted = map.next_value_seed(Items {
            each: &mut self.each,
            left: self.left,
        })?;
        expect(&mut map, "counts")?;
        let counts: Counts = map.next_value()?;
        if counts != counted {
            return Err(A::Error::custom(
                "there are not as many records as it says: it was cut or changed",
            ));
        }
        if map.next_entry::<String, IgnoredAny>()?.is_some() {
            return Err(A::Error::custom("there is more after the counts"));
        }
        Ok((settings, counts))
    }
}

struct Items<'a, F> {
    each: &'a mut F,
    left: &'a Cell<usize>,
}

impl<'de, F: FnMut(MemoryRecord) -> Result<(), String>> DeserializeSeed<'de> for Items<'_, F> {
    type Value = Counts;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Counts, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(MemoryRecord) -> Result<(), String>> Visitor<'de> for Items<'_, F> {
    type Value = Counts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Counts, A::Error> {
        let mut counts = Counts::default();
        self.left.set(MAX_ITEM);
        while let Some(record) = items.next_element::<MemoryRecord>()? {
            self.left.set(MAX_ITEM);
            counts.add(&record);
            check_moments(&record).map_err(A::Error::custom)?;
            (self.each)(record).map_err(A::Error::custom)?;
        }
        Ok(counts)
    }
}

fn check_moments(record: &MemoryRecord) -> Result<(), String> {
    let moments = match record {
        MemoryRecord::Message(message) => [Some(message.unix_ms), message.edited_unix_ms],
        MemoryRecord::Fact(fact) => [Some(fact.unix_ms), None],
        MemoryRecord::Document(document) => [Some(document.unix_ms), None],
        MemoryRecord::Chunk(_) => [None, None],
    };
    match moments.into_iter().flatten().find(|ms| *ms > LATEST_MS) {
        Some(ms) => Err(format!(
            "unix_ms {ms} is no moment: it is milliseconds since 1970, up to the year 9999"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(text: &[u8]) -> Result<u64, String> {
        let mut count = 0;
        let each = |_| {
            count += 1;
            Ok(())
        };
        read_from(text, each).map_err(|e| e.to_string())?;
        Ok(count)
    }

    #[test]
    fn wrong_files_are_refused_with_the_reason() {
        let head = r#"{"format":"rosie-memory","version":1,"settings":{},"items":["#;
        let tail = r#"],"counts":{"messages":0,"facts":0,"documents":0,"chunks":0}}"#;
        assert_eq!(taken(format!("{head}{tail}").as_bytes()), Ok(0));
        for (text, reason) in [
            (String::new(), "EOF"),
            ("[]".to_owned(), "expected an object"),
            ("{}".to_owned(), "\"format\" is missing"),
            (r#"{"format":"photos"}"#.to_owned(), "not \"rosie-memory\""),
            (r#"{"format":"rosie-memory","version":9}"#.to_owned(), "version 9"),
            (head.to_owned(), "EOF"),
            (format!("{head}{{\"kind\":\"spoon\"}}{tail}"), "unknown variant"),
            (
                format!("{head}{tail}").replace("\"messages\":0", "\"messages\":7"),
                "not as many",
            ),
            (format!("{head}{tail} {{}}"), "trailing"),
            (
                format!("{head}{{\"kind\":\"message\",\"id\":\"{}\"", "x".repeat(3 << 20)),
                "longer than 1 MiB",
            ),
        ] {
            let found = taken(text.as_bytes()).err().unwrap_or_default();
            assert!(found.contains(reason), "{reason}: {found}");
        }
    }

    proptest! {
        #[test]
        fn bytes_of_any_kind_are_refused_not_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0usize..60) {
            let mut text = br#"{"format":"rosie-memory","version":1,"settings":{},"items":[]"#.to_vec();
            text.truncate(at);
            text.extend(bytes);
            prop_assert!(taken(&text).is_err());
        }
    }
}
