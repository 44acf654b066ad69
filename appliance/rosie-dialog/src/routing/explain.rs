//! "Why did you use the cloud?": a route's grounds as a person would say them.

use super::{Complexity, Ground, Preference, PrivateTopic};
use rosie_core::{
    Language,
    dialog::{Fault, Tier},
};
use std::collections::BTreeSet;

/// Who answered, and why; where nobody did, why not. `last`: who was asked last, which failed itself where nobody
/// answered. `None`: nobody was asked yet; then that is said. `ails`: what is wrong with a tier, where that is known.
pub(crate) fn explained(
    last: Option<(Tier, &[Ground])>,
    ails: &dyn Fn(Tier) -> Option<Fault>,
    language: &Language,
) -> String {
    let Some((tier, grounds)) = last else {
        return words(
            language,
            [
                "I haven't asked a language model yet.",
                "Ich habe noch kein Sprachmodell gefragt.",
                "Todavía no he preguntado a ningún modelo de lenguaje.",
                "Je n'ai encore interrogé aucun modèle de langage.",
            ],
        )
        .to_owned();
    };
    let failed = |asked: Tier| {
        let fault = grounds.iter().rev().find_map(|ground| match ground {
            Ground::Failed(tier, fault, _) if *tier == asked => Some(*fault),
            _ => None,
        });
        let put_last = grounds.contains(&Ground::PutLast(asked)) && asked != tier;
        fault.or_else(|| put_last.then(|| ails(asked).unwrap_or(Fault::NotReady)))
    };
    let answered = failed(tier).is_none();
    let mut said = vec![words(language, if answered { who(tier) } else { NOBODY }).to_owned()];
    let passed_over: BTreeSet<Tier> = grounds.iter().filter_map(missed).collect();
    let fault = |tier: Tier| Some(told(tier, failed(tier)?, language));
    let faults: Vec<String> = passed_over.into_iter().filter_map(fault).collect();
    // The last grounds weigh most: who failed, what was forbidden, then how heavy the question was.
    let private = grounds.iter().find(|ground| matches!(ground, Ground::Private(_)));
    let because = grounds.iter().rev().find_map(because);
    let because = because.filter(|_| faults.is_empty() || private.is_some());
    said.extend(faults);
    said.extend(because.map(|sentence| words(language, sentence).to_owned()));
    if let Some(Ground::Private(topics)) = private {
        let topics: Vec<&str> = topics
            .iter()
            .map(|topic| words(language, topic_words(*topic)))
            .collect();
        said.push(
            words(
                language,
                ["It was about", "Es ging um", "Se trataba de", "Il s'agissait de"],
            )
            .to_owned()
                + " "
                + &topics.join(", ")
                + ".",
        );
    }
    said.join(" ")
}

/// Who would have been asked, or was, and did not serve.
fn missed(ground: &Ground) -> Option<Tier> {
    match ground {
        Ground::Failed(tier, ..) | Ground::PutLast(tier) => Some(*tier),
        _ => None,
    }
}

/// "The cloud refused my key."
fn told(tier: Tier, fault: Fault, language: &Language) -> String {
    format!("{} {}.", words(language, which(tier)), words(language, did(fault)))
}

type Four = [&'static str; 4];

fn words(language: &Language, [en, de, es, fr]: Four) -> &'static str {
    match language.primary() {
        "de" => de,
        "es" => es,
        "fr" => fr,
        _ => en,
    }
}

fn who(tier: Tier) -> Four {
    match tier {
        Tier::Local => [
            "I answered with the model on this device.",
            "Ich habe mit dem Modell auf diesem Gerät geantwortet.",
            "Respondí con el modelo de este aparato.",
            "J'ai répondu avec le modèle de cet appareil.",
        ],
        Tier::Network => [
            "I asked the model on your own network.",
            "Ich habe das Modell in deinem eigenen Netz gefragt.",
            "Pregunté al modelo de tu propia red.",
            "J'ai interrogé le modèle de votre propre réseau.",
        ],
        Tier::Cloud => [
            "I asked the cloud model.",
            "Ich habe das Modell in der Cloud gefragt.",
            "Pregunté al modelo de la nube.",
            "J'ai interrogé le modèle du cloud.",
        ],
    }
}

const NOBODY: Four = [
    "No language model gave me a whole answer.",
    "Kein Sprachmodell hat mir eine ganze Antwort gegeben.",
    "Ningún modelo de lenguaje me dio una respuesta completa.",
    "Aucun modèle de langage ne m'a donné de réponse complète.",
];

fn which(tier: Tier) -> Four {
    match tier {
        Tier::Local => [
            "The one on this device",
            "Das auf diesem Gerät",
            "El de este aparato",
            "Celui de cet appareil",
        ],
        Tier::Network => [
            "The one on your network",
            "Das in deinem Netz",
            "El de tu red",
            "Celui de votre réseau",
        ],
        Tier::Cloud => ["The cloud", "Die Cloud", "La nube", "Le cloud"],
    }
}

fn did(fault: Fault) -> Four {
    match fault {
        Fault::Slow => [
            "didn't answer in time",
            "hat nicht rechtzeitig geantwortet",
            "no respondió a tiempo",
            "n'a pas répondu à temps",
        ],
        Fault::Unreachable => [
            "couldn't be reached",
            "war nicht zu erreichen",
            "no estaba accesible",
            "n'était pas joignable",
        ],
        Fault::Key => [
            "refused my key",
            "hat meinen Schlüssel abgelehnt",
            "rechazó mi clave",
            "a refusé ma clé",
        ],
        Fault::NoCredit => [
            "has no credit left",
            "hat kein Guthaben mehr",
            "ya no tiene saldo",
            "n'a plus de crédit",
        ],
        Fault::TooMany => [
            "took no more requests",
            "nahm keine Anfragen mehr an",
            "no aceptaba más peticiones",
            "n'acceptait plus de demandes",
        ],
        Fault::NoModel => [
            "doesn't have the model it should use",
            "hat das verlangte Modell nicht",
            "no tiene el modelo pedido",
            "n'a pas le modèle demandé",
        ],
        Fault::NotReady => [
            "wasn't available just then",
            "stand gerade nicht zur Verfügung",
            "no estaba disponible en ese momento",
            "n'était pas disponible à ce moment-là",
        ],
        Fault::Declined => [
            "declined to answer that",
            "wollte darauf nicht antworten",
            "no quiso responder a eso",
            "n'a pas voulu répondre à cela",
        ],
        Fault::BrokeOff => [
            "broke off in the middle",
            "ist mittendrin abgebrochen",
            "se cortó a la mitad",
            "s'est interrompu au milieu",
        ],
        Fault::Stopped => [
            "didn't get to the end",
            "kam nicht bis zum Ende",
            "no llegó al final",
            "n'est pas allé jusqu'au bout",
        ],
        Fault::Trouble => [
            "had trouble of its own",
            "hatte selbst Schwierigkeiten",
            "tuvo un problema propio",
            "a eu un problème de son côté",
        ],
    }
}

fn because(ground: &Ground) -> Option<Four> {
    Some(match ground {
        // Told by itself.
        Ground::Failed(..) | Ground::PutLast(_) => return None,
        Ground::Private(_) => [
            "Your question was private, so it stayed in the house.",
            "Deine Frage war privat, also blieb sie im Haus.",
            "Tu pregunta era privada, así que no salió de casa.",
            "Votre question était privée, elle est donc restée à la maison.",
        ],
        Ground::CloudOff => [
            "The cloud is switched off.",
            "Die Cloud ist ausgeschaltet.",
            "La nube está desactivada.",
            "Le cloud est désactivé.",
        ],
        Ground::Preference(Preference::AlwaysLocal | Preference::PreferNetwork) => [
            "That is how this room is set.",
            "So ist dieser Raum eingestellt.",
            "Así está configurada esta habitación.",
            "C'est le réglage de cette pièce.",
        ],
        Ground::Preference(Preference::CloudAllowed) => return None,
        Ground::Weight(weight) => match weight.complexity {
            Complexity::Simple => [
                "It was a simple question.",
                "Es war eine einfache Frage.",
                "Era una pregunta sencilla.",
                "C'était une question simple.",
            ],
            Complexity::Medium => [
                "It was a question that needs some knowledge.",
                "Die Frage brauchte etwas Wissen.",
                "Era una pregunta que requiere algo de conocimiento.",
                "C'était une question qui demande un peu de connaissances.",
            ],
            Complexity::Complex => [
                "It was a complex question.",
                "Es war eine schwierige Frage.",
                "Era una pregunta compleja.",
                "C'était une question complexe.",
            ],
        },
    })
}

fn topic_words(topic: PrivateTopic) -> Four {
    match topic {
        PrivateTopic::Health => ["health", "Gesundheit", "salud", "santé"],
        PrivateTopic::Money => ["money", "Geld", "dinero", "argent"],
        PrivateTopic::People => [
            "people you know",
            "Menschen, die du kennst",
            "personas que conoces",
            "des proches",
        ],
        PrivateTopic::Address => [
            "an address or a number",
            "eine Adresse oder Nummer",
            "una dirección o un número",
            "une adresse ou un numéro",
        ],
        PrivateTopic::Before => [
            "what was said before",
            "das vorher Gesagte",
            "lo que se dijo antes",
            "ce qui a été dit avant",
        ],
        PrivateTopic::Home => ["your home", "dein Zuhause", "tu casa", "votre maison"],
    }
}

#[cfg(test)]
mod tests {
    use super::super::Weight;
    use super::*;

    fn weight() -> Ground {
        Ground::Weight(Weight {
            complexity: Complexity::Complex,
            why: "it says \"compare\"".into(),
        })
    }

    fn failed(tier: Tier, fault: Fault) -> Ground {
        Ground::Failed(tier, fault, "HTTP 500".into())
    }

    fn plain(last: Option<(Tier, &[Ground])>, language: &str) -> String {
        explained(last, &|_| None, &Language::new(language))
    }

    #[test]
    fn said_as_a_person_would() {
        assert_eq!(plain(None, "en"), "I haven't asked a language model yet.");
        assert_eq!(
            plain(Some((Tier::Cloud, &[weight()])), "en"),
            "I asked the cloud model. It was a complex question."
        );
        let grounds = [weight(), Ground::Private([PrivateTopic::Health].into())];
        assert_eq!(
            plain(Some((Tier::Local, &grounds)), "en"),
            "I answered with the model on this device. Your question was private, so it stayed in the house. It was about health."
        );
        let grounds = [weight(), failed(Tier::Local, Fault::Slow)];
        assert_eq!(
            plain(Some((Tier::Network, &grounds)), "de"),
            "Ich habe das Modell in deinem eigenen Netz gefragt. Das auf diesem Gerät hat nicht rechtzeitig geantwortet."
        );
    }

    #[test]
    fn the_true_cause_is_told() {
        let ails = |fault: Fault| move |tier: Tier| (tier == Tier::Cloud).then_some(fault);
        let english = Language::new("en");
        let grounds = [weight(), failed(Tier::Cloud, Fault::Key)];
        assert_eq!(
            explained(Some((Tier::Local, &grounds)), &ails(Fault::Slow), &english),
            "I answered with the model on this device. The cloud refused my key."
        );
        // The next time it is not even asked first.
        let grounds = [weight(), Ground::PutLast(Tier::Cloud)];
        assert_eq!(
            explained(Some((Tier::Local, &grounds)), &ails(Fault::Key), &english),
            "I answered with the model on this device. The cloud refused my key."
        );
        assert_eq!(
            explained(Some((Tier::Local, &grounds)), &|_| None, &english),
            "I answered with the model on this device. The cloud wasn't available just then."
        );
        // Put last, and asked after all.
        assert_eq!(
            explained(Some((Tier::Cloud, &grounds)), &ails(Fault::Key), &english),
            "I asked the cloud model. It was a complex question."
        );
    }

    #[test]
    fn nobody_answered() {
        let grounds = [
            failed(Tier::Network, Fault::Unreachable),
            failed(Tier::Local, Fault::Slow),
        ];
        assert_eq!(
            plain(Some((Tier::Local, &grounds)), "en"),
            "No language model gave me a whole answer. The one on this device didn't answer in time. The one on your network couldn't be reached."
        );
        assert_eq!(
            plain(Some((Tier::Cloud, &[failed(Tier::Cloud, Fault::Key)])), "fr"),
            "Aucun modèle de langage ne m'a donné de réponse complète. Le cloud a refusé ma clé."
        );
    }
}
