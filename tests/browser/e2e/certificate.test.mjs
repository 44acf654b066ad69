// From a page without a microphone to one with it: over plain http the page says why, leads to the certificate, and from there to https,
// where the microphone opens. Before a real daemon. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { face, launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 } };

async function rosie(t, opened) {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const [port, secure] = [await freePort(), await freePort()];
  const daemon = await startRosie({ port, secure, data });
  // As on a phone: a name that only the house knows, which is no secure context over plain http as localhost would be.
  const browser = await launch({ args: ['--host-resolver-rules=MAP rosie.local 127.0.0.1'] });
  t.after(async () => {
    await browser.close();
    await daemon.kill();
    folder.remove();
  });
  // Browsers of the tests cannot be given an authority; that a client which has it is satisfied is tested in the gateway.
  const page = await openPage(browser, null, { ignoreHTTPSErrors: true, ...opened });
  return { page, plain: `http://rosie.local:${port}/`, secure: `https://rosie.local:${secure}/` };
}

test('from plain http without a microphone to https with one', async (t) => {
  const { page, plain, secure } = await rosie(t, { locale: 'en-GB', permissions: ['microphone'] });
  await page.goto(plain);
  await face(page, 'idle');
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  assert.equal(await page.getAttribute('#knob-icon', 'href'), '#i-mic-off');
  assert.match(await page.textContent('#hint'), /No microphone over plain http/);
  await page.click('[data-kind=microphone] a:has-text("To the secure address")');

  await page.waitForSelector('#now .notice[data-kind=warning]:has-text("no microphone")');
  assert.equal(new URL(page.url()).pathname, '/certificate');
  const file = await page.evaluate(() => fetch('ca.crt').then((answer) => answer.text()));
  const authority = new X509Certificate(file);
  assert.ok(authority.ca);
  assert.equal(await page.textContent('#fingerprint'), authority.fingerprint256);
  await page.click('#go');

  await face(page, 'idle');
  assert.equal(page.url(), secure);
  assert.equal(await page.evaluate(() => window.isSecureContext), true);
  assert.equal(await page.isVisible('[data-kind=microphone]'), false);
  assert.equal(await page.getAttribute('#knob-icon', 'href'), '#i-mic');
  await page.click('#talk');
  await face(page, 'listening');
  await page.goto(`${secure}certificate`);
  await page.waitForSelector('#now .notice[data-kind=done]:has-text("This page is secure")');
  // A browser that does not know the authority keeps no pages, and says so by itself; here none knows it.
  const ownWords = 'An SSL certificate error occurred when fetching the script.';
  assert.deepEqual(page.problems.filter((problem) => problem !== ownWords), []);
});

test('the page of the certificate at every size and in every language', async (t) => {
  const { page, plain } = await rosie(t, { viewport: SIZES.phone, locale: 'en-GB' });
  for (const [locale, words, colorScheme, size] of [
    ['en-GB', 'Make this device trust Rosie', 'light', 'phone'],
    ['de-AT', 'Dieses Gerät Rosie vertrauen lassen', 'dark', 'phone'],
    ['es-ES', 'Haz que este dispositivo confíe en Rosie', 'light', 'show'],
    ['fr-FR', 'Fais que cet appareil fasse confiance à Rosie', 'dark', 'show'],
  ]) {
    const context = await page.context().browser().newContext({ viewport: SIZES[size], locale, colorScheme });
    const other = await context.newPage();
    await other.goto(`${plain}certificate`);
    await other.waitForSelector(`#install:has-text("${words}")`);
    assert.equal(await other.getAttribute('html', 'lang'), locale.slice(0, 2));
    // The steps of this device are open, those of others are not.
    assert.deepEqual(await other.$$eval('#systems details', (all) => all.map((one) => one.open)), [false, false, false, false, true]);
    await laidOut(other, `certificate-${size}-${locale}`);
    await other.$$eval('#systems details', (all) => all.forEach((one) => { one.open = true; }));
    await laidOut(other, `certificate-${size}-${locale}-open`);
    await context.close();
  }
});
