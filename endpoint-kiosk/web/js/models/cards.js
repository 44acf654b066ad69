// The models as cards: what each is for, whether it is here, how far it is on its way; brought and taken back by a button.

import { sentence } from '../api.js';
import { button, failed, put, size } from '../memories/show.js';
import { make, setText } from '../views/dom.js';
import { notice } from '../views/worded.js';
import { stateOf } from './listed.js';

/** `{ element, set(model) }` */
function progress({ words }, model, state) {
  const meter = make('progress', '', [], { 'aria-label': `${words.states[state]}: ${model.id}` });
  const text = make('p', 'about');
  const set = ({ fetch: { doing, done, total } }) => {
    if (total) {
      meter.max = total;
      meter.value = done;
    }
    const far = total ? words.far(size(done), size(total)) : size(done);
    setText(text, doing ? `${doing}: ${far}` : words.waits);
  };
  return { element: make('div', 'bar-line', [text, meter]), set };
}

/** What can be done with it: bring it here, or leave it. */
function way({ words, api, changed }, model, state) {
  if (state === 'ready') {
    return null;
  }
  const trouble = make('div', '');
  const text = model.fetch ? words.stop : (model.problem ? words.again : words.bring);
  const act = button(text, () => {
    act.disabled = true;
    api.ask(model.fetch ? 'DELETE' : 'POST', `models/${encodeURIComponent(model.id)}/fetch`).then(changed).catch((error) => {
      act.disabled = false;
      put(trouble, [failed(error)]);
    });
  }, 'tool', `${text}: ${model.id}`);
  return make('div', '', [make('div', 'row', [act]), trouble]);
}

/** `{ key, element, set(model) }`: with the same key, `set` is enough. */
function card(page, model) {
  const { words } = page;
  const state = stateOf(model);
  const far = model.fetch ? progress(page, model, state) : { element: null, set: () => undefined };
  const element = make('article', 'plate model', [
    make('div', 'block-head', [make('h3', '', [model.id]), make('span', 'who-state', [words.states[state]], { 'data-state': state === 'ready' ? 'idle' : state })]),
    make('p', '', [model.purpose], { lang: 'en' }),
    make('p', 'about', [words.facts(model.bytes ? size(model.bytes) : words.unknown, model.licence)]),
    far.element,
    model.problem && !model.fetch ? notice('error', words.failed, sentence(model.problem), 'alert') : null,
    way(page, model, state),
  ], { 'data-id': model.id });
  return { key: keyOf(model), element, set: far.set };
}

/** What a card is made anew for; how far something is on its way is none of it. */
function keyOf(model) {
  return JSON.stringify(Object.assign({}, model, { fetch: stateOf(model), bytes_here: 0 }));
}

/** Draws models into `place`, and later anew only what is another one than before: nothing moves under a finger while nothing changes. */
export function cards(page, place) {
  let shown = '';
  let drawn = {};
  return (models) => {
    const ids = models.map(({ id }) => id).join(' ');
    const fresh = shown !== ids;
    shown = ids;
    const before = drawn;
    drawn = {};
    models.forEach((model) => {
      const old = before[model.id];
      drawn[model.id] = old && old.key === keyOf(model) ? old : card(page, model);
      drawn[model.id].set(model);
      if (!fresh && drawn[model.id] !== old) {
        old.element.replaceWith(drawn[model.id].element);
      }
    });
    if (fresh) {
      put(place, models.map(({ id }) => drawn[id].element));
    }
  };
}
