//! An update that was taken back is told aloud, once, by day: updates install themselves at night, and nobody is to be woken for it.

use crate::{config::local_time, daemon::Rosie};
use rosie_core::{
    Language,
    store::SettingStore,
    update::{UpdateAdmin, UpdateOutcome, UpdateResult},
};
use serde_json::json;
use std::{ops::Range, sync::Arc, time::Duration};

/// Between two looks at whether it can be told.
const LOOK: Duration = Duration::from_secs(30);
/// Hours in which it is told.
const BY_DAY: Range<i8> = 8..21;
/// The setting that says what was told last.
const TOLD: &str = "updates.told";

/// Until it was told, or the daemon stops; ends at once where nothing is to be told.
pub async fn tell(rosie: Arc<Rosie>) {
    let (updates, settings) = (rosie.updates.clone(), rosie.remembering.opened.settings.clone());
    let looked = tokio::task::spawn_blocking(move || returned(updates.state().last, &*settings));
    let Ok(Some(news)) = looked.await else { return };
    let stopping = rosie.stopping.clone();
    while stopping.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
        let house = &rosie.sessions.house;
        let language = house.languages().first().cloned().unwrap_or_default();
        if BY_DAY.contains(&local_time(&house.config()).hour()) && rosie.says_everywhere(sentence(&language)) {
            let settings = rosie.remembering.opened.settings.clone();
            let kept = tokio::task::spawn_blocking(move || settings.put_setting(TOLD, &json!(news))).await;
            if let Ok(Err(failure)) = kept {
                tracing::warn!(detail = %failure.detail, "that an update was taken back is told again after the next start");
            }
            return;
        }
    }
}

/// What came of the update, where it was taken back and nobody was told so. Blocking.
fn returned(last: Option<UpdateResult>, settings: &dyn SettingStore) -> Option<String> {
    let last = last.filter(|last| last.outcome == UpdateOutcome::Returned)?;
    let news = format!("{} → {}: {}", last.before, last.version, last.reason);
    let told = settings.get_setting(TOLD).ok().flatten();
    (told != Some(json!(news))).then_some(news)
}

fn sentence(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Das Update hat nicht geklappt. Ich laufe wieder so wie vorher, meine Seite sagt, warum.",
        "es" => "La actualización no ha funcionado. He vuelto a lo que había antes: mi página dice por qué.",
        "fr" => "La mise à jour n'a pas marché. Je suis revenue à ce qui marchait avant : ma page dit pourquoi.",
        _ => "The update did not work. I am back to what worked before, and my page says why.",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rosie_core::Failure;
    use serde_json::Value;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Kept(Mutex<Option<Value>>);

    impl SettingStore for Kept {
        fn get_setting(&self, _: &str) -> Result<Option<Value>, Failure> {
            Ok(self.0.lock().unwrap().clone())
        }

        fn put_setting(&self, _: &str, value: &Value) -> Result<(), Failure> {
            *self.0.lock().unwrap() = Some(value.clone());
            Ok(())
        }
    }

    #[test]
    fn each_return_is_told_once() {
        let result = |outcome, version: &str| {
            Some(UpdateResult {
                outcome,
                version: version.into(),
                before: "1.0.0".into(),
                reason: "Rosie does not answer".into(),
            })
        };
        let kept = Kept::default();
        assert_eq!(returned(None, &kept), None);
        assert_eq!(returned(result(UpdateOutcome::Updated, "1.1.0"), &kept), None);
        let news = returned(result(UpdateOutcome::Returned, "1.1.0"), &kept).unwrap();
        kept.put_setting(TOLD, &json!(news)).unwrap();
        assert_eq!(returned(result(UpdateOutcome::Returned, "1.1.0"), &kept), None);
        assert!(returned(result(UpdateOutcome::Returned, "1.2.0"), &kept).is_some());
    }

    #[test]
    fn it_is_said_in_every_language() {
        let said: Vec<&str> = ["en", "de", "es", "fr"]
            .map(|tag| sentence(&Language::new(tag)))
            .to_vec();
        assert!(said.windows(2).all(|two| two[0] != two[1]));
    }
}
