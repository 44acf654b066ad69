// Wires the page of the memory together: which view is open, rooms by name, whether the memory is well.

import { readHealth } from '../health.js';
import { byId, icon, make } from '../views/dom.js';
import { fetchRooms } from './api.js';
import { Care } from './care.js';
import { Documents } from './documents.js';
import { Facts } from './facts.js';
import { Search } from './search.js';
import { put } from './show.js';
import { Timeline } from './timeline.js';

const HEALTH_EVERY_MS = 15000;
const house = {
  rooms: [],
  roomName: (id) => {
    const room = house.rooms.find((r) => r.id === id);
    return room ? room.name : id;
  },
};
const views = { timeline: new Timeline(house), facts: new Facts(house), documents: new Documents(house), care: new Care(house) };
const search = new Search(house);

function open() {
  const asked = window.location.hash.slice(1);
  const name = views[asked] ? asked : 'timeline';
  Object.keys(views).forEach((view) => { byId(`view-${view}`).hidden = view !== name; });
  document.querySelectorAll('.tabs a').forEach((link) => {
    if (link.getAttribute('href') === `#${name}`) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  });
  views[name].open();
}

/** What must be known of the memory as a whole stands above everything. */
function showHealth(part) {
  const well = !part || part.state === 'ready';
  const key = well ? '' : `${part.state} ${part.reason}`;
  const banner = byId('banner');
  if (banner.rosieKey === key) {
    return;
  }
  banner.rosieKey = key;
  put(banner, well ? [] : [make('div', 'notice', [icon('alert'), make('div', 'notice-text', [
    make('p', 'notice-title', [part.state === 'loading' ? 'The memory is warming up' : `The memory is ${part.word.toLowerCase()}`]),
    part.reason ? make('p', '', [part.reason]) : null,
  ])], { 'data-kind': part.state })]);
}

function refreshHealth() {
  fetch('api/v1/health').then((response) => response.json()).then(readHealth)
    .then((parts) => showHealth(parts.find((part) => part.id === 'memory')))
    .catch(() => undefined);
}

fetchRooms().then((rooms) => {
  house.rooms = rooms;
  search.rooms();
  open();
});
refreshHealth();
window.addEventListener('hashchange', () => {
  open();
  window.scrollTo(0, 0);
});
setInterval(() => !document.hidden && refreshHealth(), HEALTH_EVERY_MS);
