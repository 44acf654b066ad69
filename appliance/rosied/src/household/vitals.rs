//! How the machine is, out of what the system and the last turns tell.

use super::disk_free;
use rosie_core::record::{Stage, TurnRecord};
use rosie_gateway::Process;
use rosie_hub::household::{Percentiles, Vitals};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// Measures; the load is that since the last time.
pub struct Meter {
    data: PathBuf,
    before: Mutex<(Instant, f64)>,
}

impl Meter {
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            before: Mutex::new((Instant::now(), Process::read().cpu_seconds)),
        }
    }

    pub fn read(&self, turns: &[TurnRecord]) -> Vitals {
        let process = Process::read();
        let now = Instant::now();
        let before = std::mem::replace(
            &mut *self.before.lock().unwrap_or_else(PoisonError::into_inner),
            (now, process.cpu_seconds),
        );
        let passed = (now - before.0).as_secs_f64().max(0.001);
        Vitals {
            version: env!("CARGO_PKG_VERSION").into(),
            cpu_percent: (process.cpu_seconds - before.1).max(0.0) / passed * 100.0,
            memory_bytes: process.resident_bytes,
            temperature_celsius: temperature(),
            disk_free_bytes: disk_free(&self.data),
            voice_to_voice_ms: percentiles(turns),
            ..Vitals::default()
        }
    }
}

/// Of the hottest of the machine's sensors.
pub fn temperature() -> Option<f64> {
    hottest(Path::new("/sys/class/thermal"))
}

/// Of the kernel's thermal zones, which tell thousandths of a degree.
fn hottest(folder: &Path) -> Option<f64> {
    let zones = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let degrees = zones.filter_map(|zone| {
        let text = std::fs::read_to_string(zone.path().join("temp")).ok()?;
        Some(text.trim().parse::<f64>().ok()? / 1000.0)
    });
    // A zone without a sensor tells nonsense.
    degrees
        .filter(|degrees| (-50.0..=200.0).contains(degrees))
        .reduce(f64::max)
}

fn percentiles(turns: &[TurnRecord]) -> Option<Percentiles> {
    let stages = turns.iter().flat_map(|turn| &turn.stages);
    let waited = stages.filter(|timing| timing.stage == Stage::VoiceToVoice);
    let mut waited: Vec<u64> = waited.map(|timing| timing.duration_ms).collect();
    waited.sort_unstable();
    let at = |share: usize| {
        waited
            .get((waited.len() * share / 100).min(waited.len().saturating_sub(1)))
            .copied()
    };
    Some(Percentiles {
        p50: at(50)?,
        p95: at(95)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_hottest_sensor_counts_and_none_is_none() {
        let folder = tempfile::TempDir::new().unwrap();
        assert_eq!(hottest(folder.path()), None);
        for (zone, text) in [("a", "41500\n"), ("b", "52000"), ("c", "-273000000"), ("d", "?")] {
            std::fs::create_dir(folder.path().join(zone)).unwrap();
            std::fs::write(folder.path().join(zone).join("temp"), text).unwrap();
        }
        assert_eq!(hottest(folder.path()), Some(52.0));
        assert_eq!(percentiles(&[]), None);
    }

    #[test]
    fn this_machine_has_memory_and_a_disk() {
        let vitals = Meter::new("/".into()).read(&[]);
        assert!(vitals.memory_bytes > 1_000_000 && vitals.disk_free_bytes.is_some());
    }
}
