// The page of who may come in: people, keys for programs, paired devices, codes that wait; and for everybody their own sign-in. Codes and
// devices are looked at again while the page is open; what somebody types, and what is open, is left alone.

import { client } from '../api.js';
import { wantedLanguages } from '../languages.js';
import { button, failed, loading, put } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { drawDevices, drawWaiting, pairing } from './devices.js';
import { drawSessions, ownPassword } from './own.js';
import { adding, drawPeople, drawTokens, making } from './persons.js';
import { WORDS, languageOf } from './words.js';

const LOOK_AGAIN_MS = 3000;
const api = client('api/v1/');
const language = languageOf(wantedLanguages());
const words = WORDS[language];
const page = {
  words, language, rooms: [], ask: api.ask, changed: () => look(true),
  done: (where, text) => put(byId(`${where}-done`), [notice('done', text, '')]),
};
/** What everybody may ask of themselves, and what is the owner's; where each is drawn. */
const OWN = { sessions: ['access/sessions', (told) => drawSessions(page, told.sessions)] };
const OWNERS = {
  people: ['people', (told) => drawPeople(page, told.people)],
  tokens: ['tokens', (told) => drawTokens(page, told.tokens)],
  waiting: ['pairing', (told) => drawWaiting(words, told.waiting)],
  devices: ['paired', (told) => drawDevices(page, told.paired)],
};
let asked = OWN;
/** What is drawn, so that nothing moves under a finger while nothing changes. */
const drawn = {};
let timer = 0;

/** Draws what is not as it was told last; what somebody has open waits, unless it is because of a change of theirs. */
function draw(place, told, anyway) {
  const text = JSON.stringify(told);
  if (drawn[place] !== text && (anyway || !byId(place).querySelector('details[open], .question'))) {
    drawn[place] = text;
    asked[place][1](told);
  }
}

function look(anyway) {
  clearTimeout(timer);
  const places = Object.keys(asked);
  Promise.all(places.map((place) => api.ask('GET', asked[place][0]))).then((told) => {
    put(byId('problem'), []);
    places.forEach((place, n) => draw(place, told[n], anyway === true));
  }).catch((error) => put(byId('problem'), [failed(error)])).then(() => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.hidden ? document.addEventListener('visibilitychange', look, { once: true }) : look()), LOOK_AGAIN_MS);
  });
}

/** What the owner sees besides. */
function house() {
  return api.ask('GET', 'status').then((status) => {
    page.rooms = status.rooms;
    asked = Object.assign({}, OWN, OWNERS);
    byId('house').hidden = false;
    put(byId('pairing'), [pairing(page)]);
    put(byId('adding'), [adding(page)]);
    put(byId('making'), [making(page)]);
  });
}

function own(access) {
  byId('own').hidden = false;
  byId('who').textContent = words.you(access.who.name, words.roles[access.who.role]) + (access.administers ? '' : ` ${words.ownersPart}`);
  put(byId('password'), [ownPassword(page)]);
}

/** A house without an owner has nobody to list. */
function start() {
  put(byId('wait'), [loading(words.loading)]);
  api.ask('GET', 'access').then((access) => {
    if (!access.owned) {
      return put(byId('wait'), [notice('warning', words.open, words.openMore), make('a', 'tool', [words.makeOwner], { href: 'signin' })]);
    }
    if (!access.who) {
      return window.location.assign('signin?then=/people');
    }
    return (access.administers ? house() : Promise.resolve()).then(() => {
      put(byId('wait'), []);
      own(access);
      look();
    });
  }).catch((error) => put(byId('wait'), [failed(error), button(words.again, start)]));
}

say(words, language);
start();
