// The overview: who talks where, how long it takes, how every part is, what went wrong. It looks again by itself, and only what changed
// is drawn anew.

import { client } from '../api.js';
import { ailing, readHealth } from '../health.js';
import { HOUSE } from '../house/words.js';
import { languageAmong, wantedLanguages } from '../languages.js';
import { clock, size } from '../memories/show.js';
import { live } from '../shell/live.js';
import { WORDS as SHELL } from '../shell/words.js';
import { duration } from '../timings.js';
import { byId, fill, make, setText } from '../views/dom.js';
import { bars, mark } from '../views/svg.js';
import { say } from '../views/worded.js';
import { byRoom, load, readMetrics, speeds, troubles } from './figures.js';
import { WORDS } from './words.js';

const LOOK_AGAIN_MS = 3000;
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];
const house = HOUSE[language];
const api = client('api/v1/');
const lengthOf = (ms) => duration(ms, language);
/** Load of the processor since the page was opened, and how much it had worked when it was looked at last. */
let loads = [];
let worked = null;

/** Not everybody may see everything: then the rest is shown. */
function ifAllowed(asked, otherwise) {
  return asked.catch((error) => (error.status === 403 ? otherwise : Promise.reject(error)));
}

function metrics() {
  return fetch('metrics', { credentials: 'same-origin' }).then((response) => (response.ok ? response.text() : '')).then(readMetrics);
}

function ask() {
  return Promise.all([api.ask('GET', 'status'), api.ask('GET', 'turns'), ifAllowed(api.ask('GET', 'deeds?limit=50'), { deeds: [] }), metrics()])
    .then(([status, { turns }, { deeds }, counted]) => ({ status, turns, deeds, counted }));
}

function since(ms) {
  const date = new Date(ms);
  return Date.now() - ms < 20 * 3600000 ? clock(ms) : date.toLocaleDateString(language, { day: 'numeric', month: 'short' });
}

function tile(name, value, more, picture) {
  return make('div', 'tile', [make('dt', '', [name]), make('dd', '', [make('span', 'tile-value', [value]), more || null]), picture || null]);
}

function drawTiles({ status, turns, counted }) {
  const { process_cpu_seconds_total: seconds = 0 } = counted.values;
  const { temperature_celsius: heat, disk_free_bytes: free } = status;
  const now = { ms: Date.now(), seconds };
  loads = loads.concat([worked ? load(worked, now) : status.cpu_percent]).slice(-48);
  worked = now;
  const wait = speeds(turns, counted).find(({ stage }) => stage === 'voice_to_voice');
  const percent = `${Math.round(loads[loads.length - 1])} %`;
  fill(byId('tiles'), [status.turns_total, wait && wait.half, loads.join(), status.memory_bytes, heat, free].join('|'), () => [
    tile(words.turns, status.turns_total.toLocaleString(language)),
    wait ? tile(words.wait, lengthOf(wait.half), words.waitMore) : null,
    tile(words.cpu, percent, words.cpuMore, bars(loads, Math.max(100, Math.max.apply(null, loads)), [])),
    tile(words.memory, size(status.memory_bytes)),
    typeof heat !== 'number' ? null : tile(words.temperature, `${Math.round(heat)} °C`),
    typeof free !== 'number' ? null : tile(words.disk, size(free)),
    tile(words.up, since(status.started_unix_ms), `Rosie ${status.version}`),
  ].filter(Boolean));
}

/** What an endpoint is, by how its kind names itself. */
function endpointWords(id) {
  const [kind] = id.split('-');
  return kind !== id && ['page', 'satellite', 'kiosk', 'device'].indexOf(kind) >= 0 ? words[kind] : id;
}

function sessionRow(session) {
  const lost = session.dropped_frames ? words.dropped(session.dropped_frames) : '';
  return make('li', 'who-row', [
    make('span', 'who-state', [house.states[session.state] || session.state], { 'data-state': session.state }),
    make('span', 'who', [endpointWords(session.endpoint)]),
    make('span', 'about', [[session.endpoint, lost].filter(Boolean).join(' · ')]),
  ]);
}

function drawRooms(status) {
  const rooms = byRoom(status);
  const still = status.rooms.filter(({ id }) => !rooms.some((room) => room.id === id)).map(({ name }) => name);
  fill(byId('rooms'), JSON.stringify([rooms, still]), () => (rooms.length ? rooms.map(({ name, here, away }) => make('div', 'room', [
    make('h3', '', [name]), make('ul', '', here.map(sessionRow)), away ? make('p', 'about', [words.away(away)]) : null,
  ])) : [make('p', '', [words.nobody])]).concat(still.length && rooms.length ? [make('p', 'about', [words.empty(still.join(', '))])] : []));
}

function drawParts(parts) {
  fill(byId('parts'), JSON.stringify(parts), () => parts.map((part) => make('li', '', [mark(part.state), make('div', 'p-text', [
    make('span', 'p-word', [part.word]), make('p', 'p-title', [part.title]),
    part.reason ? make('p', 'p-more', [part.reason], { lang: 'en' }) : null, part.model ? make('p', 'p-more', [part.model]) : null,
  ])])));
  const sick = ailing(parts);
  const warming = parts.some(({ state }) => state === 'loading');
  setText(byId('headline'), sick.length ? words.ill(sick.map(({ title }) => title).join(', ')) : (warming && words.warming) || words.well);
}

function drawSpeeds(turns, counted) {
  const rows = speeds(turns, counted);
  fill(byId('speed'), JSON.stringify(rows), () => (rows.length ? [
    make('table', 'speeds', [
      make('thead', '', [make('tr', '', [words.stage, words.last, words.half, words.most].map((name) => make('th', '', [name], { scope: 'col' })))]),
      make('tbody', '', rows.map(({ stage, last, half, most }) => make('tr', '', [
        make('th', '', [house.stages[stage]], { scope: 'row' }),
        make('td', 'plot', [bars(last, Math.max.apply(null, last.concat([most])), [half, most])]),
        make('td', '', [lengthOf(half)]), make('td', '', [lengthOf(most)]),
      ]))),
    ]),
    make('p', 'about', [words.counted(Math.max.apply(null, rows.map(({ count }) => count)))]),
  ] : [make('p', '', [words.untimed])]));
}

function drawTroubles(turns, deeds, rooms) {
  const all = troubles(turns, deeds);
  const nameOf = (id) => (rooms.find((room) => room.id === id) || { name: id }).name;
  fill(byId('trouble'), JSON.stringify(all), () => (all.length ? [make('ul', 'troubles', all.map((one) => make('li', '', [
    make('p', 'p-title', [`${clock(one.when)} · ${nameOf(one.room)}`]),
    make('p', 'p-more', [one.detail || one.code], { lang: 'en' }),
    one.key ? make('a', 'about', [words.more], { href: `turns#${one.key}`, 'aria-label': `${words.more}: ${clock(one.when)}, ${nameOf(one.room)}` }) : null,
  ])))] : [make('p', '', [words.fine])]));
}

function draw(answer) {
  const { status, turns, deeds, counted } = answer;
  byId('wait').hidden = true;
  byId('all').hidden = false;
  drawTiles(answer);
  drawRooms(status);
  drawParts(readHealth(status.engines, house));
  drawSpeeds(turns, counted);
  drawTroubles(turns, deeds, status.rooms);
}

say(words, language);
live({ ask, draw, every: LOOK_AGAIN_MS, place: byId('wait'), words: SHELL[language] });
