import assert from 'node:assert/strict';
import test from 'node:test';
import { LEVELS, fileName, rest } from '../../../endpoint-kiosk/web/js/logs/lines.js';
import { WORDS } from '../../../endpoint-kiosk/web/js/logs/words.js';

test('every language says everything', () => {
  const { en } = WORDS;
  assert.deepEqual(Object.keys(WORDS), ['en', 'de', 'es', 'fr']);
  Object.entries(WORDS).forEach(([language, words]) => {
    assert.deepEqual(Object.keys(words), Object.keys(en), language);
    assert.deepEqual(Object.keys(words.levels), LEVELS, language);
    Object.entries(words).forEach(([key, said]) => assert.equal(typeof said, typeof en[key], `${language} ${key}`));
  });
});

test('what else a line says stands in one, without what is empty', () => {
  assert.equal(rest({ room_id: 'kitchen', duration_ms: 0, error: '', user: null, list: [1] }), 'room_id: kitchen · duration_ms: 0 · list: [1]');
  assert.equal(fileName(new Date(2026, 0, 9)), 'rosie-support-2026-01-09.json');
});
