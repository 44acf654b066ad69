import assert from 'node:assert/strict';
import test from 'node:test';
import { byRoom, keyOf, load, quantile, quantileOf, readMetrics, speeds, troubles } from '../../../endpoint-kiosk/web/js/dashboard/figures.js';
import { WORDS as DASHBOARD } from '../../../endpoint-kiosk/web/js/dashboard/words.js';
import { HOUSE } from '../../../endpoint-kiosk/web/js/house/words.js';
import { GROUPS, WORDS as SHELL } from '../../../endpoint-kiosk/web/js/shell/words.js';
import { deedsOf, read, timeline, waited } from '../../../endpoint-kiosk/web/js/turns/story.js';
import { WORDS as TURNS } from '../../../endpoint-kiosk/web/js/turns/words.js';
import { household } from '../lib/household.mjs';

/** The same shape in every language: keys, and texts where the first has texts. */
function sameShape(one, other, where) {
  assert.equal(typeof one, typeof other, where);
  if (one && typeof one === 'object') {
    assert.deepEqual(Object.keys(other).sort(), Object.keys(one).sort(), where);
    Object.keys(one).forEach((key) => sameShape(one[key], other[key], `${where}.${key}`));
  } else {
    assert.ok(other, where);
  }
}

test('every language says everything that the house, the overview and the turns have to say', () => {
  Object.entries({ DASHBOARD, HOUSE, SHELL, TURNS }).forEach(([name, all]) => {
    assert.deepEqual(Object.keys(all), ['en', 'de', 'es', 'fr'], name);
    Object.entries(all).forEach(([language, words]) => sameShape(all.en, words, `${name}.${language}`));
  });
  Object.values(SHELL).forEach((words) => GROUPS.forEach(([group, pages]) => {
    assert.ok(words.groups[group]);
    pages.forEach((page) => assert.ok(words.pages[page], page));
  }));
});

test('the half and the most: of values, and of the buckets of a histogram', () => {
  assert.equal(quantile([40, 10, 30, 20], 0.5), 20);
  assert.equal(quantile([40, 10, 30, 20], 0.95), 40);
  assert.equal(quantileOf([[100, 0], [200, 10], [Infinity, 10]], 0.5), 150);
  assert.equal(quantileOf([[100, 0], [200, 1], [Infinity, 10]], 0.95), 200, 'nobody knows how long the last bucket is');
  assert.equal(Math.round(load({ ms: 1000, seconds: 5 }, { ms: 3000, seconds: 6 })), 50);
});

test('the metrics tell where they know of more turns than there are records', () => {
  const house = household();
  const metrics = readMetrics(house['/metrics']);
  assert.equal(metrics.values.process_cpu_seconds_total, 31.4);
  const [whole, noticing] = speeds(house['/api/v1/turns'].turns, metrics);
  assert.equal(whole.stage, 'voice_to_voice');
  assert.equal(whole.count, 1204);
  assert.ok(whole.half > 500 && whole.half < 1000, `${whole.half}`);
  assert.equal(noticing.stage, 'endpointing');
  assert.equal(noticing.half, 320);
  assert.equal(noticing.count, 37, 'three turns failed before anything was heard');
  assert.deepEqual(speeds([], readMetrics('')), []);
});

test('who is where: rooms in the order of the house, those that went away counted', () => {
  const rooms = byRoom(household()['/api/v1/status']);
  assert.deepEqual(rooms.map(({ id, here, away }) => [id, here.length, away]), [['living_room', 2, 0], ['kitchen', 1, 0], ['bedroom', 0, 1]]);
  const elsewhere = byRoom({ rooms: [], sessions: [{ room: 'attic', connected: true }] });
  assert.deepEqual(elsewhere.map(({ name }) => name), ['attic']);
});

test('what went wrong, turns and deeds together, the newest first', () => {
  const house = household();
  const { turns } = house['/api/v1/turns'];
  const found = troubles(turns, house['/api/v1/deeds'].deeds);
  assert.equal(found.length, 3, 'a deed of a turn that failed is told twice');
  assert.ok(found.every(({ when }, i) => i === 0 || when <= found[i - 1].when));
  const [turn] = found;
  assert.match(turn.detail, /did not open/);
  assert.equal(turn.key, keyOf(turns[6]));
  const [deed] = troubles([], house['/api/v1/deeds'].deeds);
  assert.deepEqual([deed.code, deed.detail, deed.key], ['home-refused', 'cover.open_cover cover.bedroom', '']);
});

test('a turn on a line: every step where it was, all of them within the whole', () => {
  household()['/api/v1/turns'].turns.forEach((turn) => {
    const { total, spans } = timeline(turn);
    spans.forEach(({ name, from, ms }, i) => {
      assert.ok(from >= 0 && from + ms <= total, `${name} leaves the line`);
      assert.ok(i === 0 || from >= spans[i - 1].from, `${name} is out of order`);
    });
  });
  const [turn] = household()['/api/v1/turns'].turns;
  const at = (name) => timeline(turn).spans.find((span) => span.name === name);
  const transcript = turn.events.find(({ event }) => event === 'transcript').at_ms;
  assert.equal(at('first_text').from, transcript);
  assert.equal(at('stt_compute').from + at('stt_compute').ms, transcript);
  assert.equal(at('endpointing').from, at('speech').from + at('speech').ms - 40);
  assert.equal(at('HassTurnOn').kind, 'tool');
  assert.deepEqual(timeline({ stages: [], events: [] }), { total: 1, spans: [] });
});

test('a turn as a story: what was heard, what was done, why who answered', () => {
  const { turns } = household()['/api/v1/turns'];
  const { deeds } = household()['/api/v1/deeds'];
  const [light, question] = turns;
  assert.deepEqual([read(light).kind, read(light).intent, read(light).heard], ['command', 'Turn on', 'turn on the light over the table']);
  assert.equal(read(question).kind, 'network');
  assert.deepEqual(deedsOf(light, deeds).map(({ action }) => action), ['light.turn_on']);
  assert.deepEqual(deedsOf(question, deeds), []);
  assert.deepEqual(read(turns[6]).failures.map(({ code }) => code), ['home-refused']);
  assert.ok(waited(light) > waited(turns[6]));
  const [unkept] = household({ kept: false })['/api/v1/turns'].turns;
  assert.equal(read(unkept).kept, false);
  assert.equal(read(unkept).heard, null);
  const nobody = { intent: null, tier: null, stages: [], events: [{ event: 'failed', code: 'x', detail: '' }] };
  assert.deepEqual([read(nobody).kind, read(nobody).kept, waited(nobody)], ['nobody', true, undefined]);
});
