// The page of the certificate: whether this page is a secure one, the way there, and how a device is made to trust Rosie. It is there over
// plain http, too, because that is where somebody comes from whose device does not trust her yet.

import { client } from '../api.js';
import { wantedLanguages } from '../languages.js';
import { failed, loading, put } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { SYSTEMS, WORDS, languageOf, secureAddress, systemOf } from './words.js';

const certificate = client('api/v1/certificate');
const language = languageOf(wantedLanguages());
const words = WORDS[language];

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

say(words, language);
look();
