// The page of what Rosie is connected to: looks again while it is open, and keeps what somebody types.

import { failed, loading, put } from '../memories/show.js';
import { byId } from '../views/dom.js';
import { integrations } from './api.js';
import { card } from './card.js';

const LOOK_AGAIN_MS = 3000;
/** Set on a page of its own. */
const ELSEWHERE = ['backup'];
const list = byId('list');
let cards = [];

function draw(all) {
  const names = (of) => of.map((each) => each.name).join();
  if (names(cards) === names(all)) {
    cards.forEach((each, i) => each.update(all[i]));
    return;
  }
  cards = all.map(card);
  put(list, cards.map((each) => each.element));
  const wanted = cards.find((each) => `#${each.name}` === window.location.hash);
  if (wanted) {
    wanted.element.open = true;
    wanted.element.scrollIntoView();
  }
}

function again() {
  setTimeout(() => (document.hidden ? document.addEventListener('visibilitychange', look, { once: true }) : look()), LOOK_AGAIN_MS);
}

function look() {
  integrations.ask('GET', '').then((answer) => draw(answer.integrations.filter(({ name }) => ELSEWHERE.indexOf(name) < 0))).catch((error) => {
    // What somebody types stays on the page while the appliance is away.
    if (!cards.length) {
      put(list, [failed(error)]);
    }
    cards.forEach((each) => each.away());
  }).then(again);
}

put(list, [loading()]);
look();
