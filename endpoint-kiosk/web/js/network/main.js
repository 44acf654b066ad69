// The page of the network: how Rosie is connected, and joining a Wi-Fi. It is the first page that somebody without a cable sees, in the
// small browser that a phone opens for a network that leads nowhere: it needs nothing but Rosie.

import { client } from '../api.js';
import { wantedLanguages } from '../languages.js';
import { button, loading, put, tell } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { countries, countryOf } from './countries.js';
import { WORDS, languageOf, mistake, offer } from './words.js';

const LOOK_AGAIN_MS = 2000;
/** An answer that takes longer does not come: the network that it went over is gone. */
const PATIENCE_MS = 6000;
/** The choice that is no network's name: names have no more than 32 bytes. */
const OTHER = '-'.repeat(40);
const network = client('api/v1/network');
const language = languageOf(wantedLanguages());
const words = WORDS[language];
/** What is drawn, so that nothing moves under a finger while nothing changes. */
let told = '';
let last = null;
/** The network that was asked for here, until it is known what came of it. */
let trying = '';
let timer = 0;

function fillChoices(select, options) {
  const before = select.value;
  put(select, options.map(([value, text]) => make('option', '', [text], { value })));
  if (options.some(([value]) => value === before)) {
    select.value = before;
  }
}

function chosen() {
  return last.seen.find((seen) => seen.ssid === byId('network').value);
}

function showFields() {
  const seen = chosen();
  byId('name-box').hidden = byId('network').value !== OTHER;
  byId('password-box').hidden = Boolean(seen) && seen.security !== 'password';
}

function drawChoices(state) {
  const all = state.seen.map((seen) => [seen.ssid, offer(words, seen)]);
  fillChoices(byId('network'), all.concat([[OTHER, words.other]]));
  if (!byId('country').value) {
    byId('country').value = state.country || countryOf(wantedLanguages());
  }
  showFields();
}

function now(state) {
  if (!state.managed) {
    return words.elsewhere;
  }
  return state.link === 'none' ? words.none : words[state.link](state);
}

function draw(state) {
  const joining = state.link === 'joining';
  const ssid = trying || state.ssid;
  if (trying && !joining) {
    const failed = Boolean(state.problem);
    if (!failed && state.link !== 'wifi' && state.ssid !== trying) {
      // Neither yet: it has begun a moment ago, or has ended just now.
      return;
    }
    tell(failed ? words.failed(trying) : words.joined(state));
    trying = '';
    if (!failed) {
      byId('password').value = '';
    }
  }
  const key = JSON.stringify(state);
  if (key === told) {
    return;
  }
  told = key;
  if (joining) {
    put(byId('now'), [loading(words.trying(ssid)), make('p', '', [words.away(state)])]);
    put(byId('problem'), []);
    byId('choose').hidden = true;
    return;
  }
  const inside = state.link === 'wifi' || (state.link === 'wired' && state.ssid);
  put(byId('now'), [make('p', '', [now(state)])].concat(
    state.managed && !state.wifi ? [make('p', 'about', [words.radioless])] : [],
    inside ? [notice('done', words.joined(state))] : [],
  ));
  const { problem } = state;
  put(byId('problem'), [problem && notice('warning', words.failed(problem.ssid), words.faults[problem.fault] || problem.message)]);
  byId('choose').hidden = !state.managed || !state.wifi;
  byId('h-choose').textContent = inside ? words.another : words.choose;
  drawChoices(state);
}

function patient(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error('late')), PATIENCE_MS))]);
}

function look() {
  clearTimeout(timer);
  patient(network.ask('GET', '')).then((state) => {
    last = state;
    draw(state);
  }).catch(() => {
    // Away because she tries another network is no fault.
    if (!trying && !(last && last.link === 'joining')) {
      told = '';
      put(byId('now'), [notice('error', words.silent, '', 'alert'), button(words.again, look)]);
      put(byId('problem'), []);
    }
  }).then(() => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.hidden ? document.addEventListener('visibilitychange', look, { once: true }) : look()), LOOK_AGAIN_MS);
  });
}

function wrong(text) {
  put(byId('join-state'), [notice('error', text, '', 'alert')]);
}

byId('join').addEventListener('submit', (event) => {
  event.preventDefault();
  const seen = chosen();
  const typed = byId('name').value;
  const asked = {
    ssid: seen ? seen.ssid : typed,
    password: seen && seen.security !== 'password' ? '' : byId('password').value,
    country: byId('country').value,
    // One that is typed may be one that does not tell its name.
    hidden: !seen,
  };
  const fault = mistake(asked, seen);
  if (fault) {
    wrong(words[fault]);
    return;
  }
  put(byId('join-state'), [loading(words.loading)]);
  patient(network.ask('POST', '', asked)).then(() => {
    trying = asked.ssid;
    put(byId('join-state'), []);
    tell(words.trying(trying));
    draw(Object.assign({}, last, { link: 'joining', ssid: trying, problem: null }));
    byId('h-now').focus();
    look();
  }).catch((error) => wrong(error.hint === undefined ? words.silent : error.message));
});
byId('network').addEventListener('change', () => {
  showFields();
  put(byId('join-state'), []);
});
byId('password').addEventListener('input', () => put(byId('join-state'), []));
byId('reveal').addEventListener('click', () => {
  const shown = byId('password').type === 'text';
  byId('password').type = shown ? 'password' : 'text';
  byId('reveal').textContent = shown ? words.show : words.hide;
  byId('reveal').setAttribute('aria-pressed', String(!shown));
});
say(words, language);
fillChoices(byId('country'), [['', words.pick]].concat(countries(language).map(({ code, name }) => [code, name])));
put(byId('now'), [loading(words.loading)]);
look();
