import assert from 'node:assert/strict';
import test from 'node:test';
import { ailing, readHealth } from '../../../endpoint-kiosk/web/js/health.js';
import { browserOf, microphoneHelp } from '../../../endpoint-kiosk/web/js/microphone-help.js';
import { readTurns } from '../../../endpoint-kiosk/web/js/recent.js';
import { Talk } from '../../../endpoint-kiosk/web/js/talk.js';
import { chart, duration } from '../../../endpoint-kiosk/web/js/timings.js';
import { dots, lit } from '../../../endpoint-kiosk/web/js/views/grille.js';
import { HEALTHY } from '../lib/fake.mjs';

const AGENTS = {
  chrome: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  edge: 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
  safari: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
  ios: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
};

test('every browser gets its own way out of every microphone problem', () => {
  for (const [name, userAgent] of Object.entries(AGENTS)) {
    assert.equal(browserOf(userAgent), name);
    for (const problem of ['insecure', 'denied', 'none', 'busy', 'asleep', 'unsupported', 'failed']) {
      const help = microphoneHelp(problem, { userAgent, origin: 'http://rosie.local:8000' });
      assert.ok(help.title && help.why && help.steps.length >= 1, `${name} ${problem}`);
    }
  }
  const insecure = (name) => microphoneHelp('insecure', { userAgent: AGENTS[name], origin: 'http://r:8000' }).steps.join(' ');
  assert.match(insecure('chrome'), /chrome:\/\/flags.*http:\/\/r:8000/);
  assert.match(insecure('firefox'), /about:config/);
  assert.doesNotMatch(insecure('safari'), /flags|about:config/);
});

test('the chart: parts of the wait add up to the whole, the rest stands apart', () => {
  const c = chart([
    { stage: 'speech', ms: 1900 }, { stage: 'endpointing', ms: 320 }, { stage: 'stt_wait', ms: 80 },
    { stage: 'first_text', ms: 10 }, { stage: 'first_audio', ms: 90 }, { stage: 'voice_to_voice', ms: 500 },
    { stage: 'new_stage', ms: 4 },
  ]);
  assert.equal(c.totalMs, 500);
  assert.deepEqual(c.bars.map((b) => b.share), [0.64, 0.16, 0.02, 0.18]);
  assert.deepEqual(c.others.map((o) => o.words), ['You spoke', 'new stage']);
  assert.equal(chart([]).totalMs, null);
  // Parts measured on other clocks may exceed the whole: no bar leaves its frame.
  const odd = chart([{ stage: 'stt_wait', ms: 300 }, { stage: 'voice_to_voice', ms: 100 }]);
  assert.equal(odd.bars[0].share, 1);
});

test('durations read as a person would', () => {
  assert.deepEqual([6, 420, 3140, 125000].map(duration), ['6 ms', '0.42 s', '3.1 s', '2 min 5 s']);
  assert.equal(duration(3140, 'de'), '3,1 s');
});

test('health in each shape it may come in', () => {
  const parts = readHealth({ status: 'ok', parts: HEALTHY });
  assert.deepEqual(parts.map((p) => p.word), ['Ready', 'Ready', 'Ready']);
  assert.equal(parts[1].model, 'whisper · base.en');
  const sick = readHealth({ tts: { engine: 'piper', model: 'x', health: { state: 'degraded', reason: 'Run make models.' } } });
  assert.deepEqual(ailing(sick).map((p) => p.reason), ['Run make models.']);
  assert.deepEqual(ailing(parts), []);
  // A language model is optional: without one nothing is ill.
  const [llm] = readHealth({ parts: { llm: { engine: 'none', model: '', health: { state: 'not_set_up', reason: 'r' } } } });
  assert.deepEqual([llm.word, llm.model, llm.reason], ['Not set up', '', 'R']);
  assert.deepEqual(ailing([llm]), []);
});

test('turns of the house without texts are told without texts', () => {
  const [turn] = readTurns([{
    turn_id: 3, session: 's', room: 'kitchen', started_unix_ms: 5, trigger: 'wake_word', outcome: 'no_speech', intent: 'RosieWhatCanYouDo',
    stages: [{ stage: 'voice_to_voice', duration_ms: 640 }],
    events: [{ at_ms: 40, event: 'transcript', text: null, language: 'en' }, { at_ms: 50, event: 'failed', code: 'busy', detail: 'x' }],
  }]);
  assert.equal(turn.wait, '0.64 s');
  assert.equal(turn.how, 'wake word');
  assert.equal(turn.intent, 'What can you do');
  assert.deepEqual(turn.events.map((e) => e.what), ['', 'busy · x']);
});

function talking(ready = Promise.resolve(true)) {
  const sent = [];
  let now = 0;
  const later = [];
  const talk = new Talk({ open: () => ready, send: (type) => sent.push(type), changed: () => undefined }, {
    now: () => now, later: (fn, ms) => (ms ? later.push(fn) : fn()),
  });
  return { talk, sent, later, pass: (ms) => { now += ms; } };
}

test('talk: a hold is press, and release once the tail is in', async () => {
  const { talk, sent, later, pass } = talking();
  talk.press();
  await null;
  assert.deepEqual(sent, ['press']);
  pass(1500);
  talk.release();
  assert.deepEqual(sent, ['press']);
  later.forEach((fn) => fn());
  assert.deepEqual(sent, ['press', 'release']);
});

test('talk: a tap is released at once, so that the appliance knows it for one', async () => {
  const { talk, sent, pass } = talking();
  talk.press();
  await null;
  pass(120);
  talk.release();
  assert.deepEqual(sent, ['press', 'release']);
});

test('talk: let go while the microphone opens is a tap; no microphone is nothing', async () => {
  const slow = talking();
  slow.talk.tap();
  await null;
  assert.deepEqual(slow.sent, ['press', 'release']);
  const none = talking(Promise.resolve(false));
  none.talk.tap();
  await null;
  assert.deepEqual(none.sent, []);
});

test('talk: cancelled while the microphone opens sends nothing', async () => {
  const { talk, sent } = talking();
  talk.press();
  talk.abandon();
  await null;
  assert.deepEqual(sent, []);
});

test('the grille: every face lights it differently, and never beyond its range', () => {
  const all = dots();
  const picture = (face) => all.map((dot) => {
    const value = lit(face, dot, 1.3, 0.6);
    assert.ok(value >= 0 && value <= 1, `${face} ${value}`);
    return value.toFixed(2);
  }).join();
  const faces = ['idle', 'listening', 'thinking', 'speaking', 'reconnecting', 'muted', 'error', 'ringing'];
  assert.equal(new Set(faces.map(picture)).size, faces.length);
});
