// The page inside the kiosk app: the app has the line, the ears and the mouth, the page is face and buttons of its session.

import assert from 'node:assert/strict';
import test from 'node:test';
import { face, launch, openPage } from '../lib/browser.mjs';
import { startFake, WELCOME } from '../lib/fake.mjs';

/** The page with `?native=1`, and the app played by the test: `says(message)`, `heard()`: what the page said through its port. */
async function inApp(t) {
  const fake = await startFake();
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await fake.close();
  });
  const page = await openPage(browser, `${fake.url}?endpoint=kitchen-show&native=1`);
  await page.evaluate(() => {
    const channel = new MessageChannel();
    window.rosieHeard = [];
    window.rosieApp = channel.port1;
    channel.port1.onmessage = (event) => window.rosieHeard.push(JSON.parse(event.data));
    // As a WebView hands a port over: from nowhere, without an origin.
    window.dispatchEvent(new MessageEvent('message', { data: 'rosie-kiosk', ports: [channel.port2] }));
  });
  const says = (message) => page.evaluate((text) => window.rosieApp.postMessage(text), JSON.stringify(message));
  const heard = () => page.evaluate(() => window.rosieHeard.filter((m) => m.type !== 'ping'));
  const hears = (type) => page.waitForFunction((name) => window.rosieHeard.some((m) => m.type === name), type, { timeout: 15000 });
  await hears('hello');
  return { fake, page, says, heard, hears };
}

test('the page has no line and no microphone of its own, and does everything through the app', async (t) => {
  const { fake, page, says, heard, hears } = await inApp(t);
  await face(page, 'connecting');
  await says({ type: 'muted', on: false });
  await says(WELCOME);
  await face(page, 'idle');
  assert.equal((await heard())[0].endpoint, 'kitchen-show');

  await page.fill('#ask', 'what time is it');
  await page.press('#ask', 'Enter');
  await hears('text');
  await says({ type: 'turn_started', turn: 1, trigger: 'text' });
  await says({ type: 'state', turn: 1, state: 'speaking' });
  await says({ type: 'audio_start', turn: 1, format: { codec: 'pcm_s16le', rate: 24000, channels: 1 } });
  await says({ type: 'reply', turn: 1, text: 'It is ten past five.' });
  await face(page, 'speaking');
  // The words come after the state, in a message of their own.
  await page.waitForFunction(() => document.querySelector('#reply').textContent === 'It is ten past five.', null, { timeout: 15000 });
  await says({ type: 'audio_end', turn: 1 });
  await says({ type: 'state', turn: 1, state: 'idle' });
  await face(page, 'idle');

  await page.click('#talk');
  await hears('release');
  await page.click('#hands-free');
  await page.waitForFunction(() => window.rosieHeard.some((m) => m.type === 'hands_free' && m.on));
  assert.ok(!(await heard()).some((m) => m.type === 'playback_finished'), 'what sounds, and when it has, is the app’s');
  assert.equal(fake.sessions.length, 0, 'no WebSocket of its own');
  assert.deepEqual(page.problems, []);
});

test('the mute key of the device is seen, and a page that begins does not undo it', async (t) => {
  const { page, says, heard } = await inApp(t);
  await says({ type: 'muted', on: true });
  await says(WELCOME);
  await face(page, 'muted');
  assert.ok((await heard()).some((m) => m.type === 'mute' && m.on === true));
  assert.ok(!(await heard()).some((m) => m.type === 'mute' && m.on === false));
  await says({ type: 'muted', on: false });
  await face(page, 'idle');
});

test('a line that the app lost is said, and asked for again', async (t) => {
  const { page, says, heard } = await inApp(t);
  await says(WELCOME);
  await face(page, 'idle');
  await says({ type: 'line_gone' });
  await face(page, 'reconnecting');
  await page.waitForFunction(() => window.rosieHeard.filter((m) => m.type === 'hello').length === 2, null, { timeout: 15000 });
  await says({ ...WELCOME, resumed: true });
  await face(page, 'idle');
  assert.equal((await heard()).filter((m) => m.type === 'hello').length, 2);
});

test('a port that a page hands over is not the app’s', async (t) => {
  const fake = await startFake();
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await fake.close();
  });
  const page = await openPage(browser, `${fake.url}?native=1`);
  const said = await page.evaluate(() => new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    window.postMessage('rosie-kiosk', '*', [channel.port2]);
    setTimeout(() => resolve(null), 500);
  }));
  assert.equal(said, null);
});
