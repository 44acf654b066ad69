// Pairing, and the devices that have a key.

import { put } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { boxes, choice, field, form, input, taking } from './parts.js';
import { digits } from './words.js';

const names = (rooms) => rooms.map((room) => [room.id, room.name]);

/** The rooms that a device may control: `{ parts, rooms() }`, null for all. */
function reach(words, rooms, allowed, own) {
  const every = make('input', '', [], { type: 'checkbox' });
  every.checked = !allowed;
  const some = boxes(words.onlyIn, names(rooms), allowed || own);
  const show = () => { some.box.hidden = every.checked; };
  every.addEventListener('change', show);
  show();
  const all = make('div', 'box wide', [make('label', 'check', [every, words.everyRoom])]);
  return { parts: [all, some.box], rooms: () => (every.checked ? null : some.ticked()) };
}

/** The form that confirms a code; made once, so that nothing is lost while somebody types. */
export function pairing({ words, rooms, ask, changed, done }) {
  const code = input({ inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '9' });
  const name = input({});
  const room = choice(names(rooms), '');
  const may = reach(words, rooms, null, []);
  const fields = [field(words.code, code), field(words.deviceName, name), field(words.room, room)].concat(may.parts);
  return form(words, fields, words.pair, () => ask('POST', 'pairing/confirm', {
    code: digits(code.value), name: name.value.trim(), room: room.value, may_control: may.rooms(),
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
  const may = reach(words, rooms, one.may_control, [one.room]);
  const fields = [field(words.deviceName, name), field(words.room, room)].concat(may.parts);
  const move = form(words, fields, words.move, () => ask('PUT', path, {
    name: name.value.trim(), room: room.value, may_control: may.rooms(),
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
