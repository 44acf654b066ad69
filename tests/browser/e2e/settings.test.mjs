// The page of the settings before a real daemon. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { pagesBefore } from '../lib/pages.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };
const KEYS = ['home_assistant:', '  url: http://127.0.0.1:9', '  token: in-the-file', 'tts:', '  rate: 1.1', ''].join('\n');

let house = null;

test.before(async () => {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'config.yaml'), KEYS);
  const daemon = await startRosie({ port: await freePort(), data });
  const pages = await pagesBefore(daemon.url);
  const browser = await launch({ microphone: false });
  house = {
    url: pages.url, browser, file: () => readFileSync(join(data, 'config.yaml'), 'utf8'),
    config: async () => (await fetch(`${daemon.url}api/v1/config`)).json(),
    end: async () => {
      await browser.close();
      await pages.close();
      await daemon.kill();
      folder.remove();
    },
  };
});
test.after(() => house.end());

async function settings(t, { at = '', ...opened } = {}) {
  const page = await openPage(house.browser, null, { viewport: SIZES.desk, locale: 'en-GB', reducedMotion: 'reduce', ...opened });
  t.after(() => page.context().close());
  await page.goto(`${house.url}settings${at}`);
  await page.waitForSelector('#house .integration');
  return page;
}

const field = (page, section, words) => page.locator(`#${section} .box:has(> label:has-text("${words}"))`);

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`sections one can go to, ${viewport.width}x${viewport.height}, ${colorScheme}`, async (t) => {
      const page = await settings(t, { viewport, colorScheme });
      await laidOut(page, `settings-${size}-${colorScheme}`, 'button, summary, .tool, .chip');
      await page.goto(`${house.url}settings#privacy`);
      await page.waitForFunction(() => Math.abs(document.getElementById('privacy').getBoundingClientRect().top - 72) < 40);
      assert.equal(await field(page, 'privacy', 'Keep turn text').isVisible(), true);
      await page.goto(`${house.url}settings#llm.cloud`);
      assert.equal(await field(page, 'tiers', 'Api key').first().isVisible(), false, 'the local tier is open, too');
      await page.waitForSelector('#tiers details[open] h3:has-text("Cloud")');
      await laidOut(page, `settings-tiers-${size}-${colorScheme}`, 'button, summary, .tool, .chip');
      assert.deepEqual(page.problems, []);
    });
  }
}

test('a change survives a reload, is saved with all others at once, and keys stay what they are', async (t) => {
  const page = await settings(t, { at: '#privacy', viewport: SIZES.phone });
  await field(page, 'privacy', 'Keep turn text').locator('input').check();
  await field(page, 'voices', 'Rate').locator('input').fill('1.3');
  await page.waitForSelector('#changed:has-text("2 changes are not saved.")');
  await page.reload();
  await page.waitForSelector('#changed:has-text("2 changes are not saved.")');
  assert.equal(await field(page, 'voices', 'Rate').locator('input').inputValue(), '1.3');
  await laidOut(page, 'settings-unsaved');
  await page.click('#save');
  await page.waitForSelector('#outcome .notice:has-text("Saved.")');
  const { privacy, tts, home_assistant: home } = await house.config();
  assert.deepEqual([privacy.keep_turn_text, Math.round(tts.rate * 100), home.token], [true, 130, '***']);
  assert.match(house.file(), /token: in-the-file/);
  assert.doesNotMatch(house.file(), /barge_in_ms|\*\*\*/, 'the file holds defaults, or the mask of a key');
  await page.reload();
  await page.waitForSelector('#house .integration');
  assert.equal(await page.isVisible('#save-bar'), false);

  // Back to the default: no word of it stays in the file.
  await field(page, 'privacy', 'Keep turn text').locator('input').uncheck();
  await page.click('#save');
  await page.waitForSelector('#outcome .notice:has-text("Saved.")');
  assert.doesNotMatch(house.file(), /keep_turn_text/);
});

test('a mistake stands beside its field, and nothing was changed', async (t) => {
  const page = await settings(t, { locale: 'de-DE' });
  await field(page, 'voices', 'Rate').locator('input').fill('9');
  await page.locator('#hearing summary:has-text("Stt")').click();
  await page.fill('#search', 'speaking rate');
  assert.equal(await page.textContent('#found'), '1 gefunden.');
  assert.equal(await page.isVisible('#house'), false);
  await page.click('#save');
  await page.waitForSelector('#outcome [role=alert]:has-text("Nichts wurde geändert")');
  const rate = field(page, 'voices', 'Rate');
  assert.match(await rate.locator('.fault').textContent(), /0\.5.*2/);
  assert.equal(await rate.locator('input').getAttribute('aria-invalid'), 'true');
  assert.notEqual((await house.config()).tts.rate, 9);
  await laidOut(page, 'settings-mistake');
  await page.click('#discard');
  assert.equal(await page.isVisible('#save-bar'), false);
  await page.reload();
  await page.waitForSelector('#house .integration');
  assert.equal(await page.isVisible('#save-bar'), false);
});

test('a room is added; what few need is found by searching; other pages are, too', async (t) => {
  const page = await settings(t);
  await page.click('#house button[aria-label="Add: Rooms"]');
  const added = page.locator('#house .thing').last();
  await added.locator('input').nth(0).fill('attic');
  await added.locator('input').nth(1).fill('Attic');
  await page.click('#save');
  await page.waitForSelector('#outcome .notice:has-text("Saved.")');
  assert.deepEqual((await house.config()).rooms.map(({ id }) => id), ['living_room', 'kitchen', 'bedroom', 'office', 'attic']);
  await page.fill('#search', 'barge in');
  assert.equal(await field(page, 'hearing', 'Barge in ms').isVisible(), true);
  await page.fill('#search', 'mqtt');
  assert.equal(await page.getAttribute('#elsewhere a:visible', 'href'), 'integrations#mqtt');
  await page.fill('#search', 'zebra');
  assert.equal(await page.textContent('#found'), 'Nothing is called like that.');
});
