// The page of models and voices, before the real gateway with models in every state. Pictures go to $ROSIE_SHOTS.

import assert from 'node:assert/strict';
import test from 'node:test';
import { startAlone } from '../lib/alone.mjs';
import { launch, openPage } from '../lib/browser.mjs';
import { laidOut } from '../lib/check.mjs';
import { startFake } from '../lib/fake.mjs';
import { pagesBefore } from '../lib/pages.mjs';

const SIZES = { phone: { width: 390, height: 844 }, show: { width: 960, height: 480 }, desk: { width: 1280, height: 800 } };

let house = null;

test.before(async () => {
  const gateway = await startAlone();
  const pages = await pagesBefore(gateway.url);
  const browser = await launch({ microphone: false, args: ['--autoplay-policy=no-user-gesture-required'] });
  house = {
    url: pages.url, browser,
    end: async () => {
      await browser.close();
      await pages.close();
      await gateway.end();
    },
  };
});
test.after(() => house.end());

async function models(t, { url = house.url, ...opened } = {}) {
  const page = await openPage(house.browser, null, { viewport: SIZES.desk, locale: 'en-GB', reducedMotion: 'reduce', ...opened });
  t.after(() => page.context().close());
  await page.goto(`${url}models`);
  await page.waitForSelector('.model');
  return page;
}

const card = (page, id) => page.locator(`.model[data-id="${id}"]`);

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`models in every state, ${viewport.width}x${viewport.height}, ${colorScheme}`, async (t) => {
      const page = await models(t, { viewport, colorScheme });
      await laidOut(page, `models-${size}-${colorScheme}`, 'button, .tool, select');
      await card(page, 'whisper-small').scrollIntoViewIfNeeded();
      await laidOut(page, `models-more-${size}-${colorScheme}`, 'button, .tool, select');
      assert.deepEqual(page.problems, []);
    });
  }
}

test('what is missing is said first, how far a download is, and what went wrong', async (t) => {
  const page = await models(t);
  assert.match(await page.textContent('#whole'), /^Missing: whisper-base\./);
  assert.match(await card(page, 'whisper-base').textContent(), /Coming.*ggml\.bin: 21 MB of 63 MB/);
  assert.equal(await card(page, 'whisper-base').locator('progress').getAttribute('max'), String(60 * 2 ** 20));
  assert.equal(await card(page, 'whisper-base').locator('button').textContent(), 'Stop bringing it');
  assert.equal(await page.locator('#used .model').count(), 3);
  const broken = card(page, 'whisper-small');
  assert.match(await broken.textContent(), /Not here.*63 MB · MIT.*It could not be brought here\.The disk is full.*needed\./);
  const asked = page.waitForRequest((request) => request.method() === 'POST' && /models\/whisper-small\/fetch$/.test(request.url()));
  await broken.locator('button').click();
  const answer = await (await asked).response();
  assert.equal(answer.status(), 202);
});

test('a download is stopped, begun again before the first talk, seen to come, and done', async (t) => {
  // A house of its own: what comes is not what the other tests look at.
  const gateway = await startAlone();
  const pages = await pagesBefore(gateway.url);
  t.after(async () => {
    await pages.close();
    await gateway.end();
  });
  const page = await models(t, { url: pages.url });
  await card(page, 'whisper-base').locator('button').click();
  await page.waitForSelector('.model[data-id="whisper-base"]:has-text("Not whole")');
  assert.equal(await card(page, 'whisper-base').locator('progress').count(), 0);

  // The same in the first steps: what is missing is said, and all of it is brought by one button.
  await page.goto(`${pages.url}welcome#models`);
  await page.waitForSelector('#body:has-text("Missing: whisper-base.")');
  assert.deepEqual(await page.$$eval('#body .model', (all) => all.map((one) => one.dataset.id)), ['whisper-base']);
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await laidOut(page, `welcome-models-${size}-${colorScheme}`, 'button, .tool, .stepper a');
    }
  }
  await page.click('text=Bring everything here');
  await page.waitForSelector('#body .model progress');
  const stop = await page.evaluateHandle(() => document.querySelector('#body .model button'));
  const far = await page.locator('#body .model progress').evaluate((meter) => meter.value);
  await page.waitForFunction((before) => document.querySelector('#body .model progress').value > before, far);
  assert.equal(await stop.evaluate((button) => button.isConnected), true, 'the button moved under the finger');
  await laidOut(page, 'welcome-models-coming', 'button, .tool');
  await page.waitForSelector('#body:has-text("Everything that is in use is here.")');
  assert.equal(await page.locator('#body .model, #body button').count(), 0);
  assert.deepEqual(page.problems, []);
});

test('a voice is heard, and another one chosen', async (t) => {
  const page = await models(t);
  const sample = page.waitForResponse(/voices\/sample$/);
  await page.click('#voices button:has-text("Hear it") >> nth=1');
  const heard = await sample;
  assert.deepEqual(JSON.parse(heard.request().postData()), { language: 'de', text: 'Guten Morgen, das Teewasser kocht.' });
  assert.equal((await heard.body()).subarray(0, 4).toString(), 'RIFF');
  await page.waitForSelector('#voice-de-outcome:empty', { state: 'attached' });

  assert.deepEqual(await page.$$eval('#voice-en option', (all) => all.map((one) => one.value)), ['en_US-joe-medium', 'en_US-lessac-medium']);
  assert.deepEqual(await page.$$eval('#voice-de option', (all) => all.map((one) => [one.value, one.disabled])), [
    ['de_DE-thorsten-medium', true], ['', false],
  ]);
  const saved = page.waitForRequest((request) => request.method() === 'POST' && /api\/v1\/config$/.test(request.url()));
  await page.selectOption('#voice-en', 'en_US-lessac-medium');
  assert.deepEqual(JSON.parse((await saved).postData()).tts, { voice: 'en_US-lessac-medium' });
  await page.waitForSelector('#voice-en-outcome .notice:has-text("en_US-lessac-medium speaks English from now on.")');
  assert.deepEqual(page.problems, []);
});

test('a voice that cannot speak, or be chosen, says why; what is open stays while models come', async (t) => {
  const fake = await startFake();
  t.after(() => fake.close());
  const entry = { kind: 'piper', purpose: 'Speaks', licence: 'MIT', bytes: 7e7, bytes_here: 0, presence: 'absent', in_use: false, fetch: null, problem: null };
  const told = {
    models: [{ ...entry, id: 'piper-en_US-joe-medium', presence: 'ready', in_use: true }, { ...entry, id: 'piper-es_ES-davefx-medium' }],
    voices: [{ language: 'en', voice: 'en_US-joe-medium' }, { language: 'es', voice: 'espeak-ng-es' }],
  };
  fake.api['/api/v1/models'] = told;
  fake.refuses = { '/api/v1/voices/sample': 503 };
  const page = await models(t, { url: fake.url, locale: 'es-ES' });
  assert.equal(await page.textContent('#whole'), 'Todo lo que se usa está aquí.');
  await page.click('#voices button >> nth=1');
  await page.waitForSelector('#voice-es-outcome [role=alert]');
  const kept = await page.evaluateHandle(() => document.querySelector('#used .model'));
  told.models[1] = { ...told.models[1], fetch: { doing: 'voice.onnx', done: 1e6, total: 6e7 } };
  await page.waitForSelector('#others .model:has-text("1.0 MB de 60 MB")');
  told.models[1] = { ...told.models[1], fetch: null, presence: 'ready' };
  await page.waitForSelector('#others .model:has-text("Aquí")');
  assert.equal(await kept.evaluate((model) => model.isConnected), true, 'what did not change was drawn anew');
  assert.equal(await page.locator('#voice-es option:not([disabled])').count(), 2);
});
