// The page of the memory on the real gateway: what is shown, changed, deleted, added, taken out and brought in.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { house, HOSTILE, memories } from '../lib/memories.mjs';

/** Waits until `selector` has so many elements. */
const count = (page, selector, n) => page.waitForFunction(
  ([s, wanted]) => document.querySelectorAll(s).length === wanted, [selector, n],
);
const said = (page, pattern) => page.waitForFunction(
  (source) => new RegExp(source).test(document.getElementById('said').textContent), pattern.source,
);

/** Nothing that was kept became markup or ran. */
async function harmless(page) {
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.equal(await page.evaluate(() => document.querySelectorAll('main img, main script').length), 0);
  assert.deepEqual(page.problems, []);
}

test('what was said stands by day and conversation, whatever it says', async (t) => {
  const { page } = await house(t);
  await count(page, '#timeline-list .item', 4);
  assert.deepEqual(await page.$$eval('.day h3', (all) => all.map((e) => e.textContent)), ['Today', 'Yesterday']);
  assert.deepEqual(await page.$$eval('.block h4', (all) => all.map((e) => e.textContent)), ['Living room', 'Kitchen']);
  const texts = await page.$$eval('#timeline-list .text', (all) => all.map((e) => e.textContent));
  assert.ok(texts[0].startsWith(HOSTILE));
  assert.deepEqual(texts.slice(2), ['When is the dentist?', 'On Friday at ten.'], 'as it was said, question before answer');
  await page.selectOption('#timeline-room', 'kitchen');
  await count(page, '#timeline-list .item', 2);
  await harmless(page);
});

test('older messages come page by page', async (t) => {
  const { page } = await house(t, { file: memories({ many: 100 }) });
  await count(page, '#timeline-list .item', 60);
  await page.click('text=Show older');
  await count(page, '#timeline-list .item', 104);
  assert.equal(await page.locator('text=Show older').count(), 0);
});

test('a message is changed and tagged, deleted only when asked twice, and the focus goes somewhere', async (t) => {
  const { page, api } = await house(t);
  const dentist = page.locator('#timeline-list .item', { hasText: 'When is the dentist?' });
  await dentist.locator('summary').click();
  await dentist.locator('button:text-is("Change")').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('When is Dr Hart? ');
  await page.fill('.editor input', 'health, anna');
  await page.press('.editor input', 'Enter');
  await said(page, /Saved/);
  const messages = (await api('messages?tag=anna')).items;
  assert.deepEqual([messages[0].text, messages[0].tags], ['When is Dr Hart? When is the dentist?', ['health', 'anna']]);
  const changed = page.locator('#timeline-list .item', { hasText: 'Dr Hart' });
  await changed.locator('summary').click();
  await changed.locator('button:text-is("Delete"):not(.danger)').click();
  await page.keyboard.press('Escape');
  assert.equal((await api('messages')).items.length, 4, 'Escape keeps it');
  await changed.locator('button:text-is("Delete"):not(.danger)').click();
  await changed.locator('.danger').click();
  await count(page, '#timeline-list .item', 3);
  assert.equal((await api('messages')).items.length, 3);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'h-timeline');
  await page.locator('.block', { hasText: 'Kitchen' }).locator('button:text-is("Forget")').click();
  await page.click('.question .danger');
  await count(page, '#timeline-list .item', 2);
  assert.equal((await api('messages')).items.length, 2);
});

test('searching finds by words, narrowed by kind; what is found is hostile and harmless', async (t) => {
  const { page } = await house(t);
  await page.fill('#search', 'reset button');
  await page.keyboard.press('Enter');
  await count(page, '#found-list .item', 1);
  assert.ok((await page.textContent('#found-list .text')).includes(HOSTILE));
  await page.click('#narrow summary');
  await page.selectOption('#search-kind', 'facts');
  await page.fill('#search', 'daughter');
  await page.keyboard.press('Enter');
  await count(page, '#found-list .item', 1);
  await page.fill('#search', 'zebra');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#found-list [data-kind=empty]');
  await page.click('#found-close');
  assert.equal(await page.isVisible('#found'), false);
  await harmless(page);
});

test('facts show what they were before, are added and deleted', async (t) => {
  const { page, api } = await house(t, { view: 'facts' });
  await count(page, '#facts-list .item', 2);
  const ada = page.locator('#facts-list .item', { hasText: 'Ada' });
  await ada.locator('.past summary').click();
  await ada.locator('text=name is Ida').waitFor();
  await page.click('#fact-new summary');
  await page.fill('#fact-subject', 'daughter');
  await page.fill('#fact-predicate', 'name');
  await page.fill('#fact-object', HOSTILE);
  await page.click('#fact-form [type=submit]');
  await said(page, /Kept/);
  await count(page, '#facts-list .item', 2);
  const newest = (await api('facts')).items.find((fact) => fact.subject === 'daughter');
  assert.equal(newest.object, HOSTILE);
  assert.equal((await api(`facts/${newest.id}/history`)).facts.length, 3);
  await page.locator('#facts-list .item').last().locator('.more summary').click();
  await page.locator('#facts-list .item').last().locator('.more-body button:text-is("Delete")').click();
  await page.click('.question .danger');
  await count(page, '#facts-list .item', 1);
  await harmless(page);
});

test('a document is added, followed until it is read, renewed, looked into and deleted', async (t) => {
  const { page, folder, api } = await house(t, { view: 'documents' });
  await count(page, '#documents-list .item', 1);
  const path = join(folder, '<b>recipes<b>.md');
  writeFileSync(path, 'Bread wants time.\n\nSoup wants salt.');
  await page.setInputFiles('#upload-file', path);
  await count(page, '#documents-list .item', 2);
  const own = page.locator('#documents-list .item', { hasText: 'recipes' });
  await own.locator('[data-state=parsing], [data-state=embedding]').waitFor();
  await own.locator('[data-state=ready]').waitFor();
  await own.locator('.past summary').click();
  await own.locator('text=Soup wants salt.').waitFor();
  writeFileSync(path, 'Cake.');
  await own.locator('.more summary').click();
  await own.locator('input[type=file]').setInputFiles(path);
  await said(page, /new version/);
  await page.waitForFunction(() => /1 part/.test(document.getElementById('documents-list').textContent));
  const { items } = await api('documents');
  assert.equal((await api(`documents/${items.find((d) => /recipes/.test(d.title)).id}/chunks`)).chunks[0].text, 'Cake.');
  await own.locator('.more summary').click();
  await own.locator('.more-body button:text-is("Delete")').click();
  await page.click('.question .danger');
  await count(page, '#documents-list .item', 1);
  writeFileSync(path, Buffer.alloc(33 << 20));
  await page.setInputFiles('#upload-file', path);
  assert.match(await page.textContent('#upload-state'), /may have 32 MB/);
  await harmless(page);
});

test('settings are kept; what is taken out can be brought in after everything was deleted', async (t) => {
  const { page, folder, api } = await house(t, { view: 'care' });
  await page.waitForSelector('#rooms input');
  assert.equal(await page.isChecked('#rooms input[value=living_room]'), true);
  await page.selectOption('#retention', '30');
  await page.click('#rooms label:has-text("Kitchen")');
  await page.click('#settings-form [type=submit]');
  await said(page, /Saved/);
  assert.deepEqual(await api('settings'), { retention_days: 30, do_not_store_rooms: ['living_room', 'kitchen'] });

  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
  const path = join(folder, 'out.json');
  await download.saveAs(path);
  assert.match(download.suggestedFilename(), /^rosie-memory.*\.json$/);
  assert.equal(JSON.parse(readFileSync(path, 'utf8')).records.length, memories().records.length);

  await page.selectOption('#clear-what', 'everything');
  await page.click('#clear-row .tool');
  await page.click('#clear-row .danger');
  assert.match(await page.textContent('#clear-row'), /not confirmed/);
  assert.equal((await api('stats')).messages, 4, 'without the word nothing goes');
  await page.click('#clear-row >> text=Try again');
  await page.fill('#clear-word', 'delete');
  await page.click('#clear-row .tool');
  await page.click('#clear-row .danger');
  await said(page, /deleted/);
  assert.equal((await api('stats')).messages, 0);

  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"rosie_memory": 1,\n "settings": {}, "records": [1]}');
  await page.setInputFiles('#import-file', broken);
  await page.waitForFunction(() => /line 2 column/.test(document.getElementById('import-state').textContent));
  await page.setInputFiles('#import-file', path);
  await said(page, /Brought in 4 messages, 3 facts and 1 document/);
  await page.waitForFunction(() => /4 messages/.test(document.getElementById('stats').textContent));
});
