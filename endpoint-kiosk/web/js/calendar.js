// The page on which a calendar is connected: how it stands, a code to be typed in elsewhere, or a page whose answer is pasted.

import { client } from './api.js';
import { button, failed, loading, put, tell } from './memories/show.js';
import { byId, make } from './views/dom.js';

const { ask } = client('api/v1/accounts/google_calendar');
/** While it waits it is looked at again; milliseconds. */
const AGAIN = 2000;

let timer = 0;

function show(children) {
  put(byId('account'), children);
}

function look() {
  window.clearTimeout(timer);
  return ask('GET', '').then(draw).catch(refused);
}

function act(method, body) {
  window.clearTimeout(timer);
  show([loading('One moment…')]);
  return ask(method, '', body).then(draw).catch(refused);
}

function refused(error) {
  if (error.code === 'unknown-account') {
    show([
      make('h2', '', ['No calendar is set up']),
      make('p', '', ['First give Rosie a client of yours at Google: docs/calendar.md shows how to make one.']),
      make('div', 'row', [make('a', 'tool', ['Set it up'], { href: 'integrations#google_calendar' })]),
    ]);
    return;
  }
  show([failed(error, look)]);
}

function draw(account) {
  const drawing = { connected, waiting, not_connected: unconnected }[account.state];
  show(drawing(account));
  tell({ connected: 'The calendar is connected.', waiting: 'Waiting for you.', not_connected: 'No calendar is connected.' }[account.state]);
  if (account.state === 'waiting') {
    timer = window.setTimeout(quietly, AGAIN);
  }
}

/** Draws anew only what changed: a field that somebody types in stays. */
function quietly() {
  ask('GET', '').then((account) => {
    if (account.state === 'waiting') {
      timer = window.setTimeout(quietly, AGAIN);
    } else {
      draw(account);
    }
  }).catch(refused);
}

function connected() {
  return [
    make('h2', '', ['Your calendar is connected']),
    make('p', '', ['Ask: what’s on my calendar today?']),
    make('div', 'row', [button('Disconnect', () => act('DELETE'))]),
  ];
}

function unconnected(account) {
  return [
    make('h2', '', ['Connect your calendar']),
    account.problem ? make('p', '', [`The last attempt came to nothing: ${account.problem}.`]) : null,
    make('div', 'row', [
      button('With a code', () => act('POST', { road: 'device' })), button('In this browser', () => act('POST', { road: 'browser' })),
    ]),
  ];
}

function waiting(account) {
  const link = make('a', '', [account.road === 'device' ? account.url : 'Google’s page'], {
    href: account.url, target: '_blank', rel: 'noopener noreferrer',
  });
  const back = button('Begin again', () => act('DELETE'));
  if (account.road === 'device') {
    return [
      make('h2', '', [account.code]),
      make('p', '', ['Open ', link, ' on any device and type in this code. This page sees when it is done.']),
      make('div', 'row', [back]),
    ];
  }
  const field = make('input', '', [], { id: 'answer', type: 'text', autocomplete: 'off' });
  const form = make('form', '', [
    make('div', 'box wide', [make('label', '', ['The address that the browser ended at'], { for: 'answer' }), field]),
    make('div', 'row', [make('button', 'tool', ['Connect'], { type: 'submit' }), back]),
  ]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act('PUT', { answer: field.value });
  });
  return [
    make('h2', '', ['Allow it at Google']),
    make('p', '', ['Open ', link, ' and allow it. Then the browser says that a page at 127.0.0.1 cannot be reached: that is right. Copy that page’s whole address into here.']),
    form,
  ];
}

show([loading()]);
look();
