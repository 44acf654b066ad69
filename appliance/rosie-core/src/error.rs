//! Failures a person may meet: a stable kebab-case code each, and one spoken line for it, in one table.

use crate::Language;
use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! codes {
    ($( $(#[$doc:meta])* $variant:ident = $code:literal, en: $en:literal, de: $de:literal, es: $es:literal, fr: $fr:literal; )*) => {
        /// The stable name of a failure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $( $(#[$doc])* $variant, )* }

        impl ErrorCode {
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The kebab-case code, as in logs, the API and the protocol.
            pub fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $code,)* }
            }

            /// One sentence to say aloud, in `language` where the table has it, else in English.
            pub fn spoken(self, language: &Language) -> &'static str {
                match (self, language.primary()) {
                    $( (ErrorCode::$variant, "de") => $de,
                       (ErrorCode::$variant, "es") => $es,
                       (ErrorCode::$variant, "fr") => $fr,
                       (ErrorCode::$variant, _) => $en, )*
                }
            }
        }
    };
}

codes! {
    /// Nothing was said, or nothing that could be understood.
    SttNoTextRecognized = "stt-no-text-recognized",
        en: "Sorry, I didn't catch that.", de: "Das habe ich leider nicht verstanden.",
        es: "Perdona, no te he entendido.", fr: "Désolée, je n'ai pas compris.";
    SttUnavailable = "stt-unavailable",
        en: "Sorry, I'm having trouble hearing right now.", de: "Ich kann gerade leider nicht gut hören.",
        es: "Lo siento, ahora mismo no puedo oír bien.", fr: "Désolée, j'ai du mal à entendre en ce moment.";
    SttTimeout = "stt-timeout",
        en: "Sorry, that took me too long to understand.", de: "Das Verstehen hat leider zu lange gedauert.",
        es: "Lo siento, he tardado demasiado en entenderlo.", fr: "Désolée, j'ai mis trop de temps à comprendre.";
    VadUnavailable = "vad-unavailable",
        en: "Sorry, I can't tell when you are speaking right now.", de: "Ich merke gerade leider nicht, wann du sprichst.",
        es: "Lo siento, ahora no noto cuándo hablas.", fr: "Désolée, je ne sais pas quand vous parlez en ce moment.";
    WakeUnavailable = "wake-unavailable",
        en: "Sorry, I can't hear my name right now.", de: "Ich höre gerade leider nicht auf meinen Namen.",
        es: "Lo siento, ahora mismo no oigo mi nombre.", fr: "Désolée, je n'entends pas mon nom en ce moment.";
    TtsUnavailable = "tts-unavailable",
        en: "Sorry, I can't speak right now.", de: "Ich kann gerade leider nicht sprechen.",
        es: "Lo siento, ahora mismo no puedo hablar.", fr: "Désolée, je ne peux pas parler en ce moment.";
    TtsTextTooLong = "tts-text-too-long",
        en: "Sorry, that is too long to read aloud.", de: "Das ist leider zu lang zum Vorlesen.",
        es: "Lo siento, es demasiado largo para leerlo.", fr: "Désolée, c'est trop long à lire.";
    TtsBadMarkup = "tts-bad-markup",
        en: "Sorry, I can't read that text.", de: "Diesen Text kann ich leider nicht vorlesen.",
        es: "Lo siento, no puedo leer ese texto.", fr: "Désolée, je ne peux pas lire ce texte.";
    /// No intent took the sentence and there is no language model.
    LlmNotConfigured = "llm-not-configured",
        en: "I need a language model for that. I can still do timers, the time and date, sums and conversions.",
        de: "Dafür brauche ich ein Sprachmodell. Wecker, Uhrzeit, Datum und Rechnen kann ich auch so.",
        es: "Para eso necesito un modelo de lenguaje. Sin él puedo con temporizadores, la hora, la fecha y cálculos.",
        fr: "Il me faut un modèle de langage pour cela. Je peux déjà gérer les minuteurs, l'heure, la date et les calculs.";
    LlmUnavailable = "llm-unavailable",
        en: "Sorry, I'm having trouble thinking right now.", de: "Ich kann gerade leider nicht richtig denken.",
        es: "Lo siento, ahora mismo me cuesta pensar.", fr: "Désolée, j'ai du mal à réfléchir en ce moment.";
    LlmTimeout = "llm-timeout",
        en: "Sorry, that took me too long to think about.", de: "Das Nachdenken hat leider zu lange gedauert.",
        es: "Lo siento, he tardado demasiado en pensarlo.", fr: "Désolée, j'ai mis trop de temps à réfléchir.";
    MemoryUnavailable = "memory-unavailable",
        en: "I'm having trouble remembering past conversations.", de: "Ich kann mich gerade schlecht an frühere Gespräche erinnern.",
        es: "Me cuesta recordar conversaciones anteriores.", fr: "J'ai du mal à me souvenir des conversations passées.";
    /// The owner keeps this room out of the memory.
    NotRemembered = "not-remembered",
        en: "This room is set not to be remembered.", de: "In diesem Raum soll ich mir nichts merken.",
        es: "En esta habitación no debo recordar nada.", fr: "Dans cette pièce, je ne dois rien retenir.";
    HomeNotConnected = "home-not-connected",
        en: "I understood, but your home isn't connected to me yet.", de: "Verstanden, aber dein Zuhause ist noch nicht mit mir verbunden.",
        es: "Te he entendido, pero tu casa aún no está conectada conmigo.", fr: "J'ai compris, mais votre maison n'est pas encore connectée.";
    /// Home Assistant does not answer, or went away in the middle.
    HomeUnavailable = "home-unavailable",
        en: "I can't reach your home right now.", de: "Ich kann dein Zuhause gerade nicht erreichen.",
        es: "Ahora mismo no puedo comunicarme con tu casa.", fr: "Je n'arrive pas à joindre votre maison en ce moment.";
    /// Home Assistant answers and does not let Rosie in.
    HomeRefused = "home-refused",
        en: "Your home doesn't let me in: it refuses my access token.",
        de: "Dein Zuhause lässt mich nicht hinein: Es lehnt mein Zugangstoken ab.",
        es: "Tu casa no me deja entrar: rechaza mi clave de acceso.",
        fr: "Votre maison ne me laisse pas entrer : elle refuse mon jeton d'accès.";
    /// The owner lets this endpoint control other rooms only.
    NotAllowedHere = "not-allowed-here",
        en: "I may not do that from here.", de: "Das darf ich von hier aus nicht.",
        es: "Desde aquí no tengo permiso para eso.", fr: "D'ici, je n'en ai pas le droit.";
    /// Whoever was recognised is a child or a guest, and this is dangerous.
    NotAllowedForYou = "not-allowed-for-you",
        en: "That is something an adult has to ask me for.", de: "Darum muss mich jemand Erwachsenes bitten.",
        es: "Eso me lo tiene que pedir una persona adulta.", fr: "C'est un adulte qui doit me le demander.";
    /// The thing that was meant is switched off, out of reach or broken.
    DeviceUnavailable = "device-unavailable",
        en: "That device isn't responding right now.", de: "Das Gerät antwortet gerade nicht.",
        es: "Ese dispositivo no responde ahora mismo.", fr: "Cet appareil ne répond pas en ce moment.";
    /// Nobody has configured one.
    CalendarNotSetUp = "calendar-not-set-up",
        en: "No calendar is connected yet: you can connect one on my page, under Connections.",
        de: "Es ist noch kein Kalender verbunden: Das geht auf meiner Seite unter Connections.",
        es: "Aún no hay ningún calendario conectado: puedes conectarlo en mi página, en Connections.",
        fr: "Aucun agenda n'est encore connecté : cela se fait sur ma page, sous Connections.";
    ChatNotSetUp = "chat-not-set-up",
        en: "No team chat is connected yet: you can connect one on my page, under Connections.",
        de: "Es ist noch kein Team-Chat verbunden: Das geht auf meiner Seite unter Connections.",
        es: "Aún no hay ningún chat de equipo conectado: puedes conectarlo en mi página, en Connections.",
        fr: "Aucune messagerie d'équipe n'est encore connectée : cela se fait sur ma page, sous Connections.";
    ContactsNotSetUp = "contacts-not-set-up",
        en: "No address book is connected yet: you can connect one on my page, under Connections.",
        de: "Es ist noch kein Adressbuch verbunden: Das geht auf meiner Seite unter Connections.",
        es: "Aún no hay ninguna agenda de contactos conectada: puedes conectarla en mi página, en Connections.",
        fr: "Aucun carnet d'adresses n'est encore connecté : cela se fait sur ma page, sous Connections.";
    /// Configured, but no account has been joined to it.
    CalendarNotConnected = "calendar-not-connected",
        en: "Your calendar isn't connected to me yet. Say: connect my calendar.",
        de: "Dein Kalender ist noch nicht mit mir verbunden. Sag: Verbinde meinen Kalender.",
        es: "Tu calendario aún no está conectado conmigo. Di: conecta mi calendario.",
        fr: "Votre agenda n'est pas encore connecté. Dites : connecte mon agenda.";
    /// It does not answer, is too slow, or has trouble of its own.
    CalendarUnavailable = "calendar-unavailable",
        en: "I can't reach your calendar right now.",
        de: "Ich kann deinen Kalender gerade nicht erreichen.",
        es: "Ahora mismo no puedo comunicarme con tu calendario.",
        fr: "Je n'arrive pas à joindre votre agenda en ce moment.";
    /// It does not let Rosie in (any more).
    CalendarRefused = "calendar-refused",
        en: "Your calendar doesn't let me in any more. Please connect it again.",
        de: "Dein Kalender lässt mich nicht mehr hinein. Bitte verbinde mich neu.",
        es: "Tu calendario ya no me deja entrar. Conéctalo otra vez, por favor.",
        fr: "Votre agenda ne me laisse plus entrer. Il faut le reconnecter.";
    /// It lets Rosie in, but not do this.
    CalendarForbidden = "calendar-forbidden",
        en: "I'm not allowed to do that in your calendar.",
        de: "Das darf ich in deinem Kalender nicht.",
        es: "No tengo permiso para hacer eso en tu calendario.",
        fr: "Je n'ai pas le droit de faire cela dans votre agenda.";
    /// It asks to be left alone for a while.
    CalendarLater = "calendar-later",
        en: "Your calendar asks me to wait. Try again in a minute.",
        de: "Dein Kalender bittet um Geduld. Versuch es in einer Minute noch einmal.",
        es: "Tu calendario me pide que espere. Inténtalo en un minuto.",
        fr: "Votre agenda me demande de patienter. Réessayez dans une minute.";
    /// What was meant is not there any more, or was changed meanwhile.
    CalendarChanged = "calendar-changed",
        en: "That has just changed in your calendar. Please ask me again.",
        de: "Das hat sich gerade geändert. Frag mich bitte noch einmal.",
        es: "Eso acaba de cambiar. Pídemelo otra vez, por favor.",
        fr: "Cela vient de changer. Redemandez-moi, s'il vous plaît.";
    /// Its answer was none.
    CalendarOdd = "calendar-odd",
        en: "I got an answer from your calendar that I can't make sense of.",
        de: "Dein Kalender hat mir etwas geantwortet, das ich nicht verstehe.",
        es: "He recibido una respuesta de tu calendario que no entiendo.",
        fr: "Je n'ai pas compris la réponse que j'ai reçue.";
    /// It does not answer, is too slow, or has trouble of its own.
    ChatUnavailable = "chat-unavailable",
        en: "I can't reach your team chat right now.",
        de: "Ich kann euren Team-Chat gerade nicht erreichen.",
        es: "Ahora mismo no puedo comunicarme con el chat del equipo.",
        fr: "Je n'arrive pas à joindre le chat de l'équipe en ce moment.";
    /// It does not let Rosie in (any more).
    ChatRefused = "chat-refused",
        en: "Your team chat doesn't let me in any more. Please connect it again.",
        de: "Euer Team-Chat lässt mich nicht mehr hinein. Bitte verbinde mich neu.",
        es: "El chat del equipo ya no me deja entrar. Conéctalo otra vez, por favor.",
        fr: "Le chat de l'équipe ne me laisse plus entrer. Il faut le reconnecter.";
    /// It lets Rosie in, but not do this.
    ChatForbidden = "chat-forbidden",
        en: "I'm not allowed to do that in your team chat.",
        de: "Das darf ich in eurem Team-Chat nicht.",
        es: "No tengo permiso para hacer eso en el chat del equipo.",
        fr: "Je n'ai pas le droit de faire cela dans le chat de l'équipe.";
    /// It asks to be left alone for a while.
    ChatLater = "chat-later",
        en: "Your team chat asks me to wait. Try again in a minute.",
        de: "Euer Team-Chat bittet um Geduld. Versuch es in einer Minute noch einmal.",
        es: "El chat del equipo me pide que espere. Inténtalo en un minuto.",
        fr: "Le chat de l'équipe me demande de patienter. Réessayez dans une minute.";
    /// What was meant is not there any more, or was changed meanwhile.
    ChatChanged = "chat-changed",
        en: "That has just changed in your team chat. Please ask me again.",
        de: "Das hat sich gerade geändert. Frag mich bitte noch einmal.",
        es: "Eso acaba de cambiar. Pídemelo otra vez, por favor.",
        fr: "Cela vient de changer. Redemandez-moi, s'il vous plaît.";
    /// Its answer was none.
    ChatOdd = "chat-odd",
        en: "I got an answer from your team chat that I can't make sense of.",
        de: "Euer Team-Chat hat mir etwas geantwortet, das ich nicht verstehe.",
        es: "He recibido una respuesta del chat del equipo que no entiendo.",
        fr: "Je n'ai pas compris la réponse que j'ai reçue.";
    /// It does not answer, is too slow, or has trouble of its own.
    ContactsUnavailable = "contacts-unavailable",
        en: "I can't reach your address book right now.",
        de: "Ich kann dein Adressbuch gerade nicht erreichen.",
        es: "Ahora mismo no puedo comunicarme con tu agenda de contactos.",
        fr: "Je n'arrive pas à joindre votre carnet d'adresses en ce moment.";
    /// It does not let Rosie in (any more).
    ContactsRefused = "contacts-refused",
        en: "Your address book doesn't let me in any more. Please connect it again.",
        de: "Dein Adressbuch lässt mich nicht mehr hinein. Bitte verbinde mich neu.",
        es: "Tu agenda de contactos ya no me deja entrar. Conéctala otra vez, por favor.",
        fr: "Votre carnet d'adresses ne me laisse plus entrer. Il faut le reconnecter.";
    /// It lets Rosie in, but not do this.
    ContactsForbidden = "contacts-forbidden",
        en: "I'm not allowed to do that in your address book.",
        de: "Das darf ich in deinem Adressbuch nicht.",
        es: "No tengo permiso para hacer eso en tu agenda de contactos.",
        fr: "Je n'ai pas le droit de faire cela dans votre carnet d'adresses.";
    /// It asks to be left alone for a while.
    ContactsLater = "contacts-later",
        en: "Your address book asks me to wait. Try again in a minute.",
        de: "Dein Adressbuch bittet um Geduld. Versuch es in einer Minute noch einmal.",
        es: "Tu agenda de contactos me pide que espere. Inténtalo en un minuto.",
        fr: "Votre carnet d'adresses me demande de patienter. Réessayez dans une minute.";
    /// What was meant is not there any more, or was changed meanwhile.
    ContactsChanged = "contacts-changed",
        en: "That has just changed in your address book. Please ask me again.",
        de: "Das hat sich gerade geändert. Frag mich bitte noch einmal.",
        es: "Eso acaba de cambiar. Pídemelo otra vez, por favor.",
        fr: "Cela vient de changer. Redemandez-moi, s'il vous plaît.";
    /// Its answer was none.
    ContactsOdd = "contacts-odd",
        en: "I got an answer from your address book that I can't make sense of.",
        de: "Dein Adressbuch hat mir etwas geantwortet, das ich nicht verstehe.",
        es: "He recibido una respuesta de tu agenda de contactos que no entiendo.",
        fr: "Je n'ai pas compris la réponse que j'ai reçue.";
    /// Whoever tells the weather does not answer.
    WeatherUnavailable = "weather-unavailable",
        en: "I can't get the weather right now.", de: "Ich komme gerade nicht an das Wetter.",
        es: "Ahora mismo no puedo consultar el tiempo.", fr: "Je n'arrive pas à obtenir la météo en ce moment.";
    NotSupported = "not-supported",
        en: "I understood, but I can't do that yet.", de: "Verstanden, aber das kann ich noch nicht.",
        es: "Te he entendido, pero aún no puedo hacer eso.", fr: "J'ai compris, mais je ne sais pas encore le faire.";
    ToolFailed = "tool-failed",
        en: "Sorry, that didn't work.", de: "Das hat leider nicht geklappt.",
        es: "Lo siento, no ha funcionado.", fr: "Désolée, cela n'a pas marché.";
    /// A satellite without its server.
    ServerAway = "server-away",
        en: "I can't reach the Rosie that I belong to.", de: "Ich erreiche die Rosie nicht, zu der ich gehöre.",
        es: "No puedo conectar con la Rosie a la que pertenezco.", fr: "Je n'arrive pas à joindre la Rosie dont je dépends.";
    EndpointLost = "endpoint-lost",
        en: "I lost the connection.", de: "Die Verbindung ist abgebrochen.",
        es: "He perdido la conexión.", fr: "J'ai perdu la connexion.";
    /// Nobody let this endpoint in.
    EndpointUnknown = "endpoint-unknown",
        en: "I don't know this device yet.", de: "Dieses Gerät kenne ich noch nicht.",
        es: "Todavía no conozco este dispositivo.", fr: "Je ne connais pas encore cet appareil.";
    Busy = "busy",
        en: "I'm talking with too many people right now.", de: "Ich spreche gerade mit zu vielen Leuten.",
        es: "Ahora mismo hablo con demasiadas personas.", fr: "Je parle avec trop de monde en ce moment.";
    BadRequest = "bad-request",
        en: "Sorry, I didn't understand that message.", de: "Diese Nachricht habe ich nicht verstanden.",
        es: "Lo siento, no he entendido ese mensaje.", fr: "Désolée, je n'ai pas compris ce message.";
    TurnTimeout = "turn-timeout",
        en: "Sorry, that took too long.", de: "Das hat leider zu lange gedauert.",
        es: "Lo siento, ha tardado demasiado.", fr: "Désolée, cela a pris trop de temps.";
    Internal = "internal",
        en: "Sorry, something went wrong.", de: "Da ist leider etwas schiefgegangen.",
        es: "Lo siento, algo ha salido mal.", fr: "Désolée, quelque chose s'est mal passé.";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// A failure on its way to a person: the code decides what is said, the detail what is logged and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Failure {
    pub code: ErrorCode,
    /// For the owner: what is wrong and what to do. Never what people said, never a secret.
    pub detail: String,
}

impl Failure {
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}
