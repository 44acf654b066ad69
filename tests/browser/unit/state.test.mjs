import assert from 'node:assert/strict';
import test from 'node:test';
import { currentEntry, face, hears, initialState, onMessage, onStatus } from '../../../endpoint-kiosk/web/js/state.js';
import { darkness, isNight } from '../../../endpoint-kiosk/web/js/views/dimmer.js';
import { WELCOME } from '../lib/fake.mjs';

test('a dimmed screen is dark while nobody uses it, and never black', () => {
  const state = onMessage(onMessage(initialState(), WELCOME), { type: 'brightness', percent: 0 });
  const idle = Object.assign({}, state, { turnState: 'idle', phase: 'online' });
  assert.ok(darkness(idle) > 0.9 && darkness(idle) < 0.97);
  assert.equal(darkness(Object.assign({}, idle, { brightness: 100 })), 0);
  assert.ok(darkness(Object.assign({}, idle, { brightness: 100, night: true })) > 0.8);
  assert.deepEqual([21, 22, 0, 5, 6].map(isNight), [false, true, true, true, false]);
  for (const used of [{ turnState: 'listening' }, { timers: [{ id: 1, name: null }] }, { phase: 'offline' }]) {
    assert.equal(darkness(Object.assign({}, idle, used)), 0);
  }
});

const play = (messages, from = initialState()) => messages.reduce(onMessage, from);
const started = (turn = 1, trigger = 'push_to_talk') => [
  { type: 'turn_started', turn, trigger }, { type: 'state', turn, state: 'listening' },
];

test('a spoken turn grows word by word and ends idle with its timings', () => {
  let state = play([WELCOME, ...started(), { type: 'partial', turn: 1, text: 'what' }, { type: 'partial', turn: 1, text: 'what time' }]);
  assert.equal(face(state), 'listening');
  assert.equal(currentEntry(state).asked, 'what time');
  assert.equal(currentEntry(state).final, false);
  state = play([
    { type: 'transcript', turn: 1, text: 'What time is it?', language: 'en' }, { type: 'state', turn: 1, state: 'thinking' },
    { type: 'partial', turn: 1, text: 'too late' }, { type: 'intent', turn: 1, name: 'GetTime' },
    { type: 'reply_delta', turn: 1, text: 'It is ' }, { type: 'reply_delta', turn: 1, text: 'noon.' },
    { type: 'state', turn: 1, state: 'speaking' },
  ], state);
  assert.equal(currentEntry(state).asked, 'What time is it?');
  assert.equal(currentEntry(state).reply, 'It is noon.');
  assert.equal(face(state), 'speaking');
  state = play([
    { type: 'reply', turn: 1, text: 'It is noon.' }, { type: 'reply_delta', turn: 1, text: 'again' },
    { type: 'timings', turn: 1, outcome: 'answered', stages: [{ stage: 'speech', ms: 9 }] }, { type: 'state', turn: 1, state: 'idle' },
  ], state);
  assert.equal(currentEntry(state).reply, 'It is noon.');
  assert.equal(currentEntry(state).outcome, 'answered');
  assert.equal(currentEntry(state).over, true);
  assert.equal(face(state), 'idle');
  assert.equal(state.history.length, 1);
});

test('the state of an older turn does not overwrite that of a newer one', () => {
  const state = play([WELCOME, ...started(1), ...started(2), { type: 'state', turn: 1, state: 'idle' }]);
  assert.equal(face(state), 'listening');
  assert.equal(state.turn, 2);
});

test('late timings of an older turn reach that turn', () => {
  const state = play([WELCOME, ...started(1), ...started(2), { type: 'timings', turn: 1, outcome: 'barged_in', stages: [] }]);
  assert.deepEqual(state.history.map((e) => e.outcome), ['barged_in', null]);
});

test('a failure shows until the next turn; not having caught a word is no alarm', () => {
  const error = (code) => ({ type: 'error', turn: 1, code, sentence: 's', detail: 'd' });
  const idle = { type: 'state', turn: 1, state: 'idle' };
  let state = play([WELCOME, ...started(), error('stt-unavailable'), idle]);
  assert.equal(face(state), 'error');
  assert.equal(currentEntry(state).failure.sentence, 's');
  state = play(started(2), state);
  assert.equal(state.failure, null);
  state = play([WELCOME, ...started(), error('stt-no-text-recognized'), idle]);
  assert.equal(face(state), 'idle');
});

test('an error without a turn touches no turn', () => {
  const state = play([WELCOME, { type: 'error', code: 'busy', sentence: 's', detail: 'd' }]);
  assert.equal(face(state), 'error');
  assert.equal(state.history.length, 0);
});

test('the line: connecting at first, reconnecting later, whatever else is going on', () => {
  let state = initialState();
  assert.equal(face(state), 'connecting');
  state = play([WELCOME, ...started()], state);
  state = onStatus(state, { phase: 'waiting', retryInMs: 500 });
  assert.equal(face(state), 'reconnecting');
});

test('a resumed session goes on with its turn, a new one does not', () => {
  const before = play([WELCOME, ...started(), { type: 'timer_ringing', id: 3, name: 'tea' }]);
  assert.equal(face(play([{ ...WELCOME, resumed: true }], before)), 'listening');
  const after = play([WELCOME], before);
  assert.equal(face(after), 'idle');
  assert.equal(after.timers.length, 0);
  // The appliance began to count anew: its turn 1 is another.
  const again = play([...started(1), { type: 'partial', turn: 1, text: 'new' }], after);
  assert.deepEqual(again.history.map((e) => e.asked), ['', 'new']);
});

test('timers ring and stop, one entry each', () => {
  let state = play([WELCOME, { type: 'timer_ringing', id: 1, name: null }, { type: 'timer_ringing', id: 1, name: 'tea' }]);
  assert.deepEqual(state.timers, [{ id: 1, name: 'tea' }]);
  assert.equal(face(state), 'ringing');
  state = play([{ type: 'timer_stopped', id: 1 }], state);
  assert.equal(face(state), 'idle');
});

test('nothing is heard while muted, and only when somebody means to be heard', () => {
  const online = play([WELCOME]);
  assert.equal(hears(online, false), false);
  assert.equal(hears(online, true), true);
  assert.equal(hears({ ...online, handsFree: true }, false), true);
  assert.equal(hears({ ...online, handsFree: true, muted: true }, true), false);
  assert.equal(hears(play(started(), online), false), true);
  assert.equal(hears(play([{ type: 'state', turn: 1, state: 'follow_up' }], online), false), true);
  assert.equal(hears(play([{ type: 'state', turn: 1, state: 'speaking' }], online), false), false);
  assert.equal(face({ ...play(started(), online), muted: true }), 'muted');
});

test('unknown and hostile messages change nothing', () => {
  const state = play([WELCOME]);
  for (const type of ['tomorrow', 'constructor', '__proto__', 'hasOwnProperty', undefined]) {
    assert.equal(onMessage(state, { type, turn: 1 }), state);
  }
});

test('history is bounded', () => {
  let state = play([WELCOME]);
  for (let turn = 1; turn <= 300; turn += 1) {
    state = play(started(turn), state);
  }
  assert.equal(state.history.length, 100);
  assert.equal(currentEntry(state).turn, 300);
});
