// The page of who may come in: people, keys for programs, paired devices, codes that wait. Codes and devices are looked at again while
// the page is open; what somebody types is left alone.

import { client } from '../api.js';
import { wantedLanguages } from '../languages.js';
import { button, failed, loading, put } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { drawDevices, drawWaiting, pairing } from './devices.js';
import { adding, drawPeople, drawSessions, drawTokens, making } from './persons.js';
import { WORDS, languageOf } from './words.js';

const LOOK_AGAIN_MS = 3000;
const api = client('api/v1/');
const language = languageOf(wantedLanguages());
const words = WORDS[language];
const page = { words, language, rooms: [], ask: api.ask, changed: look };
/** What is drawn, so that nothing moves under a finger while nothing changes. */
const told = {};
let timer = 0;

function changedOnly(key, value, draw) {
  const text = JSON.stringify(value);
  if (told[key] !== text) {
    told[key] = text;
    draw();
  }
}

function look() {
  clearTimeout(timer);
  const all = ['people', 'tokens', 'access/sessions', 'pairing', 'paired'].map((path) => api.ask('GET', path));
  Promise.all(all).then(([people, tokens, sessions, waiting, paired]) => {
    put(byId('problem'), []);
    changedOnly('people', people, () => drawPeople(page, people.people));
    changedOnly('tokens', tokens, () => drawTokens(page, tokens.tokens));
    changedOnly('sessions', sessions, () => drawSessions(page, sessions.sessions));
    changedOnly('waiting', waiting.waiting.map((one) => one.code), () => drawWaiting(words, waiting.waiting));
    changedOnly('paired', paired, () => drawDevices(page, paired.paired));
  }).catch((error) => put(byId('problem'), [failed(error)])).then(() => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.hidden ? document.addEventListener('visibilitychange', look, { once: true }) : look()), LOOK_AGAIN_MS);
  });
}

function begin(status) {
  page.rooms = status.rooms;
  put(byId('wait'), []);
  byId('all').hidden = false;
  put(byId('pairing'), [pairing(page)]);
  put(byId('adding'), [adding(page)]);
  put(byId('making'), [making(page)]);
  look();
}

/** A house without an owner has nobody to list. */
function start() {
  put(byId('wait'), [loading(words.loading)]);
  api.ask('GET', 'access').then((access) => {
    if (access.owned) {
      return api.ask('GET', 'status').then(begin);
    }
    return put(byId('wait'), [notice('warning', words.open, words.openMore), make('a', 'tool', [words.makeOwner], { href: 'signin' })]);
  }).catch((error) => put(byId('wait'), [failed(error), button(words.again, start)]));
}

say(words, language);
start();
