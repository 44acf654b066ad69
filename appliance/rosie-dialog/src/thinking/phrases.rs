//! The few sentences that Rosie says around a model's answer, in the four languages she answers in.

use rosie_core::Language;

/// While the answer takes its time.
pub(crate) fn moment(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Einen Moment.",
        "es" => "Un momento.",
        "fr" => "Un instant.",
        _ => "One moment.",
    }
}

/// After tools did what was asked and the model had no words for it.
pub(crate) fn done(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Erledigt.",
        "es" => "Hecho.",
        "fr" => "C'est fait.",
        _ => "Done.",
    }
}

/// After a no.
pub(crate) fn left_alone(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "In Ordnung, ich lasse es.",
        "es" => "De acuerdo, no lo hago.",
        "fr" => "D'accord, je ne fais rien.",
        _ => "Okay, I'll leave it.",
    }
}

/// A yes or a no to nothing.
pub(crate) fn nothing_asked(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Ich habe nichts gefragt.",
        "es" => "No he preguntado nada.",
        "fr" => "Je n'ai rien demandé.",
        _ => "I didn't ask anything.",
    }
}

/// Something was told.
pub(crate) fn heard(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Alles klar.",
        "es" => "Vale.",
        "fr" => "D'accord.",
        _ => "Okay.",
    }
}

/// Something was told by the way and is kept.
pub(crate) fn noted(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Das merke ich mir.",
        "es" => "Lo recordaré.",
        "fr" => "Je m'en souviendrai.",
        _ => "I'll remember that.",
    }
}

/// A private question that only the cloud could answer.
pub(crate) fn too_private(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Das ist privat, deshalb frage ich nicht die Cloud, und ein anderes Modell habe ich nicht.",
        "es" => "Eso es privado, así que no pregunto a la nube, y no tengo otro modelo.",
        "fr" => "C'est privé, je n'interroge donc pas le cloud, et je n'ai pas d'autre modèle.",
        _ => "That's private, so I won't ask the cloud, and I have no other model.",
    }
}

/// A question of how the home is, where nothing of it is known.
pub(crate) fn not_known(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Wie das ist, kann ich nicht sehen.",
        "es" => "No puedo ver cómo está eso.",
        "fr" => "Je ne peux pas voir ce qu'il en est.",
        _ => "I can't see how that is.",
    }
}

/// What was told before, with `{}` for it.
pub(crate) fn remembered(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Ich erinnere mich: {}",
        "es" => "Recuerdo esto: {}",
        "fr" => "Je me souviens de ceci : {}",
        _ => "I remember this: {}",
    }
}

/// A question that what was told before does not answer, with `{}` for what comes nearest.
pub(crate) fn only_known(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Das weiß ich nicht. Ich erinnere mich nur an das: {}",
        "es" => "Eso no lo sé. Solo recuerdo esto: {}",
        "fr" => "Cela, je ne le sais pas. Je me souviens seulement de ceci : {}",
        _ => "I don't know that. I only remember this: {}",
    }
}

/// A question for something told before, where nothing like it was.
pub(crate) fn not_remembered(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Davon weiß ich nichts.",
        "es" => "No recuerdo nada de eso.",
        "fr" => "Je ne me souviens de rien à ce sujet.",
        _ => "I don't remember anything about that.",
    }
}

/// A wish that no template took and no tool of a model's does.
pub(crate) fn other_words(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Das soll ich wohl tun, aber so habe ich es nicht verstanden. Sag es bitte mit anderen Worten.",
        "es" => "Creo que quieres que haga algo, pero así no lo he entendido. Dilo con otras palabras, por favor.",
        "fr" => {
            "Je crois que je dois faire quelque chose, mais je n'ai pas compris quoi. Dis-le autrement, s'il te plaît."
        }
        _ => "I think you want me to do something, but I didn't get what. Please say it in other words.",
    }
}

/// Instead of a model's words that something was done.
pub(super) fn not_done(language: &Language) -> &'static str {
    match language.primary() {
        "de" => "Getan habe ich nichts.",
        "es" => "No he hecho nada.",
        "fr" => "Je n'ai rien fait.",
        _ => "I haven't done anything.",
    }
}

/// To a model that takes over in the middle of an answer.
pub(crate) fn going_on() -> &'static str {
    "Your answer broke off there. Go on from exactly that point; repeat nothing, explain nothing."
}
