// What the list of models means; nothing here touches the page.

const VOICE = /^piper-(([a-z]{2,3})_.+)$/;

export function stateOf({ presence, fetch }) {
  return fetch ? (fetch.doing ? 'coming' : 'waiting') : presence;
}

/** What is in use and not here. */
export function missing(models) {
  return models.filter(({ in_use: used, presence }) => used && presence !== 'ready').map(({ id }) => id);
}

/**
 * Which voices a language may have: `[{ value, here }]`. The voice that it has is always among them; an empty value is the simple voice,
 * which speaks what no other does. The house's first language wants one of its own.
 */
export function choices(models, { language, voice }, isFirst) {
  const primary = language.split('-')[0];
  const own = models.map(({ id, presence }) => [VOICE.exec(id), presence]).filter(([name]) => name && name[2] === primary)
    .map(([name, presence]) => ({ value: name[1], here: presence === 'ready' }));
  const now = valueOf(voice);
  const known = !now || own.some(({ value }) => value === now);
  return (known ? [] : [{ value: now, here: true }]).concat(own, isFirst ? [] : [{ value: '', here: true }]);
}

/** A voice as a choice has it. */
export function valueOf(voice) {
  return /^espeak-ng/.test(voice) ? '' : voice;
}

/** What the configuration is to be changed to: `{ path: { name: value } }`. */
export function change(config, language, value, isFirst) {
  if (isFirst) {
    return { tts: { voice: value } };
  }
  const voices = Object.assign({}, (config.tts || {}).voices);
  const primary = language.split('-')[0];
  if (value) {
    voices[primary] = value;
  } else {
    delete voices[primary];
  }
  return { tts: { voices } };
}
