// The page of the turns: the last ones, and of each what was heard and done, who answered and why, and every step to scale.

import { client } from '../api.js';
import { keyOf } from '../dashboard/figures.js';
import { HOUSE } from '../house/words.js';
import { languageAmong, wantedLanguages } from '../languages.js';
import { put } from '../memories/show.js';
import { intentWords } from '../recent.js';
import { live } from '../shell/live.js';
import { WORDS as SHELL } from '../shell/words.js';
import { duration } from '../timings.js';
import { byId, fill, make, setText } from '../views/dom.js';
import { say } from '../views/worded.js';
import { deedsOf, read, timeline, waited } from './story.js';
import { WORDS } from './words.js';

const LOOK_AGAIN_MS = 3000;
const FILTERS = ['room', 'outcome', 'tier'];
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];
const house = HOUSE[language];
const api = client('api/v1/');
const lengthOf = (ms) => duration(ms, language);
const list = byId('list');
/** Drawn turns by their key: what is open stays as it is while others come. */
const drawn = {};
let known = null;
/** The one that the address names, until it was shown. */
let wanted = window.location.hash.slice(1);

function roomName(id) {
  return (known.status.rooms.find((room) => room.id === id) || { name: id }).name;
}

/** When it was, as people say it: today by the clock alone. */
function when(ms) {
  const date = new Date(ms);
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const today = date.toDateString() === new Date().toDateString();
  return today ? time : `${date.toLocaleDateString(language, { weekday: 'short', day: 'numeric', month: 'short' })} ${time}`;
}

function quoted(text) {
  return make('q', '', [text]);
}

function row(title, children) {
  return children.length ? make('div', 'story-row', [make('dt', '', [title]), make('dd', '', children)]) : null;
}

function privacy() {
  return make('a', '', [words.notKept], { href: 'settings#privacy', 'aria-label': `${words.notKept} ${words.change}` });
}

/** A text that was kept, was not, or was none. */
function texts(text) {
  if (text === undefined) {
    return [];
  }
  return [text === null ? privacy() : quoted(text)];
}

function deedLine(deed) {
  return make('p', '', [[deed.action, deed.targets.join(', '), deed.failed ? `${words.failed} (${deed.failed})` : words.worked].filter(Boolean).join(' · ')]);
}

function story(turn) {
  const told = read(turn);
  const deeds = deedsOf(turn, known.deeds);
  const tools = told.tools.map(({ name, ok }) => make('p', '', [`${name} · ${ok ? words.worked : words.failed}`]));
  const models = told.models.map(({ tier, model, reason }) => make('p', 'about', [
    [house.tiers[tier], model, reason].filter(Boolean).join(' · ')], { lang: 'en' }));
  const heard = told.heard === undefined && turn.outcome === 'no_speech' ? [words.nothing] : texts(told.heard);
  const understood = told.intent || (told.models.length ? words.free : '');
  return make('dl', 'story', [
    row(words.heard, heard),
    row(words.understood, understood ? [understood] : []),
    row(words.done, deeds.length ? deeds.map(deedLine) : tools),
    row(words.said, texts(told.said)),
    row(words.wrong, told.failures.map(({ code, detail }) => make('p', '', [detail || code], { lang: 'en' }))),
    turn.outcome === 'no_speech' ? null : row(words.by, [make('p', '', [words.why[told.kind]])].concat(
      models, told.kind === 'nobody' ? [make('a', '', [words.models], { href: 'settings#tiers' })] : [],
    )),
  ]);
}

function scaleBar(span, total) {
  const bar = make('span', `span span-${span.kind}`, [], { 'aria-hidden': 'true' });
  bar.style.marginLeft = `${(span.from / total) * 100}%`;
  bar.style.width = `${(span.ms / total) * 100}%`;
  return make('span', 'lane', [bar]);
}

function steps(turn) {
  const { total, spans } = timeline(turn);
  return make('div', '', [
    make('h3', '', [words.line]),
    make('ol', 'line', spans.map((span) => make('li', '', [
      make('span', 'line-name', [span.kind === 'stage' ? house.stages[span.name] : intentWords(span.name)]),
      scaleBar(span, total),
      make('span', 'line-ms', [make('span', '', [lengthOf(span.ms)], { 'aria-hidden': 'true' }),
        make('span', 'hidden', [words.from(lengthOf(span.from), lengthOf(span.ms))])]),
    ]))),
    make('p', 'axis', ['0', make('span', '', [words.total(lengthOf(total))])]),
  ]);
}

function card(turn) {
  const told = read(turn);
  const wait = waited(turn);
  const what = told.heard || told.intent || (told.failures[0] ? house.outcomes.failed : house.outcomes[turn.outcome]);
  const facts = [when(turn.started_unix_ms), roomName(turn.room), house.triggers[turn.trigger] || turn.trigger];
  const details = make('details', 'plate turn', [make('summary', '', [
    make('span', 'turn-line', [make('span', 'turn-what', [what.charAt(0).toUpperCase() + what.slice(1)]), make('span', 'turn-wait', [wait === undefined ? '' : lengthOf(wait)])]),
    make('span', 'about', [facts.concat([house.outcomes[turn.outcome] || turn.outcome]).join(' · ')]),
  ])], { 'data-outcome': turn.outcome });
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) {
      details.append(story(turn), steps(turn));
    }
  });
  return details;
}

function chosen(turn) {
  return FILTERS.every((name) => {
    const { value } = byId(name);
    return !value || (turn[name] || 'none') === value;
  });
}

function drawList() {
  const { turns } = known;
  const shown = turns.filter(chosen);
  const elements = shown.map((turn) => {
    const key = keyOf(turn);
    drawn[key] = drawn[key] || card(turn);
    return drawn[key];
  });
  elements.forEach((element, i) => list.children[i] !== element && list.insertBefore(element, list.children[i] || null));
  while (list.children.length > elements.length) {
    list.removeChild(list.lastChild);
  }
  const nothing = turns.length ? words.noneSuch : words.none;
  setText(byId('count'), shown.length ? words.count(shown.length, turns.length) : nothing);
  byId('unkept').hidden = turns.every((turn) => read(turn).kept);
  if (wanted && drawn[wanted]) {
    drawn[wanted].open = true;
    drawn[wanted].scrollIntoView();
    wanted = '';
  }
}

/** The choices of a filter: what there is to find. */
function choices(name, values, nameOf) {
  const select = byId(name);
  const before = select.value;
  fill(select, values.join(), () => [['', words.all]].concat(values.map((value) => [value, nameOf(value)]))
    .map(([value, text]) => make('option', '', [text], { value })));
  select.value = values.indexOf(before) < 0 ? '' : before;
}

function draw(answer) {
  known = answer;
  put(byId('wait'), []);
  const values = (name) => answer.turns.map((turn) => turn[name] || 'none').filter((value, i, all) => all.indexOf(value) === i).sort();
  choices('room', values('room'), roomName);
  choices('outcome', values('outcome'), (value) => house.outcomes[value] || value);
  choices('tier', values('tier'), (value) => house.tiers[value] || value);
  drawList();
}

function ask() {
  return Promise.all([api.ask('GET', 'status'), api.ask('GET', 'turns'), api.ask('GET', 'deeds?limit=200')])
    .then(([status, { turns }, { deeds }]) => ({ status, turns, deeds }));
}

say(words, language);
byId('filters').addEventListener('change', () => known && drawList());
window.addEventListener('hashchange', () => {
  wanted = window.location.hash.slice(1);
  if (known) {
    drawList();
  }
});
live({ ask, draw, every: LOOK_AGAIN_MS, place: byId('wait'), words: SHELL[language] });
