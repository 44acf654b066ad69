// The page of the memory in every state and size, by day and by night: accessible, nothing cut off, nothing too small
// for a finger. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import test from 'node:test';
import { accessible, shot } from '../lib/check.mjs';
import { house } from '../lib/memories.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };
const VIEWS = ['timeline', 'facts', 'documents', 'care'];
const NOTHING = { rosie_memory: 1, settings: {}, records: [] };

if (process.env.ROSIE_SHOTS) {
  mkdirSync(process.env.ROSIE_SHOTS, { recursive: true });
}

/** Nothing scrolls sideways, leaves the screen, or is too small to be touched. */
async function laidOut(page, label) {
  const faults = await page.evaluate(() => {
    const found = [];
    if (document.documentElement.scrollWidth > window.innerWidth) {
      found.push(`the page scrolls sideways: ${document.documentElement.scrollWidth}`);
    }
    document.querySelectorAll('button, input, select, textarea, summary, .tool, .tabs a, .check').forEach((e) => {
      const box = e.getBoundingClientRect();
      const shown = e.getClientRects().length && !e.closest('.hidden') && !e.classList.contains('skip');
      if (shown && !e.closest('.check input, label.check > *') && (box.width < 48 || box.height < 48)) {
        found.push(`${e.id || e.textContent} is ${Math.round(box.width)}x${Math.round(box.height)}`);
      }
      if (shown && (box.left < -1 || box.right > window.innerWidth + 1)) {
        found.push(`${e.id || e.textContent} leaves the screen`);
      }
    });
    return found;
  });
  assert.deepEqual(faults, [], label);
}

async function look(page, label) {
  await page.waitForTimeout(150);
  await shot(page, label);
  await laidOut(page, label);
  await accessible(page, label);
}

const settled = (page, view) => page.waitForFunction((name) => {
  const section = document.getElementById(`view-${name}`);
  return !section.hidden && !section.querySelector('[data-kind=loading]');
}, view);

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`the memory, ${colorScheme}, ${viewport.width}x${viewport.height}`, async (t) => {
      const { page } = await house(t, { opened: { viewport, colorScheme } });
      for (const view of VIEWS) {
        await page.click(`.tabs a[href="#${view}"]`);
        await settled(page, view);
        await look(page, `memory-${colorScheme}-${size}-${view}`);
      }
      await page.click('.tabs a[href="#timeline"]');
      await settled(page, 'timeline');
      await page.click('#timeline-list .more summary');
      await page.click('.more[open] .asking .tool');
      await look(page, `memory-${colorScheme}-${size}-asking`);
      await page.keyboard.press('Escape');
      await page.click('.more[open] .more-body > .tool');
      await look(page, `memory-${colorScheme}-${size}-editing`);
      await page.click('#narrow summary');
      await page.fill('#search', 'dentist');
      await page.keyboard.press('Enter');
      await page.waitForSelector('#found-list .item');
      await look(page, `memory-${colorScheme}-${size}-found`);
      assert.deepEqual(page.problems, []);
    });
  }
}

test('where nothing is remembered every view says so', async (t) => {
  const { page } = await house(t, { file: NOTHING, opened: { viewport: SIZES.phone } });
  for (const view of VIEWS.slice(0, 3)) {
    await page.click(`.tabs a[href="#${view}"]`);
    await page.waitForSelector(`#view-${view} [data-kind=empty]`);
    await look(page, `memory-empty-${view}`);
  }
});

test('a memory that is missing says why, and trying again brings it', async (t) => {
  const sentence = "I'm having trouble remembering past conversations.";
  const body = JSON.stringify({ code: 'memory-unavailable', message: sentence, hint: 'the disk is full: free some space' });
  const health = JSON.stringify({
    status: 'impaired',
    parts: { memory: { engine: 'redb', model: '', health: { state: 'degraded', reason: 'found by words only' }, queue_depth: 0, dropped: 0, restarts: 0 } },
  });
  const { page } = await house(t, {
    opened: { viewport: SIZES.phone },
    prepare: async (p) => {
      await p.route('**/api/v1/memory/**', (route) => route.fulfill({ status: 503, contentType: 'application/json', body }));
      await p.route('**/api/v1/health', (route) => route.fulfill({ status: 200, contentType: 'application/json', body: health }));
    },
  });
  for (const view of VIEWS) {
    await page.click(`.tabs a[href="#${view}"]`);
    const notice = page.locator(`#view-${view} [data-kind=error]`).first();
    await notice.waitFor();
    assert.match(await notice.textContent(), /trouble remembering.*The disk is full/);
    await look(page, `memory-missing-${view}`);
  }
  assert.match(await page.textContent('#banner'), /memory is limited.*Found by words only/);
  await page.click('.tabs a[href="#timeline"]');
  await page.waitForSelector('#timeline-list [data-kind=error]');
  await page.unroute('**/api/v1/memory/**');
  await page.click('#timeline-list >> text=Try again');
  await page.waitForSelector('#timeline-list .item');
});

test('an appliance that does not answer is told from one that refuses', async (t) => {
  const { page } = await house(t, { prepare: (p) => p.route('**/api/v1/memory/**', (route) => route.abort()) });
  await page.waitForSelector('#timeline-list [data-kind=error]');
  assert.match(await page.textContent('#timeline-list'), /does not answer/);
});

test('everything can be reached by keyboard alone, and the focus shows', async (t) => {
  const { page } = await house(t);
  await settled(page, 'timeline');
  const reached = [];
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => {
      const e = document.activeElement;
      const shows = parseFloat(getComputedStyle(e).outlineWidth) >= 2;
      return `${e.id || e.getAttribute('href') || e.textContent.trim()}${shows ? '' : ' (no focus shown)'}`;
    }));
  }
  ['#facts', '#care', 'search', 'timeline-room', 'Forget'].forEach((name) => assert.ok(reached.includes(name), `${name} in ${reached.join(', ')}`));
  assert.ok(reached.some((name) => name.startsWith('Change or delete')), reached.join(', '));
  assert.ok(reached.every((name) => !name.includes('no focus shown')), reached.join(', '));
  await page.goto(page.url().replace('#timeline', ''));
  assert.equal(await page.getAttribute('.tabs a[aria-current=page]', 'href'), '#timeline');
});
