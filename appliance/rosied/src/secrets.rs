//! Keys in a file of the data folder that only its owner can read: those that `rosied secrets` was given for the
//! configuration's `${NAME}`, and those that sign-ins bring. Nothing shows them again.

use rosie_core::{ErrorCode, Failure, secrets::SecretStore};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

const NAME: &str = "secrets.json";

/// The keys of one data folder. Read anew each time, so that the command line can give a running daemon one.
#[derive(Debug, Clone)]
pub struct Secrets {
    folder: PathBuf,
}

impl Secrets {
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// A variable of the environment, else a key of that name: what `${NAME}` in the configuration stands for. A file that
    /// was read into it ends with its line.
    pub fn named(&self, name: &str) -> Option<String> {
        let value = std::env::var(name).ok().or_else(|| self.secret(name))?;
        Some(value.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// # Errors
    /// A file that is there and cannot be read, or is not in the form that was written.
    pub fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.all()?.into_keys().collect())
    }

    /// Keys under the name of their place in the configuration (`mcp.token`): they need not be named there.
    pub fn of_places(&self) -> BTreeMap<String, String> {
        let mut all = self.told();
        all.retain(|name, _| name.contains('.') && crate::config::is_secret(name));
        all
    }

    /// Sets or forgets several; what they were, to be set again where what follows fails.
    ///
    /// # Errors
    /// The file cannot be read or written; it is then as it was.
    pub fn exchange(&self, keys: &[(String, Option<String>)]) -> io::Result<Vec<(String, Option<String>)>> {
        let mut before = Vec::new();
        self.change(|all| {
            for (name, value) in keys {
                let was = match value {
                    Some(value) => all.insert(name.clone(), value.clone()),
                    None => all.remove(name),
                };
                before.push((name.clone(), was));
            }
        })?;
        Ok(before)
    }

    /// All of them; none where they cannot be read, which the log says.
    fn told(&self) -> BTreeMap<String, String> {
        let all = self.all().inspect_err(|error| {
            tracing::error!(%error, "the secrets cannot be read");
        });
        all.unwrap_or_default()
    }

    fn all(&self) -> io::Result<BTreeMap<String, String>> {
        match fs::read(self.folder.join(NAME)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                // What stands there is not quoted.
                let place = format!("{NAME} is damaged at line {} column {}", error.line(), error.column());
                io::Error::other(place)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        }
    }

    /// # Errors
    /// The file cannot be read or written; it is then as it was.
    pub fn set(&self, name: &str, value: Option<&str>) -> io::Result<()> {
        self.exchange(&[(name.to_owned(), value.map(str::to_owned))]).map(drop)
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, String>)) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        // The daemon and a command may write at once.
        let lock = private(&self.folder.join("secrets.lock"))?;
        lock.lock()?;
        let mut all = self.all()?;
        change(&mut all);
        let scratch = self.folder.join("secrets.json.new");
        // Not one that lies there already, with rights of its own.
        match fs::remove_file(&scratch) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private(&scratch)?;
        file.write_all(&serde_json::to_vec_pretty(&all)?)?;
        file.sync_all()?;
        fs::rename(&scratch, self.folder.join(NAME))?;
        File::open(&self.folder)?.sync_all()
    }
}

fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

impl SecretStore for Secrets {
    fn secret(&self, name: &str) -> Option<String> {
        self.told().remove(name)
    }

    fn keep_secret(&self, name: &str, value: Option<&str>) -> Result<(), Failure> {
        let unwritable = |error: io::Error| {
            let detail = format!("{} in the data folder cannot be written: {error}", NAME);
            Failure::new(ErrorCode::Internal, detail)
        };
        self.set(name, value).map_err(unwritable)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_kept_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::of(&folder.path().join("data"));
        assert_eq!((secrets.secret("A"), secrets.names().unwrap()), (None, vec![]));
        secrets.set("A", Some("s3cret")).unwrap();
        secrets.keep_secret("b.token", Some("other")).unwrap();
        let again = Secrets::of(&folder.path().join("data"));
        assert_eq!(again.named("A").as_deref(), Some("s3cret"));
        again.set("A", Some("s3cret\r\n")).unwrap();
        assert_eq!(again.named("A").as_deref(), Some("s3cret"));
        assert_eq!(again.names().unwrap(), ["A", "b.token"]);
        let file = folder.path().join("data").join(NAME);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        again.set("A", None).unwrap();
        assert_eq!(secrets.secret("A"), None);
    }

    #[test]
    fn a_damaged_file_is_told_and_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "{\"A\": \"s3cret").unwrap();
        let secrets = Secrets::of(folder.path());
        let error = secrets.set("B", Some("x")).unwrap_err().to_string();
        assert!(error.contains("damaged") && !error.contains("s3cret"), "{error}");
        assert_eq!(secrets.secret("A"), None);
        let kept = fs::read_to_string(folder.path().join(NAME)).unwrap();
        assert_eq!(kept, "{\"A\": \"s3cret");
    }
}
