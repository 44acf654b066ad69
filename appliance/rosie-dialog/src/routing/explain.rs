//! "Why did you use the cloud?": a route's grounds as a person would say them.

use super::{Complexity, Ground, Preference, PrivateTopic};
use rosie_core::{Language, dialog::Tier};

/// One or two sentences: who answered, and why. `None`: nobody was asked yet; then that is said.
pub(crate) fn explained(last: Option<(Tier, &[Ground])>, language: &Language) -> String {
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
    let mut said = vec![words(language, who(tier)).to_owned()];
    // The last grounds weigh most: who failed, what was forbidden, then how heavy the question was.
    let because = grounds.iter().rev().find_map(|ground| because(ground, tier));
    said.extend(because.map(|sentence| words(language, sentence).to_owned()));
    if let Some(Ground::Private(topics)) = grounds.iter().find(|ground| matches!(ground, Ground::Private(_))) {
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

fn because(ground: &Ground, tier: Tier) -> Option<Four> {
    Some(match ground {
        Ground::Failed(Tier::Local, _) | Ground::TooSlow(Tier::Local) | Ground::Unreachable(Tier::Local) => [
            "The one on this device didn't answer in time.",
            "Das auf diesem Gerät hat nicht rechtzeitig geantwortet.",
            "El de este aparato no respondió a tiempo.",
            "Celui de cet appareil n'a pas répondu à temps.",
        ],
        Ground::Failed(Tier::Network, _) | Ground::TooSlow(Tier::Network) | Ground::Unreachable(Tier::Network) => [
            "The one on your network didn't answer in time.",
            "Das in deinem Netz hat nicht rechtzeitig geantwortet.",
            "El de tu red no respondió a tiempo.",
            "Celui de votre réseau n'a pas répondu à temps.",
        ],
        Ground::Failed(Tier::Cloud, _) | Ground::TooSlow(Tier::Cloud) | Ground::Unreachable(Tier::Cloud) => [
            "The cloud didn't answer in time.",
            "Die Cloud hat nicht rechtzeitig geantwortet.",
            "La nube no respondió a tiempo.",
            "Le cloud n'a pas répondu à temps.",
        ],
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
        Ground::Weight(weight) => match (weight.complexity, tier) {
            (Complexity::Simple, _) => [
                "It was a simple question.",
                "Es war eine einfache Frage.",
                "Era una pregunta sencilla.",
                "C'était une question simple.",
            ],
            (Complexity::Medium, _) => [
                "It was a question that needs some knowledge.",
                "Die Frage brauchte etwas Wissen.",
                "Era una pregunta que requiere algo de conocimiento.",
                "C'était une question qui demande un peu de connaissances.",
            ],
            (Complexity::Complex, _) => [
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

    #[test]
    fn said_as_a_person_would() {
        let english = Language::new("en");
        let weight = Ground::Weight(Weight {
            complexity: Complexity::Complex,
            why: "it says \"compare\"".into(),
        });
        assert_eq!(explained(None, &english), "I haven't asked a language model yet.");
        assert_eq!(
            explained(Some((Tier::Cloud, std::slice::from_ref(&weight))), &english),
            "I asked the cloud model. It was a complex question."
        );
        let grounds = [weight.clone(), Ground::Private([PrivateTopic::Health].into())];
        assert_eq!(
            explained(Some((Tier::Local, &grounds)), &english),
            "I answered with the model on this device. Your question was private, so it stayed in the house. It was about health."
        );
        let grounds = [weight, Ground::Failed(Tier::Local, "HTTP 500".into())];
        assert_eq!(
            explained(Some((Tier::Network, &grounds)), &Language::new("de")),
            "Ich habe das Modell in deinem eigenen Netz gefragt. Das auf diesem Gerät hat nicht rechtzeitig geantwortet."
        );
    }
}
