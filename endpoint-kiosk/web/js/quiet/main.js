// The page of quiet times: when and where nothing is announced, and who is left alone now. Nothing is changed before it is saved; what was
// entered survives a reload.

import { client } from '../api.js';
import { drafts } from '../forms/drafts.js';
import { languageAmong, wantedLanguages } from '../languages.js';
import { button, loading, put } from '../memories/show.js';
import { boxes, field, input } from '../people/parts.js';
import { load, save } from '../settings/config.js';
import { live, trouble } from '../shell/live.js';
import { WORDS as SHELL } from '../shell/words.js';
import { byId, make, setText } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { DAYS, NIGHT, dayName, entered, told } from './times.js';
import { WORDS } from './words.js';

const DRAFT = 'quiet';
const LOOK_AGAIN_MS = 5000;
const api = client('api/v1/');
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];
let schema = null;
let rooms = [];
/** What is in force, and what is entered. */
let kept = [];
let times = [];
let drawn = '';

const unsaved = () => JSON.stringify(times) !== JSON.stringify(kept);

function changed() {
  drafts.keep(DRAFT, unsaved() ? { times } : {});
  [byId('save'), byId('discard')].forEach((one) => { one.hidden = !unsaved(); });
}

function plate(time, n) {
  const summary = make('h3', '', []);
  const from = input({ type: 'time', required: '' });
  const to = input({ type: 'time', required: '' });
  from.value = time.from;
  to.value = time.to;
  const days = boxes(words.days, DAYS.map((day) => [day, dayName(day, language, 'long')]), time.days);
  const where = boxes(words.rooms, rooms.map(({ id, name }) => [id, name]), time.rooms);
  const read = () => {
    times[n] = entered({ from: from.value, to: to.value, days: days.ticked(), rooms: where.ticked() }, rooms);
    setText(summary, told(times[n], rooms, words, language));
    put(byId('outcome'), []);
    changed();
  };
  [days, where].forEach(({ box }) => box.classList.add('inline'));
  const element = make('article', 'plate editor', [
    summary, make('div', 'fields', [field(words.from, from), field(words.to, to), days.box, where.box]),
    make('div', 'row', [button(words.remove, () => {
      times.splice(n, 1);
      draw();
      byId('add').focus();
    }, 'tool', `${words.remove}: ${told(time, rooms, words, language)}`)]),
  ]);
  element.addEventListener('change', read);
  setText(summary, told(time, rooms, words, language));
  return element;
}

function draw() {
  put(byId('list'), times.length ? times.map(plate) : [make('p', 'about', [words.none])]);
  changed();
}

function settle(config) {
  ({ rooms } = config);
  kept = config.do_not_disturb.times.map((time) => entered(time, rooms));
  times = kept.slice();
}

function keep() {
  if (!times.every(({ from, to }) => from && to)) {
    put(byId('outcome'), [notice('error', words.noTime, '', 'alert')]);
    return;
  }
  byId('save').disabled = true;
  put(byId('outcome'), [loading(words.saving)]);
  save(schema, { do_not_disturb: { times } }).then(({ config }) => {
    settle(config);
    draw();
    put(byId('outcome'), [notice('done', words.saved)]);
  }, (error) => {
    const more = (error.mistakes || []).map(({ message }) => message).join(' ');
    put(byId('outcome'), [more ? notice('error', error.message, more, 'alert') : trouble(error, SHELL[language], null)]);
  }).then(() => { byId('save').disabled = false; });
}

function drawNow({ sessions, rooms: all }) {
  const name = (id) => (all.find((room) => room.id === id) || { name: id }).name;
  const lines = sessions.map(({ endpoint, room, do_not_disturb: alone }) => `${endpoint}, ${name(room)}: ${alone ? words.alone : words.hears}`);
  if (drawn !== JSON.stringify(lines)) {
    drawn = JSON.stringify(lines);
    put(byId('now'), (lines.length ? lines : [words.nobody]).map((line) => make('p', '', [line])));
  }
}

function begin() {
  put(byId('wait'), [loading(SHELL[language].loading)]);
  load().then((found) => {
    ({ schema } = found);
    settle(found.config);
    const draft = drafts.of(DRAFT).times;
    times = draft ? draft.map((time) => entered(time, rooms)) : times;
    put(byId('wait'), []);
    byId('all').hidden = false;
    draw();
    live({ ask: () => api.ask('GET', 'status'), draw: drawNow, every: LOOK_AGAIN_MS, place: byId('now'), words: SHELL[language] });
  }, (error) => put(byId('wait'), [trouble(error, SHELL[language], begin)]));
}

say(words, language);
byId('add').addEventListener('click', () => {
  times.push(Object.assign({}, NIGHT));
  draw();
  byId('list').lastChild.querySelector('input').focus();
});
byId('save').addEventListener('click', keep);
byId('discard').addEventListener('click', () => {
  times = kept.slice();
  put(byId('outcome'), []);
  draw();
});
begin();
