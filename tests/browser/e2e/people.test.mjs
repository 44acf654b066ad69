// Signing in, and the page of people and devices, before the real gateway. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import test from 'node:test';
import { startAlone } from '../lib/alone.mjs';
import { face, launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { pagesBefore } from '../lib/pages.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };
const ADA = 'open sesame';
const KIM = 'open barley';

/** A house without an owner; `visit(address, more)` opens a page in a browser that nobody used before. */
async function house(t) {
  const gateway = await startAlone();
  const pages = await pagesBefore(gateway.url);
  const browser = await launch({ microphone: false });
  t.after(async () => {
    await browser.close();
    await pages.close();
    await gateway.end();
  });
  const visit = async (address, more) => {
    const page = await openPage(browser, null, { viewport: SIZES.desk, locale: 'en-GB', reducedMotion: 'reduce', ...more });
    await page.goto(pages.url + address);
    return page;
  };
  return { visit, url: pages.url };
}

async function signIn(page, name, password) {
  await page.fill('#name', name);
  await page.fill('#password', password);
  await page.click('#submit');
}

/** The page of the people, after the first visit of all. */
async function owner({ visit }, more) {
  const page = await visit('signin', more);
  await page.waitForSelector('#form:not([hidden])');
  await signIn(page, 'Ada', ADA);
  await page.waitForURL(/people$/);
  await page.waitForSelector('#own:not([hidden])');
  return page;
}

/** The form with this button. */
const form = (page, words) => page.locator(`form:visible:has(button[type=submit]:text-is("${words}"))`);
/** The field of this name in it. */
const field = (of, words) => of.locator(`.box:has(> label:has-text("${words}")) >> input, select`).first();

async function addPerson(page, name, role, password) {
  const adding = form(page, 'Add somebody');
  await field(adding, 'Name').fill(name);
  await adding.locator('select').selectOption(role);
  await field(adding, 'Password').fill(password);
  await adding.locator('button[type=submit]').click();
  await page.waitForSelector(`#people-done:has-text("${name} may sign in now.")`);
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`every face of both pages, ${viewport.width}x${viewport.height}`, async (t) => {
    const one = await house(t);
    const page = await one.visit('people', { viewport });
    const faces = async (name, there, touched) => {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await page.reload();
        await page.waitForSelector(there);
        await laidOut(page, `${name}-${size}-${colorScheme}`, touched);
      }
    };
    await faces('people-open', '#wait .notice');
    await page.goto(`${one.url}signin`);
    await faces('signin-first', '#form:not([hidden])', 'button, .tool, #form input');
    await signIn(page, 'Ada', ADA);
    await page.waitForURL(/people$/);
    await page.waitForSelector('#own:not([hidden])');
    await addPerson(page, 'Kim', 'child', KIM);
    await page.request.post(`${one.url}api/v1/pairing`, { data: { endpoint: 'tablet', label: 'Tablet' } });
    const { csrf } = await (await page.request.get(`${one.url}api/v1/access`)).json();
    await page.request.post(`${one.url}api/v1/tokens`, { headers: { 'x-rosie-csrf': csrf }, data: { name: 'Reader', scopes: ['read', 'talk'] } });
    await faces('people-owner', '#people details', 'button, summary, .tool, .check');
    await page.click('#people details:has-text("Kim") summary');
    await form(page, 'Make a key').locator('.check').first().scrollIntoViewIfNeeded();
    await laidOut(page, `people-person-${size}`);
    await page.goto(`${one.url}signin`);
    await faces('signin-here', '#here:not([hidden])');
    await page.click('#here button:has-text("Sign out")');
    await page.waitForSelector('#form:not([hidden])');
    await signIn(page, 'Kim', 'open rye');
    await page.waitForSelector('#state [role=alert]');
    await laidOut(page, `signin-wrong-${size}`);
    await signIn(page, 'Kim', KIM);
    await page.waitForURL(/people$/);
    await faces('people-child', '#sessions p');
    assert.deepEqual(page.problems, []);
  });
}

test('the first visit makes the owner and closes the house; who comes second signs in', async (t) => {
  const one = await house(t);
  const page = await one.visit('people');
  assert.match(await page.textContent('#wait'), /This house is open.*Become the owner/);
  await page.click('#wait a');
  await page.waitForSelector('h2:has-text("Make this house yours")');
  assert.equal(await page.isVisible('#why'), true);
  await signIn(page, 'Ada', 'short');
  await page.waitForSelector('#state [role=alert]:has-text("at least 8 characters")');
  await page.click('#reveal');
  assert.equal(await page.getAttribute('#password', 'type'), 'text');
  await page.click('#reveal');
  await page.fill('#password', ADA);
  await page.keyboard.press('Enter');
  await page.waitForURL(/people$/);
  await page.waitForSelector('#people details:has-text("Ada: Owner")');
  assert.match(await page.textContent('#who'), /^You are Ada\. Owner: everything\.$/);

  const second = await one.visit('dashboard?a=1', { locale: 'de-DE' });
  await second.waitForURL(/signin\?then=%2Fdashboard%3Fa%3D1$/);
  await second.waitForSelector('h2:has-text("Anmelden")');
  assert.equal(await second.isVisible('#why'), false);
  await signIn(second, 'ada', ADA);
  await second.waitForURL(/dashboard\?a=1$/);
  await second.waitForSelector('#headline:not(:empty)');
});

test('a wrong password is told, and too many cost time', async (t) => {
  const one = await house(t);
  await owner(one);
  const page = await one.visit('signin');
  for (let tries = 0; ; tries += 1) {
    assert.ok(tries < 12, 'a wrong password costs nothing');
    await signIn(page, 'Ada', 'open rye');
    await page.waitForSelector('#state [role=alert]');
    await page.waitForSelector('#submit:not([disabled])');
    const told = await page.textContent('#state');
    if (/too many wrong ones. Try again in \d+ seconds/.test(told)) {
      break;
    }
    assert.match(told, /The name or the password is wrong/);
  }
  assert.equal(await page.evaluate(() => document.activeElement.id), 'password');
});

test('a child sees what is theirs alone, and the owner takes it away', async (t) => {
  const one = await house(t);
  const page = await owner(one);
  await addPerson(page, 'Kim', 'child', KIM);
  await addPerson(page, 'Guest', 'guest', KIM);
  const adding = form(page, 'Add somebody');
  await field(adding, 'Name').fill('kim');
  await field(adding, 'Password').fill(KIM);
  await adding.locator('button[type=submit]').click();
  await adding.locator('[role=alert]:has-text("There is somebody or something of this name already")').waitFor();
  await page.waitForSelector('#people details:has-text("Kim: Child")');

  for (const [name, role] of [['Kim', 'Child'], ['Guest', 'Guest']]) {
    const summary = `#people summary:has-text("${name}: ${role}")`;
    const theirs = await one.visit('signin');
    await signIn(theirs, name, KIM);
    await theirs.waitForURL(/people$/);
    await theirs.waitForSelector('#sessions p:has-text("this browser")');
    assert.match(await theirs.textContent('#who'), new RegExp(`You are ${name}\\. .*People, devices and keys are the owner's`));
    assert.equal(await theirs.isVisible('#house'), false);
    await theirs.goto(`${one.url}dashboard`);
    await theirs.waitForSelector('#wait [role=alert]:has-text("You may not do this.")');
    await theirs.goto(`${one.url}settings`);
    await theirs.waitForSelector('[role=alert]:has-text("You may not do this.")');
    await theirs.goto(one.url);
    await face(theirs, 'idle');
    await theirs.goto(`${one.url}people`);
    await theirs.waitForSelector('#sessions p');
    // The owner's last word: signed out at once, where it shows.
    await page.reload();
    await page.click(summary);
    await page.click('#people details[open] .asking button');
    await page.waitForSelector(`#people .question:has-text("Remove ${name}")`);
    await page.click('#people .question .danger');
    await page.waitForSelector(summary, { state: 'detached' });
    await theirs.waitForURL(/signin/);
  }
  // The only owner stays one.
  await page.click('#people details:has-text("Ada") summary');
  await page.locator('#people details[open] select').selectOption('guest');
  await page.click('#people details[open] button[type=submit]');
  await page.waitForSelector('#people [role=alert]:has-text("There must be one owner at least.")');
  assert.deepEqual(page.problems, []);
});

test('what somebody types stays while others come and go', async (t) => {
  const one = await house(t);
  const page = await owner(one);
  await addPerson(page, 'Kim', 'child', KIM);
  await page.click('#people details:has-text("Kim") summary');
  await page.locator('#people details[open] input').fill('half a pass');
  const other = await one.visit('signin');
  await signIn(other, 'Kim', KIM);
  await other.waitForURL(/people$/);
  // Twice the list is asked after the browser came.
  for (let n = 0; n < 2; n += 1) {
    await page.waitForResponse(/api\/v1\/people$/);
  }
  assert.equal(await page.locator('#people details[open] input').inputValue(), 'half a pass');
  await page.click('#people details:has-text("Kim") summary');
  await page.waitForSelector('#people details:has-text("Kim: Child: talk (signed in with 1 browser)")');
});

test('the own password: the old one is asked, other browsers are signed out, this one stays', async (t) => {
  const one = await house(t);
  await addPerson(await owner(one), 'Kim', 'child', KIM);
  const [here, elsewhere] = [await one.visit('signin'), await one.visit('signin')];
  for (const page of [here, elsewhere]) {
    await signIn(page, 'Kim', KIM);
    await page.waitForURL(/people$/);
    await page.waitForSelector('#sessions p');
  }
  const own = form(here, 'Change your password');
  const change = async (old, anew) => {
    await field(own, 'Your password until now').fill(old);
    await field(own, 'New password').fill(anew);
    await own.locator('button[type=submit]').click();
  };
  await change('open rye', 'open wheat');
  await own.locator('[role=alert]:has-text("The password until now is wrong.")').waitFor();
  await change(KIM, 'short');
  await own.locator('[role=alert]:has-text("at least 8 characters")').waitFor();
  await change(KIM, 'open wheat');
  await here.waitForSelector('#own-state .notice:has-text("Your password is changed.1 other browser is signed out.")');
  await elsewhere.waitForURL(/signin/);
  await signIn(elsewhere, 'Kim', KIM);
  await elsewhere.waitForSelector('#state [role=alert]:has-text("wrong")');
  await signIn(elsewhere, 'Kim', 'open wheat');
  await elsewhere.waitForURL(/people$/);
  await here.waitForSelector('#sessions p >> nth=1');
  assert.match(await here.textContent('#sessions'), /Chrome, Linux: this browser.*Chrome, Linux: last used/);
  await here.click('#sessions button:has-text("Sign out everywhere")');
  await here.waitForURL(/signin$/);
  await elsewhere.waitForURL(/signin/);
});

test('a key for a program is shown once, opens what it is for, and is taken away', async (t) => {
  const one = await house(t);
  const page = await owner(one);
  const making = form(page, 'Make a key');
  await field(making, 'What it is for').fill('Reader');
  await making.locator('button[type=submit]').click();
  const made = await page.waitForSelector('#made .notice-text p:nth-child(2)');
  const token = await made.textContent();
  const asks = async (path) => (await fetch(`${one.url}api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
  assert.deepEqual([await asks('turns'), await asks('people')], [200, 403]);
  await laidOut(page, 'people-token-made');
  await page.reload();
  await page.waitForSelector('#tokens .plate:has-text("Reader: Read")');
  assert.equal(await page.locator(`text=${token}`).count(), 0);
  await page.click('#tokens .plate button');
  await page.click('#tokens .question .danger');
  await page.waitForSelector('#tokens:has-text("None yet.")');
  assert.equal(await asks('turns'), 401);
});

test('a page that is not known shows a code, is paired with it, moved, and cut off', async (t) => {
  const one = await house(t);
  const page = await owner(one);
  const tablet = await one.visit('', { viewport: SIZES.phone });
  await tablet.waitForSelector('.code-digits');
  await laidOut(tablet, 'code-phone', '.code .tool');
  const code = await tablet.textContent('.code-digits');
  await page.waitForSelector(`#waiting:has-text("${code.replace(' ', '')}")`);
  const pairing = form(page, 'Pair');
  await field(pairing, 'What to call it').fill('Tablet');
  await pairing.locator('select').selectOption('kitchen');
  await field(pairing, 'The six digits').fill(code === '000 000' ? '000 001' : '000 000');
  await pairing.locator('button[type=submit]').click();
  await pairing.locator('[role=alert]:has-text("No device shows this code.")').waitFor();
  await field(pairing, 'The six digits').fill(code);
  await pairing.locator('button[type=submit]').click();
  await page.waitForSelector('#pairing-done:has-text("Tablet is paired.")');
  await face(tablet, 'idle');
  await tablet.waitForSelector('.code-digits', { state: 'detached' });
  await page.waitForSelector('#devices summary:has-text("Tablet, Kitchen: connected")');
  await page.click('#devices summary');
  await page.locator('#devices details[open] select').selectOption('living_room');
  // A tablet that may open no blinds but those of its own room.
  await page.click('#devices .check:has-text("It may control every room")');
  assert.equal(await page.isChecked('#devices fieldset .check:has-text("Kitchen") input'), true);
  await page.click('#devices fieldset .check:has-text("Living room")');
  await page.click('#devices fieldset .check:has-text("Kitchen")');
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await laidOut(page, `people-device-${size}`, '#devices .check');
  }
  await page.click('#devices button[type=submit]');
  await page.waitForSelector('#devices summary:has-text("Tablet, Living room")');
  await page.waitForSelector('#devices summary:has-text("Tablet, Living room: connected")');
  const { paired } = await (await page.request.get(`${one.url}api/v1/paired`)).json();
  assert.deepEqual(paired[0].may_control, ['living_room']);
  await page.click('#devices summary');
  await page.click('#devices .asking button');
  await page.click('#devices .question .danger');
  await page.waitForSelector('#devices:has-text("None yet.")');
  await tablet.waitForSelector('.code-digits');
  assert.deepEqual(page.problems, []);
});
