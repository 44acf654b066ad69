// What happens in the house, in the words of the languages that Rosie speaks: stages of a turn, how it began and ended, parts.

const EN = {
  stages: {
    speech: 'You spoke', endpointing: 'Noticing that you had finished', stt_wait: 'Understanding the words',
    stt_compute: 'The recogniser’s own work', first_text: 'Finding an answer', reply: 'Writing the whole reply',
    first_audio: 'Finding her voice', voice_to_voice: 'From your last word to hers', playback: 'Rosie spoke',
  },
  triggers: {
    wake_word: 'wake word', push_to_talk: 'talk button', speech: 'hands-free', text: 'typed', follow_up: 'follow-up',
    announcement: 'Rosie spoke first',
  },
  outcomes: { answered: 'answered', no_speech: 'nothing heard', cancelled: 'stopped', barged_in: 'interrupted', failed: 'failed' },
  states: { idle: 'Quiet', listening: 'Listening', thinking: 'Thinking', speaking: 'Speaking', follow_up: 'Listening on' },
  tiers: { local: 'This machine', network: 'Your network', cloud: 'The cloud', none: 'Nobody' },
  parts: {
    vad: 'Noticing speech', stt: 'Understanding words', tts: 'Speaking', llm: 'Free conversation', wake: 'Wake word', memory: 'Memory',
    home: 'Your home', storage: 'Storage', timers: 'Timers', device: 'Microphone and loudspeaker',
  },
  health: { ready: 'Ready', loading: 'Warming up', degraded: 'Limited', unavailable: 'Not available', not_set_up: 'Not set up' },
};

const DE = {
  stages: {
    speech: 'Du sprachst', endpointing: 'Merken, dass du fertig warst', stt_wait: 'Die Worte verstehen',
    stt_compute: 'Arbeit der Spracherkennung', first_text: 'Eine Antwort finden', reply: 'Die ganze Antwort schreiben',
    first_audio: 'Ihre Stimme finden', voice_to_voice: 'Von deinem letzten Wort zu ihrem ersten', playback: 'Rosie sprach',
  },
  triggers: {
    wake_word: 'Weckwort', push_to_talk: 'Sprechtaste', speech: 'freihändig', text: 'getippt', follow_up: 'Rückfrage',
    announcement: 'Rosie sprach zuerst',
  },
  outcomes: { answered: 'beantwortet', no_speech: 'nichts gehört', cancelled: 'angehalten', barged_in: 'unterbrochen', failed: 'misslungen' },
  states: { idle: 'Ruhig', listening: 'Hört zu', thinking: 'Überlegt', speaking: 'Spricht', follow_up: 'Hört weiter zu' },
  tiers: { local: 'Dieses Gerät', network: 'Dein Netzwerk', cloud: 'Die Cloud', none: 'Niemand' },
  parts: {
    vad: 'Sprache bemerken', stt: 'Worte verstehen', tts: 'Sprechen', llm: 'Freies Gespräch', wake: 'Weckwort', memory: 'Gedächtnis',
    home: 'Dein Zuhause', storage: 'Speicher', timers: 'Timer', device: 'Mikrofon und Lautsprecher',
  },
  health: { ready: 'Bereit', loading: 'Wärmt auf', degraded: 'Eingeschränkt', unavailable: 'Nicht da', not_set_up: 'Nicht eingerichtet' },
};

const ES = {
  stages: {
    speech: 'Hablaste', endpointing: 'Notar que habías acabado', stt_wait: 'Entender las palabras',
    stt_compute: 'Trabajo del reconocedor', first_text: 'Encontrar una respuesta', reply: 'Escribir toda la respuesta',
    first_audio: 'Encontrar su voz', voice_to_voice: 'De tu última palabra a la primera suya', playback: 'Rosie habló',
  },
  triggers: {
    wake_word: 'palabra clave', push_to_talk: 'botón de hablar', speech: 'manos libres', text: 'escrito', follow_up: 'continuación',
    announcement: 'Rosie habló primero',
  },
  outcomes: { answered: 'respondido', no_speech: 'no se oyó nada', cancelled: 'parado', barged_in: 'interrumpido', failed: 'fallido' },
  states: { idle: 'En silencio', listening: 'Escucha', thinking: 'Piensa', speaking: 'Habla', follow_up: 'Sigue escuchando' },
  tiers: { local: 'Este equipo', network: 'Tu red', cloud: 'La nube', none: 'Nadie' },
  parts: {
    vad: 'Notar el habla', stt: 'Entender palabras', tts: 'Hablar', llm: 'Conversación libre', wake: 'Palabra clave', memory: 'Memoria',
    home: 'Tu casa', storage: 'Almacenamiento', timers: 'Temporizadores', device: 'Micrófono y altavoz',
  },
  health: { ready: 'Lista', loading: 'Calentando', degraded: 'Limitada', unavailable: 'No disponible', not_set_up: 'Sin configurar' },
};

const FR = {
  stages: {
    speech: 'Tu as parlé', endpointing: 'Remarquer que tu avais fini', stt_wait: 'Comprendre les mots',
    stt_compute: 'Travail de la reconnaissance', first_text: 'Trouver une réponse', reply: 'Écrire toute la réponse',
    first_audio: 'Trouver sa voix', voice_to_voice: 'De ton dernier mot à son premier', playback: 'Rosie a parlé',
  },
  triggers: {
    wake_word: 'mot d’éveil', push_to_talk: 'bouton parler', speech: 'mains libres', text: 'écrit', follow_up: 'suite',
    announcement: 'Rosie a parlé d’abord',
  },
  outcomes: { answered: 'répondu', no_speech: 'rien entendu', cancelled: 'arrêté', barged_in: 'interrompu', failed: 'échoué' },
  states: { idle: 'Calme', listening: 'Écoute', thinking: 'Réfléchit', speaking: 'Parle', follow_up: 'Écoute encore' },
  tiers: { local: 'Cet appareil', network: 'Ton réseau', cloud: 'Le cloud', none: 'Personne' },
  parts: {
    vad: 'Remarquer la parole', stt: 'Comprendre les mots', tts: 'Parler', llm: 'Conversation libre', wake: 'Mot d’éveil', memory: 'Mémoire',
    home: 'Ta maison', storage: 'Stockage', timers: 'Minuteurs', device: 'Micro et haut-parleur',
  },
  health: { ready: 'Prêt', loading: 'Chauffe', degraded: 'Limité', unavailable: 'Indisponible', not_set_up: 'Pas configuré' },
};

export const HOUSE = { en: EN, de: DE, es: ES, fr: FR };
