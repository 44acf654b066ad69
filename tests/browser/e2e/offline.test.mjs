// The pages when Rosie is away: over https they are kept, and say so; what the API tells is kept nowhere. Installable, with its icons.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { shot } from '../lib/check.mjs';
import { pagesBefore } from '../lib/pages.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';

async function rosie(t, secure) {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const daemon = await startRosie({ port: await freePort(), secure: await freePort(), data });
  const pages = await pagesBefore(daemon.url, secure && readFileSync(join(data, 'tls/server.pem'), 'utf8'));
  // A browser that trusts the certificate, as one does that has Rosie's authority.
  const browser = await launch({ args: ['--ignore-certificate-errors'] });
  t.after(async () => {
    await browser.close();
    await pages.close();
    await daemon.kill();
    folder.remove();
  });
  return { pages, page: await openPage(browser, null, { locale: 'en-GB', viewport: { width: 390, height: 844 }, ignoreHTTPSErrors: true }) };
}

const keptPaths = (page) => page.evaluate(async () => {
  const all = [];
  for (const name of await caches.keys()) {
    all.push(...(await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname));
  }
  return all.sort();
});

test('over https the pages open while Rosie is away, and say that she does not answer', async (t) => {
  const { pages, page } = await rosie(t, true);
  await page.goto(`${pages.url}dashboard`);
  await page.waitForSelector('#headline:not(:empty)');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.waitForFunction(async () => Boolean(await caches.match('js/dashboard/main.js')) && Boolean(await caches.match('dashboard')));
  await page.goto(`${pages.url}?room=kitchen`);
  await page.waitForFunction(async () => Boolean(await caches.match('js/state.js')) && Boolean(await caches.match('./')));
  const kept = await keptPaths(page);
  assert.deepEqual(kept.filter((path) => /^\/(api|metrics|health)/.test(path)), [], 'what the API tells was kept');

  await pages.close();
  await page.goto(`${pages.url}dashboard`);
  await page.waitForSelector('#wait [role=alert]:has-text("Rosie does not answer")');
  await shot(page, 'offline-dashboard');
  await page.goto(pages.url);
  await page.waitForSelector('#word:has-text("Waking up"), #word:has-text("Connecting"), #word:has-text("Reconnecting")');
  await shot(page, 'offline-talk');
});

test('plain http keeps nothing', async (t) => {
  const { pages, page } = await rosie(t, false);
  await page.goto(`${pages.url}dashboard`);
  await page.waitForSelector('#headline:not(:empty)');
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  assert.deepEqual(await keptPaths(page), []);
});
