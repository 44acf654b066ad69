// The page of the log, before the real gateway. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { startAlone } from '../lib/alone.mjs';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { pagesBefore } from '../lib/pages.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };

let house = null;

test.before(async () => {
  const gateway = await startAlone();
  const pages = await pagesBefore(gateway.url);
  const browser = await launch({ microphone: false });
  house = {
    url: pages.url, browser,
    end: async () => {
      await browser.close();
      await pages.close();
      await gateway.end();
    },
  };
});
test.after(() => house.end());

async function logs(t, opened) {
  const page = await openPage(house.browser, null, { viewport: SIZES.desk, locale: 'en-GB', reducedMotion: 'reduce', ...opened });
  t.after(() => page.context().close());
  await page.goto(`${house.url}logs`);
  await page.waitForSelector('.log-line');
  return page;
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`the log, ${viewport.width}x${viewport.height}, ${colorScheme}`, async (t) => {
      const page = await logs(t, { viewport, colorScheme });
      await laidOut(page, `logs-${size}-${colorScheme}`, 'button, .tool, select');
      assert.deepEqual(page.problems, []);
    });
  }
}

test('lines by level and part', async (t) => {
  const page = await logs(t);
  assert.equal(await page.textContent('#count'), '2 lines, the newest first.');
  assert.match(await page.textContent('.log-line >> nth=0'), /Warning.*speech.*a model cannot be used/);
  assert.match(await page.textContent('.log-line >> nth=1'), /Notice.*gateway.*a session began.*room_id: kitchen/);
  await page.selectOption('#level', 'trace');
  await page.waitForSelector('.log-line:has-text("http://***@10.0.0.7/")');
  await page.selectOption('#part', 'gateway');
  await page.waitForSelector('#count:has-text("1 line, since Rosie started.")');
  await page.selectOption('#level', 'error');
  await page.waitForSelector('#count:has-text("There is no line like that since Rosie started.")');
  assert.equal(await page.inputValue('#part'), 'gateway');
});

test('one button makes one file, which says what it is and has no keys', async (t) => {
  const page = await logs(t, { viewport: SIZES.phone, locale: 'de-DE' });
  const kept = page.waitForEvent('download');
  await page.click('#make');
  const download = await kept;
  assert.match(download.suggestedFilename(), /^rosie-support-\d{4}-\d\d-\d\d\.json$/);
  const file = JSON.parse(readFileSync(await download.path(), 'utf8'));
  assert.deepEqual([file.rosie_support, file.config.llm.cloud.api_key, file.logs.length], [1, '***', 3]);
  await page.waitForSelector('#made .notice:has-text("liegt in deinen Downloads")');
  await laidOut(page, 'logs-made', 'button, .tool, select');
  assert.deepEqual(page.problems, []);
});
