// The page's audio over WebRTC in a real browser, before the real gateway with an appliance that says back what it heard
// (appliance/rosie-gateway/examples/echo.rs); and the line, which takes over wherever WebRTC does not come about.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { face, launch, openPage } from '../lib/browser.mjs';
import { heard, secondsOfSound, tapElement, TAPPED } from '../lib/ear.mjs';
import { example } from '../lib/example.mjs';
import { tone } from '../lib/fake.mjs';
import { listens, setUp } from '../lib/house.mjs';
import { temporaryFolder } from '../lib/rosie.mjs';
import { writeWav } from '../lib/wav.mjs';

const RATE = 16000;
const HZ = 600;
let folder;
let echo;
let url;
let question;

/** A tone that comes and goes, as speech does: half a second of it, half a second of silence. */
function words(seconds) {
  const samples = new Float32Array(seconds * RATE);
  for (let i = 0; i < samples.length; i += 1) {
    samples[i] = i % RATE < RATE / 2 ? 0.5 * Math.sin((2 * Math.PI * HZ * i) / RATE) : 0;
  }
  return { rate: RATE, samples };
}

/** Share of the loudness of `samples` that is a tone of `hz`, 0 to 1; by tenths of a second, so that its phase may wander. */
function shareOf({ rate, samples }, hz) {
  let toneEnergy = 0;
  let energy = 1e-9;
  const block = Math.round(rate / 10);
  for (let from = 0; from + block <= samples.length; from += block) {
    let a = 0;
    let b = 0;
    for (let i = 0; i < block; i += 1) {
      const v = samples[from + i];
      a += v * Math.cos((2 * Math.PI * hz * i) / rate);
      b += v * Math.sin((2 * Math.PI * hz * i) / rate);
      energy += v * v;
    }
    toneEnergy += (2 * (a * a + b * b)) / block;
  }
  return toneEnergy / energy;
}

before(async () => {
  folder = temporaryFolder();
  question = join(folder.path, 'question.wav');
  writeWav(question, words(60));
  echo = spawn(await example('echo'), ['127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  url = await new Promise((resolve, reject) => {
    echo.stdout.once('data', (text) => resolve(`http://${String(text).trim().split(' ').pop()}/`));
    echo.once('exit', (code) => reject(new Error(`echo ended with ${code}`)));
  });
});

after(() => {
  if (echo) {
    echo.kill();
  }
  folder.remove();
});

/** A page whose audio goes over WebRTC. */
async function connected(t) {
  const browser = await launch({ wav: question });
  t.after(() => browser.close());
  const page = await openPage(browser, null, { permissions: ['microphone'], ...TAPPED });
  await tapElement(page);
  const frames = { sent: 0, received: 0 };
  page.on('websocket', (socket) => {
    const count = (way) => ({ payload }) => { frames[way] += typeof payload === 'string' ? 0 : 1; };
    socket.on('framesent', count('sent'));
    socket.on('framereceived', count('received'));
  });
  await page.goto(url);
  await face(page, 'idle');
  await overWebRtc(page, true);
  return { page, frames };
}

const overWebRtc = (page, is) => page.waitForFunction(
  (audio) => document.getElementById('link').dataset.audio === audio, is ? 'webrtc' : 'line', { timeout: 15000 });

test('what is said goes up over WebRTC, and the voice comes down over it', async (t) => {
  const { page, frames } = await connected(t);
  await page.keyboard.down('Space');
  await face(page, 'listening');
  await page.waitForTimeout(3000);
  await page.keyboard.up('Space');
  await face(page, 'speaking');
  await face(page, 'idle', 20000);
  const sound = await heard(page);
  const seconds = secondsOfSound(sound);
  // A half of what was held is tone.
  assert.ok(seconds > 1 && seconds < 2.6, `${seconds} s of sound`);
  const share = shareOf(sound, HZ);
  assert.ok(share > 0.7, `a share of ${share} is the tone`);
  assert.equal(frames.received, 0, 'no audio came over the line');
  // What was heard before the press goes over the line, at most.
  assert.ok(frames.sent <= 20, `${frames.sent} frames went over the line`);
  assert.deepEqual(page.problems, []);
});

test('Escape silences the voice at once', async (t) => {
  const { page } = await connected(t);
  await page.keyboard.down('Space');
  await face(page, 'listening');
  await page.waitForTimeout(4000);
  await page.keyboard.up('Space');
  await face(page, 'speaking');
  await page.waitForTimeout(1200);
  await page.keyboard.press('Escape');
  await face(page, 'idle', 5000);
  const before = secondsOfSound(await heard(page));
  await page.waitForTimeout(1500);
  const later = secondsOfSound(await heard(page));
  assert.ok(later - before < 0.05, `${later - before} s more`);
});

test('the line takes over where the appliance has no room for WebRTC', async (t) => {
  let closes = 0;
  const { fake, page, until } = await setUp(t, {
    tapped: true,
    opened: { permissions: ['microphone'] },
    fakeOptions: {
      welcome: { webrtc: { stun: [] } },
      behave(message, session) {
        if (message.type === 'rtc_offer') {
          closes += 1;
          session.send({ type: 'rtc_close', id: message.id, reason: 'busy' });
        }
        listens(message, session);
      },
    },
  });
  await until('rtc_offer', () => closes === 1);
  await page.keyboard.down('Space');
  await until('audio over the line', () => fake.session().audioFrames > 20);
  await page.keyboard.up('Space');
  const session = fake.session();
  session.send({ type: 'audio_start', turn: 5, format: { codec: 'pcm_s16le', rate: 24000, channels: 1 } });
  session.sendAudio(5, tone(0.5));
  session.send({ type: 'audio_end', turn: 5 });
  await until('playback_finished', () => fake.received.some((m) => m.type === 'playback_finished'));
  assert.ok(secondsOfSound(await heard(page)) > 0.3);
  assert.equal(closes, 1, 'it asks no more');
  assert.equal(await page.getAttribute('#link', 'data-audio'), 'line');
  assert.deepEqual(page.problems, []);
});

test('the line is as ever while an offer stays unanswered', async (t) => {
  const { fake, page, until } = await setUp(t, {
    opened: { permissions: ['microphone'] },
    fakeOptions: { welcome: { webrtc: { stun: [] } }, behave: listens },
  });
  await until('rtc_offer', () => fake.received.some((m) => m.type === 'rtc_offer'));
  await page.keyboard.down('Space');
  await until('audio over the line', () => fake.session().audioFrames > 20);
  assert.deepEqual(page.problems, []);
});
