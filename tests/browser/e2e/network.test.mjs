// The page of the network before a real daemon. Root's side, which on the image looks after the network, is this test: it reads what she
// asks for and writes what it would. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { freePort, startRosie, temporaryFolder } from '../lib/rosie.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 } };
const NEW = {
  managed: true, name: 'rosie', link: 'access_point', wifi: true, ssid: 'Rosie-ABCD', address: '10.42.0.1', strength: null, country: '', problem: null,
  seen: [
    { ssid: 'Home sweet home', strength: 90, security: 'password' }, { ssid: 'Café 🙂', strength: 50, security: 'open' },
    { ssid: 'Office', strength: 8, security: 'unsupported' },
  ],
};
const HOME = { link: 'wifi', ssid: 'Home sweet home', address: '192.168.1.7', country: 'AT' };

class System {
  constructor(root) {
    this.root = root;
    ['run/rosie/ask', 'run/rosie/network'].forEach((place) => mkdirSync(join(root, place), { recursive: true }));
  }

  shows(change) {
    const path = join(this.root, 'run/rosie/network/state.json');
    writeFileSync(`${path}.new`, JSON.stringify(Object.assign({}, NEW, change)));
    renameSync(`${path}.new`, path);
  }

  /** What she asks for, as soon as she does; it is tried from then on. */
  async asked() {
    const path = join(this.root, 'run/rosie/ask/network');
    for (let i = 0; i < 100; i += 1) {
      if (existsSync(path)) {
        const wanted = JSON.parse(readFileSync(path, 'utf8'));
        this.shows({ link: 'joining', ssid: wanted.ssid, address: null });
        rmSync(path);
        return wanted;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('nothing was asked for');
  }
}

async function rosie(t, opened, state) {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const system = new System(join(folder.path, 'system'));
  if (state) {
    system.shows(state);
  }
  const daemon = await startRosie({ port: await freePort(), data, env: { ROSIE_SYSTEM_ROOT: system.root } });
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await daemon.kill();
    folder.remove();
  });
  const page = await openPage(browser, null, opened);
  await page.goto(`${daemon.url}network`);
  await page.waitForSelector('#now p:not([data-kind=loading])');
  return { page, system };
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`from her own network into the home's, by way of a wrong password, ${viewport.width}x${viewport.height}`, async (t) => {
    const opened = { viewport, locale: 'en-GB', colorScheme: size === 'show' ? 'dark' : 'light' };
    const { page, system } = await rosie(t, opened, {});
    assert.match(await page.textContent('#now'), /In no network yet.*“Rosie-ABCD”/);
    assert.deepEqual(await page.$$eval('#network option', (all) => all.map((one) => one.textContent)), [
      'Home sweet home · strong', 'Café 🙂 · fair · no password', 'Office · weak · not possible', 'Another network…',
    ]);
    assert.equal(await page.inputValue('#country'), 'GB', 'the phone knows where it is at home');
    await laidOut(page, `network-${size}-new`);

    await page.click('#join button[type=submit]');
    await page.waitForSelector('#join-state [role=alert]:has-text("8 to 63 characters")');
    await page.fill('#password', 'wrong horse');
    assert.equal(await page.getAttribute('#password', 'type'), 'password');
    await page.click('#reveal');
    assert.equal(await page.getAttribute('#password', 'type'), 'text');
    await page.selectOption('#country', 'AT');
    await laidOut(page, `network-${size}-filled`);
    await page.click('#join button[type=submit]');
    assert.deepEqual(await system.asked(), { ssid: 'Home sweet home', password: 'wrong horse', country: 'AT', hidden: false });
    await page.waitForSelector('#now:has-text("Rosie tries “Home sweet home”"):has-text("http://rosie.local")');
    assert.equal(await page.isVisible('#choose'), false, 'a second one could be asked for');
    await laidOut(page, `network-${size}-joining`);

    system.shows({ country: 'AT', problem: { fault: 'wrong_password', ssid: 'Home sweet home', message: 'the password is wrong' } });
    await page.waitForSelector('#problem .notice:has-text("“Home sweet home” was not joined"):has-text("The password is wrong")');
    await laidOut(page, `network-${size}-wrong`);
    await page.fill('#password', 'correct horse');
    await page.click('#join button[type=submit]');
    assert.equal((await system.asked()).password, 'correct horse');
    system.shows(HOME);
    await page.waitForSelector('#now .notice:has-text("Rosie is in “Home sweet home”"):has-text("http://192.168.1.7")');
    assert.equal(await page.inputValue('#password'), '', 'the password is shown nowhere again');
    assert.equal(await page.textContent('#said'), 'Done: Rosie is in “Home sweet home”. Open http://rosie.local or http://192.168.1.7 in that network.');
    await laidOut(page, `network-${size}-joined`);
  });
}

test('networks without a password, without a name, and such as cannot be', async (t) => {
  const { page, system } = await rosie(t, { viewport: SIZES.phone, locale: 'de-AT' }, { seen: NEW.seen, problem: null });
  assert.equal(await page.getAttribute('html', 'lang'), 'de');
  assert.match(await page.textContent('#now'), /Noch in keinem Netzwerk/);
  await page.selectOption('#network', 'Office');
  await page.click('#join button[type=submit]');
  await page.waitForSelector('#join-state [role=alert]:has-text("Benutzernamen oder ein Zertifikat")');
  await page.selectOption('#network', 'Café 🙂');
  assert.equal(await page.isVisible('#password'), false, 'there is no password to fill in');
  await laidOut(page, 'network-phone-german');
  await page.click('#join button[type=submit]');
  assert.deepEqual(await system.asked(), { ssid: 'Café 🙂', password: '', country: 'AT', hidden: false });
  system.shows({ problem: { fault: 'not_found', ssid: 'Café 🙂', message: 'it was not found' } });
  await page.waitForSelector('#problem .notice:has-text("Es wurde nicht gefunden")');
  await page.selectOption('#network', { label: 'Ein anderes Netzwerk…' });
  await page.click('#join button[type=submit]');
  await page.waitForSelector('#join-state [role=alert]:has-text("Schreib seinen Namen")');
  await page.fill('#name', 'Keller');
  await page.fill('#password', 'käse-und-brot');
  await page.click('#join button[type=submit]');
  await page.waitForSelector('#join-state [role=alert]:has-text("8 bis 63 Zeichen")');
  await page.fill('#password', 'kaese-und-brot');
  await page.click('#join button[type=submit]');
  assert.deepEqual(await system.asked(), { ssid: 'Keller', password: 'kaese-und-brot', country: 'AT', hidden: true });
});

test('with a cable the Wi-Fi can be chosen, too; without a radio it cannot', async (t) => {
  const wired = { link: 'wired', ssid: '', address: '192.168.1.5', country: 'FR' };
  const { page, system } = await rosie(t, { viewport: SIZES.phone, locale: 'fr-FR' }, wired);
  await page.waitForSelector('#now:has-text("Par câble. Son adresse est 192.168.1.5.")');
  assert.equal(await page.isVisible('#choose'), true);
  system.shows(Object.assign({}, wired, { wifi: false, seen: [] }));
  await page.waitForSelector('#now:has-text("Il n’y a pas de Wi-Fi qui fonctionne ici.")');
  assert.equal(await page.isVisible('#choose'), false);
  await laidOut(page, 'network-phone-french');
});

test('off the image the page says so and offers nothing', async (t) => {
  const { page } = await rosie(t, { viewport: SIZES.phone, locale: 'es-ES' }, null);
  await page.waitForSelector('#now:has-text("No se inició desde su imagen")');
  assert.equal(await page.isVisible('#choose'), false);
  await laidOut(page, 'network-phone-elsewhere');
});
