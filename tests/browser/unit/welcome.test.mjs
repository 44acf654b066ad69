import assert from 'node:assert/strict';
import test from 'node:test';
import { idOf, roomsOf, twice } from '../../../endpoint-kiosk/web/js/welcome/rooms.js';
import { WORDS } from '../../../endpoint-kiosk/web/js/welcome/words.js';

test('a room gets an identifier that the configuration takes, and only one has it', () => {
  assert.equal(idOf('Küche & Bad', []), 'kuche_bad');
  assert.equal(idOf('Straße', []), 'strasse');
  assert.equal(idOf('居間', []), 'room');
  assert.equal(idOf('Bad', ['bad', 'bad_2']), 'bad_3');
  ['Küche & Bad', '居間', ' — ', 'x'.repeat(90)].forEach((name) => assert.match(idOf(name, []), /^[a-z0-9_-]{1,64}$/));
});

test('a room that there is keeps its identifier; without a name it goes', () => {
  assert.deepEqual(roomsOf([{ id: 'kitchen', name: ' Küche ' }, { id: 'office', name: ' ' }, { id: '', name: 'Kitchen' }]), [
    { id: 'kitchen', name: 'Küche' }, { id: 'kitchen_2', name: 'Kitchen' },
  ]);
  assert.equal(twice([{ name: 'Bad' }, { name: 'bad' }]), 'bad');
  assert.equal(twice([{ name: 'Bad' }, { name: 'Bath' }]), '');
});

test('every language says everything of the first steps', () => {
  Object.entries(WORDS).forEach(([language, words]) => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(WORDS.en).sort(), language);
    assert.deepEqual(Object.keys(words.steps), Object.keys(WORDS.en.steps), language);
    Object.values(words.steps).forEach((step) => assert.equal(step.filter(Boolean).length, 2, language));
  });
});
