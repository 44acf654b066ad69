//! Server-sent events out of a stream of bytes, as far as chat servers use them: `data:` lines, ended by a blank one.
//! Format: WHATWG HTML, "Server-sent events".

/// Longest event that is taken, in bytes; a server that sends more without a line's end is broken or hostile.
pub(crate) const LONGEST: usize = 1 << 20;

/// Cuts bytes into events.
#[derive(Debug, Default)]
pub(crate) struct SseReader {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    after_cr: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

impl SseReader {
    /// Takes more bytes, however they were cut, and calls `event` with the data of each event that is complete.
    pub(crate) fn push(&mut self, bytes: &[u8], mut event: impl FnMut(&[u8])) -> Result<(), TooLong> {
        for &byte in bytes {
            let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
            match byte {
                b'\n' if after_cr => {}
                b'\n' | b'\r' => self.end_line(&mut event),
                _ => {
                    if self.line.len() + self.data.len() >= LONGEST {
                        return Err(TooLong);
                    }
                    self.line.push(byte);
                }
            }
        }
        Ok(())
    }

    /// The stream ended: an event whose blank line is missing counts too (some servers leave it out).
    pub(crate) fn finish(&mut self, mut event: impl FnMut(&[u8])) {
        if !self.line.is_empty() {
            self.end_line(&mut event);
        }
        self.dispatch(&mut event);
    }

    fn end_line(&mut self, event: &mut impl FnMut(&[u8])) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            self.dispatch(event);
        } else if let Some(value) = line.strip_prefix(b"data:") {
            if self.has_data {
                self.data.push(b'\n');
            }
            self.has_data = true;
            self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
        }
        // Comments (`: ping`) and other fields (`event:`, `id:`) say nothing here.
        self.line = line;
        self.line.clear();
    }

    fn dispatch(&mut self, event: &mut impl FnMut(&[u8])) {
        if self.has_data {
            event(&self.data);
        }
        self.data.clear();
        self.has_data = false;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn read(chunks: &[&[u8]]) -> Vec<String> {
        let mut reader = SseReader::default();
        let mut events = Vec::new();
        for chunk in chunks {
            reader
                .push(chunk, |e| events.push(String::from_utf8_lossy(e).into_owned()))
                .unwrap();
        }
        reader.finish(|e| events.push(String::from_utf8_lossy(e).into_owned()));
        events
    }

    #[test]
    fn events_of_every_shape() {
        let text = b": ping\r\n\r\ndata: one\r\n\r\nevent: x\ndata:two\ndata: more\n\ndata:\n\n\n\ndata: last";
        assert_eq!(read(&[text]), ["one", "two\nmore", "", "last"]);
    }

    #[test]
    fn a_line_without_an_end_is_refused() {
        let mut reader = SseReader::default();
        let chunk = vec![b'x'; 64 << 10];
        let refused = (0..20).any(|_| reader.push(&chunk, |_| ()).is_err());
        assert!(refused);
    }

    proptest! {
        #[test]
        fn how_it_is_cut_does_not_matter(
            events in proptest::collection::vec("[a-zäöü:{} ]{0,20}", 0..8),
            crlf in any::<bool>(),
            size in 1usize..9,
        ) {
            let end = if crlf { "\r\n" } else { "\n" };
            let text: String = events.iter().map(|e| format!("data: {e}{end}{end}")).collect();
            let chunks: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            prop_assert_eq!(read(&chunks), events);
        }

        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            read(&[&bytes]);
        }
    }
}
