// The page of the certificate: whether this page is a secure one, the way there, and how a device is made to trust Rosie. It is there over
// plain http, too, because that is where somebody comes from whose device does not trust her yet.

import { client } from '../api.js';
import { failed, loading, put } from '../memories/show.js';
import { byId, icon, make } from '../views/dom.js';
import { SYSTEMS, WORDS, languageOf, secureAddress, systemOf } from './words.js';

const certificate = client('api/v1/certificate');
const wanted = navigator.languages && navigator.languages.length ? navigator.languages : [navigator.language || 'en'];
const language = languageOf(wanted);
const words = WORDS[language];

function say() {
  document.documentElement.lang = language;
  document.title = words.title;
  Array.from(document.querySelectorAll('[data-say]')).forEach((element) => { element.textContent = words[element.dataset.say]; });
}

function notice(kind, title, text) {
  return make('div', 'notice', [icon(kind === 'done' ? 'done' : 'alert'), make('div', 'notice-text', [
    make('p', 'notice-title', [title]), text ? make('p', '', [text]) : null,
  ])], { 'data-kind': kind, role: 'status' });
}

/** One system's steps; the one this device seems to have is open. */
function steps(system, open) {
  const list = make('ol', 'steps', words.steps[system].map((step) => make('li', '', [step])));
  const details = make('details', 'plate', [make('summary', '', [words.systems[system]]), list]);
  details.open = open;
  return details;
}

function draw(state) {
  // On the machine itself plain http is secure, too.
  const secure = window.isSecureContext;
  const address = state.port ? secureAddress(window.location, state.port) : '';
  const now = secure
    ? notice('done', words.secure, words.secureMore)
    : notice('warning', words.plain, state.port ? words.plainMore : words.off);
  const until = state.ends_unix_ms && new Date(state.ends_unix_ms).toLocaleDateString(language);
  put(byId('now'), [
    now,
    state.problem ? notice('error', words.problem, state.problem) : null,
    state.source === 'files' ? make('p', '', [words.files]) : null,
    until ? make('p', 'about', [words.until(until)]) : null,
  ]);
  put(byId('doing'), [address && !secure
    ? make('a', 'tool', [words.go], { href: address, id: 'go' })
    : make('a', 'tool', [words.talk], { href: './' })]);
  byId('install').hidden = state.source !== 'authority' || !state.fingerprint;
  byId('fingerprint').textContent = state.fingerprint || '';
  const own = systemOf(navigator.userAgent);
  put(byId('systems'), SYSTEMS.map((system) => steps(system, system === own)));
}

function look() {
  put(byId('now'), [loading(words.loading)]);
  certificate.ask('GET', '').then(draw).catch((error) => put(byId('now'), [failed(error, look)]));
}

say();
look();
