// The ways to speak: button, touch, keys, assistive technology, hands-free; and not being heard.

import assert from 'node:assert/strict';
import test from 'node:test';
import { face, SIZES } from '../lib/browser.mjs';
import { listens, setUp } from '../lib/house.mjs';

const box = async (page) => {
  const b = await page.locator('#talk').boundingBox();
  return [b.x + b.width / 2, b.y + b.height / 2];
};

test('holding the button: press, 20 ms frames with sound in them, release', async (t) => {
  const { fake, page, types, until } = await setUp(t, { fakeOptions: { behave: listens }, opened: { permissions: ['microphone'] } });
  await page.mouse.move(...await box(page));
  await page.mouse.down();
  await face(page, 'listening');
  const before = fake.session().audioFrames;
  await page.waitForTimeout(1500);
  const frames = fake.session().audioFrames - before;
  assert.ok(frames > 60 && frames < 90, `${frames} frames in 1.5 s`);
  assert.equal(fake.lastFrame.length, 8 + 640);
  assert.deepEqual([...fake.lastFrame.subarray(0, 8)], [1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(types(), ['hello', 'press']);
  assert.ok(await page.evaluate(() => document.getElementById('level').value >= 0));
  await page.mouse.up();
  await face(page, 'thinking');
  assert.deepEqual(types(), ['hello', 'press', 'release']);
  await until('the microphone stops being sent', () => true);
  const after = fake.session().audioFrames;
  await page.waitForTimeout(300);
  assert.ok(fake.session().audioFrames - after <= 2, 'nothing is sent while nobody should hear');
});

test('a tap sends press and release at once', async (t) => {
  const { page, types, until } = await setUp(t, { opened: { permissions: ['microphone'], hasTouch: true, viewport: SIZES.phone } });
  await page.tap('#talk');
  await until('a tap', () => types().join() === 'hello,press,release');
});

test('keys: Space from anywhere, Enter on the button, Escape ends the turn, typing stays typing', async (t) => {
  const { page, types, until } = await setUp(t, { fakeOptions: { behave: listens }, opened: { permissions: ['microphone'] } });
  await page.keyboard.down('Space');
  await face(page, 'listening');
  await page.waitForTimeout(500);
  await page.keyboard.up('Space');
  await face(page, 'thinking');
  await page.keyboard.press('Escape');
  await face(page, 'idle');
  assert.deepEqual(types(), ['hello', 'press', 'release', 'cancel']);
  await page.focus('#talk');
  await page.keyboard.press('Enter');
  await until('a tap by Enter', () => types().length === 6);
  assert.deepEqual(types().slice(4), ['press', 'release']);
  await page.keyboard.press('Escape');
  await page.focus('#ask');
  await page.keyboard.type('what time is it');
  await page.keyboard.press('Enter');
  await until('the typed question', () => types().includes('text'));
  assert.deepEqual(types().filter((x) => x === 'press').length, 2);
});

test('everything can be reached and used by keyboard alone, with a focus that shows', async (t) => {
  const { page } = await setUp(t);
  const reached = [];
  for (let i = 0; i < 30 && !reached.includes('theme'); i += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) {
        throw new Error(`${e.id || e.textContent} has no visible focus`);
      }
      return e.id || e.textContent;
    }));
  }
  for (const id of ['talk', 'hands-free', 'mute', 'ask', 'send', 'language', 'theme']) {
    assert.ok(reached.includes(id), `${id} among ${reached}`);
  }
  assert.equal(reached[0], 'Type instead');
});

test('a click without pointer or key (a screen reader) is a tap', async (t) => {
  const { page, types, until } = await setUp(t, { opened: { permissions: ['microphone'] } });
  await page.evaluate(() => document.getElementById('talk').click());
  await until('a tap', () => types().join() === 'hello,press,release');
});

test('hands-free: the microphone is heard all the time, and again after a reload', async (t) => {
  const { fake, page, until } = await setUp(t, { opened: { permissions: ['microphone'] } });
  await page.click('#hands-free');
  await until('hands_free', () => fake.received.some((m) => m.type === 'hands_free' && m.on));
  await until('audio', () => fake.session().audioFrames > 20);
  await page.reload();
  await face(page, 'idle');
  assert.equal(await page.getAttribute('#hands-free', 'aria-pressed'), 'true');
  await page.click('#ask');
  await until('audio after the reload', () => fake.sessions.length === 2 && fake.session().audioFrames > 20);
  assert.equal(fake.session().hello.resume, 'token-1');
  assert.equal(fake.session().hello.endpoint, fake.sessions[0].hello.endpoint);
});

test('mute lets the microphone go: nothing is sent and the device is closed', async (t) => {
  const { fake, page, until } = await setUp(t, {
    opened: { permissions: ['microphone'] },
    prepare: () => {
      const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (c) => get(c).then((s) => { window.lastStream = s; return s; });
    },
  });
  await page.click('#hands-free');
  await until('audio', () => fake.session().audioFrames > 5);
  await page.click('#mute');
  await face(page, 'muted');
  await until('mute', () => fake.received.some((m) => m.type === 'mute' && m.on));
  assert.equal(await page.evaluate(() => window.lastStream.getAudioTracks()[0].readyState), 'ended');
  const before = fake.session().audioFrames;
  await page.waitForTimeout(400);
  assert.equal(fake.session().audioFrames, before);
  await page.click('#mute');
  await until('audio again', () => fake.session().audioFrames > before + 5);
});

test('without AudioWorklet (Chrome below 66) it hears all the same', async (t) => {
  const { fake, page, until } = await setUp(t, {
    opened: { permissions: ['microphone'] },
    prepare: () => { delete window.AudioWorkletNode; },
  });
  await page.click('#hands-free');
  await until('audio', () => fake.session().audioFrames > 20);
  assert.equal(fake.lastFrame.length, 648);
});
