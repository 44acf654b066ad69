//! Just enough of protobuf's wire format to take an ONNX file apart without copying its weights.

/// One field of a message: its number and, for length-delimited ones, its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub number: u64,
    /// The content of a length-delimited field, empty for the other kinds.
    pub content: &'a [u8],
    /// The whole field as it stands in the file, key included.
    pub raw: &'a [u8],
}

/// The fields of a message, in order; ends early (with `Err`) at the first byte that is not protobuf.
pub(super) fn fields(message: &[u8]) -> Fields<'_> {
    Fields { rest: message }
}

pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

/// The bytes are not protobuf.
#[derive(Debug, PartialEq)]
pub(super) struct NotProtobuf;

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, NotProtobuf>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = one_field(self.rest);
        self.rest = field.as_ref().map_or(&[], |f| &self.rest[f.raw.len()..]);
        Some(field.ok_or(NotProtobuf))
    }
}

fn one_field(bytes: &[u8]) -> Option<Field<'_>> {
    let (key, mut at) = varint(bytes)?;
    let mut content: &[u8] = &[];
    match key & 7 {
        0 => at += varint(&bytes[at..])?.1,
        1 => at += 8,
        2 => {
            let (length, read) = varint(&bytes[at..])?;
            at += read;
            let end = at.checked_add(usize::try_from(length).ok()?)?;
            content = bytes.get(at..end)?;
            at = end;
        }
        5 => at += 4,
        _ => return None,
    }
    Some(Field {
        number: key >> 3,
        content,
        raw: bytes.get(..at)?,
    })
}

fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * i).min(63);
        if byte & 0x80 == 0 {
            return Some((value, i + 1));
        }
    }
    None
}

/// Appends a length-delimited field.
pub(super) fn put(out: &mut Vec<u8>, number: u64, content: &[u8]) {
    put_varint(out, number << 3 | 2);
    put_varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// Appends a number field.
pub(super) fn put_number(out: &mut Vec<u8>, number: u64, value: u64) {
    put_varint(out, number << 3);
    put_varint(out, value);
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_put_is_found_again() {
        let mut out = Vec::new();
        put(&mut out, 7, &[9; 300]);
        put_number(&mut out, 1, 1 << 40);
        let found: Vec<_> = fields(&out).map(Result::unwrap).collect();
        assert_eq!((found[0].number, found[0].content.len(), found[1].number), (7, 300, 1));
        assert_eq!(found[0].raw.len() + found[1].raw.len(), out.len());
    }

    #[test]
    fn any_bytes_end_without_a_panic() {
        proptest::proptest!(|(bytes: Vec<u8>)| {
            let mut count = 0;
            for field in fields(&bytes) {
                count += 1;
                if field.is_err() { break; }
            }
            assert!(count <= bytes.len());
        });
    }
}
