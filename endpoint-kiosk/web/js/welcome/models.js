// What she needs to hear and speak: what of it is missing, brought here before anybody talks to her.

import { client } from '../api.js';
import { cards } from '../models/cards.js';
import { missing } from '../models/listed.js';
import { button, failed, loading, put } from '../memories/show.js';
import { make, setText } from '../views/dom.js';

const LOOK_AGAIN_MS = 2000;
const api = client('api/v1/');

/** Looks at the models until `close()`; `draw` gets what there is, `lost` why nothing is known. */
export function watching(draw, lost) {
  let timer = 0;
  let open = true;
  function look() {
    clearTimeout(timer);
    return api.ask('GET', 'models').then((told) => open && draw(told.models), (error) => open && lost(error)).then(() => {
      clearTimeout(timer);
      timer = open ? setTimeout(look, LOOK_AGAIN_MS) : 0;
    });
  }
  look();
  return { look, close: () => { open = false; clearTimeout(timer); } };
}

/** The step: `{ element, close() }`. `own`: the words of the page of models, `shell`: those of all pages. */
export function bringing(words, own, shell) {
  const said = make('p', '', [], { role: 'status' });
  const row = make('div', 'row');
  const place = make('div', 'after');
  const trouble = make('div', '', [loading(shell.loading)]);
  const draw = cards({ words: own, api, changed: () => watch.look() }, place);
  let asked = [];
  const all = button(words.bringAll, () => {
    all.disabled = true;
    // One after another: the first one's refusal is the others' too.
    asked.reduce((before, id) => before.then(() => api.ask('POST', `models/${encodeURIComponent(id)}/fetch`)), Promise.resolve())
      .catch((error) => put(trouble, [failed(error)])).then(() => { all.disabled = false; }).then(() => watch.look());
  });
  const watch = watching((models) => {
    const gone = missing(models);
    const waiting = models.filter(({ id, fetch }) => gone.indexOf(id) >= 0 && !fetch).map(({ id }) => id);
    put(trouble, []);
    setText(said, gone.length ? own.gone(gone.join(', ')) : own.whole);
    if (waiting.join() !== asked.join() || row.firstChild !== all) {
      asked = waiting;
      put(row, waiting.length ? [all] : []);
    }
    draw(models.filter(({ id, in_use: used, fetch }) => gone.indexOf(id) >= 0 || (used && fetch)));
  }, (error) => put(trouble, [failed(error)]));
  return { element: make('div', '', [said, row, trouble, place]), close: watch.close };
}

/** Before she is talked to: nothing while all is here, else what is missing and the way to it. */
export function reminding(words, own) {
  const place = make('div', '');
  const say = make('p', 'about', [], { role: 'status' });
  const way = make('a', 'tool', [words.steps.models[0]], { href: '#models' });
  way.hidden = true;
  put(place, [say, way]);
  const watch = watching((models) => {
    const gone = missing(models);
    setText(say, gone.length ? own.gone(gone.join(', ')) : '');
    way.hidden = !gone.length;
  }, () => undefined);
  return { element: place, close: watch.close };
}
