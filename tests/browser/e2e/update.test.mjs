// The page of the updates before a real daemon. The system around her, which on the image is scripts of root, is this test: it reads
// what she asks for and writes what those scripts would. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 } };
const CHANNEL = 'https://updates.example.org/rosie';

/** A machine whose system files lie in a folder. */
class System {
  constructor(root) {
    this.root = root;
    ['usr/lib/rosie', 'run/rosie/ask', 'run/rosie/update', 'data/update', 'proc'].forEach((place) => mkdirSync(join(root, place), { recursive: true }));
    this.write('usr/lib/rosie/board', 'raspberrypi5\n');
    this.runs('1.0.0', 'A');
  }

  write(path, text) {
    writeFileSync(join(this.root, path), text);
  }

  remove(path) {
    rmSync(join(this.root, path), { force: true });
  }

  runs(version, slot) {
    this.write('usr/lib/rosie/version', `${version}\n`);
    this.write('proc/cmdline', `quiet rauc.slot=${slot}\n`);
  }

  /** What she asks for, as soon as she does. */
  async asked() {
    const path = join(this.root, 'run/rosie/ask/update');
    for (let i = 0; i < 100; i += 1) {
      if (existsSync(path)) {
        const text = readFileSync(path, 'utf8');
        rmSync(path);
        return text;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('nothing was asked for');
  }
}

async function rosie(t, opened, prepare) {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const system = new System(join(folder.path, 'system'));
  prepare(system);
  const start = { port: await freePort(), data, env: { ROSIE_SYSTEM_ROOT: system.root } };
  const running = { daemon: await startRosie(start) };
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await running.daemon.kill();
    folder.remove();
  });
  const page = await openPage(browser, null, opened);
  await page.goto(`${running.daemon.url}update`);
  await page.waitForSelector('#now p:has-text("runs")');
  return { page, system, running, start };
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`an update from the channel to the new system, ${viewport.width}x${viewport.height}`, async (t) => {
    const opened = { viewport, colorScheme: size === 'show' ? 'dark' : 'light' };
    const { page, system, running, start } = await rosie(t, opened, () => {});
    assert.match(await page.textContent('#now'), /Rosie 1\.0\.0 for raspberrypi5 in slot A runs\..*Nothing was installed in slot B yet/);
    assert.equal(await page.isDisabled('#doing button:has-text("Look now")'), true, 'there is no channel to look into');
    await laidOut(page, `update-${size}-new`);

    await page.fill('#channel', `${CHANNEL}/`);
    await page.selectOption('#mode', 'notify');
    await page.click('#settings button[type=submit]');
    assert.equal(await system.asked(), `set notify ${CHANNEL}\n`);
    system.write('run/rosie/update/settings', `channel=${CHANNEL}\nmode=notify\n`);
    await page.waitForSelector('#settings-state [data-kind=done]');

    await page.click('#doing button:enabled:has-text("Look now")');
    assert.equal(await system.asked(), 'look\n');
    system.write('data/update/available', 'version=1.1.0\nbytes=180000000\nnotes=Better ears, and a page for updates\n');
    system.write('data/update/looked', `looked=${Math.floor(Date.now() / 1000)}\nproblem=\n`);
    await page.waitForSelector('#offer:has-text("Rosie 1.1.0 is there"):has-text("Better ears")');
    await laidOut(page, `update-${size}-offer`);

    await page.click('#doing button:has-text("Install 1.1.0")');
    await laidOut(page, `update-${size}-asking`);
    await page.click('#doing .question button:has-text("Install")');
    assert.equal(await system.asked(), 'install\n');
    system.write('data/update/offer.raucb.part', 'x'.repeat(40));
    system.write('run/rosie/update/state', 'step=fetching\npercent=0\nversion=1.1.0\nbytes=100\n');
    await page.waitForSelector('#progress p:has-text("Fetching (1.1.0)")');
    assert.equal(await page.$eval('#progress progress', (meter) => meter.value), 40);
    assert.equal(await page.isVisible('#doing'), false, 'a second one could be asked for');
    system.write('run/rosie/update/state', 'step=installing\npercent=70\nversion=1.1.0\nbytes=\n');
    await page.waitForSelector('#progress p:has-text("Installing")');
    assert.equal(await page.$eval('#progress progress', (meter) => meter.value), 70);
    await laidOut(page, `update-${size}-installing`);

    system.write('run/rosie/update/state', 'step=restarting\npercent=100\nversion=1.1.0\nbytes=\n');
    await page.waitForSelector('#progress p:has-text("restarts")');
    await running.daemon.kill();
    await page.waitForSelector('#now [data-kind=loading]');
    ['run/rosie/update/state', 'data/update/available', 'data/update/offer.raucb.part'].forEach((path) => system.remove(path));
    system.runs('1.1.0', 'B');
    system.write('data/update/result', 'outcome=updated\nversion=1.1.0\nbefore=1.0.0\nreason=\n');
    running.daemon = await startRosie(start);
    await page.waitForSelector('#last .notice:has-text("from 1.0.0 to 1.1.0 was kept")', { timeout: 20000 });
    assert.match(await page.textContent('#now'), /Rosie 1\.1\.0 .* slot B runs\..*Slot A holds 1\.0\.0, the system before/);
    await laidOut(page, `update-${size}-kept`);
  });
}

test('what goes wrong is told, with what to do', async (t) => {
  const { page, system } = await rosie(t, { viewport: SIZES.phone }, (system) => {
    system.write('run/rosie/update/settings', `channel=${CHANNEL}\nmode=automatic\n`);
    system.write('data/update/available', 'version=1.1.0\nbytes=180000000\nnotes=\n');
    system.write('data/update/looked', 'looked=1790000000\nproblem=/data has no room for the update (70 kB are free)\n');
    system.write('data/update/result', 'outcome=returned\nversion=1.1.0\nbefore=1.0.0\nreason=stt does not work\n');
  });
  await page.waitForSelector('#last .notice:has-text("1.1.0 was taken back"):has-text("stt does not work")');
  await page.waitForSelector('#problem .notice:has-text("no room for the update")');
  assert.match(await page.textContent('#now'), /Slot B holds 1\.1\.0, which was taken back/);
  assert.equal(await page.inputValue('#mode'), 'automatic');
  await laidOut(page, 'update-phone-wrong');
  await page.fill('#channel', 'http://updates.example.org');
  await page.click('#settings button[type=submit]');
  await page.waitForSelector('#settings-state .notice:has-text("https://updates.example.org/rosie")');
  await laidOut(page, 'update-phone-refused');
  // An install that comes to nothing can be asked for again.
  await page.click('#doing button:has-text("Install 1.1.0")');
  await page.click('#doing .question button:has-text("Install")');
  assert.equal(await system.asked(), 'install\n');
  system.write('run/rosie/update/state', 'step=installing\npercent=70\nversion=1.1.0\nbytes=\n');
  await page.waitForSelector('#progress p:has-text("Installing")');
  system.write('data/update/looked', 'looked=1790000001\nproblem=the update could not be installed: no space\n');
  system.remove('run/rosie/update/state');
  await page.waitForSelector('#problem .notice:has-text("no space")');
  await page.waitForSelector('#doing button:enabled:has-text("Install 1.1.0")');
  // The place where she asks is gone: told, not kept quiet.
  rmSync(join(system.root, 'run/rosie/ask'), { recursive: true });
  await page.fill('#channel', CHANNEL);
  await page.click('#settings button[type=submit]');
  await page.waitForSelector('#settings-state .notice:has-text("not started from her image")');
});

test('off the image the page says so and offers nothing', async (t) => {
  const { page } = await rosie(t, { viewport: SIZES.phone }, (system) => system.remove('usr/lib/rosie/board'));
  await page.waitForSelector('#last:has-text("not started from her image")');
  assert.equal(await page.isVisible('#newer'), false);
  assert.equal(await page.isVisible('#source'), false);
  await laidOut(page, 'update-phone-elsewhere');
});
