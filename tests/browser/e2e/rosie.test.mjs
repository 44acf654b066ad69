// The page on the real appliance: real speech in through a fake microphone, real recognition, a real voice out of the
// page's loudspeaker and understood again.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { face, launch, openPage } from '../lib/browser.mjs';
import { accessible, shot } from '../lib/check.mjs';
import { heard, secondsOfSound, TAPPED, tapSpeaker } from '../lib/ear.mjs';
import { freePort, say, startRosie, temporaryFolder, transcribe, wordsInCommon } from '../lib/rosie.mjs';
import { readWav, writeRecording, writeWav } from '../lib/wav.mjs';

const TURN_MS = 20000;
let folder;
let data;
let port;
let rosie;
let recording;
let times;

before(async () => {
  folder = temporaryFolder();
  data = join(folder.path, 'data');
  const voice = join(folder.path, 'voice.wav');
  await say('What time is it?', voice, join(folder.path, 'say'));
  recording = join(folder.path, 'question.wav');
  times = writeRecording(recording, readWav(voice), { before: 1, after: 60 });
  port = await freePort();
  rosie = await startRosie({ port, data });
}, { timeout: 120000 });

after(async () => {
  if (rosie) {
    await rosie.kill();
  }
  folder.remove();
});

async function setUp(t, { wav, tapped = false } = {}) {
  const browser = await launch({ wav });
  t.after(() => browser.close());
  const page = await openPage(browser, null, { permissions: ['microphone'], ...(tapped ? TAPPED : {}) });
  if (tapped) {
    await tapSpeaker(page);
  }
  await page.goto(rosie.url);
  await face(page, 'idle', 10000);
  return page;
}

const text = (page, id) => page.textContent(`#${id}`);
const withText = (page, id, timeout = TURN_MS) => page.waitForFunction((i) => document.getElementById(i).textContent.trim() !== '', id, { timeout });

/** The turn is over: answered, voice included. */
async function answered(page) {
  await withText(page, 'reply');
  await page.waitForFunction(() => document.querySelector('#timings .wait'), null, { timeout: TURN_MS });
  await page.waitForFunction(() => /idle|follow_up/.test(document.documentElement.dataset.face), null, { timeout: TURN_MS });
}

async function voiceSays(page, name) {
  const sound = await heard(page);
  assert.ok(secondsOfSound(sound) > 0.5, `${secondsOfSound(sound)} s of voice`);
  const path = join(process.env.ROSIE_SHOTS || folder.path, `${name}.wav`);
  writeWav(path, sound);
  return transcribe(path, join(folder.path, 'say'));
}

test('a spoken turn, button held: heard, understood, answered aloud', async (t) => {
  const page = await setUp(t, { wav: `${recording}%noloop`, tapped: true });
  await page.keyboard.down('Space');
  await face(page, 'listening');
  await page.waitForTimeout((times.to + 0.6) * 1000);
  await page.keyboard.up('Space');
  await withText(page, 'asked');
  await answered(page);
  assert.match(await text(page, 'asked'), /what time is it/i);
  const reply = await text(page, 'reply');
  const said = await voiceSays(page, 'reply-to-speech');
  assert.ok(wordsInCommon(reply, said) >= 0.5, `“${reply}” was heard as “${said}”`);
  assert.match(await text(page, 'timings'), /from your last word to hers/);
  await shot(page, 'rosie-spoken');
  assert.deepEqual(page.problems, []);
});

test('a tap is enough: silence ends what is said', async (t) => {
  const page = await setUp(t, { wav: `${recording}%noloop` });
  await page.click('#talk');
  await face(page, 'listening');
  await answered(page);
  assert.match(await text(page, 'asked'), /what time is it/i);
});

test('hands-free: speech itself begins the turn', async (t) => {
  const page = await setUp(t, { wav: `${recording}%noloop` });
  await page.click('#hands-free');
  await answered(page);
  assert.match(await text(page, 'asked'), /what time is it/i);
});

test('a typed turn is answered in text and aloud', async (t) => {
  const page = await setUp(t, { tapped: true });
  await page.fill('#ask', 'what is twelve times twelve');
  await page.keyboard.press('Enter');
  await answered(page);
  const reply = await text(page, 'reply');
  assert.match(reply, /144|hundred/);
  const said = await voiceSays(page, 'reply-to-text');
  assert.match(said, /144|one hundred/i);
  assert.match(await text(page, 'history'), /twelve times twelve/);
  await page.waitForSelector('#recent details');
  await accessible(page, 'after a typed turn');
  assert.deepEqual(page.problems, []);
});

test('nothing said is no alarm', async (t) => {
  const silence = join(folder.path, 'silence.wav');
  writeWav(silence, { rate: 16000, samples: new Float32Array(16000 * 30) });
  const page = await setUp(t, { wav: `${silence}%noloop` });
  await page.keyboard.down('Space');
  await face(page, 'listening');
  await page.waitForTimeout(1200);
  await page.keyboard.up('Space');
  await page.waitForFunction(() => /idle|speaking|follow_up/.test(document.documentElement.dataset.face), null, { timeout: TURN_MS });
  await face(page, 'idle', TURN_MS);
  assert.equal(await text(page, 'asked'), '');
});

test('Escape silences a long reply at once', async (t) => {
  const page = await setUp(t, { tapped: true });
  await page.fill('#ask', 'what can you do');
  await page.keyboard.press('Enter');
  await face(page, 'speaking', TURN_MS);
  await page.waitForTimeout(700);
  await page.keyboard.press('Escape');
  await face(page, 'idle', 2000);
  const before = secondsOfSound(await heard(page));
  const later = secondsOfSound(await heard(page));
  assert.ok(later - before < 0.05, `${later - before} s more`);
});

test('a timer rings on the page and is stopped there', async (t) => {
  const page = await setUp(t);
  await page.fill('#ask', 'set a timer for 2 seconds');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-kind=timer]', { timeout: TURN_MS });
  await shot(page, 'rosie-ringing');
  await page.click('[data-kind=timer] .tool');
  await page.waitForSelector('[data-kind=timer]', { state: 'detached', timeout: 5000 });
});

test('the parts and their state are shown', async (t) => {
  const page = await setUp(t);
  await page.waitForFunction(() => document.querySelectorAll('#parts li').length >= 3);
  assert.match(await text(page, 'parts'), /Understanding words.*whisper/s);
});

test('killed in the middle of a turn and started again: the page comes back and goes on', async (t) => {
  const page = await setUp(t);
  await page.fill('#ask', 'what can you do');
  await page.keyboard.press('Enter');
  await face(page, 'speaking', TURN_MS);
  await rosie.kill('SIGKILL');
  await face(page, 'reconnecting', 5000);
  rosie = await startRosie({ port, data });
  await face(page, 'idle', 20000);
  await page.fill('#ask', 'what is two plus two');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /4|four/i.test(document.getElementById('reply').textContent), null, { timeout: TURN_MS });
  assert.deepEqual(page.problems, []);
});
