// The page of the log: its last lines by level and part, and the one file for whom helps. Looks again while it is open.

import { client } from '../api.js';
import { languageAmong, wantedLanguages } from '../languages.js';
import { failed, loading, put, size } from '../memories/show.js';
import { live } from '../shell/live.js';
import { WORDS as SHELL } from '../shell/words.js';
import { byId, make, setText } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { LEVELS, fileName, rest } from './lines.js';
import { WORDS } from './words.js';

const LOOK_AGAIN_MS = 3000;
const MOST = 300;
const api = client('api/v1/');
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];
let drawn = '';
let look = () => undefined;

function line(told) {
  const time = new Date(told.unix_ms);
  const more = rest(told.fields);
  return make('li', 'log-line', [
    make('p', 'log-head', [
      make('span', 'log-level', [words.levels[told.level]]), make('span', '', [told.part]),
      make('time', '', [time.toLocaleTimeString(language)], { datetime: time.toISOString() }),
    ]),
    make('p', 'log-text', [told.message]), more ? make('p', 'about', [more]) : null,
  ], { 'data-level': told.level, lang: 'en' });
}

function draw({ lines, parts }) {
  put(byId('wait'), []);
  const select = byId('part');
  const chosen = select.value;
  const text = JSON.stringify([lines, parts]);
  if (text === drawn) {
    return;
  }
  drawn = text;
  put(select, [make('option', '', [words.all], { value: '' })].concat(parts.map((part) => make('option', '', [part], { value: part }))));
  select.value = parts.indexOf(chosen) < 0 ? '' : chosen;
  setText(byId('count'), lines.length ? words.count(lines.length) : words.none);
  put(byId('lines'), lines.map(line));
}

function ask() {
  const part = byId('part').value;
  return api.ask('GET', `logs?level=${byId('level').value}&limit=${MOST}${part ? `&part=${encodeURIComponent(part)}` : ''}`);
}

/** Gives a file to the browser to keep. */
function keep(bytes) {
  const name = fileName(new Date());
  const link = make('a', '', [], { href: URL.createObjectURL(new Blob([bytes], { type: 'application/json' })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(link.href);
  put(byId('made'), [notice('done', words.made(name, size(bytes.byteLength)), words.madeMore)]);
}

say(words, language);
put(byId('level'), LEVELS.map((level) => make('option', '', [words.levels[level]], { value: level })));
byId('level').value = 'info';
byId('filter').addEventListener('change', () => look());
byId('make').addEventListener('click', () => {
  byId('make').disabled = true;
  put(byId('made'), [loading(words.making)]);
  api.bytes('GET', 'support').then(keep).catch((error) => put(byId('made'), [failed(error)])).then(() => { byId('make').disabled = false; });
});
look = live({ ask, draw, every: LOOK_AGAIN_MS, place: byId('wait'), words: SHELL[language] });
