// The page of the backups before a real daemon: a passphrase, making one, looking into it, bringing it back, one from elsewhere,
// and what goes wrong. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 } };
const PASSPHRASE = 'correct horse battery';

if (process.env.ROSIE_SHOTS) {
  mkdirSync(process.env.ROSIE_SHOTS, { recursive: true });
}

async function rosie(t, opened) {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const daemon = await startRosie({ port: await freePort(), data });
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await daemon.kill();
    folder.remove();
  });
  const page = await openPage(browser, null, opened);
  await page.goto(`${daemon.url}backups`);
  await page.waitForSelector('[data-integration=backup]');
  return { page, daemon, folder: folder.path, data };
}

const field = (page, label) => page.locator('[data-integration=backup]').getByLabel(label, { exact: true });

/** Fills in the settings and saves them. */
async function set(page, values) {
  for (const [label, value] of Object.entries(values)) {
    await field(page, label).fill(value);
  }
  await page.click('[data-integration=backup] button[type=submit]');
  await page.waitForSelector('[data-integration=backup] .outcome .state:has-text("Saved")');
}

async function make(page) {
  await page.waitForSelector('#make-row button:enabled');
  await page.click('#make-row button');
  await page.waitForSelector('#make-state [data-kind=done]', { timeout: 60000 });
  await page.waitForSelector('[data-backup]');
}

/** Opens the newest with a passphrase, or with the one that is kept. */
async function lookInto(page, passphrase) {
  await page.click('[data-backup] summary');
  await page.fill('[data-backup] input[type=password]', passphrase);
  await page.click('[data-backup] button:has-text("Look into it")');
}

const remember = (url, subject, object) => fetch(`${url}api/v1/memory/facts`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ subject, predicate: 'name', object }),
});
const facts = (url) => fetch(`${url}api/v1/memory/facts`).then((answer) => answer.json()).then(({ items }) => items.length);

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`a backup from the passphrase to bringing it back, ${viewport.width}x${viewport.height}`, async (t) => {
    const { page, daemon, folder } = await rosie(t, { viewport, colorScheme: size === 'show' ? 'dark' : 'light' });
    await page.waitForSelector('#how .notice:has-text("no passphrase")');
    assert.equal(await page.isDisabled('#make-row button'), true);
    await laidOut(page, `backups-${size}-none`);
    await set(page, { Passphrase: PASSPHRASE });
    assert.equal((await remember(daemon.url, 'daughter', 'Ada')).status, 201);
    await make(page);
    await laidOut(page, `backups-${size}-made`);
    assert.equal(await facts(daemon.url), 1);
    await lookInto(page, '');
    await page.waitForSelector('[data-backup] fieldset');
    assert.match(await page.textContent('[data-backup] form'), /In it: 0 messages, 1 fact, .*Here now: 0 messages, 1 fact/s);
    await laidOut(page, `backups-${size}-inside`);
    // It is the same file that is taken away.
    const [taken] = await Promise.all([page.waitForEvent('download'), page.click('[data-backup] a[download]')]);
    const file = join(folder, 'attic.rosie-backup');
    await taken.saveAs(file);
    assert.match(readFileSync(file, 'latin1').slice(0, 40), /^age-encryption.org\/v1/);
    assert.equal((await remember(daemon.url, 'cat', 'Only here')).status, 201);
    await page.click('[data-backup] .asking button:has-text("Bring it back")');
    await laidOut(page, `backups-${size}-asking`);
    await page.click('[data-backup] .question button:has-text("Bring it back")');
    await page.waitForSelector('#restoring [data-kind=done]', { timeout: 60000 });
    await laidOut(page, `backups-${size}-back`);
    assert.equal(await facts(daemon.url), 1);
    await page.click('#restoring button');
    await page.setInputFiles('#upload', file);
    await page.waitForSelector('[data-backup="attic.rosie-backup"]');
    await page.click('[data-backup="attic.rosie-backup"] button:has-text("Remove")');
    await page.click('[data-backup="attic.rosie-backup"] .question button:has-text("Remove")');
    await page.waitForSelector('[data-backup="attic.rosie-backup"]', { state: 'detached' });
    assert.deepEqual(page.problems, []);
  });
}

test('what goes wrong is told, with what to do', async (t) => {
  const { page, folder } = await rosie(t, { viewport: SIZES.phone });
  await set(page, { Passphrase: PASSPHRASE });
  const junk = join(folder, 'photos.rosie-backup');
  writeFileSync(junk, 'PK\u0003\u0004 this is a zip');
  await page.setInputFiles('#upload', junk);
  await page.waitForSelector('[data-backup="photos.rosie-backup"]');
  await lookInto(page, '');
  await page.waitForSelector('[data-backup] .notice:has-text("no backup of Rosie")');
  await laidOut(page, 'backups-phone-wrong');
  writeFileSync(join(folder, 'photos.zip'), 'PK');
  await page.setInputFiles('#upload', join(folder, 'photos.zip'));
  await page.waitForSelector('#upload-state .notice:has-text("no name of a backup")');
  await field(page, 'At').fill('half past three');
  await page.click('[data-integration=backup] button[type=submit]');
  await page.waitForSelector('[data-integration=backup] .fault:has-text("03:30")');
  await field(page, 'At').fill('');
  await set(page, { Folder: join(folder, 'usb') });
  await page.waitForSelector('#how .notice:has-text("plugged in")', { timeout: 10000 });
  await laidOut(page, 'backups-phone-no-folder');
});
