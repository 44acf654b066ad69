//! What is said at the end, to a person or to a program.

use serde::Serialize;
use std::fmt::Write;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All that this can do is done.
    Done,
    /// Only looked at.
    Looked,
    /// Something has to be mended before anything is touched.
    Missing,
    /// The device went or did not answer; the same command goes on from there.
    Stopped,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It was so already.
    Already,
    Done,
    ToDo,
    ByHand,
    Undone,
    /// Taken back by nobody, for a reason.
    Left,
    Failed,
    NotTried,
}

impl StepState {
    fn word(self) -> &'static str {
        match self {
            Self::Already => "as it is",
            Self::Done => "done",
            Self::ToDo => "to do",
            Self::ByHand => "by hand",
            Self::Undone => "undone",
            Self::Left => "left",
            Self::Failed => "failed",
            Self::NotTried => "not tried",
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct StepReport {
    pub id: String,
    pub state: StepState,
    pub detail: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct DeviceReport {
    pub serial: String,
    pub device: String,
    pub outcome: Outcome,
    /// In a sentence: where it stands.
    pub said: String,
    pub missing: Vec<String>,
    pub steps: Vec<StepReport>,
    pub notes: Vec<String>,
}

impl DeviceReport {
    pub fn new(serial: &str) -> Self {
        Self {
            serial: serial.to_owned(),
            device: String::new(),
            outcome: Outcome::Looked,
            said: String::new(),
            missing: Vec::new(),
            steps: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub fn ended(mut self, outcome: Outcome, said: impl Into<String>) -> Self {
        self.outcome = outcome;
        self.said = said.into();
        self
    }

    pub fn step(&mut self, id: &str, state: StepState, detail: impl Into<String>) {
        self.steps.push(StepReport {
            id: id.to_owned(),
            state,
            detail: detail.into(),
        });
    }

    pub fn is_well(&self) -> bool {
        matches!(self.outcome, Outcome::Done | Outcome::Looked)
    }

    pub fn text(&self) -> String {
        let mut text = match self.device.is_empty() {
            true => self.serial.clone(),
            false => format!("{}: {}", self.serial, self.device),
        };
        text.push('\n');
        for missing in &self.missing {
            let _ = writeln!(text, "  missing    {missing}");
        }
        for step in &self.steps {
            let _ = writeln!(text, "  {:<10} {:<13} {}", step.state.word(), step.id, step.detail);
        }
        for note in &self.notes {
            let _ = writeln!(text, "  note       {note}");
        }
        let _ = writeln!(text, "  {}", self.said);
        text
    }
}
