// The page of what Rosie is connected to, before a real daemon and a small service: what is wrong is told beside the field or in
// a sentence, what is right is kept, and no key comes back. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut as pageLaidOut } from '../lib/check.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';
import { startMonica } from '../lib/services.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };
const KEY = 'the-right-t0ken-of-monica';
const OWN = '# My own words.\nlanguages: [en]\nmattermost:\n  url: http://127.0.0.1:9   # nobody is there\n  token: of-the-file\n';

if (process.env.ROSIE_SHOTS) {
  mkdirSync(process.env.ROSIE_SHOTS, { recursive: true });
}

async function rosie(t, opened) {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'config.yaml'), OWN);
  const monica = await startMonica(KEY);
  const daemon = await startRosie({ port: await freePort(), data });
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await daemon.kill();
    await monica.close();
    folder.remove();
  });
  const page = await openPage(browser, null, opened);
  await page.goto(`${daemon.url}integrations`);
  await page.waitForSelector('[data-integration=monica]');
  return { page, daemon, data, monica };
}

const inside = (name) => `[data-integration=${name}]`;
const open = (page, name) => page.click(`${inside(name)} > summary`);
const field = (page, name, label) => page.locator(inside(name)).getByLabel(label, { exact: true });
const press = (page, name, words) => page.locator(inside(name)).getByRole('button', { name: words }).first().click();
const told = (page, name, words) => page.waitForSelector(`${inside(name)} .outcome:has-text("${words}")`, { timeout: 20000 });

/** Its fields are touched, too. */
const laidOut = (page, label) => pageLaidOut(page, label, 'button, summary, .tool, input, select, textarea');

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`an address book is connected on the page, ${viewport.width}x${viewport.height}`, async (t) => {
    const { page, daemon, data, monica } = await rosie(t, { viewport, colorScheme: size === 'show' ? 'dark' : 'light' });
    await laidOut(page, `integrations-${size}-all`);
    await open(page, 'monica');
    await laidOut(page, `integrations-${size}-form`);
    // What cannot be used is told beside its field, and nothing is sent anywhere.
    await field(page, 'monica', 'Address').fill('monica');
    await field(page, 'monica', 'Token').fill('wrong-t0ken');
    await press(page, 'monica', 'Save');
    await page.waitForSelector(`${inside('monica')} .fault:has-text("is not an address")`);
    assert.equal(await field(page, 'monica', 'Address').getAttribute('aria-invalid'), 'true');
    await laidOut(page, `integrations-${size}-mistake`);
    assert.deepEqual(monica.asked, []);
    // Nothing listens; a wrong key; the right one.
    await field(page, 'monica', 'Address').fill(`http://127.0.0.1:${await freePort()}`);
    await press(page, 'monica', 'Test connection');
    await told(page, 'monica', 'nothing listens at this port');
    await field(page, 'monica', 'Address').fill(monica.url);
    await press(page, 'monica', 'Test connection');
    await told(page, 'monica', 'refuses the key');
    await laidOut(page, `integrations-${size}-refused`);
    await field(page, 'monica', 'Token').fill(KEY);
    await press(page, 'monica', 'Test connection');
    await told(page, 'monica', 'answers, with 3 contacts');
    await laidOut(page, `integrations-${size}-works`);
    // Trying keeps nothing.
    assert.equal(readFileSync(join(data, 'config.yaml'), 'utf8'), OWN);
    assert.equal((await fetch(`${daemon.url}health/integrations/monica`)).status, 404);
    await press(page, 'monica', 'Save');
    await told(page, 'monica', 'Saved.');
    await page.waitForSelector(`${inside('monica')}[data-state=ready]`, { timeout: 20000 });
    await laidOut(page, `integrations-${size}-saved`);
    assert.equal(readFileSync(join(data, 'config.yaml'), 'utf8'), OWN, 'the owner’s file is as it was');
    assert.match(readFileSync(join(data, 'secrets.json'), 'utf8'), /"monica\.token": "the-right/);
    for (const path of ['api/v1/integrations', 'api/v1/config', 'health/integrations/monica']) {
      assert.ok(!(await (await fetch(daemon.url + path)).text()).includes(KEY), path);
    }
    assert.ok(!(await page.content()).includes(KEY) && await field(page, 'monica', 'Token').inputValue() === '');
    // It is there after a restart, and can be forgotten again.
    await page.reload();
    await open(page, 'monica');
    assert.equal(await field(page, 'monica', 'Address').inputValue(), monica.url);
    await press(page, 'monica', 'Forget it');
    await page.click(`${inside('monica')} .question button:has-text("Forget")`);
    await page.waitForSelector(`${inside('monica')}[data-state=off]`, { timeout: 20000 });
    assert.doesNotMatch(readFileSync(join(data, 'secrets.json'), 'utf8'), /monica/);
    assert.deepEqual(page.problems, []);
  });
}

test('a kept key goes nowhere else, and what was typed stays', async (t) => {
  const { page, monica } = await rosie(t, { viewport: SIZES.phone });
  await page.waitForSelector(`${inside('mattermost')}[data-state=error]`, { timeout: 20000 });
  assert.match(await page.textContent(`${inside('mattermost')} .how`), /nothing listens at this port/);
  await open(page, 'mattermost');
  await page.waitForSelector(`${inside('mattermost')} .kept:has-text("There is one.")`);
  await field(page, 'mattermost', 'Address').fill(monica.url);
  for (const words of ['Test connection', 'Save']) {
    await press(page, 'mattermost', words);
    await page.waitForSelector(`${inside('mattermost')} .fault:has-text("enter this again")`);
  }
  assert.deepEqual(monica.asked, [], 'the key of the file went to another address');
  // States go on being looked at while somebody types, and a reload loses nothing but keys.
  await field(page, 'mattermost', 'Token').fill('half a t0ken');
  await page.waitForTimeout(7000);
  assert.equal(await field(page, 'mattermost', 'Token').inputValue(), 'half a t0ken');
  await page.reload();
  await page.waitForSelector(`${inside('mattermost')}[data-unsaved=true][open]`);
  assert.equal(await field(page, 'mattermost', 'Address').inputValue(), monica.url);
  assert.equal(await field(page, 'mattermost', 'Token').inputValue(), '');
  await press(page, 'mattermost', 'Discard');
  assert.equal(await field(page, 'mattermost', 'Address').inputValue(), 'http://127.0.0.1:9');
  // Lists, maps, choices and numbers of other forms.
  await open(page, 'wyoming');
  await press(page, 'wyoming', 'Add: Satellites');
  const thing = page.locator(`${inside('wyoming')} .thing`);
  await thing.getByLabel('Address', { exact: true }).fill('192.0.2.1:10700');
  await thing.getByLabel('Room', { exact: true }).fill('cellar');
  await press(page, 'wyoming', 'Save');
  await page.waitForSelector(`${inside('wyoming')} .fault:has-text("there is no room")`);
  await thing.getByLabel('Room', { exact: true }).fill('kitchen');
  await press(page, 'wyoming', 'Save');
  await told(page, 'wyoming', 'starts the next time');
  await open(page, 'weather');
  await field(page, 'weather', 'Source').selectOption('open-meteo');
  await field(page, 'weather', 'Latitude').fill('52.5');
  await field(page, 'weather', 'Longitude').fill('190');
  await press(page, 'weather', 'Save');
  await page.waitForSelector(`${inside('weather')} .fault:has-text("out of range")`);
  await laidOut(page, 'integrations-phone-many');
  assert.deepEqual(page.problems, []);
});
