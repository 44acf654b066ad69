//! Plugins put in, updated, switched and removed; hostile archives.

use flate2::{Compression, write::GzEncoder};
use rosie_core::plugins::PluginSource;
use rosie_hub::plugins::Store;
use std::{
    fs,
    io::{Cursor, Write},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};
use tempfile::TempDir;

fn manifest(more: &str) -> String {
    format!("name: bins\nversion: \"1\"\ncommand: [python3, server.py]\n{more}")
}

type Entry<'e> = (&'e str, tar::EntryType, u32, &'e [u8]);

/// Names are written as they are, which the library would not do by itself.
fn tar(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind, mode, content) in entries {
        let mut header = tar::Header::new_gnu();
        let bytes = header.as_gnu_mut().unwrap();
        bytes.name[..name.len()].copy_from_slice(name.as_bytes());
        if !kind.is_file() && !kind.is_dir() {
            bytes.linkname[..11].copy_from_slice(b"/etc/passwd");
        }
        header.set_entry_type(*kind);
        header.set_mode(*mode);
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn good(more: &str) -> Vec<u8> {
    tar(&[
        ("bins/", tar::EntryType::Directory, 0o700, b""),
        (
            "bins/plugin.yaml",
            tar::EntryType::Regular,
            0o600,
            manifest(more).as_bytes(),
        ),
        ("bins/server.py", tar::EntryType::Regular, 0o4755, b"print()"),
    ])
}

fn zip(entries: &[(&str, &str, Option<u32>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content, mode) in entries {
        let options = zip::write::SimpleFileOptions::default();
        let options = mode.map_or(options, |mode| options.unix_permissions(mode));
        writer.start_file(*name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn open(folder: &Path) -> Store {
    Store::open(folder.join("plugins"), folder.join("image"), Box::new(|_| Ok(())))
}

fn install(store: &Store, bytes: Vec<u8>) -> Result<rosie_hub::plugins::Found, String> {
    store
        .install(&PluginSource::Archive(bytes), None)
        .map_err(|error| error.to_string())
}

#[test]
fn put_in_updated_switched_and_removed() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let found = install(&store, good("")).unwrap();
    assert!(!found.enabled && found.manifest.is_ok());
    let mode = |file: &str| fs::metadata(found.folder.join(file)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(
        (mode("plugin.yaml"), mode("server.py")),
        (0o644, 0o755),
        "readable by others, and no setuid"
    );
    assert!(install(&store, good("")).unwrap_err().contains("is there already"));
    store.set_enabled("bins", true).unwrap();
    assert!(open(folder.path()).find("bins").unwrap().enabled, "survives a restart");
    let update = |more: &str| store.install(&PluginSource::Archive(good(more)), Some("bins"));
    assert!(update("description: better").unwrap().enabled);
    assert!(
        !update("permissions: { network: true }").unwrap().enabled,
        "wants more than the owner allowed"
    );
    assert!(store.install(&PluginSource::Archive(good("")), Some("other")).is_err());
    store.remove("bins").unwrap();
    assert!(store.list().is_empty() && store.remove("bins").is_err());
}

#[test]
fn archives_of_both_kinds_and_folders() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let text = manifest("");
    let flat = zip(&[("plugin.yaml", &text, None), ("server.py", "print()", Some(0o755))]);
    install(&store, flat).unwrap();
    store.remove("bins").unwrap();
    let own = folder.path().join("mine");
    fs::create_dir_all(own.join("deep")).unwrap();
    fs::write(own.join("plugin.yaml"), &text).unwrap();
    fs::write(own.join("deep/x.txt"), "x").unwrap();
    let source = PluginSource::Folder(own.display().to_string());
    store.install(&source, None).unwrap();
    symlink("/etc/passwd", own.join("link")).unwrap();
    let error = store.install(&source, Some("bins")).unwrap_err().to_string();
    assert!(error.contains("is a link"), "{error}");
    assert!(
        store.find("bins").unwrap().manifest.is_ok(),
        "the old one is still there"
    );
}

#[test]
fn hostile_archives_are_refused_and_leave_nothing() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let text = manifest("");
    let yaml: Entry<'_> = ("plugin.yaml", tar::EntryType::Regular, 0o644, text.as_bytes());
    let with = |name: &'static str, kind| tar(&[yaml, (name, kind, 0o644, b"" as &[u8])]);
    let zeros = vec![0; 65 << 20];
    let many: Vec<String> = (0..2100).map(|n| format!("f{n}")).collect();
    let mut many: Vec<Entry<'_>> = many
        .iter()
        .map(|name| (&**name, tar::EntryType::Regular, 0o644, b"" as &[u8]))
        .collect();
    many.push(yaml);
    let mut cut = good("");
    cut.truncate(cut.len() / 2);
    let bad = [
        ("outside", with("../evil", tar::EntryType::Regular)),
        ("outside", with("/etc/evil", tar::EntryType::Regular)),
        ("outside", with("a/../../evil", tar::EntryType::Regular)),
        ("outside", with("a/b/c/d/e/f/g/h/i/j/k/l/m", tar::EntryType::Regular)),
        ("is a link", with("link", tar::EntryType::Symlink)),
        ("is a link", with("link", tar::EntryType::Link)),
        ("is a link", with("pipe", tar::EntryType::Fifo)),
        ("is a link", with("disk", tar::EntryType::Block)),
        ("twice", with("plugin.yaml", tar::EntryType::Regular)),
        ("64 MB", tar(&[yaml, ("zeros", tar::EntryType::Regular, 0o644, &zeros)])),
        ("2000 files", tar(&many)),
        ("no plugin.yaml", tar(&[("x", tar::EntryType::Regular, 0o644, b"x")])),
        ("damaged", cut),
        ("no .tar.gz", b"MZ not an archive".to_vec()),
        ("no .tar.gz", Vec::new()),
        ("damaged", [&[0x1f, 0x8b][..], &[7; 500]].concat()),
        ("damaged", b"PK\x03\x04 nothing".to_vec()),
        ("outside", zip(&[("plugin.yaml", &text, None), ("../evil", "x", None)])),
        (
            "outside",
            zip(&[("plugin.yaml", &text, None), ("a\\..\\evil", "x", None)]),
        ),
        ("cannot be used", zip(&[("plugin.yaml", "name: ../x", None)])),
    ];
    for (word, bytes) in bad {
        let error = install(&store, bytes).expect_err(word);
        assert!(
            error.to_lowercase().contains(&word.to_lowercase()) && error.len() < 1000,
            "{word}: {error}"
        );
    }
    assert!(store.list().is_empty());
    assert!(!folder.path().join("evil").exists() && !folder.path().join("plugins/evil").exists());
    let left: Vec<_> = fs::read_dir(folder.path().join("plugins")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn folders_put_there_by_hand_and_power_cuts() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("plugins");
    for (name, text) in [
        ("bins", manifest("")),
        ("wrong", manifest("")),
        ("broken", "nonsense: [".into()),
    ] {
        fs::create_dir_all(own.join(name)).unwrap();
        fs::write(own.join(name).join("plugin.yaml"), text).unwrap();
    }
    fs::create_dir_all(own.join("linked")).unwrap();
    symlink("/etc/passwd", own.join("linked/plugin.yaml")).unwrap();
    let image = folder.path().join("image/weather");
    fs::create_dir_all(&image).unwrap();
    fs::write(image.join("plugin.yaml"), manifest("").replace("bins", "weather")).unwrap();
    let store = open(folder.path());
    let of = |name: &str| store.find(name).unwrap();
    assert!(of("bins").manifest.is_ok() && !of("bins").enabled);
    assert!(of("wrong").manifest.unwrap_err().contains("must be called \"bins\""));
    assert!(of("broken").manifest.is_err() && of("linked").manifest.is_err());
    assert!(of("weather").built_in && store.remove("weather").unwrap_err().to_string().contains("image"));
    // The power went between the two renames of an update.
    fs::rename(own.join("bins"), own.join(".old-bins")).unwrap();
    fs::create_dir_all(own.join(".new/half")).unwrap();
    assert!(open(folder.path()).find("bins").unwrap().manifest.is_ok());
    assert!(!own.join(".new").exists() && !own.join(".old-bins").exists());
}
