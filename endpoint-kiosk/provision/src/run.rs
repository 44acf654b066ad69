//! Carries a plan out on one device, and takes it back.

use crate::{
    adb::{AdbError, Device, Server},
    facts::Facts,
    journal::{Journal, Record, State},
    lever::{self, Hand, Lever, Reading, Trouble},
    plan::{self, Plan, Planned, Standing},
    report::{DeviceReport, Outcome, StepState},
    steps::Wish,
};
use std::{path::Path, thread, time::Duration};

const BETWEEN: Duration = Duration::from_millis(500);
const GO_ON: &str = "Run the same command again: it goes on from there";

/// Where everything is that a run needs.
pub struct Ground<'a> {
    pub server: &'a Server,
    pub state: &'a Path,
    /// Told of each step as it goes.
    pub progress: &'a (dyn Fn(&str, &str) + Sync),
}

/// Why a run ended before its end.
enum End {
    Gone(AdbError),
    Said(String),
}

impl From<AdbError> for End {
    fn from(error: AdbError) -> Self {
        Self::Gone(error)
    }
}

impl From<String> for End {
    fn from(said: String) -> Self {
        Self::Said(said)
    }
}

struct Open {
    device: Device,
    facts: Facts,
    journal: Journal,
}

impl Ground<'_> {
    fn open(&self, serial: &str, host: Option<&str>) -> Result<Open, End> {
        let device = Device::open(self.server, serial)?;
        let facts = Facts::read(&device, host)?;
        let mut journal = Journal::open(self.state, &facts.serial_number)?;
        journal.copy_from(&device)?;
        Ok(Open { device, facts, journal })
    }

    fn looked_at(&self, open: &Open, wish: &Wish) -> Result<Plan, AdbError> {
        let wanted = plan::wanted(&open.facts, wish);
        let readings = wanted
            .iter()
            .map(|step| step.lever.read(&open.device))
            .collect::<Result<Vec<Reading>, _>>()?;
        Ok(plan::plan(&open.facts, wish, wanted, readings, open.journal.records()))
    }

    pub fn plan(&self, serial: &str, wish: &Wish) -> DeviceReport {
        self.reported(serial, |report| {
            let open = self.open(serial, Some(&wish.server.host))?;
            report.device = open.facts.title();
            let plan = self.looked_at(&open, wish)?;
            report.missing.clone_from(&plan.missing);
            report.notes.clone_from(&plan.notes);
            for planned in &plan.steps {
                show(report, planned);
            }
            let to_do = plan
                .steps
                .iter()
                .filter(|planned| planned.standing == Standing::ToDo)
                .count();
            let said = match (plan.missing.is_empty(), to_do) {
                (false, _) => "Nothing would be done before what is missing is there.".to_owned(),
                (true, 0) => "Nothing is to do.".to_owned(),
                (true, 1) => "One step would be done. Nothing was touched.".to_owned(),
                (true, count) => format!("{count} steps would be done. Nothing was touched."),
            };
            Ok((Outcome::Looked, said))
        })
    }

    pub fn apply(&self, serial: &str, wish: &Wish, hand: &Hand) -> DeviceReport {
        self.reported(serial, |report| {
            let mut open = self.open(serial, Some(&wish.server.host))?;
            report.device = open.facts.title();
            let plan = self.looked_at(&open, wish)?;
            report.missing.clone_from(&plan.missing);
            report.notes.clone_from(&plan.notes);
            if !plan.missing.is_empty() {
                return Ok((
                    Outcome::Missing,
                    "Nothing was touched: first what is missing.".to_owned(),
                ));
            }
            let ended = self.steps(&mut open, &plan.steps, hand, report)?;
            tidy(&open)?;
            Ok(ended)
        })
    }

    fn steps(
        &self,
        open: &mut Open,
        steps: &[Planned],
        hand: &Hand,
        report: &mut DeviceReport,
    ) -> Result<(Outcome, String), End> {
        for (at, planned) in steps.iter().enumerate() {
            let step = &planned.step;
            if planned.standing != Standing::ToDo {
                if planned.standing == Standing::Done {
                    open.journal.mark_done_if_begun(&step.lever)?;
                }
                show(report, planned);
                continue;
            }
            (self.progress)(&open.facts.serial, &format!("{}: {}", step.id, step.why));
            match self.one(open, planned, hand) {
                Ok(()) => report.step(step.id, StepState::Done, step.why),
                Err(Trouble::Adb(error)) if error.is_gone() => {
                    open.journal.note(step.id, &error.to_string());
                    report.step(step.id, StepState::Failed, error.to_string());
                    not_tried(report, &steps[at + 1..]);
                    let said = format!("It stopped at the step {}: {error}. {GO_ON}.", step.id);
                    return Ok((Outcome::Stopped, said));
                }
                Err(trouble) => {
                    open.journal.note(step.id, &trouble.to_string());
                    if step.essential {
                        report.step(step.id, StepState::Failed, trouble.to_string());
                        not_tried(report, &steps[at + 1..]);
                        let said = format!(
                            "It failed at the step {}: {trouble}. {GO_ON} when that is mended.",
                            step.id
                        );
                        return Ok((Outcome::Failed, said));
                    }
                    report.step(step.id, StepState::ByHand, format!("{} ({trouble})", step.by_hand));
                }
            }
        }
        let by_hand = report
            .steps
            .iter()
            .filter(|step| step.state == StepState::ByHand)
            .count();
        let said = match by_hand {
            0 => "It is Rosie's kiosk. `rosie-kiosk undo` takes all of it back.".to_owned(),
            _ => "It is Rosie's kiosk, but for what stands as \"by hand\". `rosie-kiosk undo` takes all of it back."
                .to_owned(),
        };
        Ok((Outcome::Done, said))
    }

    /// One step: written down, done, looked at.
    fn one(&self, open: &mut Open, planned: &Planned, hand: &Hand) -> Result<(), Trouble> {
        let step = &planned.step;
        let before = planned.now.value();
        open.journal
            .begin(step.id, &step.lever, before, &step.want)
            .map_err(Trouble::Device)?;
        open.journal.copy_to(&open.device)?;
        step.lever.write(&open.device, Some(&step.want), hand)?;
        settled(&open.device, &step.lever, Some(&step.want))?;
        open.journal.mark(&step.lever, State::Done).map_err(Trouble::Device)?;
        open.journal.note(step.id, "done");
        Ok(())
    }

    pub fn status(&self, serial: &str) -> DeviceReport {
        self.reported(serial, |report| {
            let open = self.open(serial, None)?;
            report.device = open.facts.title();
            let mut changed = 0;
            for record in open.journal.records().iter().filter(|record| record.holds()) {
                let now = record.lever.read(&open.device)?;
                let (state, detail) = match (record.lever.is_at(&now, Some(&record.set)), record.state) {
                    (true, _) => (StepState::Done, "as it was set".to_owned()),
                    (false, State::Begun) => (StepState::ToDo, "begun, and not done".to_owned()),
                    (false, _) if record.lever == Lever::Volume => {
                        (StepState::Done, "set once, and yours since".to_owned())
                    }
                    (false, _) => (
                        StepState::Left,
                        format!("changed since it was set, to {}", shown(now.value())),
                    ),
                };
                changed += usize::from(state != StepState::Done);
                report.step(&record.step, state, detail);
            }
            let said = match (report.steps.len(), changed) {
                (0, _) => "It has not been set up from here.".to_owned(),
                (_, 0) => "It is as it was set up.".to_owned(),
                (count, changed) => {
                    format!("{changed} of {count} are not as they were set; `rosie-kiosk apply` sets them again.")
                }
            };
            Ok((Outcome::Looked, said))
        })
    }

    pub fn undo(&self, serial: &str) -> DeviceReport {
        self.reported(serial, |report| {
            let mut open = self.open(serial, None)?;
            report.device = open.facts.title();
            let records: Vec<Record> = open
                .journal
                .records()
                .iter()
                .rev()
                .filter(|r| r.holds())
                .cloned()
                .collect();
            if records.is_empty() {
                tidy(&open)?;
                return Ok((
                    Outcome::Done,
                    "There is nothing to undo: it has not been set up from here.".to_owned(),
                ));
            }
            let app_goes = records
                .iter()
                .any(|record| matches!(record.lever, Lever::App { .. }) && record.before.is_none());
            let mut failed = 0;
            for record in &records {
                (self.progress)(serial, &format!("undo {}", record.step));
                match self.back(&mut open, record, app_goes) {
                    Ok((state, detail)) => report.step(&record.step, state, detail),
                    Err(Trouble::Adb(error)) if error.is_gone() => {
                        open.journal.note(&record.step, &error.to_string());
                        report.step(&record.step, StepState::Failed, error.to_string());
                        let said = format!("It stopped at undoing {}: {error}. {GO_ON}.", record.step);
                        return Ok((Outcome::Stopped, said));
                    }
                    Err(trouble) => {
                        failed += 1;
                        open.journal.note(&record.step, &trouble.to_string());
                        report.step(&record.step, StepState::Failed, trouble.to_string());
                    }
                }
            }
            tidy(&open)?;
            Ok(match failed {
                0 => (Outcome::Done, "It is as it was before.".to_owned()),
                _ => (
                    Outcome::Failed,
                    "Some of it could not be taken back; it stays in the journal.".to_owned(),
                ),
            })
        })
    }

    fn back(&self, open: &mut Open, record: &Record, app_goes: bool) -> Result<(StepState, String), Trouble> {
        let lever = &record.lever;
        let before = record.before.as_deref();
        let now = lever.read(&open.device)?;
        let ended = if lever.is_at(&now, before) {
            (StepState::Undone, format!("{}, as before", shown(before)))
        } else if lever.goes_with_the_app(before) {
            match app_goes {
                true => (StepState::Undone, "goes with the app".to_owned()),
                false => (StepState::Left, "the app was there before and stays".to_owned()),
            }
        } else if let Some(why) = lever.stays(before) {
            (StepState::Left, why.to_owned())
        } else if record.state == State::Done && !lever.is_at(&now, Some(&record.set)) {
            (
                StepState::Left,
                format!("somebody set it to {} since, so it stays", shown(now.value())),
            )
        } else {
            lever.write(&open.device, before, &Hand::default())?;
            settled(&open.device, lever, before)?;
            (StepState::Undone, format!("{}, as before", shown(before)))
        };
        open.journal.mark(lever, State::Undone).map_err(Trouble::Device)?;
        open.journal.note(&record.step, "undone");
        Ok(ended)
    }

    fn reported(
        &self,
        serial: &str,
        work: impl FnOnce(&mut DeviceReport) -> Result<(Outcome, String), End>,
    ) -> DeviceReport {
        let mut report = DeviceReport::new(serial);
        match work(&mut report) {
            Ok((outcome, said)) => report.ended(outcome, said),
            Err(End::Said(said)) => report.ended(Outcome::Failed, said),
            Err(End::Gone(error)) => {
                let what = if report.steps.is_empty() {
                    "It stopped before the first step"
                } else {
                    "It stopped"
                };
                report.ended(Outcome::Stopped, format!("{what}: {error}."))
            }
        }
    }
}

/// What a cut may have left on the device.
fn tidy(open: &Open) -> Result<(), AdbError> {
    lever::tidy(&open.device)?;
    open.journal.copy_to(&open.device)
}

/// Looks until it is as it was set; systems take their time.
fn settled(device: &Device, lever: &Lever, to: Option<&str>) -> Result<(), Trouble> {
    let mut now = lever.read(device)?;
    for _ in 1..lever.patience() {
        if lever.is_at(&now, to) {
            return Ok(());
        }
        thread::sleep(BETWEEN);
        now = lever.read(device)?;
    }
    match lever.is_at(&now, to) {
        true => Ok(()),
        false => Err(Trouble::Device(format!(
            "it was set, and is {} all the same",
            shown(now.value())
        ))),
    }
}

fn show(report: &mut DeviceReport, planned: &Planned) {
    let step = &planned.step;
    match &planned.standing {
        Standing::Done => report.step(step.id, StepState::Already, step.why),
        Standing::ToDo => report.step(step.id, StepState::ToDo, step.why),
        Standing::ByHand(what) => report.step(step.id, StepState::ByHand, what.clone()),
    }
}

fn not_tried(report: &mut DeviceReport, rest: &[Planned]) {
    for planned in rest.iter().filter(|planned| planned.standing != Standing::Done) {
        report.step(planned.step.id, StepState::NotTried, planned.step.why);
    }
}

/// A value for a person; some are as long as a certificate.
fn shown(value: Option<&str>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(value) if value.len() > 60 => "something else".to_owned(),
        Some(value) => value.to_owned(),
    }
}
