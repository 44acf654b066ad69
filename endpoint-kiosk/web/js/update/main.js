// The page of the updates: which system runs, what is newer, installing it, where updates come from. Looks again while it is open,
// and waits for Rosie while the machine restarts.

import { client } from '../api.js';
import { asking, button, clock, day, failed, loading, put, size, tell } from '../memories/show.js';
import { byId, icon, make } from '../views/dom.js';
import { STEPS, last, now, offer } from './words.js';

const LOOK_AGAIN_MS = 2000;
const BUSY_AGAIN_MS = 700;
const update = client('api/v1/update');
/** What is drawn, so that nothing moves under a finger while nothing changes. */
let told = '';
let timer = 0;
/** What the owner types is not overwritten. */
let settled = false;
let restarting = false;

const when = (at) => `${day(at, Date.now())}, ${clock(at)}`;

function notice(kind, title, words) {
  return make('div', 'notice', [icon(kind === 'done' ? 'done' : 'alert'), make('div', 'notice-text', [
    make('p', 'notice-title', [title]), make('p', '', [words]),
  ])], { 'data-kind': kind });
}

function progress(running) {
  if (!running) {
    return [];
  }
  const words = `${STEPS[running.step]}${running.version ? ` (${running.version})` : ''}`;
  const meter = make('progress', '', [], { 'aria-label': words });
  if (running.percent !== null) {
    meter.max = 100;
    meter.value = running.percent;
  }
  return [make('div', 'bar-line', [make('p', '', [`${words}…`]), meter])];
}

/** Asks for something that happens a moment later. */
function ask(method, path, body, said) {
  return update.ask(method, path, body).then(() => {
    put(byId('doing-state'), []);
    // What was asked before it is answered; it is drawn anew when this is done.
    put(byId('doing'), []);
    told = '';
    tell(said);
    look();
  });
}

function doing(state) {
  const { available } = state;
  const again = button('Look now', () => ask('POST', '/look', {}, 'It is looked for.')
    .catch((error) => put(byId('doing-state'), [failed(error)])));
  again.disabled = !state.channel;
  return [
    available ? asking({
      words: `Install ${available.version}`,
      question: `Install ${available.version}, ${size(available.bytes)}? The machine restarts when it is installed; timers and what is remembered stay.`,
      yes: 'Install',
      act: () => ask('POST', '/install', { version: available.version }, 'It is being installed.'),
    }) : null,
    again,
  ];
}

function showSettings(state) {
  if (!settled) {
    byId('channel').value = state.channel;
    byId('mode').value = state.mode;
    settled = true;
  }
}

function draw(state) {
  const key = JSON.stringify(Object.assign({}, state, { running: null }));
  const busy = Boolean(state.running);
  put(byId('progress'), progress(state.running));
  byId('doing').hidden = busy;
  if (key === told || byId('doing').querySelector('.question')) {
    return;
  }
  told = key;
  const result = last(state.last);
  put(byId('now'), now(state).map((line, index) => make('p', index ? 'about' : '', [line])));
  byId('newer').hidden = !state.managed;
  byId('source').hidden = !state.managed;
  if (!state.managed) {
    put(byId('last'), [make('p', 'about', ['She was not started from her image, so she does not update the system: update her the way she was installed.'])]);
    return;
  }
  put(byId('last'), [result && notice(result.kind, result.title, result.words)]);
  put(byId('offer'), [
    make('p', '', [offer(state, when)]),
    state.available && state.available.notes ? make('p', 'about', [state.available.notes]) : null,
  ]);
  put(byId('problem'), [state.problem && notice('warning', 'The last time it came to nothing', `${state.problem.charAt(0).toUpperCase()}${state.problem.slice(1)}.`)]);
  put(byId('doing'), doing(state));
  showSettings(state);
}

function look() {
  clearTimeout(timer);
  let pause = LOOK_AGAIN_MS;
  update.ask('GET', '').then((state) => {
    if (state.running) {
      pause = BUSY_AGAIN_MS;
      restarting = state.running.step === 'restarting';
    } else if (restarting) {
      restarting = false;
      settled = false;
      const result = last(state.last);
      tell(result ? result.title : 'Rosie is back.');
    }
    draw(state);
  }).catch((error) => {
    // Away because she restarts is no fault.
    told = '';
    put(byId('now'), [restarting ? loading('The machine restarts. This takes a minute or two…') : failed(error, look)]);
    put(byId('progress'), []);
  }).then(() => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.hidden ? later() : look()), pause);
  });
}

function later() {
  document.addEventListener('visibilitychange', look, { once: true });
}

byId('settings').addEventListener('submit', (event) => {
  event.preventDefault();
  const place = byId('settings-state');
  put(place, [loading('Saving…')]);
  update.ask('PUT', '/settings', { mode: byId('mode').value, channel: byId('channel').value.trim() }).then(() => {
    put(place, [make('p', 'state', ['Saved.'], { 'data-kind': 'done' })]);
    tell('Saved.');
    look();
  }).catch((error) => put(place, [failed(error)]));
});
put(byId('now'), [loading()]);
look();
