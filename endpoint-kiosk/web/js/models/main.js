// The page of models and voices: which there are, which are in use, which are missing, how far a download is; the voice of each language.
// Looks again while it is open, sooner while something comes.

import { client, sentence } from '../api.js';
import { languageAmong, wantedLanguages } from '../languages.js';
import { button, failed, put, size } from '../memories/show.js';
import { live } from '../shell/live.js';
import { WORDS as SHELL } from '../shell/words.js';
import { byId, make, setText } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { missing, stateOf } from './listed.js';
import { drawVoices } from './voices.js';
import { WORDS } from './words.js';

const LOOK_AGAIN_MS = 2000;
const api = client('api/v1/');
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];
/** What each model is drawn from, so that nothing moves under a finger while nothing changes. */
const drawn = {};
let look = () => undefined;

function progress(model, state) {
  if (!model.fetch) {
    return null;
  }
  const { doing, done, total } = model.fetch;
  const meter = make('progress', '', [], { 'aria-label': words.states[state] });
  if (total) {
    meter.max = total;
    meter.value = done;
  }
  const far = total ? words.far(size(done), size(total)) : size(done);
  return make('div', 'bar-line', [make('p', 'about', [doing ? `${doing}: ${far}` : words.waits]), meter]);
}

function bring(model, state) {
  const trouble = make('div', '');
  const act = button(model.problem ? words.again : words.bring, () => {
    act.disabled = true;
    api.ask('POST', `models/${encodeURIComponent(model.id)}/fetch`).then(() => look()).catch((error) => {
      act.disabled = false;
      put(trouble, [failed(error)]);
    });
  }, 'tool', `${model.problem ? words.again : words.bring}: ${model.id}`);
  return state === 'ready' || model.fetch ? null : make('div', '', [make('div', 'row', [act]), trouble]);
}

function card(model) {
  const state = stateOf(model);
  return make('article', 'plate model', [
    make('div', 'block-head', [make('h3', '', [model.id]), make('span', 'who-state', [words.states[state]], { 'data-state': state === 'ready' ? 'idle' : state })]),
    make('p', '', [model.purpose], { lang: 'en' }),
    make('p', 'about', [words.facts(model.bytes ? size(model.bytes) : words.unknown, model.licence)]),
    progress(model, state),
    model.problem && !model.fetch ? notice('error', words.failed, sentence(model.problem), 'alert') : null,
    bring(model, state),
  ], { 'data-id': model.id });
}

/** Draws anew what is another one than before. */
function list(place, models) {
  const ids = models.map(({ id }) => id).join(' ');
  const fresh = drawn[place] !== ids;
  drawn[place] = ids;
  const cards = models.map((model) => {
    const text = JSON.stringify(model);
    const old = drawn[model.id];
    if (fresh || old.text !== text) {
      drawn[model.id] = { text, element: card(model) };
      if (!fresh) {
        old.element.replaceWith(drawn[model.id].element);
      }
    }
    return drawn[model.id].element;
  });
  if (fresh) {
    put(byId(place), cards);
  }
}

function draw(told) {
  put(byId('wait'), []);
  byId('all').hidden = false;
  const gone = missing(told.models);
  setText(byId('whole'), gone.length ? words.gone(gone.join(', ')) : words.whole);
  list('used', told.models.filter((model) => model.in_use));
  list('others', told.models.filter((model) => !model.in_use));
  const voices = JSON.stringify([told.voices, told.models.map(({ id, presence }) => [id, presence])]);
  if (drawn.voices !== voices) {
    drawn.voices = voices;
    drawVoices({ words, api, changed: () => look() }, told);
  }
}

say(words, language);
look = live({ ask: () => api.ask('GET', 'models'), draw, every: LOOK_AGAIN_MS, place: byId('wait'), words: SHELL[language] });
