// No microphone: the page says why and what to do, and typed questions work all the same.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setUp } from '../lib/house.mjs';

const troubles = [
  ['refused', { launched: { microphone: true }, error: 'NotAllowedError' }, /blocked/, /Allow/],
  ['busy', { launched: { microphone: true }, error: 'NotReadableError' }, /taken/, /Close other calls/],
];
for (const [name, { launched, error }, title, step] of troubles) {
  test(`microphone ${name}: says why and what to do, and typing works`, async (t) => {
    const { fake, page, until } = await setUp(t, { launched });
    await page.evaluate((n) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(Object.assign(new Error('no'), { name: n }));
    }, error);
    await page.click('#talk');
    await helped(page, title, step);
    await typingWorks(fake, page, until);
  });
}

test('microphone refused by the browser itself', async (t) => {
  const { fake, page, until } = await setUp(t, { launched: { microphone: false, args: ['--deny-permission-prompts'] } });
  await page.click('#talk');
  await helped(page, /blocked|No microphone found/, /Allow|Plug one in/);
  await typingWorks(fake, page, until);
});

test('no microphone: says so', async (t) => {
  const { fake, page, until } = await setUp(t, {
    launched: { microphone: false, args: ['--use-fake-ui-for-media-stream'] },
  });
  await page.click('#talk');
  await helped(page, /No microphone found/, /Plug one in/);
  await typingWorks(fake, page, until);
});

test('insecure address: says so before anything is pressed', async (t) => {
  const { fake, page, until } = await setUp(t, {
    launched: { args: ['--host-resolver-rules=MAP rosie.test 127.0.0.1'] }, host: 'rosie.test',
  });
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  await helped(page, /No microphone on this address/, /chrome:\/\/flags.*http:\/\/rosie\.test/s);
  assert.ok(!fake.session().hello.capabilities.includes('microphone'));
  await typingWorks(fake, page, until);
});

async function helped(page, title, step) {
  // The page itself waits 2.5 s for the first sound, and a machine with much to do opens a microphone slowly.
  await page.waitForSelector('[data-kind=microphone]', { timeout: 20000 });
  assert.match(await page.textContent('[data-kind=microphone] .notice-title'), title);
  assert.match(await page.textContent('[data-kind=microphone] .notice-steps'), step);
}

async function typingWorks(fake, page, until) {
  await page.fill('#ask', 'what time is it');
  await page.click('#send');
  await until('the typed question', () => fake.received.some((m) => m.type === 'text' && m.text === 'what time is it'));
  assert.equal(await page.inputValue('#ask'), '');
}

test('a microphone that opens and delivers nothing is no microphone', async (t) => {
  const { fake, page, types, until } = await setUp(t, {
    opened: { permissions: ['microphone'] },
    prepare: () => {
      // As where there is no sound output: the context never runs.
      AudioContext.prototype.resume = () => new Promise(() => undefined);
      Object.defineProperty(BaseAudioContext.prototype, 'state', { get: () => 'suspended' });
      const { suspend } = AudioContext.prototype;
      const Real = AudioContext;
      window.AudioContext = function Asleep(...args) {
        const ctx = new Real(...args);
        suspend.call(ctx);
        return ctx;
      };
    },
  });
  await page.click('#talk');
  await helped(page, /sound is asleep/, /Press the talk button again/);
  assert.ok(!types().includes('press'), 'nobody is told to listen to nothing');
  await typingWorks(fake, page, until);
});
