//! What whoever is near is told of the set-up without a cable, before any page can be opened: the LEDs show that her own Wi-Fi is
//! open, and where there is a loudspeaker she says how it is joined and what came of it.

use crate::daemon::Rosie;
use rosie_core::{
    Language,
    network::{Link, NetworkAdmin, NetworkState},
};
use std::{sync::Arc, time::Duration};

/// Between two looks at the network.
const LOOK: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Open,
    Failed,
    Joined,
}

#[derive(Debug, Default)]
struct Telling {
    /// Her own Wi-Fi was told of, or there was a network. One that is lost later is shown and not spoken of: it may be night.
    settled: bool,
    /// Somebody named a network, and waits for what comes of it.
    tried: bool,
}

impl Telling {
    /// What there is to say, again and again until [`Self::said`].
    fn news(&mut self, state: &NetworkState) -> Option<News> {
        match state.link {
            Link::Joining => {
                self.tried = true;
                None
            }
            Link::AccessPoint if self.tried && state.problem.is_some() => Some(News::Failed),
            Link::AccessPoint if !self.settled => Some(News::Open),
            Link::Wired | Link::Wifi => {
                self.settled = true;
                // Over a cable the page itself says that it failed.
                self.tried &= state.problem.is_none();
                (self.tried && !state.ssid.is_empty()).then_some(News::Joined)
            }
            Link::AccessPoint | Link::None => None,
        }
    }

    fn said(&mut self) {
        self.settled = true;
        self.tried = false;
    }
}

/// Until the daemon stops.
pub async fn tell(rosie: Arc<Rosie>) {
    let mut telling = Telling::default();
    let stopping = rosie.stopping.clone();
    while stopping.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
        let network = rosie.network.clone();
        let Ok(state) = tokio::task::spawn_blocking(move || network.state()).await else {
            continue;
        };
        let waits = matches!(state.link, Link::AccessPoint | Link::Joining);
        rosie.local.show_set_up(waits);
        let Some(news) = telling.news(&state) else { continue };
        let language = rosie.sessions.house.languages().first().cloned().unwrap_or_default();
        if rosie.says_everywhere(&sentence(news, &state.ssid, &language)) {
            telling.said();
        }
    }
}

/// `ssid`: of the network that was joined, or of her own. The password is [`rosie_core::network::DOOR_PASSWORD`], as one says it.
fn sentence(news: News, ssid: &str, language: &Language) -> String {
    match (news, language.primary()) {
        (News::Open, "de") => {
            "Ich habe kein Netz. Verbinde ein Telefon mit dem WLAN, dessen Name mit Rosie beginnt. Das Passwort ist \
            hello rosie, klein und zusammengeschrieben. Dann öffnet sich meine Seite von selbst."
                .into()
        }
        (News::Open, "es") => {
            "No tengo red. Conecta un teléfono a la red wifi cuyo nombre empieza por Rosie. La contraseña es hello \
            rosie, en minúsculas y sin espacio. Entonces mi página se abre sola."
                .into()
        }
        (News::Open, "fr") => {
            "Je n'ai pas de réseau. Connectez un téléphone au Wi-Fi dont le nom commence par Rosie. Le mot de passe \
            est hello rosie, en minuscules et sans espace. Ma page s'ouvre alors toute seule."
                .into()
        }
        (News::Open, _) => {
            "I have no network. On a phone, join the Wi-Fi whose name begins with Rosie. The password is hello rosie, \
            in small letters and without a space. My page then opens by itself."
                .into()
        }
        (News::Failed, "de") => {
            "Das hat nicht geklappt. Verbinde dich noch einmal mit meinem WLAN, meine Seite sagt, warum.".into()
        }
        (News::Failed, "es") => "No ha funcionado. Vuelve a conectarte a mi red wifi: mi página dice por qué.".into(),
        (News::Failed, "fr") => "Cela n'a pas marché. Reconnectez-vous à mon Wi-Fi : ma page dit pourquoi.".into(),
        (News::Failed, _) => "That did not work. Join my Wi-Fi again: my page says why.".into(),
        (News::Joined, "de") => format!("Ich bin jetzt im Netz {ssid}."),
        (News::Joined, "es") => format!("Ya estoy en la red {ssid}."),
        (News::Joined, "fr") => format!("Je suis maintenant sur le réseau {ssid}."),
        (News::Joined, _) => format!("I am in the network {ssid} now."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rosie_core::network::{DOOR_PASSWORD, JoinFault, JoinProblem};

    fn state(link: Link, ssid: &str, failed: bool) -> NetworkState {
        let problem = failed.then(|| JoinProblem {
            fault: JoinFault::WrongPassword,
            ssid: "Home".into(),
            message: "wrong".into(),
        });
        NetworkState {
            managed: true,
            link,
            ssid: ssid.into(),
            problem,
            ..NetworkState::default()
        }
    }

    #[test]
    fn the_set_up_is_told_step_by_step() {
        let mut telling = Telling::default();
        let open = state(Link::AccessPoint, "Rosie-ABCD", false);
        assert_eq!(telling.news(&state(Link::None, "", false)), None);
        // Until somebody can have heard it, and then no more.
        assert_eq!(telling.news(&open), Some(News::Open));
        assert_eq!(telling.news(&open), Some(News::Open));
        telling.said();
        assert_eq!(telling.news(&open), None);
        assert_eq!(telling.news(&state(Link::Joining, "Home", false)), None);
        let failed = state(Link::AccessPoint, "Rosie-ABCD", true);
        assert_eq!(telling.news(&failed), Some(News::Failed));
        telling.said();
        assert_eq!(telling.news(&failed), None);
        assert_eq!(telling.news(&state(Link::Joining, "Home", false)), None);
        let joined = state(Link::Wifi, "Home", false);
        assert_eq!(telling.news(&joined), Some(News::Joined));
        telling.said();
        assert_eq!(telling.news(&joined), None);
        assert_eq!(telling.news(&open), None, "a network that is lost wakes nobody");
    }

    #[test]
    fn nothing_is_said_where_nobody_asked_for_anything() {
        let mut telling = Telling::default();
        assert_eq!(telling.news(&state(Link::Wired, "", false)), None);
        assert_eq!(telling.news(&state(Link::AccessPoint, "Rosie-ABCD", false)), None);
        // Over a cable: what failed is on the page, also when it is forgotten there later.
        assert_eq!(telling.news(&state(Link::Joining, "Home", false)), None);
        assert_eq!(telling.news(&state(Link::Wired, "Old", true)), None);
        assert_eq!(telling.news(&state(Link::Wired, "Old", false)), None);
    }

    #[test]
    fn every_language_says_the_password_that_it_is() {
        for tag in ["en", "de", "es", "fr", "ja"] {
            let said = sentence(News::Open, "Rosie-ABCD", &Language::new(tag));
            assert!(said.replace(' ', "").contains(DOOR_PASSWORD), "{said}");
            assert!(!said.contains("  "), "{said}");
            assert!(sentence(News::Joined, "Home", &Language::new(tag)).contains("Home"));
        }
    }
}
