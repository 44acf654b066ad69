// What is heard and read: the reply's audio, timers, texts.

import assert from 'node:assert/strict';
import test from 'node:test';
import { face } from '../lib/browser.mjs';
import { heard, secondsOfSound } from '../lib/ear.mjs';
import { tone } from '../lib/fake.mjs';
import { setUp } from '../lib/house.mjs';

const FORMAT = { codec: 'pcm_s16le', rate: 24000, channels: 1 };

test('the voice is played as it came, and its end is told when it has sounded', async (t) => {
  const { fake, page, types, until } = await setUp(t, { tapped: true, opened: { permissions: ['microphone'] } });
  await page.click('#ask');
  const session = fake.session();
  session.send({ type: 'volume', percent: 100 });
  session.send({ type: 'turn_started', turn: 5, trigger: 'text' });
  session.send({ type: 'state', turn: 5, state: 'speaking' });
  session.send({ type: 'audio_start', turn: 5, format: FORMAT });
  const audio = tone(1.2);
  // The first chunk is long: a busy test machine must not run dry, what is asked here is how chunks join.
  session.sendAudio(5, audio.subarray(0, 14000));
  for (let i = 14000; i < audio.length; i += 1111) {
    session.sendAudio(5, audio.subarray(i, i + 1111));
  }
  session.send({ type: 'audio_end', turn: 5 });
  await page.waitForTimeout(600);
  assert.ok(!types().includes('playback_finished'), 'not before it has sounded');
  await until('playback_finished', () => types().includes('playback_finished'));
  assert.equal(fake.received.find((m) => m.type === 'playback_finished').turn, 5);
  const sound = await heard(page);
  const seconds = secondsOfSound(sound);
  assert.ok(Math.abs(seconds - 1.2) < 0.06, `${seconds} s of 1.2`);
  // One tone without a seam: nowhere steeper than a tone of its loudness can be.
  const { samples, rate } = sound;
  const edge = Math.round(rate * 0.01);
  const first = samples.findIndex((v) => Math.abs(v) > 0.01) + edge;
  const last = samples.length - 1 - [...samples].reverse().findIndex((v) => Math.abs(v) > 0.01) - edge;
  const steepest = (2 * Math.PI * 440 * (9000 / 32768)) / rate;
  let clicks = 0;
  for (let i = first; i < last; i += 1) {
    clicks += Math.abs(samples[i] - samples[i - 1]) > steepest * 1.1 ? 1 : 0;
  }
  assert.equal(clicks, 0, 'no click');
});

test('stop_playback silences at once and is not answered', async (t) => {
  const { fake, page, types } = await setUp(t, { tapped: true, opened: { permissions: ['microphone'] } });
  await page.click('#ask');
  const session = fake.session();
  session.send({ type: 'audio_start', turn: 5, format: FORMAT });
  session.sendAudio(5, tone(4));
  await page.waitForTimeout(700);
  session.send({ type: 'stop_playback', turn: 5 });
  session.sendAudio(5, tone(1));
  await page.waitForTimeout(900);
  const seconds = secondsOfSound(await heard(page));
  assert.ok(seconds > 0.05 && seconds < 1.0, `${seconds} s`);
  assert.ok(!types().includes('playback_finished'));
});

test('a timer rings until it is stopped', async (t) => {
  const { fake, page, types, until } = await setUp(t, { tapped: true });
  await page.click('#ask');
  fake.session().send({ type: 'timer_ringing', id: 9, name: 'eggs' });
  await face(page, 'ringing');
  assert.match(await page.textContent('#notices'), /eggs/);
  await page.waitForTimeout(1000);
  assert.ok(secondsOfSound(await heard(page)) > 0.3, 'it can be heard');
  await page.click('[data-kind=timer] .tool');
  await until('cancel', () => types().includes('cancel'));
  fake.session().send({ type: 'timer_stopped', id: 9 });
  await face(page, 'idle');
});

test('words of people never become markup', async (t) => {
  const { fake, page } = await setUp(t);
  const evil = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>';
  const s = fake.session();
  s.send({ type: 'turn_started', turn: 1, trigger: 'text' });
  s.send({ type: 'transcript', turn: 1, text: evil, language: 'en' });
  s.send({ type: 'reply', turn: 1, text: evil });
  s.send({ type: 'error', turn: 1, code: 'internal', sentence: evil, detail: evil });
  s.send({ type: 'timer_ringing', id: 1, name: evil });
  await page.waitForFunction((text) => document.getElementById('reply').textContent === text, evil);
  assert.equal(await page.evaluate(() => window.evil || document.querySelectorAll('main img, aside img').length), 0);
  assert.deepEqual(page.problems, []);
});

test('a screen reader hears a growing transcript once, and failures at once', async (t) => {
  const { fake, page } = await setUp(t);
  const busy = () => page.getAttribute('#exchange', 'aria-busy');
  const s = fake.session();
  s.send({ type: 'turn_started', turn: 1, trigger: 'push_to_talk' });
  s.send({ type: 'partial', turn: 1, text: 'what' });
  await page.waitForFunction(() => document.getElementById('asked').textContent === 'what');
  assert.equal(await busy(), 'true');
  s.send({ type: 'transcript', turn: 1, text: 'What time is it?', language: 'en' });
  await page.waitForFunction(() => document.getElementById('asked').textContent.endsWith('?'));
  assert.equal(await busy(), 'false');
  assert.equal(await page.getAttribute('#exchange', 'aria-live'), 'polite');
  s.send({ type: 'error', turn: 1, code: 'internal', sentence: 'Sorry, something went wrong.', detail: 'd' });
  await page.waitForSelector('[role=alert] >> text=Sorry, something went wrong.');
});
