//! Audio of stock phrases, kept on disk so that they sound at once the next time.
//!
//! One file a phrase, named by a hash of everything that its sound depends on. Nothing here can fail a request: an
//! unreadable entry is removed and the phrase made anew; an unwritable disk means no cache.
//!
//! File: `ROSIEPH1`, sample rate u32, sample count u32, first 8 bytes of the samples' SHA-256, samples i16; little
//! endian.

use rosie_core::SampleRate;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

const MAGIC: &[u8; 8] = b"ROSIEPH1";
const HEADER: usize = 24;
const EXTENSION: &str = "phrase";

/// Where phrases are kept, and how much of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseCacheConfig {
    pub dir: PathBuf,
    /// The least recently used phrases are removed above this.
    pub max_bytes: u64,
}

impl PhraseCacheConfig {
    /// 32 MB: about twelve minutes of speech.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            max_bytes: 32 << 20,
        }
    }
}

/// The name of a phrase in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseKey(String);

impl PhraseKey {
    /// From all parts that the sound depends on, in a fixed order.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(super::piper::hex(&hash.finalize()[..16]))
    }
}

pub struct PhraseCache {
    config: PhraseCacheConfig,
    /// Bytes in the folder as far as known; `None` before the first look.
    total: Mutex<Option<u64>>,
}

impl PhraseCache {
    pub fn new(config: PhraseCacheConfig) -> Self {
        Self {
            config,
            total: Mutex::new(None),
        }
    }

    /// A phrase's audio, marked as used now.
    pub fn get(&self, key: &PhraseKey) -> Option<(Vec<i16>, SampleRate)> {
        let path = self.path(key);
        let bytes = std::fs::read(&path).ok()?;
        let Some(audio) = decode(&bytes) else {
            tracing::warn!(path = %path.display(), "a kept phrase is damaged and was removed");
            let _ = std::fs::remove_file(&path);
            return None;
        };
        if let Ok(file) = std::fs::File::open(&path) {
            let _ = file.set_modified(SystemTime::now());
        }
        Some(audio)
    }

    pub fn contains(&self, key: &PhraseKey) -> bool {
        self.path(key).is_file()
    }

    /// Keeps a phrase, and removes the least recently used ones if there are too many bytes.
    pub fn put(&self, key: &PhraseKey, samples: &[i16], rate: SampleRate) {
        let bytes = encode(samples, rate);
        if bytes.len() as u64 > self.config.max_bytes {
            return;
        }
        if let Err(error) = self.write(key, &bytes) {
            tracing::warn!(dir = %self.config.dir.display(), %error, "a phrase could not be kept; check the disk");
            return;
        }
        let mut total = self.total.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match *total {
            Some(bytes_before) => bytes_before + bytes.len() as u64,
            None => self.entries().iter().map(|e| e.bytes).sum(),
        };
        *total = Some(if known > self.config.max_bytes {
            self.evict()
        } else {
            known
        });
    }

    fn write(&self, key: &PhraseKey, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.config.dir)?;
        let new = self.config.dir.join(format!("{}.new-{}", key.0, std::process::id()));
        let written = std::fs::File::create(&new)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| std::fs::rename(&new, self.path(key)));
        if written.is_err() {
            let _ = std::fs::remove_file(&new);
        }
        written
    }

    /// Removes the least recently used until a tenth is free; gives what is left in bytes.
    fn evict(&self) -> u64 {
        let mut entries = self.entries();
        entries.sort_by_key(|e| e.used);
        let mut total: u64 = entries.iter().map(|e| e.bytes).sum();
        let goal = self.config.max_bytes / 10 * 9;
        for entry in entries {
            if total <= goal {
                break;
            }
            if std::fs::remove_file(&entry.path).is_ok() {
                total -= entry.bytes;
            }
        }
        total
    }

    /// The phrases in the folder; what an interrupted write left behind is removed.
    fn entries(&self) -> Vec<Entry> {
        let Ok(folder) = std::fs::read_dir(&self.config.dir) else {
            return Vec::new();
        };
        let mut entries = Vec::new();
        for path in folder.flatten().map(|e| e.path()) {
            if path
                .extension()
                .is_some_and(|e| e.to_string_lossy().starts_with("new-"))
            {
                let _ = std::fs::remove_file(&path);
            } else if path.extension().is_some_and(|e| e == EXTENSION) {
                entries.extend(Entry::of(&path));
            }
        }
        entries
    }

    fn path(&self, key: &PhraseKey) -> PathBuf {
        self.config.dir.join(format!("{}.{EXTENSION}", key.0))
    }
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Entry {
    fn of(path: &Path) -> Option<Self> {
        let about = path.metadata().ok()?;
        Some(Self {
            path: path.to_path_buf(),
            bytes: about.len(),
            used: about.modified().ok()?,
        })
    }
}

fn encode(samples: &[i16], rate: SampleRate) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    let mut bytes = Vec::with_capacity(HEADER + data.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&rate.0.to_le_bytes());
    bytes.extend_from_slice(&(samples.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&Sha256::digest(&data)[..8]);
    bytes.extend_from_slice(&data);
    bytes
}

fn decode(bytes: &[u8]) -> Option<(Vec<i16>, SampleRate)> {
    let (header, data) = bytes.split_at_checked(HEADER)?;
    let number = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let (rate, count) = (number(8)?, number(12)? as usize);
    let whole = header.starts_with(MAGIC) && data.len() == count * 2 && header[16..24] == Sha256::digest(data)[..8];
    if !whole || rate == 0 {
        return None;
    }
    Some((
        data.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect(),
        SampleRate(rate),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const RATE: SampleRate = SampleRate(22_050);

    fn key(name: &str) -> PhraseKey {
        PhraseKey::of(&[name.as_bytes()])
    }

    fn cache(dir: &Path, max_bytes: u64) -> PhraseCache {
        PhraseCache::new(PhraseCacheConfig {
            dir: dir.join("phrases"),
            max_bytes,
        })
    }

    #[test]
    fn what_was_kept_is_given_back_even_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        cache(dir.path(), 1 << 20).put(&key("a"), &[1, -2, 3], RATE);
        let again = cache(dir.path(), 1 << 20);
        assert_eq!(again.get(&key("a")), Some((vec![1, -2, 3], RATE)));
        assert_eq!(again.get(&key("b")), None);
    }

    #[test]
    fn parts_of_a_key_cannot_run_into_each_other() {
        assert_ne!(PhraseKey::of(&[b"ab", b"c"]), PhraseKey::of(&[b"a", b"bc"]));
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let dir = tempfile::tempdir().unwrap();
        let cache = cache(dir.path(), 11_000);
        let old = |name: &str, age: u64| {
            let file = std::fs::File::open(cache.path(&key(name))).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age))
                .unwrap();
        };
        for (name, age) in [("a", 30), ("b", 20), ("c", 10)] {
            cache.put(&key(name), &[0; 1_500], RATE);
            old(name, age);
        }
        assert!(cache.get(&key("a")).is_some(), "used again, so not the oldest any more");
        cache.put(&key("d"), &[0; 1_500], RATE);
        let kept = ["a", "b", "c", "d"].map(|n| cache.contains(&key(n)));
        assert_eq!(kept, [true, false, true, true], "b was the least recently used");
        assert!(cache.entries().iter().map(|e| e.bytes).sum::<u64>() <= 11_000);
    }

    #[test]
    fn a_damaged_phrase_is_removed_and_never_sounds() {
        let dir = tempfile::tempdir().unwrap();
        let cache = cache(dir.path(), 1 << 20);
        cache.put(&key("a"), &[7; 100], RATE);
        let good = std::fs::read(cache.path(&key("a"))).unwrap();
        for cut in 0..good.len() {
            std::fs::write(cache.path(&key("a")), &good[..cut]).unwrap();
            assert_eq!(cache.get(&key("a")), None);
            assert!(!cache.contains(&key("a")));
        }
        for at in [0, 8, 12, 16, 24, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 0x40;
            std::fs::write(cache.path(&key("a")), &bad).unwrap();
            assert!(cache.get(&key("a")).is_none_or(|(s, _)| s == [7; 100]), "byte {at}");
        }
    }

    #[test]
    fn an_unwritable_folder_or_a_full_disk_means_no_cache() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let cache = PhraseCache::new(PhraseCacheConfig::new(file.path().join("below a file")));
        cache.put(&key("a"), &[1], RATE);
        assert_eq!(cache.get(&key("a")), None);
        let full = PhraseCache::new(PhraseCacheConfig::new("/dev/full/phrases"));
        full.put(&key("a"), &[1], RATE);
        assert_eq!(full.get(&key("a")), None);
    }

    #[test]
    fn what_an_interrupted_write_left_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let cache = cache(dir.path(), 1 << 20);
        std::fs::create_dir_all(&cache.config.dir).unwrap();
        let left = cache.config.dir.join("0123.new-17");
        std::fs::write(&left, b"half").unwrap();
        cache.put(&key("a"), &[1], RATE);
        assert!(!left.exists());
    }
}
