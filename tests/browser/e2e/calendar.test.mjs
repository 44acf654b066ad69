// The page on which a calendar is connected, before a real daemon and a stand-in for Google: no calendar, the code to be typed
// in, connected, disconnected, and what Google refuses. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { accessible, shot } from '../lib/check.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';
import { startGoogle } from '../lib/services.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };

if (process.env.ROSIE_SHOTS) {
  mkdirSync(process.env.ROSIE_SHOTS, { recursive: true });
}

async function rosie(t, opened, configured = true) {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const google = await startGoogle();
  const config = { google_calendar: { client_id: 'c-1', client_secret: 's3cret', api_url: google.url, auth_url: google.url } };
  writeFileSync(join(data, 'config.yaml'), JSON.stringify(configured ? config : {}));
  const daemon = await startRosie({ port: await freePort(), data });
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await daemon.kill();
    await google.close();
    folder.remove();
  });
  const page = await openPage(browser, null, opened);
  await page.goto(`${daemon.url}calendar`);
  return { page, daemon, google, data };
}

async function looked(page, label) {
  await page.waitForTimeout(150);
  await shot(page, label);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false, label);
  await accessible(page, label);
}

const press = (page, words) => page.getByRole('button', { name: words }).click();
const shows = (page, words) => page.waitForSelector(`#account:has-text("${words}")`, { timeout: 15000 });

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`a calendar is connected with a code, ${viewport.width}x${viewport.height}`, async (t) => {
    const { page, daemon, google, data } = await rosie(t, { viewport, colorScheme: size === 'show' ? 'dark' : 'light' });
    await shows(page, 'Connect your calendar');
    await looked(page, `calendar-${size}-before`);
    await press(page, 'With a code');
    await page.waitForSelector('h2:has-text("GQVQ-JKEC")');
    await shows(page, 'https://www.google.com/device');
    await looked(page, `calendar-${size}-code`);
    // Somebody types the code in elsewhere: the page sees it by itself.
    google.world.approved = true;
    await shows(page, 'Your calendar is connected');
    await looked(page, `calendar-${size}-connected`);
    assert.match(readFileSync(join(data, 'secrets.json'), 'utf8'), /1\/\/r/);
    assert.ok(!(await page.content()).includes('1//r'));
    assert.equal((await fetch(`${daemon.url}health/integrations/google_calendar`)).status, 200);
    await press(page, 'Disconnect');
    await shows(page, 'Connect your calendar');
    assert.ok(google.asked.some((asked) => asked.url === '/revoke'));
    assert.deepEqual(page.problems, []);
  });
}

test('what Google refuses is told with the other road', async (t) => {
  const { page, daemon, google } = await rosie(t, { viewport: SIZES.phone });
  // Nothing is wrong with a house whose calendar waits for its account.
  const health = await (await fetch(`${daemon.url}api/v1/health`)).json();
  assert.equal(health.parts['integrations/google_calendar'].health.state, 'not_set_up');
  assert.notEqual(health.status, 'impaired');
  google.world.refuses = 'invalid_scope';
  await shows(page, 'Connect your calendar');
  await press(page, 'With a code');
  await page.waitForSelector('#account .notice:has-text("through the browser")');
  await looked(page, 'calendar-phone-refused');
  // The consent page was closed with a no, while the code was shown.
  google.world.refuses = null;
  await press(page, 'Try again');
  await press(page, 'With a code');
  await page.waitForSelector('h2:has-text("GQVQ-JKEC")');
  google.world.refuses = 'access_denied';
  await shows(page, 'refused on the consent page');
  await looked(page, 'calendar-phone-denied');
  assert.deepEqual(page.problems, []);
});

test('without a client the page says where to give one', async (t) => {
  const { page } = await rosie(t, { viewport: SIZES.phone }, false);
  await shows(page, 'No calendar is set up');
  await looked(page, 'calendar-phone-none');
  await page.getByRole('link', { name: 'Set it up' }).click();
  await page.waitForSelector('[data-integration=google_calendar][open]');
});
