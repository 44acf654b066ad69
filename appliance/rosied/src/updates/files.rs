//! The small files of the image's scripts: lines of `NAME=VALUE`.

use std::{fs::File, io::Read, path::Path};

/// None of them is longer.
const LARGEST: u64 = 16 << 10;

/// One that cannot be read has no lines: it is written when there is something to tell.
pub struct Lines(String);

impl Lines {
    pub fn read(path: &Path) -> Self {
        let mut bytes = Vec::new();
        if let Ok(file) = File::open(path) {
            // Half of it is as good as none.
            let _ = file.take(LARGEST).read_to_end(&mut bytes);
        }
        Self(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The last of that name counts, as in the scripts; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        let values = self.0.lines().filter_map(|line| line.split_once('='));
        let mut named = values.filter(|(known, _)| *known == name);
        named.next_back().map_or("", |(_, value)| value.trim())
    }
}

pub fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// The first line.
pub fn line(path: &Path) -> String {
    let text = Lines::read(path).0;
    text.lines().next().unwrap_or_default().trim().to_owned()
}
