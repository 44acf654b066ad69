// Every face of the page, by day and by night, at every size: accessible, well laid out. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import test from 'node:test';
import { face, launch, openPage, SIZES } from '../lib/browser.mjs';
import { accessible, shot, wellLaidOut } from '../lib/check.mjs';
import { HEALTHY, startFake, tone } from '../lib/fake.mjs';

const STAGES = [
  { stage: 'speech', ms: 1900 }, { stage: 'endpointing', ms: 322 }, { stage: 'stt_wait', ms: 118 },
  { stage: 'stt_compute', ms: 301 }, { stage: 'first_text', ms: 6 }, { stage: 'reply', ms: 9 },
  { stage: 'first_audio', ms: 141 }, { stage: 'voice_to_voice', ms: 587 }, { stage: 'playback', ms: 3100 },
];
const LONG = 'Nine minutes for the pasta, starting now. I will ring here in the kitchen when it is time to drain it. '
  + 'You still have a timer for the bread with twenty-two minutes left, and one for the washing machine.';
const RECORD = {
  turn_id: 1, session: 's', endpoint: 'page-1', room: 'kitchen', language: 'en', started_unix_ms: 1763818200000,
  trigger: 'push_to_talk', outcome: 'answered', tier: 'local', intent: 'TimerSet',
  stages: [{ stage: 'voice_to_voice', duration_ms: 587 }],
  events: [{ at_ms: 0, event: 'started', trigger: 'push_to_talk' }, { at_ms: 2222, event: 'end_of_speech', reason: 'silence' }],
};

/** Each step brings the page to a face; the name is also the picture's. */
const STEPS = [
  ['idle', 'idle', () => undefined],
  ['listening', 'listening', async (fake, page) => {
    const s = fake.session();
    s.send({ type: 'turn_started', turn: 1, trigger: 'push_to_talk' });
    s.send({ type: 'state', turn: 1, state: 'listening' });
    s.send({ type: 'partial', turn: 1, text: 'Set a pasta timer for' });
    await page.click('#talk');
  }],
  ['thinking', 'thinking', (fake) => {
    fake.session().send({ type: 'transcript', turn: 1, text: 'Set a pasta timer for nine minutes.', language: 'en' });
    fake.session().send({ type: 'state', turn: 1, state: 'thinking' });
  }],
  ['speaking', 'speaking', (fake) => {
    const s = fake.session();
    s.send({ type: 'state', turn: 1, state: 'speaking' });
    s.send({ type: 'audio_start', turn: 1, format: { codec: 'pcm_s16le', rate: 24000, channels: 1 } });
    s.sendAudio(1, tone(1.5));
    s.send({ type: 'audio_end', turn: 1 });
    LONG.split(/(?= )/).forEach((text) => s.send({ type: 'reply_delta', turn: 1, text }));
  }],
  ['follow-up', 'follow_up', (fake) => {
    fake.session().send({ type: 'reply', turn: 1, text: LONG });
    fake.session().send({ type: 'state', turn: 1, state: 'follow_up' });
  }],
  ['answered', 'idle', (fake) => {
    fake.session().send({ type: 'timings', turn: 1, outcome: 'answered', stages: STAGES });
    fake.session().send({ type: 'state', turn: 1, state: 'idle' });
  }],
  ['ringing', 'ringing', (fake) => {
    fake.session().send({ type: 'timer_ringing', id: 4, name: 'pasta' });
    fake.session().send({ type: 'timer_ringing', id: 5, name: null });
  }],
  ['muted', 'muted', async (fake, page) => {
    fake.session().send({ type: 'timer_stopped', id: 4 });
    fake.session().send({ type: 'timer_stopped', id: 5 });
    await page.click('#mute');
  }],
  ['error', 'error', async (fake, page) => {
    await page.click('#mute');
    fake.session().send({
      type: 'error', turn: 1, code: 'tts-unavailable', sentence: "Sorry, I can't speak right now.",
      detail: 'The voice en_US-lessac-medium is missing. Run “rosied models fetch”.',
    });
  }],
  ['reconnecting', 'reconnecting', (fake) => fake.stopListening()],
  ['parts-missing', 'idle', async (fake, page) => {
    fake.health = {
      status: 'impaired',
      parts: {
        ...HEALTHY,
        llm: { engine: 'ollama', model: 'qwen2.5:3b', health: { state: 'unavailable', reason: 'Ollama at http://gpu-box:11434 does not answer. Start it, or correct llm.network.host.' } },
      },
    };
    await fake.listenAgain();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
  }],
  ['microphone', 'idle', async (fake, page) => {
    await page.click('#notices .round');
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(Object.assign(new Error('no'), { name: 'NotAllowedError' }));
    });
    await page.click('#mute');
    await page.click('#mute');
    await page.click('#hands-free');
    await page.waitForSelector('[data-kind=microphone]');
  }],
];

if (process.env.ROSIE_SHOTS) {
  mkdirSync(process.env.ROSIE_SHOTS, { recursive: true });
}

for (const colorScheme of ['light', 'dark']) {
  for (const [sizeName, viewport] of Object.entries(SIZES)) {
    test(`faces, ${colorScheme}, ${viewport.width}x${viewport.height}`, async (t) => {
      const fake = await startFake();
      fake.turns = [RECORD];
      const browser = await launch();
      t.after(async () => {
        await browser.close();
        await fake.close();
      });
      const page = await openPage(browser, fake.url, { viewport, colorScheme, reducedMotion: 'reduce', permissions: ['microphone'] });
      await face(page, 'idle');
      for (const [name, shown, bring] of STEPS) {
        const label = `${colorScheme}-${sizeName}-${name}`;
        await bring(fake, page);
        await face(page, shown, 20000);
        await page.waitForTimeout(150);
        await shot(page, label);
        await wellLaidOut(page, label);
        await accessible(page, label);
      }
      if (viewport.width < 1180) {
        await page.click('#panel-toggle');
        await page.waitForTimeout(100);
        const label = `${colorScheme}-${sizeName}-details`;
        await shot(page, label);
        await wellLaidOut(page, label);
        await accessible(page, label);
        await page.keyboard.press('Escape');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'panel-toggle');
      }
      assert.deepEqual(page.problems, []);
    });
  }
}
