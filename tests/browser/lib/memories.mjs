// A house with memories: the real gateway before a memory in main memory (the gateway's example `alone`), so that the
// page meets the API as it is served.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAlone } from './alone.mjs';
import { launch, openPage } from './browser.mjs';

/** What somebody might say, or name a file, to break out of being text. */
export const HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\u202e{{7*7}} \'"&amp;';

const id = (n) => `019aa6bf-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Two days in two rooms, three facts of which one is history, a document; `many` short messages besides, older. */
export function memories({ many = 0 } = {}) {
  const records = [];
  const add = (record) => {
    const kept = { id: id(records.length + 1), ...record };
    records.push(kept);
    return kept.id;
  };
  const now = Date.now();
  const midnight = new Date().setHours(0, 0, 0, 0);
  const say = (conversation, room, at, speaker, text, more = {}) => add({
    kind: 'message', conversation, room, unix_ms: at, speaker, language: 'en', text, ...more,
  });
  for (let i = 0; i < many; i += 1) {
    say(`old-${i % 7}`, 'living_room', midnight - 90 * 3600000 - (many - i) * 1000, i % 2 ? 'rosie' : 'user', `Old words ${i}`);
  }
  say('k', 'kitchen', midnight - 14 * 3600000, 'user', 'When is the dentist?', { user: 'anna', tags: ['health'] });
  say('k', 'kitchen', midnight - 14 * 3600000 + 2000, 'rosie', 'On Friday at ten.');
  say('l', 'living_room', Math.max(midnight, now - 60000), 'user', `${HOSTILE} ${'W'.repeat(300)}`, { user: HOSTILE, tags: [HOSTILE] });
  say('l', 'living_room', Math.max(midnight, now - 58000), 'rosie', 'I will keep that in mind.');
  const fact = (more) => add({
    kind: 'fact', subject: 'daughter', predicate: 'name', language: 'en', confidence: 0.9, visible_to: 'anna', ...more,
  });
  const holds = fact({ object: 'Ada', sentence: "Your daughter's name is Ada.", unix_ms: now - 3 * 86400000, tags: ['family'] });
  fact({ object: 'Ida', sentence: "Your daughter's name is Ida.", unix_ms: now - 9 * 86400000, superseded_by: holds });
  fact({ subject: 'house', predicate: 'note', object: HOSTILE, sentence: `Note: ${HOSTILE}`, unix_ms: now - 4 * 86400000 });
  const document = add({
    kind: 'document', title: `Boiler ${HOSTILE}.pdf`, media_type: 'application/pdf', bytes: 482133, chunks: 1,
    state: { state: 'ready' }, unix_ms: now - 5 * 86400000,
  });
  add({ kind: 'chunk', document, position: 0, headings: ['Faults', HOSTILE], text: `Press the reset button. ${HOSTILE}` });
  return { rosie_memory: 1, settings: { retention_days: 90, do_not_store_rooms: ['living_room'] }, records };
}

/** Serves `file` (none: nothing is remembered) and opens the page at `view`. */
export async function house(t, { file = memories(), view = 'timeline', opened = {}, prepare } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rosie-memories-'));
  const path = join(folder, 'memory.json');
  writeFileSync(path, JSON.stringify(file));
  const { url, end } = await startAlone(path);
  const browser = await launch({ microphone: false });
  t.after(async () => {
    await browser.close();
    await end();
    rmSync(folder, { recursive: true, force: true });
  });
  const page = await openPage(browser, null, { reducedMotion: 'reduce', viewport: { width: 1280, height: 800 }, ...opened });
  if (prepare) {
    await prepare(page);
  }
  await page.goto(`${url}memory#${view}`);
  return { page, url, folder, api: async (target) => (await fetch(`${url}api/v1/memory/${target}`)).json() };
}
