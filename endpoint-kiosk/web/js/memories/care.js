// The owner's control: how much there is, what is kept, the file to take along, deleting much at once.

import { byId, make } from '../views/dom.js';
import { ask, sendFile } from './api.js';
import { onFile, send } from '../upload.js';
import { asking, count, failed, fillRooms, loading, put, size, tell } from './show.js';

const RETENTION = [[null, 'Never'], [7, 'A week'], [30, 'A month'], [90, 'Three months'], [365, 'A year']];

export class Care {
  constructor(house) {
    this.house = house;
    this.settings = null;
    byId('settings-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.save();
    });
    byId('clear-form').addEventListener('submit', (event) => event.preventDefault());
    ['clear-what', 'clear-room'].forEach((id) => byId(id).addEventListener('change', () => this.clearing()));
    byId('export').setAttribute('download', `rosie-memory-${new Date().toISOString().slice(0, 10)}.json`);
    onFile(byId('import-file'), (file) => this.bring(file));
  }

  open() {
    fillRooms(byId('clear-room'), this.house.rooms, null);
    this.clearing();
    this.count();
    put(byId('settings-state'), [loading()]);
    ask('GET', 'settings').then((settings) => {
      this.settings = settings;
      put(byId('settings-state'), []);
      this.draw();
    }).catch((error) => put(byId('settings-state'), [failed(error, () => this.open())]));
  }

  count() {
    ask('GET', 'stats').then((stats) => put(byId('stats'), [make('p', 'stats', [[
      count(stats.messages, 'message', 'messages'), count(stats.facts, 'fact', 'facts'),
      count(stats.documents, 'document', 'documents'), size(stats.bytes_on_disk),
    ].join(' · ')])].concat(remarks(stats).map((words) => make('p', 'about', [words])))))
      .catch((error) => put(byId('stats'), [failed(error, () => this.count())]));
  }

  draw() {
    const days = this.settings.retention_days;
    const own = RETENTION.some(([value]) => value === days) ? [] : [[days, count(days, 'day', 'days')]];
    put(byId('retention'), RETENTION.concat(own).map(([value, words]) => make('option', '', [words], { value: value === null ? '' : value })));
    byId('retention').value = days === null ? '' : String(days);
    const chosen = this.settings.do_not_store_rooms;
    const gone = chosen.filter((id) => !this.house.rooms.some((room) => room.id === id)).map((id) => ({ id, name: id }));
    put(byId('rooms'), this.house.rooms.concat(gone).map((room) => {
      const box = make('input', '', [], { type: 'checkbox', value: room.id });
      box.checked = chosen.indexOf(room.id) >= 0;
      return make('label', 'check', [box, make('span', '', [room.name])]);
    }));
  }

  save() {
    // What could not be read must not be written over: it is asked for again.
    if (!this.settings) {
      this.open();
      return;
    }
    const days = byId('retention').value;
    const rooms = Array.from(byId('rooms').querySelectorAll('input')).filter((box) => box.checked).map((box) => box.value);
    const state = byId('settings-state');
    put(state, [loading('Saving…')]);
    ask('PUT', 'settings', { retention_days: days ? Number(days) : null, do_not_store_rooms: rooms }).then((settings) => {
      this.settings = settings;
      put(state, [make('p', 'state', ['Saved.'])]);
      tell('Saved.');
      this.count();
    }).catch((error) => put(state, [failed(error)]));
  }

  bring(file) {
    const place = byId('import-state');
    send(sendFile, 'POST', 'import', file, place, `Bringing ${file.name} in`, (came) => {
      const words = `Brought in ${count(came.messages, 'message', 'messages')}, ${count(came.facts, 'fact', 'facts')} and ${count(came.documents, 'document', 'documents')}.`;
      put(place, [make('p', 'state', [words])]);
      tell(words);
      this.open();
    });
  }

  /** Shows what the chosen way of deleting wants to know. */
  clearing() {
    const what = byId('clear-what').value;
    byId('clear-room-box').hidden = what !== 'room';
    byId('clear-user-box').hidden = what !== 'user';
    byId('clear-word-box').hidden = what !== 'everything';
    put(byId('clear-state'), []);
    this.offer();
  }

  offer() {
    put(byId('clear-row'), [asking({
      words: 'Delete', label: 'Delete the chosen', question: 'Delete it for good? This cannot be undone.', yes: 'Delete for good',
      act: () => this.clear(),
    })]);
  }

  part() {
    const person = byId('clear-user').value.trim();
    switch (byId('clear-what').value) {
      case 'hour':
        return { since_unix_ms: Date.now() - 3600000 };
      case 'today':
        return { since_unix_ms: new Date().setHours(0, 0, 0, 0) };
      case 'room':
        return { rooms: [byId('clear-room').value] };
      case 'user':
        return person ? { user: person } : null;
      default:
        return byId('clear-word').value.trim().toLowerCase() === 'delete' ? { everything: true } : null;
    }
  }

  clear() {
    const part = this.part();
    if (!part) {
      const person = byId('clear-what').value === 'user';
      return Promise.reject({
        message: person ? 'Nobody is named.' : 'It is not confirmed.',
        hint: person ? 'Write whose memories shall go.' : 'Type the word “delete” in the field above.',
      });
    }
    return ask('POST', 'clear', Object.assign({ confirm: 'delete' }, part)).then(({ deleted }) => {
      const words = `${count(deleted, 'memory', 'memories')} deleted.`;
      byId('clear-form').reset();
      this.clearing();
      put(byId('clear-state'), [make('p', 'state', [words])]);
      tell(words);
      this.count();
      byId('h-care').focus();
    });
  }
}

/** What the owner should know about how things are kept. */
export function remarks(stats) {
  const all = [];
  if (stats.unsaved) {
    all.push(`${count(stats.unsaved, 'memory is', 'memories are')} not on the disk yet: it does not take them.`);
  }
  if (stats.index_rebuilding) {
    all.push('Being sorted anew: until that is done, not everything is found.');
  }
  if (stats.embedder === null) {
    all.push('Found by words only, not by meaning: the model for that is missing.');
  } else if (stats.embedded < stats.embeddable) {
    all.push(`Found by meaning so far: ${stats.embedded} of ${stats.embeddable}.`);
  }
  return all;
}
