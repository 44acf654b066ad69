//! A streamed body cut into the pieces that mean something: events of server-sent events, or lines of JSON.

use super::sse::{LONGEST, SseReader, TooLong};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Events,
    /// One JSON value a line (NDJSON).
    Lines,
}

#[derive(Debug)]
pub(super) enum Frames {
    Events(SseReader),
    Lines(Vec<u8>),
}

impl Frames {
    pub(super) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Events => Self::Events(SseReader::default()),
            Framing::Lines => Self::Lines(Vec::new()),
        }
    }

    /// Takes more bytes, however they were cut, and calls `frame` for each frame that is complete.
    pub(super) fn push(&mut self, bytes: &[u8], mut frame: impl FnMut(&[u8])) -> Result<(), TooLong> {
        let line = match self {
            Self::Events(reader) => return reader.push(bytes, frame),
            Self::Lines(line) => line,
        };
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            line.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            if !line.trim_ascii().is_empty() {
                frame(line.trim_ascii());
            }
            line.clear();
        }
        line.extend_from_slice(rest);
        if line.len() > LONGEST { Err(TooLong) } else { Ok(()) }
    }

    /// The body ended: what lacks its end counts too.
    pub(super) fn finish(&mut self, mut frame: impl FnMut(&[u8])) {
        match self {
            Self::Events(reader) => reader.finish(frame),
            Self::Lines(line) => {
                if !line.trim_ascii().is_empty() {
                    frame(line.trim_ascii());
                }
                line.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_however_they_are_cut(lines in proptest::collection::vec("[a-z{}:ä]{1,20}", 0..8), size in 1usize..9, ends in any::<bool>()) {
            let text = lines.join("\r\n\n") + if ends { "\n" } else { "" };
            let mut frames = Frames::new(Framing::Lines);
            let mut seen = Vec::new();
            for chunk in text.as_bytes().chunks(size) {
                frames.push(chunk, |f| seen.push(String::from_utf8(f.to_vec()).unwrap())).unwrap();
            }
            frames.finish(|f| seen.push(String::from_utf8(f.to_vec()).unwrap()));
            prop_assert_eq!(seen, lines);
        }
    }

    #[test]
    fn a_line_without_an_end_is_refused() {
        let mut frames = Frames::new(Framing::Lines);
        let chunk = vec![b'x'; 64 << 10];
        assert!((0..20).any(|_| frames.push(&chunk, |_| ()).is_err()));
    }
}
