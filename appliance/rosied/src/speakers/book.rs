//! The file of known voices, `speakers/voices.json`: written as a whole, read by nobody else, whole after a power cut.

use rosie_core::{UserId, speakers::VoicePrint};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

const FOLDER: &str = "speakers";
const FILE: &str = "voices.json";
const VERSION: u32 = 1;
const MOST: usize = 50;

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub person: UserId,
    pub learnt_unix_ms: u64,
    pub print: VoicePrint,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    version: u32,
    voices: Vec<Known>,
}

pub struct Book {
    file: PathBuf,
    /// What stands in the file; why not, where it cannot be read. It is not written over then.
    known: RwLock<Result<Arc<Vec<Known>>, String>>,
    /// One change at a time.
    changing: Mutex<()>,
}

impl Book {
    pub fn open(data: &Path) -> Self {
        let file = data.join(FOLDER).join(FILE);
        let known = read(&file).inspect_err(|why| {
            tracing::error!(file = %file.display(), why, "the known voices cannot be read: nobody is known by voice");
        });
        Self {
            file,
            known: RwLock::new(known.map(Arc::new)),
            changing: Mutex::default(),
        }
    }

    pub fn now(&self) -> Arc<Vec<Known>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map(Arc::clone).unwrap_or_default()
    }

    /// In place of the person's before.
    ///
    /// # Errors
    /// The file cannot be written, or there are too many; all is as it was.
    pub fn put(&self, known: Known) -> io::Result<()> {
        self.change(|voices| {
            voices.retain(|other| other.person != known.person);
            if voices.len() >= MOST {
                return Err(io::Error::other(format!(
                    "{MOST} voices are known, and more cannot be told apart"
                )));
            }
            voices.push(known);
            Ok(())
        })
    }

    /// Whether there was one.
    ///
    /// # Errors
    /// The file cannot be written; all is as it was.
    pub fn remove(&self, person: &UserId) -> io::Result<bool> {
        self.change(|voices| {
            let before = voices.len();
            voices.retain(|other| other.person != *person);
            Ok(voices.len() < before)
        })
    }

    fn change<T>(&self, edit: impl FnOnce(&mut Vec<Known>) -> io::Result<T>) -> io::Result<T> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut voices = now.map_err(io::Error::other)?.to_vec();
        let done = edit(&mut voices)?;
        let kept = Kept {
            version: VERSION,
            voices,
        };
        keep(&self.file, &serde_json::to_vec(&kept)?)?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Ok(Arc::new(kept.voices));
        Ok(done)
    }
}

fn read(file: &Path) -> Result<Vec<Known>, String> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    };
    // What stands there is not quoted.
    let kept: Kept = serde_json::from_slice(&bytes).map_err(|error| {
        format!(
            "it is damaged at line {} column {}; remove it to begin anew",
            error.line(),
            error.column()
        )
    })?;
    match kept.version {
        VERSION => Ok(kept.voices),
        other => Err(format!("it is of version {other}, which this Rosie does not know")),
    }
}

fn keep(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let scratch = file.with_extension("new");
    // Not one that lies there already, with rights of its own.
    match fs::remove_file(&scratch) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    let mut written = options.create_new(true).write(true).mode(0o600).open(&scratch)?;
    written.write_all(bytes)?;
    written.sync_all()?;
    fs::rename(&scratch, file)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn known(person: &str) -> Known {
        Known {
            person: person.into(),
            learnt_unix_ms: 7,
            print: VoicePrint::new(vec![0.6, 0.8]).unwrap(),
        }
    }

    #[test]
    fn nobody_else_reads_it_and_what_is_damaged_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path());
        book.put(known("Ada")).unwrap();
        book.put(known("Ada")).unwrap();
        assert_eq!(book.now().len(), 1);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&book.file), mode(book.file.parent().unwrap())), (0o600, 0o700));
        fs::write(&book.file, "{\"version\": 1").unwrap();
        let damaged = Book::open(folder.path());
        assert!(damaged.now().is_empty());
        assert!(damaged.put(known("Eve")).unwrap_err().to_string().contains("damaged"));
        assert_eq!(fs::read_to_string(&book.file).unwrap(), "{\"version\": 1");
    }

    #[test]
    fn not_more_than_can_be_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path());
        for number in 0..MOST {
            book.put(known(&number.to_string())).unwrap();
        }
        assert!(book.put(known("one more")).is_err());
        assert_eq!(Book::open(folder.path()).now().len(), MOST);
    }
}
