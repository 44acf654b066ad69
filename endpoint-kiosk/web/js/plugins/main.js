// The page of the plugins: which there are, how they are, adding one. Looks again while it is open.

import { onFile, send } from '../upload.js';
import { byId } from '../views/dom.js';
import { empty, failed, loading, put, size, tell } from '../memories/show.js';
import { plugins } from './api.js';
import { card } from './card.js';

const LOOK_AGAIN_MS = 3000;
const MAX_BYTES = 16 * 1024 * 1024;
const list = byId('list');
/** What is drawn, so that nothing moves under a finger while nothing changes. */
let shown = '';
let timer = 0;

function draw(all) {
  const key = JSON.stringify(all);
  const busy = list.contains(document.activeElement) && list.querySelector('.question');
  if (key === shown || busy) {
    return;
  }
  shown = key;
  const open = new Set(Array.from(list.querySelectorAll('details[open]'), (e) => e.dataset.name));
  const focused = document.activeElement && document.activeElement.dataset.key;
  put(list, all.length ? all.map((one) => card(one, open, changed))
    : [empty('There is no plugin yet. docs/plugins.md shows how to write one in a quarter of an hour.')]);
  const again = focused && Array.from(list.querySelectorAll('[data-key]')).find((e) => e.dataset.key === focused);
  if (again) {
    again.focus();
  }
}

function look() {
  clearTimeout(timer);
  plugins.ask('GET', '').then((answer) => draw(answer.plugins)).catch((error) => {
    shown = '';
    put(list, [failed(error, look)]);
  }).then(() => {
    timer = setTimeout(() => (document.hidden ? look.later() : look()), LOOK_AGAIN_MS);
  });
}
look.later = () => document.addEventListener('visibilitychange', look, { once: true });

/** After something was done: said aloud, and looked at. */
function changed(words) {
  tell(words);
  look();
}

onFile(byId('upload'), (file) => {
  if (file.size > MAX_BYTES) {
    put(byId('upload-state'), [failed({ message: `This file has ${size(file.size)}.`, hint: 'A plugin may have 16 MB.' })]);
    return;
  }
  send(plugins.sendFile, 'POST', '', file, byId('upload-state'), 'Being put in', (one) => changed(`${one.name} is there. Look at what it may do, then switch it on.`));
});
put(list, [loading()]);
look();
