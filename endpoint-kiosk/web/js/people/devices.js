// Pairing, and the devices that have a key.

import { put } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { choice, field, form, input, taking } from './parts.js';
import { digits } from './words.js';

const names = (rooms) => rooms.map((room) => [room.id, room.name]);

/** The form that confirms a code; made once, so that nothing is lost while somebody types. */
export function pairing({ words, rooms, ask, changed, done }) {
  const code = input({ inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '9' });
  const name = input({});
  const room = choice(names(rooms), '');
  const fields = [field(words.code, code), field(words.deviceName, name), field(words.room, room)];
  return form(words, fields, words.pair, () => ask('POST', 'pairing/confirm', {
    code: digits(code.value), name: name.value.trim(), room: room.value,
  }).then((paired) => {
    done('pairing', words.paired(paired.name));
    code.value = '';
    name.value = '';
    changed();
  }));
}

export function drawWaiting(words, waiting) {
  put(byId('waiting'), waiting.length
    ? waiting.map((one) => make('p', 'who', [words.shows(one.label, one.address, one.code)]))
    : [make('p', 'about', [words.nobodyWaits])]);
}

function device({ words, rooms, ask, changed, done }, one) {
  const name = input({});
  name.value = one.name;
  const room = choice(names(rooms), one.room);
  const path = `paired/${encodeURIComponent(one.endpoint)}`;
  const where = (rooms.find((known) => known.id === one.room) || { name: one.room }).name;
  const summary = make('summary', '', [`${one.name}, ${where}: ${one.connected ? words.connected : words.away}`]);
  const move = form(words, [field(words.deviceName, name), field(words.room, room)], words.move, () => ask('PUT', path, {
    name: name.value.trim(), room: room.value, may_control: one.may_control,
  }).then(() => {
    done('devices', words.saved(one.name));
    changed();
  }));
  const gone = taking(words, words.unpair, words.unpairAsk(one.name), () => ask('DELETE', path).then(changed));
  return make('details', 'plate', [summary, make('p', 'about', [one.endpoint]), move, gone]);
}

export function drawDevices(page, paired) {
  put(byId('devices'), paired.length ? paired.map((one) => device(page, one)) : [make('p', 'about', [page.words.noDevices])]);
}
