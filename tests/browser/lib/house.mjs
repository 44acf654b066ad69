// A page on a stand-in for the appliance, for one test.

import assert from 'node:assert/strict';
import { face, launch, openPage } from './browser.mjs';
import { TAPPED, tapSpeaker } from './ear.mjs';
import { startFake } from './fake.mjs';

/**
 * A fake appliance and a page on it; `launched` and `opened` go to the browser and to the page's context, `host` is the
 * name it is called by, `prepare` runs in the page before its own scripts, `tapped` hears its loudspeaker (ear.mjs). Returns `{ fake, page, types(), until() }`:
 * the types of what the page sent, and a wait for `check` with `what` said when it does not come true.
 */
export async function setUp(t, { fakeOptions, launched, opened = {}, host, prepare, tapped = false } = {}) {
  const fake = await startFake(fakeOptions);
  const browser = await launch(launched);
  t.after(async () => {
    await browser.close();
    await fake.close();
  });
  const page = await openPage(browser, null, tapped ? { ...opened, ...TAPPED } : opened);
  if (tapped) {
    await tapSpeaker(page);
  }
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
export function listens(message, session) {
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
