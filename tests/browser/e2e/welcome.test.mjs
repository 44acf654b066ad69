// The first steps before a real daemon, by what a person sees. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { pagesBefore } from '../lib/pages.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';

const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' }, show: { viewport: { width: 960, height: 480 }, colorScheme: 'dark' },
  desk: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
};

async function rosie(t, { launched, ...opened } = {}) {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const daemon = await startRosie({ port: await freePort(), data });
  const pages = await pagesBefore(daemon.url);
  const browser = await launch(launched);
  t.after(async () => {
    await browser.close();
    await pages.close();
    await daemon.kill();
    folder.remove();
  });
  const page = await openPage(browser, null, { reducedMotion: 'reduce', locale: 'en-GB', ...SIZES.phone, ...opened });
  await page.goto(`${pages.url}welcome`);
  await page.waitForSelector('#step:not([hidden])');
  return { page, config: async () => (await fetch(`${daemon.url}api/v1/config`)).json() };
}

test('five minutes: language, rooms, microphone, home, privacy, and off to the talk page', async (t) => {
  const { page, config } = await rosie(t);
  const heading = (words) => page.waitForSelector(`#h-step:has-text("${words}")`);
  await page.check('label:has-text("Español") input');
  await page.click('text=Save and go on');
  await heading('Models');
  await page.waitForSelector('#body:has-text("Everything that is in use is here."), #body:has-text("Missing")');
  assert.deepEqual((await config()).languages, ['en', 'es']);
  await page.click('button:text-is("Go on")');
  await heading('Rooms');

  await page.fill('[aria-label="Name of room 1"]', 'Stube');
  await page.click('text=Add a room');
  await page.keyboard.type('Küche & Bad');
  await page.click('[aria-label="Remove Office"]');
  await page.selectOption('#here', { label: 'Küche & Bad' });
  await page.click('text=Save and go on');
  await heading('Microphone');
  assert.deepEqual((await config()).rooms, [
    { id: 'living_room', name: 'Stube' }, { id: 'kitchen', name: 'Kitchen' }, { id: 'bedroom', name: 'Bedroom' }, { id: 'kuche_bad', name: 'Küche & Bad' },
  ]);

  await page.click('text=Try the microphone');
  await page.waitForSelector('.level-words:has-text("She hears you well.")');
  await laidOut(page, 'welcome-heard');
  await page.click('button:text-is("Go on")');
  await heading('Your home');
  await page.waitForSelector('.integration h2:has-text("MQTT")');
  assert.deepEqual(await page.$$eval('.integration h2', (all) => all.map((one) => one.textContent)), ['Home Assistant', 'MQTT']);
  await page.click('button:text-is("Go on")');
  await heading('Privacy');
  await page.check('label:has-text("Show the words") input');
  await page.click('text=Save and go on');
  await heading('Talk to her');
  const { privacy, memory } = await config();
  assert.deepEqual([privacy.keep_turn_text, privacy.cloud_allowed, memory.enabled], [true, false, true]);
  assert.equal(await page.getAttribute('#body a:has-text("Talk to Rosie")', 'href'), './?room=kuche_bad');
  assert.equal(await page.$$eval('#steps [data-done=true]', (all) => all.length), 6);

  // Come back to: what was set is what the daemon has.
  await page.click('#steps a[href="#rooms"]');
  await heading('Rooms');
  await page.reload();
  await page.waitForSelector('[aria-label="Name of room 4"]');
  assert.equal(await page.inputValue('[aria-label="Name of room 1"]'), 'Stube');
  await page.fill('[aria-label="Name of room 2"]', 'stube');
  await page.click('text=Save and go on');
  await page.waitForSelector('#outcome [role=alert]:has-text("two rooms called stube")');
  await page.click('text=Skip this');
  await heading('Microphone');
  assert.equal((await config()).rooms[1].name, 'Kitchen');
  assert.deepEqual(page.problems, []);
});

test('every step at every size, in German; without a microphone it says what to do', async (t) => {
  const { page } = await rosie(t, { locale: 'de-AT', launched: { microphone: false } });
  const address = page.url();
  for (const [size, { viewport, colorScheme }] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const step of ['language', 'models', 'rooms', 'microphone', 'home', 'privacy', 'talk']) {
      await page.goto(`${address}#${step}`);
      await page.waitForSelector(`#steps a[href="#${step}"][aria-current=step]`);
      await page.waitForSelector('#body .state', { state: 'detached' });
      await laidOut(page, `welcome-${step}-${size}`, 'button, summary, .tool, .stepper a');
    }
  }
  await page.goto(`${address}#microphone`);
  await page.click('text=Mikrofon ausprobieren');
  await page.waitForSelector('#body [role=alert]');
  assert.deepEqual(page.problems, []);
});
