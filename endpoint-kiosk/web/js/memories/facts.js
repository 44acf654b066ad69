// What Rosie knows: facts that hold, each with what it was before; new ones by hand.

import { byId, make } from '../views/dom.js';
import { ask, query } from './api.js';
import { factRow } from './records.js';
import { button, empty, failed, loading, put, tell } from './show.js';

const PAGE = 100;

export class Facts {
  constructor(house) {
    this.house = house;
    this.list = byId('facts-list');
    this.round = 0;
    byId('fact-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.add();
    });
  }

  open() {
    this.facts = [];
    this.next = null;
    put(this.list, [loading()]);
    this.more();
  }

  more() {
    this.round += 1;
    const round = this.round;
    ask('GET', `facts?${query([['limit', PAGE], ['cursor', this.next]])}`).then((page) => {
      if (round === this.round) {
        this.facts = this.facts.concat(page.items);
        this.next = page.next;
        this.draw();
      }
    }).catch((error) => round === this.round && put(this.list, [failed(error, () => this.open())]));
  }

  draw() {
    const gone = (fact) => {
      this.facts = this.facts.filter((other) => other.id !== fact.id);
      this.draw();
    };
    if (!this.facts.length) {
      put(this.list, [empty('Nothing yet. Say “Remember that …” to Rosie, or write it above.')]);
      return;
    }
    const context = { heading: 'h-facts', roomName: this.house.roomName, gone };
    put(this.list, [
      make('ul', 'items plate', this.facts.map((fact) => factRow(fact, context))),
      this.next ? make('div', 'row', [button('Show more', () => this.more())]) : null,
    ]);
  }

  add() {
    const value = (name) => byId(`fact-${name}`).value.trim();
    const fact = { subject: value('subject'), predicate: value('predicate').replace(/\s+/g, '_'), object: value('object'), sentence: value('sentence') };
    const state = byId('fact-state');
    put(state, [loading('Keeping it…')]);
    ask('POST', 'facts', fact).then(() => {
      put(state, []);
      byId('fact-form').reset();
      byId('fact-new').open = false;
      tell('Kept.');
      this.open();
      byId('h-facts').focus();
    }).catch((error) => put(state, [failed(error)]));
  }
}
