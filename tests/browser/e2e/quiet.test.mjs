// The page of quiet times. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { startFake } from '../lib/fake.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };
const ROOMS = [{ id: 'kitchen', name: 'Kitchen' }, { id: 'bedroom', name: 'Bedroom' }];
const SCHEMA = {
  type: 'object', properties: {
    rooms: { type: 'array', default: [] },
    do_not_disturb: { type: 'object', properties: { times: { type: 'array', default: [] } }, default: { times: [] } },
  },
};
const NIGHT = { from: '22:00', to: '07:00', days: ['fri', 'sat'], rooms: ['bedroom'] };

async function quiet(t, times, opened) {
  const fake = await startFake();
  fake.api['/api/v1/config/schema'] = SCHEMA;
  fake.api['/api/v1/config'] = { rooms: ROOMS, do_not_disturb: { times } };
  const session = { session: 's', state: 'idle', connected: true, dropped_frames: 0 };
  fake.api['/api/v1/status'] = {
    rooms: ROOMS, sessions: [
      { ...session, endpoint: 'bed', room: 'bedroom', do_not_disturb: true }, { ...session, endpoint: 'stove', room: 'kitchen', do_not_disturb: false },
    ],
  };
  const browser = await launch({ microphone: false });
  t.after(async () => {
    await browser.close();
    await fake.close();
  });
  const page = await openPage(browser, null, { viewport: SIZES.desk, reducedMotion: 'reduce', locale: 'en-GB', ...opened });
  await page.goto(`${fake.url}quiet`);
  await page.waitForSelector('#list > *');
  await page.waitForSelector('#now p:has-text("bed, ")');
  return { page, fake };
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`quiet times lie well, ${viewport.width}x${viewport.height}`, async (t) => {
    const { page } = await quiet(t, [NIGHT], { viewport });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await laidOut(page, `quiet-${size}-${colorScheme}`, 'button, .tool, .check, input[type=time]');
    }
    await page.click('#list .row button');
    await laidOut(page, `quiet-none-${size}`, '#add');
    assert.deepEqual(page.problems, []);
  });
}

test('a quiet time is entered, kept over a reload, saved, and taken away', async (t) => {
  const { page, fake } = await quiet(t, []);
  assert.equal(await page.textContent('#list'), 'There is none yet.');
  assert.deepEqual(await page.$$eval('#now p', (all) => all.map((one) => one.textContent)), ['bed, Bedroom: is left alone', 'stove, Kitchen: hears announcements']);
  await page.click('text=Add a quiet time');
  await page.fill('input[type=time] >> nth=0', '20:30');
  await page.press('input[type=time] >> nth=0', 'Tab');
  await page.check('.check:has-text("Friday") input');
  await page.check('.check:has-text("Bedroom") input');
  await page.waitForSelector('#list h3:text-is("20:30 to 07:00, Fri, Bedroom")');
  await page.reload();
  await page.waitForSelector('#list h3:text-is("20:30 to 07:00, Fri, Bedroom")');
  const wanted = [{ from: '20:30', to: '07:00', days: ['fri'], rooms: ['bedroom'] }];
  // As the daemon: what is posted is what is in force.
  await page.route('**/api/v1/config', (route) => {
    if (route.request().method() === 'POST') {
      fake.api['/api/v1/config'] = JSON.parse(route.request().postData());
    }
    return route.continue();
  });
  await page.click('#save');
  await page.waitForSelector('#outcome .notice:has-text("Saved.")');
  assert.deepEqual(fake.api['/api/v1/config'], { rooms: ROOMS, do_not_disturb: { times: wanted } });
  assert.equal(await page.isVisible('#save'), false);

  await page.fill('input[type=time] >> nth=1', '');
  await page.press('input[type=time] >> nth=1', 'Tab');
  await page.click('#save');
  await page.waitForSelector('#outcome [role=alert]:has-text("needs a beginning and an end")');
  await page.click('#discard');
  await page.waitForSelector('#list h3:text-is("20:30 to 07:00, Fri, Bedroom")');
  await page.click('[aria-label="Remove: 20:30 to 07:00, Fri, Bedroom"]');
  assert.equal(await page.textContent('#list'), 'There is none yet.');
  assert.equal(await page.isVisible('#save'), true);
  assert.deepEqual(page.problems, []);
});
