// The line to the appliance: who the page says it is, breaks, coming back.

import assert from 'node:assert/strict';
import test from 'node:test';
import { face } from '../lib/browser.mjs';
import { setUp } from '../lib/house.mjs';

test('says who it is', async (t) => {
  const { fake } = await setUp(t);
  const { hello } = fake.session();
  assert.match(hello.endpoint, /^page-[0-9a-f]{12}$/);
  assert.deepEqual(hello.capabilities.sort(), ['microphone', 'screen', 'speaker']);
  assert.deepEqual(hello.input, { codec: 'pcm_s16le', rate: 16000, channels: 1 });
  assert.equal(hello.version, 1);
});

test('the language is chosen by its own name, sent, and kept', async (t) => {
  const { fake, page, until } = await setUp(t);
  assert.deepEqual(await page.locator('#language option').allTextContents(), ['As the house', 'English', 'Deutsch', 'Español', 'Français']);
  await page.selectOption('#language', 'de');
  await until('language', () => fake.received.some((m) => m.type === 'language' && m.language === 'de'));
  await page.reload();
  await face(page, 'idle');
  assert.equal(fake.session().hello.language, 'de');
});

test('the line breaks: says so, tries again, goes on with the session', async (t) => {
  const { fake, page, until } = await setUp(t);
  await fake.stopListening();
  await face(page, 'reconnecting');
  assert.equal(await page.isDisabled('#send'), true);
  await page.waitForTimeout(1500);
  await fake.listenAgain();
  await face(page, 'idle', 15000);
  await until('a second hello', () => fake.sessions.length === 2);
  assert.equal(fake.session().hello.resume, 'token-1');
});

test('going_away: comes back when asked to', async (t) => {
  const { fake, page, until } = await setUp(t);
  const asked = Date.now();
  fake.session().send({ type: 'going_away', reason: 'restart', retry_after_ms: 1500 });
  fake.session().ws.close();
  await face(page, 'reconnecting');
  await until('a second hello', () => fake.sessions.length === 2);
  assert.ok(Date.now() - asked >= 1450);
});
