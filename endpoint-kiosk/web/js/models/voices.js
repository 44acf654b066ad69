// The voice of each language: chosen among those that are here, and heard.

import { audioContext, unlock } from '../audio/context.js';
import { ownName } from '../languages.js';
import { button, failed, loading, put } from '../memories/show.js';
import { load, save } from '../settings/config.js';
import { byId, make } from '../views/dom.js';
import { notice } from '../views/worded.js';
import { change, choices, valueOf } from './listed.js';
import { SENTENCES } from './words.js';

let playing = null;

/** Plays a sound file; resolves when it has ended. One at a time. */
function play(bytes) {
  const context = audioContext();
  return new Promise((resolve, reject) => context.decodeAudioData(bytes, resolve, reject)).then((sound) => new Promise((resolve) => {
    if (playing) {
      playing.stop();
    }
    const source = context.createBufferSource();
    playing = source;
    source.buffer = sound;
    source.connect(context.destination);
    source.onended = resolve;
    source.start();
  }));
}

function row({ words, api, changed }, { models }, own, isFirst) {
  const id = `voice-${own.language}`;
  const name = ownName(own.language);
  const outcome = make('div', '', [], { id: `${id}-outcome` });
  const select = make('select', '', choices(models, own, isFirst).map(({ value, here }) => {
    const option = make('option', '', [`${value || words.simple}${here ? '' : ` ${words.notHere}`}`], { value });
    option.disabled = !here;
    return option;
  }), { id });
  select.value = valueOf(own.voice);
  const hear = button(words.hear, () => {
    const sentence = SENTENCES[own.language.split('-')[0]] || SENTENCES.en;
    hear.disabled = true;
    put(outcome, [loading(words.saying(sentence))]);
    // Within the touch itself, or the browser stays silent.
    unlock();
    api.bytes('POST', 'voices/sample', { language: own.language, text: sentence }).then(play).then(() => put(outcome, []))
      .catch((error) => put(outcome, [failed(error.message ? error : { message: words.mute })])).then(() => { hear.disabled = false; });
  }, 'tool', `${words.hear}: ${name}`);
  select.addEventListener('change', () => {
    const { value } = select;
    select.disabled = true;
    hear.disabled = true;
    put(outcome, [loading(words.saving)]);
    load().then(({ schema, config }) => save(schema, change(config, own.language, value, isFirst))).then(() => {
      put(outcome, [notice('done', words.chosen(value || words.simple, name))]);
      changed();
    }).catch((error) => {
      select.value = valueOf(own.voice);
      put(outcome, [failed(error)]);
    }).then(() => {
      select.disabled = false;
      hear.disabled = false;
    });
  });
  return make('div', 'plate editor', [
    make('div', 'group-row', [make('div', 'box', [make('label', '', [name], { for: id }), select]), hear]), outcome,
  ]);
}

export function drawVoices(page, told) {
  const said = told.voices.reduce((all, { language }) => {
    const outcome = byId(`voice-${language}-outcome`);
    return Object.assign(all, { [language]: outcome ? Array.from(outcome.childNodes) : [] });
  }, {});
  put(byId('voices'), told.voices.length
    ? told.voices.map((own, i) => row(page, told, own, i === 0)) : [make('p', 'about', [page.words.noVoice])]);
  // What was said of the choice that this came of.
  Object.keys(said).forEach((language) => put(byId(`voice-${language}-outcome`), said[language]));
}
