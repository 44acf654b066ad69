//! Reports as text for a person.

use crate::inventory::{FileState, ModelReport, ModelState};
use std::fmt::Write;

/// `147.9 MB`
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// One line a model: state, id, size, profiles, licence; what it is for below.
pub fn list(reports: &[ModelReport]) -> String {
    let width = reports.iter().map(|r| r.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for r in reports {
        let (state, bytes) = match r.state {
            ModelState::Ready => ("ready", r.size_on_disk),
            ModelState::Incomplete => ("incomplete", r.size_on_disk),
            ModelState::Absent => ("-", r.size_expected),
        };
        let profiles = r.profiles.join(", ");
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:width$}  {state:10}  {:>9}  {profiles:15}  {}",
            r.id,
            size(bytes),
            r.licence
        );
        let _ = writeln!(text, "{:width$}  {}", "", r.purpose);
    }
    text
}

/// One line a file, with expected and found where they differ.
pub fn verify(reports: &[ModelReport]) -> String {
    let mut text = String::new();
    for r in reports {
        for f in &r.files {
            let name = format!("{}/{}", r.id, f.name);
            let line = match &f.state {
                FileState::Ok => format!("ok        {name}"),
                FileState::Missing => format!("missing   {name}"),
                FileState::Damaged { expected, found } => {
                    let expected = if expected.is_empty() {
                        "nothing recorded".into()
                    } else {
                        expected.join(" or ")
                    };
                    format!("damaged   {name}\n          expected sha256 {expected}\n          found    sha256 {found}")
                }
                FileState::Outdated { why } => format!("outdated  {name} ({why})"),
                FileState::Unreadable { why } => format!("damaged   {name} (cannot be read: {why})"),
            };
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}
