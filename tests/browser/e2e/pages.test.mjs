// Every page that is not the talk page: at every size, dark and light, it lies well, axe finds nothing, and one gets from each to all.
// With ROSIE_SHOTS=folder a picture of each is left there.

import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { startFake } from '../lib/fake.mjs';
import { household } from '../lib/household.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };
/** What is there when a page has drawn what it has to draw. */
const PAGES = {
  dashboard: '#headline:not(:empty)', turns: '.turn', memory: '.tabs', integrations: '.integration', calendar: 'main', plugins: '#list .state',
  network: '#now p:not([data-kind=loading])', certificate: '#doing a', backups: '.integration', update: 'main',
};

async function open(t, { api = household(), opened } = {}) {
  const fake = await startFake();
  fake.api = api;
  const browser = await launch({ microphone: false });
  t.after(async () => {
    await browser.close();
    await fake.close();
  });
  const page = await openPage(browser, null, { reducedMotion: 'reduce', locale: 'en-GB', ...opened });
  return { fake, page };
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`every page, ${viewport.width}x${viewport.height}, ${colorScheme}`, async (t) => {
      const { fake, page } = await open(t, { opened: { viewport, colorScheme } });
      for (const [name, drawn] of Object.entries(PAGES)) {
        await page.goto(fake.url + name);
        await page.waitForSelector(drawn, { state: 'attached' });
        await page.waitForSelector(`.nav a[aria-current=page][href="${name}"]`, { state: 'attached' });
        await laidOut(page, `page-${name}-${size}-${colorScheme}`);
        assert.deepEqual(page.problems, [], name);
      }
    });
  }
}

test('the way to all pages: folded on a phone, by key and by finger', async (t) => {
  const { fake, page } = await open(t, { opened: { viewport: SIZES.phone, locale: 'de-AT' } });
  await page.goto(`${fake.url}dashboard`);
  await page.waitForSelector('#headline:not(:empty)');
  assert.equal(await page.isVisible('.nav'), false);
  await page.focus('.nav-toggle');
  await page.keyboard.press('Enter');
  assert.equal(await page.getAttribute('.nav-toggle', 'aria-expanded'), 'true');
  await laidOut(page, 'menu-phone', '.nav a, .nav-toggle');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Sprechen');
  await page.keyboard.press('Escape');
  assert.equal(await page.isVisible('.nav'), false);
  assert.equal(await page.evaluate(() => document.activeElement.className), 'round nav-toggle');
  await page.click('.nav-toggle');
  await page.click('.nav a:has-text("Verlauf")');
  await page.waitForURL(/turns$/);
  await page.waitForSelector('.turn');
});

test('the overview says who is where, how long it takes, and what is ill; when Rosie is silent, it says since when', async (t) => {
  const { fake, page } = await open(t, { opened: { viewport: SIZES.desk } });
  await page.goto(`${fake.url}dashboard`);
  await page.waitForSelector('#headline:has-text("Needs a look: Free conversation.")');
  assert.match(await page.textContent('#rooms'), /Living room.*Speaking.*Kitchen.*Listening.*Bedroom.*One went away.*Nobody in: Office/);
  assert.match(await page.textContent('.speeds tbody tr:first-child'), /From your last word to hers0\.\d\d s/);
  assert.match(await page.textContent('#tiles'), /1,204.*51 °C.*22 GB/);
  const kept = await page.evaluateHandle(() => document.querySelector('.room'));
  fake.api['/api/v1/status'].sessions[0].state = 'thinking';
  await page.waitForSelector('#rooms:has-text("Thinking")');
  await page.waitForFunction((room) => !room.isConnected, kept);
  const parts = await page.evaluateHandle(() => document.querySelector('#parts li'));
  await fake.stopListening();
  await page.waitForSelector('.lost:has-text("Rosie does not answer. This is how it was at")');
  assert.equal(await parts.evaluate((part) => part.isConnected), true, 'what did not change was drawn anew');
  await laidOut(page, 'dashboard-lost');
  await fake.listenAgain();
  await page.waitForSelector('.lost:empty', { state: 'attached' });
});

test('nothing answered yet: a page says so, offers a way on, and goes on by itself', async (t) => {
  const { fake, page } = await open(t, { api: {}, opened: { viewport: SIZES.phone, locale: 'fr-FR' } });
  await page.goto(`${fake.url}turns`);
  await page.waitForSelector('#wait [role=alert] button:has-text("Réessayer")');
  fake.api = household();
  await page.click('#wait button');
  await page.waitForSelector('.turn');
  assert.equal(await page.textContent('#wait'), '');
});

test('who is not signed in gets the way there and back; what somebody may not see is left out', async (t) => {
  const { fake, page } = await open(t, { opened: { viewport: SIZES.phone } });
  fake.refuses['/api/v1/status'] = 401;
  await page.goto(`${fake.url}dashboard?a=1#b`);
  assert.equal(await page.getAttribute('#wait [role=alert] a', 'href'), 'signin?then=%2Fdashboard%3Fa%3D1%23b');
  fake.refuses = { '/api/v1/deeds': 403, '/metrics': 403 };
  await page.reload();
  await page.waitForSelector('#headline:not(:empty)');
  assert.match(await page.textContent('#trouble'), /did not open cover\.bedroom/);
  assert.equal(await page.isVisible('.speeds .plot'), true);
  assert.ok(await page.evaluate(() => document.querySelector('.speeds .bars').getBoundingClientRect().width) > 80, 'no plot on a phone');
});

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`a turn opened, ${viewport.width}x${viewport.height}`, async (t) => {
    const { fake, page } = await open(t, { opened: { viewport, colorScheme: size === 'show' ? 'dark' : 'light' } });
    await page.goto(`${fake.url}turns`);
    await page.waitForSelector('.turn');
    await page.click('.turn >> nth=1');
    await page.waitForSelector('.turn:nth-child(2) .line');
    const text = await page.textContent('.turn >> nth=1');
    assert.match(text, /who painted.*A free question.*Michelangelo.*another machine of yours.*Your network · qwen2\.5:7b/);
    await laidOut(page, `turn-${size}`);
    await page.click('.turn >> nth=0');
    await page.waitForSelector('.turn:nth-child(1) .line');
    assert.match(await page.textContent('.turn >> nth=0'), /light\.turn_on · light\.table · worked/);
    // What is open stays so while others come.
    fake.api['/api/v1/turns'].turns.unshift({ ...fake.api['/api/v1/turns'].turns[0], turn_id: 101, started_unix_ms: Date.now() + 1 });
    await page.waitForSelector('#count:has-text("The last 41")');
    assert.deepEqual(await page.$$eval('.turn[open]', (all) => all.length), 2);
    await page.selectOption('#outcome', 'failed');
    assert.equal(await page.textContent('#count'), '3 of the last 41.');
    await page.selectOption('#tier', 'cloud');
    assert.equal(await page.textContent('#count'), 'None of them is like that.');
  });
}

test('what is not kept is said, with the way to change that; an address leads to one turn', async (t) => {
  const { fake, page } = await open(t, { api: household({ kept: false }), opened: { viewport: SIZES.phone, locale: 'es-ES' } });
  const { turns } = fake.api['/api/v1/turns'];
  await page.goto(`${fake.url}turns#${turns[3].started_unix_ms}-${turns[3].turn_id}`);
  await page.waitForSelector('.turn[open]');
  assert.equal(await page.$$eval('.turn', (all) => all.findIndex((one) => one.open)), 3);
  assert.equal(await page.isVisible('#unkept a[href="settings#privacy"]'), true);
  assert.match(await page.textContent('.turn[open]'), /OídoNo se guarda\./);
});
