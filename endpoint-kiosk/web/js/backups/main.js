// The page of the backups: making one, those that there are, and where they go. Looks again while it is open.

import { card as settingsCard } from '../integrations/card.js';
import { client } from '../api.js';
import { button, empty, failed, loading, put, tell } from '../memories/show.js';
import { onFile, send } from '../upload.js';
import { byId, icon, make } from '../views/dom.js';
import { backups, one } from './api.js';
import { card, waitForHer } from './card.js';

const LOOK_AGAIN_MS = 2000;
const STEPS = { collecting: 'Collecting', writing: 'Writing', verifying: 'Reading back', reading: 'Reading' };
const settings = client('api/v1/integrations');
const list = byId('list');
const makeState = byId('make-state');
/** What is drawn, so that nothing moves under a finger while nothing changes. */
let told = '';
let listed = '';
let timer = 0;
let making = false;
/** She starts anew: nothing is asked of her until she answers. */
let away = false;

const start = button('Make a backup', begin);
put(byId('make-row'), [start]);

function notice(title, words) {
  return make('div', 'notice', [icon('alert'), make('div', 'notice-text', [
    make('p', 'notice-title', [title]), make('p', '', [words]),
  ])], { 'data-kind': 'warning' });
}

function words(state) {
  const { at: night } = state;
  const kept = state.keep === 1 ? 'the last is' : `the last ${state.keep} are`;
  const when = night ? `One is made every night at ${night}, and ${kept} kept.` : 'None is made by itself yet.';
  return [
    make('p', 'about', [`${when} They lie in ${state.folder}.`]),
    state.has_passphrase ? null : notice('There is no passphrase yet', 'Set one below: backups are encrypted. Write it down elsewhere too, without it nobody can open them.'),
    state.has_passphrase && state.same_disk ? notice('They lie on the same disk as everything else',
      'When that disk ends, so do they. Take them away now and then, or set a folder on another disk below.') : null,
    state.problem ? notice('Something went wrong', `${state.problem.charAt(0).toUpperCase()}${state.problem.slice(1)}.`) : null,
  ];
}

function progress(running) {
  if (!running) {
    return [];
  }
  const meter = make('progress', '', [], { 'aria-label': STEPS[running.step] });
  if (running.bytes_all) {
    meter.max = running.bytes_all;
    meter.value = running.bytes_done;
  }
  return [make('div', 'bar-line', [make('p', '', [`${STEPS[running.step]}…`]), meter])];
}

function draw(state) {
  if (away) {
    return;
  }
  put(byId('progress'), progress(state.running));
  start.disabled = making || Boolean(state.running) || !state.has_passphrase;
  const now = JSON.stringify(Object.assign({}, state, { running: null, backups: null }));
  if (now !== told) {
    told = now;
    put(byId('how'), words(state));
  }
  const key = JSON.stringify(state.backups);
  // Who looks into one is not disturbed.
  if (key === listed || list.querySelector('details[open], .question')) {
    return;
  }
  listed = key;
  put(list, state.backups.length ? state.backups.map((file) => card(file, { changed, restored }))
    : [empty('There is no backup yet.')]);
}

function look() {
  clearTimeout(timer);
  if (away) {
    return;
  }
  backups.ask('GET', '').then(draw).catch((error) => {
    if (!away) {
      listed = '';
      put(list, [failed(error, look)]);
    }
  }).then(() => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.hidden ? later() : look()), making ? 300 : LOOK_AGAIN_MS);
  });
}

function later() {
  document.addEventListener('visibilitychange', look, { once: true });
}

/** After something was done: said aloud, and looked at. */
function changed(said) {
  tell(said);
  put(list, [loading()]);
  listed = '';
  look();
}

function restored() {
  away = true;
  const place = make('div', '', [], { id: 'restoring' });
  put(list, [place]);
  return waitForHer(place).then(() => {
    place.append(button('Show the backups', () => {
      away = false;
      changed('');
    }));
    showSettings();
  });
}

function begin() {
  making = true;
  start.disabled = true;
  put(makeState, []);
  tell('A backup is being made.');
  backups.ask('POST', '', { keys: byId('keys').checked })
    .then(({ name }) => {
      const said = `${name} was made and read back.`;
      put(makeState, [make('p', 'state', [said], { 'data-kind': 'done' })]);
      changed(said);
    })
    .catch((error) => put(makeState, [failed(error, begin)]))
    .then(() => {
      making = false;
      look();
    });
  look();
}

function showSettings() {
  const place = byId('settings');
  settings.ask('GET', '').then(({ integrations }) => {
    const own = integrations.find(({ name }) => name === 'backup');
    const { element } = settingsCard(own);
    element.open = true;
    put(place, [element]);
    element.addEventListener('submit', () => setTimeout(look, 500));
  }).catch((error) => put(place, [failed(error, showSettings)]));
}

onFile(byId('upload'), (file) => {
  send(backups.sendFile, 'PUT', one(file.name), file, byId('upload-state'), 'Being taken in', ({ name }) => changed(`${name} is there.`));
});
put(list, [loading()]);
look();
showSettings();
