// What the page of the settings says, in the languages that Rosie speaks; nothing here touches the page. What a single setting is, its
// schema says, in English.

/** Sections in their order: what they are called in an address, and the parts of the configuration that they show. */
export const SECTIONS = [
  ['house', ['']], ['voices', ['tts']], ['wake_word', ['wake_word']], ['hearing', ['audio', 'stt', 'vad', 'turn_end', 'speakers']], ['tiers', ['llm']],
  ['privacy', ['privacy', 'memory']], ['device', ['device']], ['server', ['server', 'satellite', 'access', 'logging', 'models', 'intents', 'plugins']],
];
/** Set on a page of their own. */
export const ELSEWHERE = {
  home_assistant: 'integrations', mqtt: 'integrations', google_calendar: 'integrations', mattermost: 'integrations', monica: 'integrations',
  weather: 'integrations', wyoming: 'integrations', mcp: 'integrations', backup: 'backups', do_not_disturb: 'quiet',
};

const EN = {
  title: 'Settings of Rosie',
  skip: 'To the settings',
  place: 'Settings',
  search: 'Search the settings',
  found: (count) => (count ? `${count} found.` : 'Nothing is called like that.'),
  save: 'Save',
  discard: 'Discard',
  changed: (count) => (count === 1 ? 'One change is not saved.' : `${count} changes are not saved.`),
  saving: 'Being saved…',
  saved: 'Saved.',
  restart: (names) => `Saved. This takes effect when Rosie starts the next time: ${names}.`,
  refused: 'Nothing was changed',
  refusedMore: 'What would be right stands beside the fields.',
  elsewhere: 'On pages of their own',
  sections: {
    house: ['House', 'Which languages are spoken, which rooms there are, and which clock counts.'],
    voices: ['Voices', 'How Rosie sounds.'],
    wake_word: ['Wake word', 'The word that calls her, where she listens for it herself.'],
    hearing: ['Hearing', 'How patient she is while you speak, and what understands the words.'],
    tiers: ['Language models', 'Who answers what is no command: this machine, another one of yours, or the cloud.'],
    privacy: ['Privacy and memory', 'What may be kept, and where it may go.'],
    device: ['Her own microphone', 'Microphone, loudspeaker and lights of this machine.'],
    server: ['Machine', 'Addresses, logs, models and folders.'],
  },
};

const DE = {
  title: 'Rosies Einstellungen',
  skip: 'Zu den Einstellungen',
  place: 'Einstellungen',
  search: 'Einstellungen durchsuchen (englisch)',
  found: (count) => (count ? `${count} gefunden.` : 'So heißt nichts.'),
  save: 'Speichern',
  discard: 'Verwerfen',
  changed: (count) => (count === 1 ? 'Eine Änderung ist nicht gespeichert.' : `${count} Änderungen sind nicht gespeichert.`),
  saving: 'Wird gespeichert…',
  saved: 'Gespeichert.',
  restart: (names) => `Gespeichert. Das gilt, wenn Rosie das nächste Mal startet: ${names}.`,
  refused: 'Nichts wurde geändert',
  refusedMore: 'Was richtig wäre, steht bei den Feldern.',
  elsewhere: 'Auf eigenen Seiten',
  sections: {
    house: ['Haus', 'Welche Sprachen gesprochen werden, welche Räume es gibt, welche Uhr gilt.'],
    voices: ['Stimmen', 'Wie Rosie klingt.'],
    wake_word: ['Weckwort', 'Das Wort, das sie ruft, wo sie selbst darauf hört.'],
    hearing: ['Zuhören', 'Wie geduldig sie ist, während du sprichst, und was die Worte versteht.'],
    tiers: ['Sprachmodelle', 'Wer antwortet, wenn etwas kein Befehl ist: dieses Gerät, ein anderes von dir oder die Cloud.'],
    privacy: ['Privates und Gedächtnis', 'Was aufbewahrt werden darf, und wohin es darf.'],
    device: ['Ihr eigenes Mikrofon', 'Mikrofon, Lautsprecher und Lichter dieses Geräts.'],
    server: ['Gerät', 'Adressen, Protokolle, Modelle und Ordner.'],
  },
};

const ES = {
  title: 'Ajustes de Rosie',
  skip: 'A los ajustes',
  place: 'Ajustes',
  search: 'Buscar en los ajustes (en inglés)',
  found: (count) => (count ? `${count} encontrados.` : 'Nada se llama así.'),
  save: 'Guardar',
  discard: 'Descartar',
  changed: (count) => (count === 1 ? 'Hay un cambio sin guardar.' : `Hay ${count} cambios sin guardar.`),
  saving: 'Guardando…',
  saved: 'Guardado.',
  restart: (names) => `Guardado. Esto vale cuando Rosie arranque de nuevo: ${names}.`,
  refused: 'No se cambió nada',
  refusedMore: 'Lo que sería correcto está junto a los campos.',
  elsewhere: 'En páginas propias',
  sections: {
    house: ['Casa', 'Qué idiomas se hablan, qué habitaciones hay y qué hora vale.'],
    voices: ['Voces', 'Cómo suena Rosie.'],
    wake_word: ['Palabra clave', 'La palabra que la llama, donde ella misma escucha.'],
    hearing: ['Oído', 'Cuánta paciencia tiene mientras hablas y quién entiende las palabras.'],
    tiers: ['Modelos de lenguaje', 'Quién responde a lo que no es una orden: este equipo, otro tuyo o la nube.'],
    privacy: ['Privacidad y memoria', 'Qué se puede guardar y adónde puede ir.'],
    device: ['Su propio micrófono', 'Micrófono, altavoz y luces de este equipo.'],
    server: ['Equipo', 'Direcciones, registros, modelos y carpetas.'],
  },
};

const FR = {
  title: 'Réglages de Rosie',
  skip: 'Aux réglages',
  place: 'Réglages',
  search: 'Chercher dans les réglages (en anglais)',
  found: (count) => (count ? `${count} trouvés.` : 'Rien ne s’appelle ainsi.'),
  save: 'Enregistrer',
  discard: 'Abandonner',
  changed: (count) => (count === 1 ? 'Un changement n’est pas enregistré.' : `${count} changements ne sont pas enregistrés.`),
  saving: 'Enregistrement…',
  saved: 'Enregistré.',
  restart: (names) => `Enregistré. Cela vaudra au prochain démarrage de Rosie : ${names}.`,
  refused: 'Rien n’a été changé',
  refusedMore: 'Ce qui serait juste est à côté des champs.',
  elsewhere: 'Sur des pages à part',
  sections: {
    house: ['Maison', 'Quelles langues on parle, quelles pièces il y a et quelle heure compte.'],
    voices: ['Voix', 'Comment Rosie sonne.'],
    wake_word: ['Mot d’éveil', 'Le mot qui l’appelle, là où elle écoute elle-même.'],
    hearing: ['Écoute', 'Sa patience pendant que tu parles, et ce qui comprend les mots.'],
    tiers: ['Modèles de langue', 'Qui répond à ce qui n’est pas un ordre : cet appareil, un autre à toi, ou le cloud.'],
    privacy: ['Vie privée et mémoire', 'Ce qui peut être gardé, et où cela peut aller.'],
    device: ['Son propre micro', 'Micro, haut-parleur et lumières de cet appareil.'],
    server: ['Appareil', 'Adresses, journaux, modèles et dossiers.'],
  },
};

export const WORDS = { en: EN, de: DE, es: ES, fr: FR };
