//! The sentence templates of the house's languages: loaded once, one matcher a language.

use rosie_core::Language;
use rosie_intents::{IntentsError, Matcher};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where templates come from, besides those that are built in.
#[derive(Debug, Clone, Default)]
pub struct LanguageSources {
    /// The house's languages; the first one is its main one.
    pub languages: Vec<Language>,
    /// The folder of `home-assistant-intents` that holds `<language>.json`; without it only Rosie's own sentences.
    pub data: Option<PathBuf>,
    /// Templates that come with integrations: language, name for errors, YAML.
    pub more: Vec<(Language, String, String)>,
    /// The owner's folder: `<language>.yaml`, or any `.yaml` in a folder `<language>`.
    pub own: Option<PathBuf>,
}

/// Something that was left out, and why. Rosie goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LanguageProblem {
    #[error("{file} cannot be read ({reason}): check its owner and rights")]
    Unreadable { file: String, reason: String },
    #[error("{0}; it is left out until it is mended")]
    Template(IntentsError),
    #[error("there are no command sentences in '{language}': what is said in it goes to the language model")]
    NoSentences { language: Language },
    #[error("no {file}: home commands in '{language}' are not understood; run `rosied models fetch`")]
    NoData { language: Language, file: String },
}

/// One matcher a language.
#[derive(Debug, Default)]
pub struct Languages {
    matchers: Vec<Arc<Matcher>>,
}

impl Languages {
    /// Reads and compiles everything. Blocking; some tens of milliseconds a language.
    pub fn load(sources: &LanguageSources) -> (Self, Vec<LanguageProblem>) {
        let mut problems = Vec::new();
        let mut matchers: Vec<Arc<Matcher>> = Vec::new();
        for language in &sources.languages {
            if matchers.iter().any(|m| m.language() == language) {
                continue;
            }
            match load_one(language, sources, &mut problems) {
                Some(matcher) if !matcher.intents().is_empty() => matchers.push(Arc::new(matcher)),
                _ => problems.push(LanguageProblem::NoSentences {
                    language: language.clone(),
                }),
            }
        }
        (Self { matchers }, problems)
    }

    /// The matcher of a language: of just this one, else of the same without its region.
    pub fn of(&self, language: &Language) -> Option<&Arc<Matcher>> {
        let exact = self.matchers.iter().find(|m| m.language() == language);
        exact.or_else(|| {
            self.matchers
                .iter()
                .find(|m| m.language().primary() == language.primary())
        })
    }

    /// The house's main language, as far as it has sentences.
    pub fn main(&self) -> Option<&Arc<Matcher>> {
        self.matchers.first()
    }
}

fn load_one(language: &Language, sources: &LanguageSources, problems: &mut Vec<LanguageProblem>) -> Option<Matcher> {
    let mut data = sources
        .data
        .as_ref()
        .and_then(|folder| read_data(folder, language, problems));
    let mut kept = Vec::new();
    let more = sources
        .more
        .iter()
        .filter(|(of, ..)| of.primary() == language.primary());
    let mut own: Vec<(String, String)> = more.map(|(_, file, yaml)| (file.clone(), yaml.clone())).collect();
    own.extend(
        sources
            .own
            .iter()
            .flat_map(|folder| own_files(folder, language, problems)),
    );
    match Matcher::standard(language, data.as_deref(), &own) {
        Ok(matcher) => return Some(matcher),
        // Somewhere is a mistake: find what is to blame, and keep the rest.
        Err(error) if own.is_empty() => problems.push(LanguageProblem::Template(error)),
        Err(_) => {}
    }
    let mut best = Matcher::standard(language, data.as_deref(), &[]);
    if let Err(error) = &best {
        if !own.is_empty() {
            problems.push(LanguageProblem::Template(error.clone()));
        }
        data = None;
        best = Matcher::standard(language, None, &[]);
    }
    for file in own {
        kept.push(file);
        match Matcher::standard(language, data.as_deref(), &kept) {
            Ok(matcher) => best = Ok(matcher),
            Err(error) => {
                kept.pop();
                problems.push(LanguageProblem::Template(error));
            }
        }
    }
    best.ok()
}

/// `<language>.json`, else that of the language without its region.
fn read_data(folder: &Path, language: &Language, problems: &mut Vec<LanguageProblem>) -> Option<String> {
    let names = [language.tag(), language.primary()];
    for name in names {
        let file = folder.join(format!("{name}.json"));
        match fs::read_to_string(&file) {
            Ok(text) => return Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => problems.push(unreadable(&file, &error)),
        }
    }
    let file = folder.join(format!("{}.json", language.tag())).display().to_string();
    problems.push(LanguageProblem::NoData {
        language: language.clone(),
        file,
    });
    None
}

fn own_files(folder: &Path, language: &Language, problems: &mut Vec<LanguageProblem>) -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> = ["yaml", "yml"]
        .map(|end| folder.join(format!("{}.{end}", language.tag())))
        .to_vec();
    files.retain(|file| file.is_file());
    match fs::read_dir(folder.join(language.tag())) {
        Ok(entries) => {
            let found = entries.filter_map(|entry| Some(entry.ok()?.path()));
            let is_yaml = |file: &PathBuf| file.extension().is_some_and(|end| end == "yaml" || end == "yml");
            let mut found: Vec<_> = found.filter(|file| is_yaml(file) && file.is_file()).collect();
            found.sort();
            files.extend(found);
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
        Err(error) => problems.push(unreadable(&folder.join(language.tag()), &error)),
    }
    let mut texts = Vec::new();
    for file in files {
        match fs::read_to_string(&file) {
            Ok(text) => texts.push((file.display().to_string(), text)),
            Err(error) => problems.push(unreadable(&file, &error)),
        }
    }
    texts
}

fn unreadable(file: &Path, error: &std::io::Error) -> LanguageProblem {
    LanguageProblem::Unreadable {
        file: file.display().to_string(),
        reason: error.to_string(),
    }
}
