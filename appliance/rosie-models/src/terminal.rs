//! Progress on a terminal: bars where there is one, a plain line every few seconds where output goes to a file.

use crate::progress::{Progress, TaskId};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::{
    collections::HashMap,
    io::IsTerminal,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Seconds between plain lines of one task.
const PLAIN_EVERY: Duration = Duration::from_secs(5);

/// Writes to stderr.
pub struct Terminal {
    look: Look,
}

enum Look {
    Bars {
        all: MultiProgress,
        bars: Mutex<HashMap<TaskId, ProgressBar>>,
    },
    Plain(Mutex<HashMap<TaskId, Line>>),
}

struct Line {
    label: String,
    said: Instant,
    done: u64,
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

impl Terminal {
    /// Bars if stderr is a terminal, else plain lines.
    pub fn new() -> Self {
        let look = if std::io::stderr().is_terminal() {
            Look::Bars {
                all: MultiProgress::new(),
                bars: Mutex::default(),
            }
        } else {
            Look::Plain(Mutex::default())
        };
        Self { look }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn style(total: Option<u64>) -> ProgressStyle {
    let template = match total {
        Some(_) => "  {msg:44} {bar:24} {bytes:>10} of {total_bytes:10} {bytes_per_sec:>12} {eta:>4}",
        None => "  {msg:44} {spinner} {bytes:>10} {elapsed:>5}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Terminal {
    fn begin(&self, task: TaskId, label: &str, total: Option<u64>) {
        match &self.look {
            Look::Bars { all, bars } => {
                let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
                let bar = all.add(bar.with_style(style(total)).with_message(label.to_owned()));
                bar.enable_steady_tick(Duration::from_millis(200));
                lock(bars).insert(task, bar);
            }
            Look::Plain(lines) => {
                eprintln!(
                    "  {label}{}",
                    total.map_or(String::new(), |t| format!(" ({})", crate::render::size(t)))
                );
                lock(lines).insert(
                    task,
                    Line {
                        label: label.to_owned(),
                        said: Instant::now(),
                        done: 0,
                    },
                );
            }
        }
    }

    fn advance(&self, task: TaskId, done: u64, total: Option<u64>) {
        match &self.look {
            Look::Bars { bars, .. } => {
                if let Some(bar) = lock(bars).get(&task) {
                    bar.set_position(total.map_or(done, |t| done.min(t)));
                }
            }
            Look::Plain(lines) => {
                if let Some(line) = lock(lines).get_mut(&task)
                    && line.said.elapsed() >= PLAIN_EVERY
                    && done != line.done
                {
                    (line.said, line.done) = (Instant::now(), done);
                    let of = total.map_or(String::new(), |t| format!(" of {}", crate::render::size(t)));
                    eprintln!("  {}: {}{of}", line.label, crate::render::size(done));
                }
            }
        }
    }

    fn end(&self, task: TaskId) {
        match &self.look {
            Look::Bars { bars, .. } => {
                if let Some(bar) = lock(bars).remove(&task) {
                    bar.finish_and_clear();
                }
            }
            Look::Plain(lines) => {
                lock(lines).remove(&task);
            }
        }
    }

    fn note(&self, text: &str) {
        match &self.look {
            // Fails only when stderr is gone; then nobody reads notes.
            Look::Bars { all, .. } => drop(all.println(text)),
            Look::Plain(_) => eprintln!("{text}"),
        }
    }
}
