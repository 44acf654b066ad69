// Searching all that is remembered, by meaning or by words, narrowed by kind, room and time.

import { byId, make } from '../views/dom.js';
import { ask } from './api.js';
import { chunkRow, factRow, messageRow } from './records.js';
import { count, empty, failed, fillRooms, loading, midnight, put, tell } from './show.js';

const HEADING = 'h-found';

export class Search {
  constructor(house) {
    this.house = house;
    this.round = 0;
    byId('search-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.search();
    });
    byId('found-close').addEventListener('click', () => this.close());
  }

  rooms() {
    fillRooms(byId('search-room'), this.house.rooms, 'All rooms');
  }

  close() {
    byId('found').hidden = true;
    byId('search').value = '';
    byId('search').focus();
  }

  /** The question as the API takes it; without words it is a list of what the filter lets through. */
  question() {
    const text = byId('search').value.trim();
    const kind = byId('search-kind').value;
    const room = byId('search-room').value;
    const asked = { k: 50, collections: kind ? [kind] : [], rooms: room ? [room] : [] };
    if (text) {
      asked.text = text;
    }
    const since = midnight(byId('search-from').value, 0);
    const until = midnight(byId('search-to').value, 1);
    return Object.assign(asked, since === null ? {} : { since_unix_ms: since }, until === null ? {} : { until_unix_ms: until });
  }

  search() {
    const asked = this.question();
    const narrowed = asked.collections.length || asked.rooms.length || asked.since_unix_ms || asked.until_unix_ms;
    if (!asked.text && !narrowed) {
      byId('search').focus();
      return;
    }
    this.round += 1;
    const round = this.round;
    const list = byId('found-list');
    byId('found').hidden = false;
    put(list, [loading('Searching…')]);
    ask('POST', 'query', asked).then(({ items }) => {
      if (round === this.round) {
        this.draw(list, items);
      }
    }).catch((error) => round === this.round && put(list, [failed(error, () => this.search())]));
  }

  draw(list, items) {
    tell(items.length ? `${count(items.length, 'match', 'matches')} found` : 'Nothing found');
    if (!items.length) {
      put(list, [empty('Nothing like that is remembered. Other words may find it.')]);
      return;
    }
    const context = {
      heading: HEADING, roomName: this.house.roomName, dated: true,
      gone: (gone) => this.draw(list, items.filter((item) => item.id !== gone.id)),
    };
    const rows = { message: messageRow, fact: factRow, chunk: chunkRow, document: documentLine };
    put(list, [make('ol', 'items plate', items.map((item) => (rows[item.kind] ? rows[item.kind](item, context) : null)))]);
  }
}

function documentLine(document) {
  return make('li', 'item', [make('div', 'item-text', [
    make('p', 'about', ['Document']), make('p', 'text', [document.title], { dir: 'auto' }),
  ])]);
}
