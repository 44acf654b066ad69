//! The file itself: written from a folder, and read entry by entry against its manifest.

use super::{
    BackupError, Stopped, Tell, parts,
    reading::{Hashing, Told},
};
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, secrecy::SecretString};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use rosie_core::backup::{BackupContents, BackupInfo, BackupPart};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    iter,
    os::unix::fs::MetadataExt,
    path::Path,
};

const FORMAT: &str = "rosie-backup";
const VERSION: u32 = 1;
const MANIFEST: &str = "manifest.json";
const MAX_MANIFEST: u64 = 4 << 20;
/// Work of the passphrase's key, as a power of two: 128 MB and some tenths of a second. Fixed, so that a Pi can open what a
/// PC made.
const WORK: u8 = if cfg!(test) { 10 } else { 17 };
/// A file that wants more is refused, for it could want hours.
const MOST_WORK: u8 = 20;

/// What stands in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    version: u32,
    pub made_unix_ms: u64,
    pub rosie: String,
    pub machine: String,
    pub contents: BackupContents,
    pub files: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// In the data folder.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    /// It may be run: plugins are programs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub runs: bool,
}

impl Manifest {
    pub fn new(machine: String, contents: BackupContents, files: Vec<Entry>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            made_unix_ms: crate::session::unix_ms(),
            rosie: env!("CARGO_PKG_VERSION").to_owned(),
            machine,
            contents,
            files,
        }
    }

    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    pub fn info(&self) -> BackupInfo {
        let has = |part: &BackupPart| self.files.iter().any(|file| parts::of(&file.path) == Some(*part));
        BackupInfo {
            made_unix_ms: self.made_unix_ms,
            rosie: self.rosie.clone(),
            machine: self.machine.clone(),
            parts: BackupPart::ALL.into_iter().filter(has).collect(),
            contents: self.contents,
            bytes: self.bytes(),
        }
    }
}

/// What a file of a folder is, for the manifest.
pub fn entry(folder: &Path, path: String, tell: Tell) -> Result<Entry, BackupError> {
    let file = folder.join(&path);
    let source = File::open(&file).map_err(BackupError::at(&file))?;
    let mode = source.metadata().map_err(BackupError::at(&file))?.mode();
    let mut reading = Hashing::new(Told {
        inner: source,
        tell,
        step: "collecting",
        done: 0,
        all: 0,
    });
    io::copy(&mut reading, &mut io::sink()).map_err(unwritten(&file))?;
    let (bytes, sha256) = reading.end();
    let runs = mode & 0o111 != 0;
    Ok(Entry {
        path,
        bytes,
        sha256,
        runs,
    })
}

/// Writes the manifest and its files, which lie in `folder`; on the disk when it returns.
pub fn write(out: File, passphrase: &str, manifest: &Manifest, folder: &Path, tell: Tell) -> io::Result<()> {
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    recipient.set_work_factor(WORK);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn Recipient)).map_err(io::Error::other)?;
    let sealed = encryptor.wrap_output(BufWriter::new(out))?;
    let mut tar = tar::Builder::new(GzEncoder::new(sealed, Compression::fast()));
    let text = serde_json::to_vec_pretty(manifest)?;
    append(&mut tar, MANIFEST, &text[..], (text.len() as u64, 0o600))?;
    let (mut done, all) = (0, manifest.bytes());
    for file in &manifest.files {
        tell("writing", done, all)?;
        let source = Told {
            inner: File::open(folder.join(&file.path))?,
            tell,
            step: "writing",
            done,
            all,
        };
        let mode = if file.runs { 0o700 } else { 0o600 };
        append(&mut tar, &file.path, source, (file.bytes, mode))?;
        done += file.bytes;
    }
    let sealed = tar.into_inner()?.finish()?;
    let out = sealed.finish()?.into_inner().map_err(|error| error.into_error())?;
    out.sync_all()
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    path: &str,
    mut source: impl Read,
    (bytes, mode): (u64, u32),
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(mode);
    header.set_mtime(0);
    tar.append_data(&mut header, path, &mut source)
}

/// Reads all of a backup and gives each file to `each`, which need not read it. Every byte is held against the manifest.
///
/// # Errors
/// It is none, the passphrase is another, or it was cut or changed anywhere.
pub fn read(
    file: File,
    passphrase: &str,
    mut each: impl FnMut(&Entry, &mut dyn Read) -> Result<(), BackupError>,
    tell: Tell,
) -> Result<Manifest, BackupError> {
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    identity.set_max_work_factor(MOST_WORK);
    let decryptor = Decryptor::new_buffered(BufReader::new(file)).map_err(unopened)?;
    if !decryptor.is_scrypt() {
        return Err(BackupError::refused(
            "it is encrypted with a key and not with a passphrase: not Rosie's",
        ));
    }
    let opened = decryptor
        .decrypt(iter::once(&identity as &dyn Identity))
        .map_err(unopened)?;
    let mut archive = tar::Archive::new(GzDecoder::new(opened));
    let mut entries = archive.entries().map_err(broken)?;
    let first = entries
        .next()
        .ok_or_else(|| BackupError::refused("it is empty"))?
        .map_err(broken)?;
    let manifest = manifest(first)?;
    let (mut done, all) = (0, manifest.bytes());
    for wanted in &manifest.files {
        tell("reading", done, all).map_err(broken)?;
        let found = entries.next().ok_or_else(missing)?.map_err(broken)?;
        let named = found.path().map_err(broken)?.to_str() == Some(&wanted.path);
        if !named || !found.header().entry_type().is_file() {
            return Err(missing());
        }
        // One byte more tells that it is longer than it says.
        let mut reading = Hashing::new(Told {
            inner: found.take(wanted.bytes.saturating_add(1)),
            tell,
            step: "reading",
            done,
            all,
        });
        each(wanted, &mut reading)?;
        io::copy(&mut reading, &mut io::sink()).map_err(broken)?;
        if reading.end() != (wanted.bytes, wanted.sha256.clone()) {
            return Err(BackupError::Refused(format!(
                "{} in it is not what was written",
                wanted.path
            )));
        }
        done += wanted.bytes;
    }
    if entries.next().is_some() {
        return Err(BackupError::refused("it holds more than its manifest names"));
    }
    // To the very end: what was cut off behind the last file is found by the encryption alone.
    let mut packed = archive.into_inner();
    io::copy(&mut packed, &mut io::sink()).map_err(broken)?;
    io::copy(&mut packed.into_inner(), &mut io::sink()).map_err(broken)?;
    tell("reading", all, all).map_err(broken)?;
    Ok(manifest)
}

fn manifest(first: impl Read) -> Result<Manifest, BackupError> {
    let mut text = Vec::new();
    first.take(MAX_MANIFEST).read_to_end(&mut text).map_err(broken)?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| BackupError::Refused(format!("its manifest cannot be read: {error}")))?;
    if manifest.format != FORMAT || manifest.version > VERSION {
        return Err(BackupError::Refused(format!(
            "it is {} of version {}; this Rosie knows {FORMAT} up to {VERSION}: update her",
            manifest.format, manifest.version
        )));
    }
    match manifest.files.iter().find(|file| parts::of(&file.path).is_none()) {
        Some(file) => Err(BackupError::Refused(format!(
            "{} does not belong in a backup",
            file.path
        ))),
        None => Ok(manifest),
    }
}

fn unopened(error: DecryptError) -> BackupError {
    match error {
        DecryptError::DecryptionFailed | DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => {
            BackupError::OtherPassphrase
        }
        DecryptError::InvalidHeader | DecryptError::UnknownFormat => BackupError::refused("it is no backup of Rosie's"),
        DecryptError::ExcessiveWork { .. } => {
            BackupError::refused("opening it would take more memory than a Rosie's backup needs: not made by her")
        }
        DecryptError::Io(error) => broken(error),
        error => BackupError::Refused(format!("it cannot be opened: {error}")),
    }
}

/// Of a read from a backup.
pub fn broken(error: io::Error) -> BackupError {
    if error.get_ref().is_some_and(|inner| inner.is::<Stopped>()) {
        return BackupError::refused(Stopped.to_string());
    }
    match error.kind() {
        io::ErrorKind::IsADirectory => BackupError::refused("it is a folder: name a file in it"),
        _ => BackupError::Refused(format!(
            "it is damaged or cut off ({error}), and none of it is used: take another backup"
        )),
    }
}

/// That it was stopped is no fault of the disk's.
pub fn unwritten(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    move |error| match error.get_ref().is_some_and(|inner| inner.is::<Stopped>()) {
        true => broken(error),
        false => BackupError::at(path)(error),
    }
}

fn missing() -> BackupError {
    BackupError::refused("a file that its manifest names is missing")
}
