// What the page does, against a stand-in for the appliance: the ways to speak, the voice, the line, the microphone's
// troubles, keys.

import assert from 'node:assert/strict';
import test from 'node:test';
import { face, launch, openPage, SIZES } from '../lib/browser.mjs';
import { heard, secondsOfSound, tapSpeaker } from '../lib/ear.mjs';
import { startFake, tone } from '../lib/fake.mjs';

const FORMAT = { codec: 'pcm_s16le', rate: 24000, channels: 1 };

/** A fake appliance and a page on it; `launched` and `opened` go to the browser and to the page's context. */
async function setUp(t, { fakeOptions, launched, opened = {}, host, prepare } = {}) {
  const fake = await startFake(fakeOptions);
  const browser = await launch(launched);
  t.after(async () => {
    await browser.close();
    await fake.close();
  });
  const page = await openPage(browser, null, opened);
  await tapSpeaker(page);
  if (prepare) {
    await page.addInitScript(prepare);
  }
  await page.goto(host ? fake.url.replace('127.0.0.1', host) : fake.url);
  await face(page, 'idle');
  // What the page says of itself after each welcome is not what a person did.
  const types = () => fake.received.filter((m) => m.type !== 'ping' && m.on !== false).map((m) => m.type);
  const until = async (what, check) => {
    for (let i = 0; i < 100; i += 1) {
      if (check()) {
        return;
      }
      await page.waitForTimeout(50);
    }
    assert.fail(`${what}; received: ${types().join(' ')}`);
  };
  return { fake, page, types, until };
}

/** Listens on press, thinks on release, as the appliance does. */
function listens(message, session) {
  if (message.type === 'press') {
    session.send({ type: 'turn_started', turn: 1, trigger: 'push_to_talk' });
    session.send({ type: 'state', turn: 1, state: 'listening' });
  } else if (message.type === 'release') {
    session.send({ type: 'state', turn: 1, state: 'thinking' });
  } else if (message.type === 'cancel') {
    session.send({ type: 'timings', turn: 1, outcome: 'cancelled', stages: [] });
    session.send({ type: 'state', turn: 1, state: 'idle' });
  }
}

const box = async (page) => {
  const b = await page.locator('#talk').boundingBox();
  return [b.x + b.width / 2, b.y + b.height / 2];
};

test('says who it is', async (t) => {
  const { fake } = await setUp(t);
  const { hello } = fake.session();
  assert.match(hello.endpoint, /^page-[0-9a-f]{12}$/);
  assert.deepEqual(hello.capabilities.sort(), ['microphone', 'screen', 'speaker']);
  assert.deepEqual(hello.input, { codec: 'pcm_s16le', rate: 16000, channels: 1 });
  assert.equal(hello.version, 1);
});

test('holding the button: press, 20 ms frames with sound in them, release', async (t) => {
  const { fake, page, types, until } = await setUp(t, { fakeOptions: { behave: listens }, opened: { permissions: ['microphone'] } });
  await page.mouse.move(...await box(page));
  await page.mouse.down();
  await face(page, 'listening');
  const before = fake.session().audioFrames;
  await page.waitForTimeout(1500);
  const frames = fake.session().audioFrames - before;
  assert.ok(frames > 60 && frames < 90, `${frames} frames in 1.5 s`);
  assert.equal(fake.lastFrame.length, 8 + 640);
  assert.deepEqual([...fake.lastFrame.subarray(0, 8)], [1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(types(), ['hello', 'press']);
  assert.ok(await page.evaluate(() => document.getElementById('level').value >= 0));
  await page.mouse.up();
  await face(page, 'thinking');
  assert.deepEqual(types(), ['hello', 'press', 'release']);
  await until('the microphone stops being sent', () => true);
  const after = fake.session().audioFrames;
  await page.waitForTimeout(300);
  assert.ok(fake.session().audioFrames - after <= 2, 'nothing is sent while nobody should hear');
});

test('a tap sends press and release at once', async (t) => {
  const { page, types, until } = await setUp(t, { opened: { permissions: ['microphone'], hasTouch: true, viewport: SIZES.phone } });
  await page.tap('#talk');
  await until('a tap', () => types().join() === 'hello,press,release');
});

test('keys: Space from anywhere, Enter on the button, Escape ends the turn, typing stays typing', async (t) => {
  const { page, types, until } = await setUp(t, { fakeOptions: { behave: listens }, opened: { permissions: ['microphone'] } });
  await page.keyboard.down('Space');
  await face(page, 'listening');
  await page.waitForTimeout(500);
  await page.keyboard.up('Space');
  await face(page, 'thinking');
  await page.keyboard.press('Escape');
  await face(page, 'idle');
  assert.deepEqual(types(), ['hello', 'press', 'release', 'cancel']);
  await page.focus('#talk');
  await page.keyboard.press('Enter');
  await until('a tap by Enter', () => types().length === 6);
  assert.deepEqual(types().slice(4), ['press', 'release']);
  await page.keyboard.press('Escape');
  await page.focus('#ask');
  await page.keyboard.type('what time is it');
  await page.keyboard.press('Enter');
  await until('the typed question', () => types().includes('text'));
  assert.deepEqual(types().filter((x) => x === 'press').length, 2);
});

test('everything can be reached and used by keyboard alone, with a focus that shows', async (t) => {
  const { page } = await setUp(t);
  const reached = [];
  for (let i = 0; i < 30 && !reached.includes('theme'); i += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) {
        throw new Error(`${e.id || e.textContent} has no visible focus`);
      }
      return e.id || e.textContent;
    }));
  }
  for (const id of ['talk', 'hands-free', 'mute', 'ask', 'send', 'language', 'theme']) {
    assert.ok(reached.includes(id), `${id} among ${reached}`);
  }
  assert.equal(reached[0], 'Type instead');
});

test('a click without pointer or key (a screen reader) is a tap', async (t) => {
  const { page, types, until } = await setUp(t, { opened: { permissions: ['microphone'] } });
  await page.evaluate(() => document.getElementById('talk').click());
  await until('a tap', () => types().join() === 'hello,press,release');
});

test('the voice is played as it came, and its end is told when it has sounded', async (t) => {
  const { fake, page, types, until } = await setUp(t, { opened: { permissions: ['microphone'] } });
  await page.click('#ask');
  const session = fake.session();
  session.send({ type: 'volume', percent: 100 });
  session.send({ type: 'turn_started', turn: 5, trigger: 'text' });
  session.send({ type: 'state', turn: 5, state: 'speaking' });
  session.send({ type: 'audio_start', turn: 5, format: FORMAT });
  const audio = tone(1.2);
  for (let i = 0; i < audio.length; i += 2000) {
    session.sendAudio(5, audio.subarray(i, i + 2000));
  }
  session.send({ type: 'audio_end', turn: 5 });
  await page.waitForTimeout(600);
  assert.ok(!types().includes('playback_finished'), 'not before it has sounded');
  await until('playback_finished', () => types().includes('playback_finished'));
  assert.equal(fake.received.find((m) => m.type === 'playback_finished').turn, 5);
  const sound = await heard(page);
  const seconds = secondsOfSound(sound);
  assert.ok(Math.abs(seconds - 1.2) < 0.06, `${seconds} s of 1.2`);
  // One tone without a seam: nowhere steeper than a tone of its loudness can be.
  const { samples, rate } = sound;
  const edge = Math.round(rate * 0.01);
  const first = samples.findIndex((v) => Math.abs(v) > 0.01) + edge;
  const last = samples.length - 1 - [...samples].reverse().findIndex((v) => Math.abs(v) > 0.01) - edge;
  const steepest = (2 * Math.PI * 440 * (9000 / 32768)) / rate;
  let clicks = 0;
  for (let i = first; i < last; i += 1) {
    clicks += Math.abs(samples[i] - samples[i - 1]) > steepest * 1.1 ? 1 : 0;
  }
  assert.equal(clicks, 0, 'no click');
});

test('stop_playback silences at once and is not answered', async (t) => {
  const { fake, page, types } = await setUp(t, { opened: { permissions: ['microphone'] } });
  await page.click('#ask');
  const session = fake.session();
  session.send({ type: 'audio_start', turn: 5, format: FORMAT });
  session.sendAudio(5, tone(4));
  await page.waitForTimeout(700);
  session.send({ type: 'stop_playback', turn: 5 });
  session.sendAudio(5, tone(1));
  await page.waitForTimeout(900);
  const seconds = secondsOfSound(await heard(page));
  assert.ok(seconds > 0.3 && seconds < 1.0, `${seconds} s`);
  assert.ok(!types().includes('playback_finished'));
});

test('a timer rings until it is stopped', async (t) => {
  const { fake, page, types, until } = await setUp(t);
  await page.click('#ask');
  fake.session().send({ type: 'timer_ringing', id: 9, name: 'eggs' });
  await face(page, 'ringing');
  assert.match(await page.textContent('#notices'), /eggs/);
  await page.waitForTimeout(1000);
  assert.ok(secondsOfSound(await heard(page)) > 0.3, 'it can be heard');
  await page.click('[data-kind=timer] .tool');
  await until('cancel', () => types().includes('cancel'));
  fake.session().send({ type: 'timer_stopped', id: 9 });
  await face(page, 'idle');
});

test('hands-free: the microphone is heard all the time, and again after a reload', async (t) => {
  const { fake, page, until } = await setUp(t, { opened: { permissions: ['microphone'] } });
  await page.click('#hands-free');
  await until('hands_free', () => fake.received.some((m) => m.type === 'hands_free' && m.on));
  await until('audio', () => fake.session().audioFrames > 20);
  await page.reload();
  await face(page, 'idle');
  assert.equal(await page.getAttribute('#hands-free', 'aria-pressed'), 'true');
  await page.click('#ask');
  await until('audio after the reload', () => fake.sessions.length === 2 && fake.session().audioFrames > 20);
  assert.equal(fake.session().hello.resume, 'token-1');
  assert.equal(fake.session().hello.endpoint, fake.sessions[0].hello.endpoint);
});

test('mute lets the microphone go: nothing is sent and the device is closed', async (t) => {
  const { fake, page, until } = await setUp(t, {
    opened: { permissions: ['microphone'] },
    prepare: () => {
      const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (c) => get(c).then((s) => { window.lastStream = s; return s; });
    },
  });
  await page.click('#hands-free');
  await until('audio', () => fake.session().audioFrames > 5);
  await page.click('#mute');
  await face(page, 'muted');
  await until('mute', () => fake.received.some((m) => m.type === 'mute' && m.on));
  assert.equal(await page.evaluate(() => window.lastStream.getAudioTracks()[0].readyState), 'ended');
  const before = fake.session().audioFrames;
  await page.waitForTimeout(400);
  assert.equal(fake.session().audioFrames, before);
  await page.click('#mute');
  await until('audio again', () => fake.session().audioFrames > before + 5);
});

test('the language is chosen by its own name, sent, and kept', async (t) => {
  const { fake, page, until } = await setUp(t);
  assert.deepEqual(await page.locator('#language option').allTextContents(), ['As the house', 'English', 'Deutsch', 'Español', 'Français']);
  await page.selectOption('#language', 'de');
  await until('language', () => fake.received.some((m) => m.type === 'language' && m.language === 'de'));
  await page.reload();
  await face(page, 'idle');
  assert.equal(fake.session().hello.language, 'de');
});

test('the line breaks: says so, tries again, goes on with the session', async (t) => {
  const { fake, page, until } = await setUp(t);
  await fake.stopListening();
  await face(page, 'reconnecting');
  assert.equal(await page.isDisabled('#send'), true);
  await page.waitForTimeout(1500);
  await fake.listenAgain();
  await face(page, 'idle', 15000);
  await until('a second hello', () => fake.sessions.length === 2);
  assert.equal(fake.session().hello.resume, 'token-1');
});

test('going_away: comes back when asked to', async (t) => {
  const { fake, page, until } = await setUp(t);
  const asked = Date.now();
  fake.session().send({ type: 'going_away', reason: 'restart', retry_after_ms: 1500 });
  fake.session().ws.close();
  await face(page, 'reconnecting');
  await until('a second hello', () => fake.sessions.length === 2);
  assert.ok(Date.now() - asked >= 1450);
});

const troubles = [
  ['refused', { launched: { microphone: true }, error: 'NotAllowedError' }, /blocked/, /Allow/],
  ['busy', { launched: { microphone: true }, error: 'NotReadableError' }, /taken/, /Close other calls/],
];
for (const [name, { launched, error }, title, step] of troubles) {
  test(`microphone ${name}: says why and what to do, and typing works`, async (t) => {
    const { fake, page, until } = await setUp(t, { launched });
    await page.evaluate((n) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(Object.assign(new Error('no'), { name: n }));
    }, error);
    await page.click('#talk');
    await helped(page, title, step);
    await typingWorks(fake, page, until);
  });
}

test('microphone refused by the browser itself', async (t) => {
  const { fake, page, until } = await setUp(t, { launched: { microphone: false, args: ['--deny-permission-prompts'] } });
  await page.click('#talk');
  await helped(page, /blocked|No microphone found/, /Allow|Plug one in/);
  await typingWorks(fake, page, until);
});

test('no microphone: says so', async (t) => {
  const { fake, page, until } = await setUp(t, {
    launched: { microphone: false, args: ['--use-fake-ui-for-media-stream'] },
  });
  await page.click('#talk');
  await helped(page, /No microphone found/, /Plug one in/);
  await typingWorks(fake, page, until);
});

test('insecure address: says so before anything is pressed', async (t) => {
  const { fake, page, until } = await setUp(t, {
    launched: { args: ['--host-resolver-rules=MAP rosie.test 127.0.0.1'] }, host: 'rosie.test',
  });
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  await helped(page, /No microphone on this address/, /chrome:\/\/flags.*http:\/\/rosie\.test/s);
  assert.ok(!fake.session().hello.capabilities.includes('microphone'));
  await typingWorks(fake, page, until);
});

async function helped(page, title, step) {
  await page.waitForSelector('[data-kind=microphone]', { timeout: 5000 });
  assert.match(await page.textContent('[data-kind=microphone] .notice-title'), title);
  assert.match(await page.textContent('[data-kind=microphone] .notice-steps'), step);
}

async function typingWorks(fake, page, until) {
  await page.fill('#ask', 'what time is it');
  await page.click('#send');
  await until('the typed question', () => fake.received.some((m) => m.type === 'text' && m.text === 'what time is it'));
  assert.equal(await page.inputValue('#ask'), '');
}

test('without AudioWorklet (Chrome below 66) it hears all the same', async (t) => {
  const { fake, page, until } = await setUp(t, {
    opened: { permissions: ['microphone'] },
    prepare: () => { delete window.AudioWorkletNode; },
  });
  await page.click('#hands-free');
  await until('audio', () => fake.session().audioFrames > 20);
  assert.equal(fake.lastFrame.length, 648);
});

test('words of people never become markup', async (t) => {
  const { fake, page } = await setUp(t);
  const evil = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>';
  const s = fake.session();
  s.send({ type: 'turn_started', turn: 1, trigger: 'text' });
  s.send({ type: 'transcript', turn: 1, text: evil, language: 'en' });
  s.send({ type: 'reply', turn: 1, text: evil });
  s.send({ type: 'error', turn: 1, code: 'internal', sentence: evil, detail: evil });
  s.send({ type: 'timer_ringing', id: 1, name: evil });
  await page.waitForFunction((text) => document.getElementById('reply').textContent === text, evil);
  assert.equal(await page.evaluate(() => window.evil || document.querySelectorAll('main img, aside img').length), 0);
  assert.deepEqual(page.problems, []);
});

test('a screen reader hears a growing transcript once, and failures at once', async (t) => {
  const { fake, page } = await setUp(t);
  const busy = () => page.getAttribute('#exchange', 'aria-busy');
  const s = fake.session();
  s.send({ type: 'turn_started', turn: 1, trigger: 'push_to_talk' });
  s.send({ type: 'partial', turn: 1, text: 'what' });
  await page.waitForFunction(() => document.getElementById('asked').textContent === 'what');
  assert.equal(await busy(), 'true');
  s.send({ type: 'transcript', turn: 1, text: 'What time is it?', language: 'en' });
  await page.waitForFunction(() => document.getElementById('asked').textContent.endsWith('?'));
  assert.equal(await busy(), 'false');
  assert.equal(await page.getAttribute('#exchange', 'aria-live'), 'polite');
  s.send({ type: 'error', turn: 1, code: 'internal', sentence: 'Sorry, something went wrong.', detail: 'd' });
  await page.waitForSelector('[role=alert] >> text=Sorry, something went wrong.');
});
