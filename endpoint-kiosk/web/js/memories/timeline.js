// What was said, by day, and within a day by conversation; older pages on request.

import { byId, make } from '../views/dom.js';
import { ask, query } from './api.js';
import { messageRow } from './records.js';
import { asking, button, clock, day, empty, failed, fillRooms, loading, put, tell } from './show.js';

const PAGE = 60;
const HEADING = 'h-timeline';

/** `[{ day, blocks: [{ conversation, room, messages }] }]`, newest first; messages in the order they were said. */
export function byDay(messages, now) {
  const days = [];
  messages.forEach((message) => {
    const name = day(message.unix_ms, now);
    let last = days[days.length - 1];
    if (!last || last.day !== name) {
      last = { day: name, blocks: [] };
      days.push(last);
    }
    let block = last.blocks.find((b) => b.conversation === message.conversation && b.room === message.room);
    if (!block) {
      block = { conversation: message.conversation, room: message.room, messages: [] };
      last.blocks.push(block);
    }
    block.messages.unshift(message);
  });
  return days;
}

export class Timeline {
  constructor(house) {
    this.house = house;
    this.list = byId('timeline-list');
    this.room = byId('timeline-room');
    this.messages = [];
    this.next = null;
    this.round = 0;
    this.room.addEventListener('change', () => this.load());
  }

  open() {
    const before = this.room.value;
    fillRooms(this.room, this.house.rooms, 'All rooms');
    this.room.value = before;
    this.load();
  }

  load() {
    this.messages = [];
    this.next = null;
    put(this.list, [loading()]);
    this.more();
  }

  more() {
    this.round += 1;
    const round = this.round;
    const pairs = [['limit', PAGE], ['cursor', this.next], ['room', this.room.value]];
    return ask('GET', `messages?${query(pairs)}`).then((page) => {
      if (round === this.round) {
        this.messages = this.messages.concat(page.items);
        this.next = page.next;
        this.draw();
      }
    }).catch((error) => {
      if (round === this.round) {
        put(this.list, [failed(error, () => this.load())]);
      }
    });
  }

  forget(test) {
    this.messages = this.messages.filter((message) => !test(message));
    this.draw();
  }

  draw() {
    if (!this.messages.length) {
      put(this.list, [empty(this.room.value ? 'Nothing was said here that is remembered.' : 'Nothing is remembered yet. Talk to Rosie.')]);
      return;
    }
    const context = { heading: HEADING, gone: (gone) => this.forget((m) => m.id === gone.id), roomName: this.house.roomName };
    const days = byDay(this.messages, Date.now()).map((group) => make('div', 'day', [
      make('h3', '', [group.day]),
    ].concat(group.blocks.map((block) => this.block(block, context)))));
    put(this.list, days.concat(this.next ? [make('div', 'row', [button('Show older', (event) => this.older(event.target))])] : []));
  }

  /** The focus goes on to the first message that came. */
  older(pressed) {
    const before = this.messages.length;
    const last = this.messages[before - 1];
    pressed.disabled = true;
    this.more().then(() => {
      const shown = this.list.querySelectorAll('.item').length;
      tell(`${shown - before} more`);
      const days = this.list.querySelectorAll('.day h3');
      if (last && days.length) {
        days[days.length - 1].tabIndex = -1;
        days[days.length - 1].focus();
      }
    });
  }

  block(block, context) {
    const { messages } = block;
    const [first, last] = [messages[0], messages[messages.length - 1]];
    const span = clock(first.unix_ms) === clock(last.unix_ms) ? clock(first.unix_ms) : `${clock(first.unix_ms)} to ${clock(last.unix_ms)}`;
    const place = this.house.roomName(block.room);
    return make('section', 'plate block', [
      make('div', 'block-head', [
        make('h4', '', [place]), make('span', 'about', [span]),
        asking({
          words: 'Forget', label: `Forget the conversation in ${place}, ${span}`,
          question: 'Delete this whole conversation for good?', yes: 'Delete',
          act: () => ask('POST', 'clear', { conversation: block.conversation, collections: ['messages'], confirm: 'delete' })
            .then(({ deleted }) => {
              tell(`${deleted} messages deleted.`);
              this.forget((m) => m.conversation === block.conversation);
              byId(HEADING).focus();
            }),
        }),
      ]),
      make('ol', 'items', messages.map((message) => messageRow(message, context))),
    ], { 'aria-label': `${place}, ${span}` });
  }
}
