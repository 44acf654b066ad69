import assert from 'node:assert/strict';
import test from 'node:test';
import { DAYS, NIGHT, dayName, entered, told } from '../../../endpoint-kiosk/web/js/quiet/times.js';
import { WORDS } from '../../../endpoint-kiosk/web/js/quiet/words.js';

const ROOMS = [{ id: 'kitchen', name: 'Kitchen' }, { id: 'bedroom', name: 'Bedroom' }];

test('every language says everything', () => {
  Object.entries(WORDS).forEach(([language, words]) => {
    assert.deepEqual(Object.keys(words), Object.keys(WORDS.en), language);
    Object.entries(words).forEach(([key, said]) => assert.equal(typeof said, typeof WORDS.en[key], `${language} ${key}`));
    assert.match(told(NIGHT, ROOMS, words, language), /22:00.*07:00/, language);
  });
  assert.deepEqual(DAYS.map((day) => dayName(day, 'en', 'short')), ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
  assert.equal(dayName('sun', 'de', 'long'), 'Sonntag');
});

test('all days are none, all rooms are none, and a room that went away is none', () => {
  const all = { from: '22:00', to: '07:00', days: DAYS, rooms: ['bedroom', 'kitchen'] };
  assert.deepEqual(entered(all, ROOMS), NIGHT);
  const some = entered({ ...all, days: ['sun', 'fri'], rooms: ['cellar', 'bedroom'] }, ROOMS);
  assert.deepEqual(some, { from: '22:00', to: '07:00', days: ['fri', 'sun'], rooms: ['bedroom'] });
  assert.equal(told(some, ROOMS, WORDS.en, 'en'), '22:00 to 07:00, Fri, Sun, Bedroom');
});
