import assert from 'node:assert/strict';
import test from 'node:test';
import { change, choices, missing, stateOf, valueOf } from '../../../endpoint-kiosk/web/js/models/listed.js';
import { SENTENCES, WORDS } from '../../../endpoint-kiosk/web/js/models/words.js';

const MODELS = [
  { id: 'whisper-base', presence: 'ready', in_use: true, fetch: null },
  { id: 'piper-en_US-joe-medium', presence: 'ready', in_use: true, fetch: null },
  { id: 'piper-en_GB-alan-low', presence: 'absent', in_use: false, fetch: { doing: '', done: 0, total: null } },
  { id: 'piper-de_DE-thorsten-medium', presence: 'incomplete', in_use: true, fetch: { doing: 'voice.onnx', done: 1, total: 2 } },
];

test('every language says everything', () => {
  const { en } = WORDS;
  assert.deepEqual(Object.keys(WORDS), ['en', 'de', 'es', 'fr']);
  assert.deepEqual(Object.keys(SENTENCES), Object.keys(WORDS));
  Object.entries(WORDS).forEach(([language, words]) => {
    assert.deepEqual(Object.keys(words), Object.keys(en), language);
    assert.deepEqual(Object.keys(words.states), Object.keys(en.states), language);
    Object.entries(words).forEach(([key, said]) => assert.equal(typeof said, typeof en[key], `${language} ${key}`));
  });
});

test('what is missing is what is in use and not whole', () => {
  assert.deepEqual(missing(MODELS), ['piper-de_DE-thorsten-medium']);
  assert.deepEqual(MODELS.map(stateOf), ['ready', 'ready', 'waiting', 'coming']);
});

test('a language has the voices of its name, the one that it has, and the simple one where it may', () => {
  assert.deepEqual(choices(MODELS, { language: 'en', voice: 'en_US-joe-medium' }, true), [
    { value: 'en_US-joe-medium', here: true }, { value: 'en_GB-alan-low', here: false },
  ]);
  assert.deepEqual(choices(MODELS, { language: 'de-AT', voice: 'espeak-ng-de' }, false), [
    { value: 'de_DE-thorsten-medium', here: false }, { value: '', here: true },
  ]);
  assert.deepEqual(choices(MODELS, { language: 'fr', voice: '/data/own' }, true), [{ value: '/data/own', here: true }]);
  assert.deepEqual([valueOf('espeak-ng-de'), valueOf('de_DE-thorsten-medium')], ['', 'de_DE-thorsten-medium']);
});

test('a choice changes the voice of its language alone', () => {
  const config = { tts: { voice: 'a', voices: { de: 'b', fr: 'c' } } };
  assert.deepEqual(change(config, 'en', 'd', true), { tts: { voice: 'd' } });
  assert.deepEqual(change(config, 'de-AT', 'e', false), { tts: { voices: { de: 'e', fr: 'c' } } });
  assert.deepEqual(change(config, 'de', '', false), { tts: { voices: { fr: 'c' } } });
  assert.deepEqual(change({}, 'es', 'f', false), { tts: { voices: { es: 'f' } } });
  assert.deepEqual(config.tts.voices, { de: 'b', fr: 'c' });
});
