// The page of models and voices: which there are, which are in use, which are missing, how far a download is; the voice of each language.
// Looks again while it is open, sooner while something comes.

import { client } from '../api.js';
import { languageAmong, wantedLanguages } from '../languages.js';
import { put } from '../memories/show.js';
import { live } from '../shell/live.js';
import { WORDS as SHELL } from '../shell/words.js';
import { byId, setText } from '../views/dom.js';
import { say } from '../views/worded.js';
import { cards } from './cards.js';
import { missing } from './listed.js';
import { drawVoices } from './voices.js';
import { WORDS } from './words.js';

const LOOK_AGAIN_MS = 2000;
const api = client('api/v1/');
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];
let voices = '';
let look = () => undefined;
const page = { words, api, changed: () => look() };
const used = cards(page, byId('used'));
const others = cards(page, byId('others'));

function draw(told) {
  put(byId('wait'), []);
  byId('all').hidden = false;
  const gone = missing(told.models);
  setText(byId('whole'), gone.length ? words.gone(gone.join(', ')) : words.whole);
  used(told.models.filter((model) => model.in_use));
  others(told.models.filter((model) => !model.in_use));
  const now = JSON.stringify([told.voices, told.models.map(({ id, presence }) => [id, presence])]);
  if (voices !== now) {
    voices = now;
    drawVoices(page, told);
  }
}

say(words, language);
look = live({ ask: () => api.ask('GET', 'models'), draw, every: LOOK_AGAIN_MS, place: byId('wait'), words: SHELL[language] });
