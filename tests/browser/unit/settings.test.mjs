import assert from 'node:assert/strict';
import test from 'node:test';
import { blocks, byForm, cleared, lean, matches, patched, valueAt, whole } from '../../../endpoint-kiosk/web/js/settings/document.js';
import { SECTIONS, WORDS } from '../../../endpoint-kiosk/web/js/settings/words.js';

const ROOT = {
  $defs: {
    Llm: { type: 'object', properties: { cloud: { $ref: '#/$defs/Tier', description: 'Somebody else’s.', default: { host: '', model: 'big', api_key: '' } }, patience: { type: 'integer', default: 3 } } },
    Tier: { type: 'object', description: 'One tier.', properties: { api_key: { type: 'string', default: '' }, model: { type: 'string', default: '' }, host: { type: 'string', default: '' } } },
  },
  properties: {
    llm: { $ref: '#/$defs/Llm', default: {} },
    channels: { type: 'object', additionalProperties: { type: 'string' }, default: { a: '1', b: '2' } },
    languages: { type: 'array', items: { type: 'string' }, default: ['en'] },
  },
};
const schema = whole(ROOT, ROOT);

test('a schema without references: what it is here, what comes first, what is a key', () => {
  const { cloud } = schema.properties.llm.properties;
  assert.equal(cloud.description, 'Somebody else’s.');
  assert.deepEqual(['host', 'model', 'api_key'].map((name) => cloud.properties[name]['x-order']), [0, 1, 2]);
  assert.equal(cloud.properties.api_key.writeOnly, true);
  assert.equal(cloud.properties.host.writeOnly, undefined);
});

test('a form for every part, each with fields of its own', () => {
  const forms = blocks(schema.properties.llm, 'llm');
  assert.deepEqual(forms.map(({ path, schema: { properties } }) => [path, Object.keys(properties)]), [
    ['llm', ['patience']], ['llm.cloud', ['host', 'model', 'api_key']],
  ]);
  assert.deepEqual(blocks(schema, '').map(({ path }) => path), ['', 'llm', 'llm.cloud']);
});

test('what was changed goes to its place, and what is the default stays out', () => {
  const config = { llm: { cloud: { host: '', model: 'big', api_key: '***' }, patience: 3 }, channels: { a: '1', b: '2' }, languages: ['en'] };
  const changed = patched(config, { 'llm.cloud': { host: 'http://x' }, '': { languages: ['de', 'en'] } });
  assert.equal(config.llm.cloud.host, '', 'the document in force was changed');
  assert.deepEqual(lean(changed, schema), { llm: { cloud: { host: 'http://x', api_key: '***' } }, languages: ['de', 'en'] });
  assert.deepEqual(lean(config, schema), { llm: { cloud: { api_key: '***' } } });
  // A map is one thing: with a part of it the rest would be gone.
  // A key that is taken away is told to be none; one that there never was is not spoken of.
  const kept = { llm: { cloud: { api_key: '***' } }, mqtt: { password: '' } };
  const taken = { 'llm.cloud': { api_key: '', host: 'http://x' }, mqtt: { password: '' } };
  assert.deepEqual(cleared(kept, taken), { 'llm.cloud': { api_key: null } });
  assert.deepEqual(cleared(kept, { 'llm.cloud': { api_key: 'new' } }), {});
  assert.deepEqual(lean(patched(config, { '': { channels: { a: '1' } } }), schema).channels, { a: '1' });
  assert.deepEqual(valueAt(config, 'llm.cloud').model, 'big');
  assert.deepEqual(valueAt(config, 'gone.away'), {});
});

test('a mistake finds its form; one of no form is told all the same', () => {
  const forms = blocks(schema, '');
  const found = byForm([
    { key: 'llm.cloud.host', message: 'a' }, { key: 'languages.0', message: 'b' }, { key: 'llm.patience', message: 'c' }, { key: 'stt.model', message: 'd' }, { key: '', message: 'e' },
  ], forms);
  assert.deepEqual(found['llm.cloud'], [{ key: 'host', message: 'a' }]);
  assert.deepEqual(found[''], [{ key: 'languages.0', message: 'b' }]);
  assert.deepEqual(found.llm, [{ key: 'patience', message: 'c' }]);
  assert.deepEqual(found.null.map(({ message }) => message), ['d', 'e']);
});

test('searching: every word, wherever it stands', () => {
  assert.equal(matches('keep TEXT', ['privacy', 'keep_turn_text']), true);
  assert.equal(matches('keep_turn', ['Keep turn text']), true);
  assert.equal(matches('keep zebra', ['keep_turn_text']), false);
  assert.equal(matches('  ', ['x']), true);
});

test('every language names every section', () => {
  Object.entries(WORDS).forEach(([language, words]) => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(WORDS.en).sort(), language);
    assert.deepEqual(Object.keys(words.sections), SECTIONS.map(([name]) => name), language);
  });
});
