// What makes the talk page easier on the eyes: large text, less motion, dark at night, a picture that never stands quite still; and a timer
// that rings again later. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import test from 'node:test';
import { face } from '../lib/browser.mjs';
import { accessible, shot, wellLaidOut } from '../lib/check.mjs';
import { setUp } from '../lib/house.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`large text, ${viewport.width}x${viewport.height}: a timer rings, and rings again later`, async (t) => {
    const { fake, page, until } = await setUp(t, {
      opened: { viewport, reducedMotion: 'reduce', colorScheme: size === 'show' ? 'dark' : 'light' },
      prepare: () => {
        localStorage.setItem('rosie.text', 'large');
        localStorage.setItem('rosie.motion', 'less');
      },
    });
    assert.equal(await page.getAttribute('html', 'data-motion'), 'less');
    await wellLaidOut(page, `large-${size}-idle`);
    await shot(page, `large-${size}-idle`);
    const session = fake.session();
    session.send({ type: 'turn_started', turn: 1, trigger: 'text' });
    session.send({ type: 'transcript', turn: 1, text: 'set a timer for the pasta', language: 'en' });
    session.send({ type: 'reply', turn: 1, text: 'Pasta timer set for ten minutes.' });
    session.send({ type: 'timer_ringing', id: 4, name: 'pasta' });
    await face(page, 'ringing');
    await wellLaidOut(page, `large-${size}-ringing`);
    await shot(page, `large-${size}-ringing`);
    await accessible(page, `large-${size}-ringing`);
    await page.click('.notice[data-kind=timer] button:has-text("Snooze")');
    await until('snooze was not asked for', () => fake.received.some(({ type, text }) => type === 'text' && text === 'snooze'));
  });
}

test('dark at night while nobody uses it, and never still for long', async (t) => {
  const { fake, page } = await setUp(t, { opened: { viewport: SIZES.show }, prepare: () => localStorage.setItem('rosie.night', 'dark') });
  await page.clock.install({ time: new Date('2026-11-29T23:30:00') });
  await page.reload();
  await face(page, 'idle');
  const dark = () => page.evaluate(() => (document.getElementById('dimmer').hidden ? 0 : Number(document.getElementById('dimmer').style.opacity)));
  assert.ok(await dark() > 0.8);
  fake.session().send({ type: 'state', turn: 1, state: 'listening' });
  await page.waitForSelector('#dimmer', { state: 'hidden' });
  fake.session().send({ type: 'state', turn: 1, state: 'idle' });
  await page.waitForFunction(() => !document.getElementById('dimmer').hidden);
  const where = () => page.evaluate(() => document.querySelector('.talk').getBoundingClientRect().left);
  const before = await where();
  await page.clock.fastForward('01:05');
  await page.waitForFunction((left) => document.querySelector('.talk').getBoundingClientRect().left !== left, before);
  assert.ok(Math.abs(await where() - before) <= 10);
  await page.clock.fastForward('07:00:00');
  await page.waitForFunction(() => document.getElementById('dimmer').hidden, null, { timeout: 5000 });
});
