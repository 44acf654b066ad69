// The page of the plugins before a real daemon: putting in, switching on, asking, updating, removing, and what goes wrong.
// Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';

const EXAMPLE = fileURLToPath(new URL('../../../examples/plugins/bin_days', import.meta.url));
const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };

if (process.env.ROSIE_SHOTS) {
  mkdirSync(process.env.ROSIE_SHOTS, { recursive: true });
}

/** The example, changed by `change(text of its manifest)`, packed. */
function packed(folder, name, change = (text) => text) {
  const place = join(folder, name);
  cpSync(EXAMPLE, join(place, 'bin_days'), { recursive: true });
  const manifest = join(place, 'bin_days', 'plugin.yaml');
  writeFileSync(manifest, change(readFileSync(manifest, 'utf8')));
  execFileSync('tar', ['czf', `${place}.tar.gz`, '-C', place, 'bin_days']);
  return `${place}.tar.gz`;
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
  await page.goto(`${daemon.url}plugins`);
  return { page, daemon, folder: folder.path, data };
}

const state = (page, word) => page.waitForSelector(`[data-plugin=bin_days][data-state=${word}]`, { timeout: 20000 });

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`a plugin from the first look to the last, ${viewport.width}x${viewport.height}`, async (t) => {
    const { page, folder, daemon } = await rosie(t, { viewport, colorScheme: size === 'show' ? 'dark' : 'light' });
    await page.waitForSelector('#list [data-kind=empty]');
    await laidOut(page, `plugins-${size}-none`);
    await page.setInputFiles('#upload', packed(folder, 'first'));
    await state(page, 'off');
    await laidOut(page, `plugins-${size}-off`);
    await page.click('[data-plugin=bin_days] button:has-text("Switch on")');
    await state(page, 'ready');
    await page.click('[data-plugin=bin_days] summary');
    await page.waitForSelector('[data-plugin=bin_days] details[open]');
    assert.match(await page.textContent('[data-plugin=bin_days] details'), /when \(does\|will\) \[the\] \{bin\}.*next_bin/s);
    await laidOut(page, `plugins-${size}-runs`);
    const health = await fetch(`${daemon.url}health/integrations/plugin_bin_days`);
    assert.equal(health.status, 200);
    // One that wants more than before is off until the owner has looked.
    await page.setInputFiles('#update-bin_days', packed(folder, 'second', (text) => text.replace('network: false', 'network: true').replace('"1.0"', '"2.0"')));
    await state(page, 'off');
    assert.match(await page.textContent('[data-plugin=bin_days]'), /bin_days 2\.0.*May use the network/s);
    await page.click('[data-plugin=bin_days] button:has-text("Remove")');
    await laidOut(page, `plugins-${size}-asking`);
    await page.click('[data-plugin=bin_days] .question button:has-text("Remove")');
    await page.waitForSelector('#list [data-kind=empty]');
    assert.deepEqual(page.problems, []);
  });
}

test('what goes wrong is told, with what to do', async (t) => {
  const { page, folder, data } = await rosie(t, { viewport: SIZES.phone });
  const junk = join(folder, 'junk.zip');
  writeFileSync(junk, 'not an archive');
  await page.setInputFiles('#upload', junk);
  await page.waitForSelector('#upload-state .notice:has-text("tar czf")');
  const hostile = '<img src=x onerror="window.pwned=1">';
  mkdirSync(join(data, 'plugins', 'broken'), { recursive: true });
  writeFileSync(join(data, 'plugins', 'broken', 'plugin.yaml'), `name: broken\nversion: "1"\ndescription: '${hostile}'\ncommand: []\n`);
  await page.waitForSelector('[data-plugin=broken][data-state=error]', { timeout: 10000 });
  await page.setInputFiles('#upload', packed(folder, 'crashes', (text) => text.replace('bin_days.py', 'no_such_file.py').replace(/description: .*/, `description: '${hostile}'`)));
  await state(page, 'off');
  await page.click('[data-plugin=bin_days] button:has-text("Switch on")');
  await state(page, 'error');
  await page.waitForSelector('[data-plugin=bin_days] pre:has-text("no_such_file.py")', { state: 'attached' });
  await laidOut(page, 'plugins-phone-wrong');
  assert.equal(await page.evaluate(() => window.pwned), undefined);
});
