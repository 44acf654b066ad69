// One backup: taking it away, looking into it, bringing it back, removing it.

import { make } from '../views/dom.js';
import { asking, clock, count, day, failed, loading, put, size, tell } from '../memories/show.js';
import { backups, one, PARTS } from './api.js';

const held = (contents) => [
  count(contents.messages, 'message', 'messages'), count(contents.facts, 'fact', 'facts'),
  count(contents.documents, 'document', 'documents'), count(contents.timers, 'timer', 'timers'),
].join(', ');

/** What would come, beside what is there, and which parts of it are wanted. `restore(parts)` returns a promise. */
function preview(name, { backup, here }, restore) {
  const boxes = backup.parts.map((part) => {
    const box = make('input', '', [], { type: 'checkbox', value: part });
    box.checked = true;
    return { box, label: make('label', 'check', [box, make('span', '', [PARTS[part]])]) };
  });
  const wanted = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  const holder = make('div', 'row', []);
  function offer() {
    put(holder, wanted().length ? [asking({
      words: 'Bring it back', label: `Bring it back: ${name}`,
      question: 'Put this in the place of what is here? Rosie starts anew with it; what it replaces is kept until the next time.',
      yes: 'Bring it back', act: () => restore(wanted()),
    })] : [make('p', 'state', ['Choose what to bring back.'])]);
  }
  boxes.forEach(({ box }) => box.addEventListener('change', offer));
  offer();
  return [
    make('p', '', [`Made by Rosie ${backup.rosie} on ${backup.machine}; every byte of it is right.`]),
    make('p', 'about', [`In it: ${held(backup.contents)}.`]),
    make('p', 'about', [`Here now: ${held(here)}.`]),
    make('fieldset', '', [make('legend', '', ['Bring back']), ...boxes.map(({ label }) => label)]),
    holder,
  ];
}

/** `restored()` is called when Rosie is about to start anew, `changed(words)` when something else was done. */
export function card(file, { changed, restored }) {
  const { name } = file;
  const when = `${day(file.made_unix_ms, Date.now())}, ${clock(file.made_unix_ms)}`;
  const inside = make('div', '', [], { 'aria-live': 'polite' });
  const passphrase = make('input', '', [], { type: 'password', id: `passphrase-${name}`, maxlength: '1000', autocomplete: 'off' });
  const given = () => (passphrase.value ? { passphrase: passphrase.value } : {});
  const look = make('button', 'tool', ['Look into it'], { type: 'submit', 'aria-label': `Look into it: ${name}` });
  const form = make('form', 'editor', [
    make('div', 'fields', [make('div', 'box', [
      make('label', '', ['Passphrase (only if it was made with another than the one that is kept here)'], { for: passphrase.id }), passphrase,
    ])]),
    make('div', 'row', [look]), inside,
  ], { autocomplete: 'off' });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const opened = given();
    look.disabled = true;
    put(inside, [loading('Reading all of it…')]);
    backups.ask('POST', one(name, '/preview'), opened).then((seen) => put(inside, preview(name, seen, (parts) => (
      backups.ask('POST', one(name, '/restore'), Object.assign({ parts }, opened)).then(() => restored())
    )))).catch((error) => put(inside, [failed(error)])).then(() => { look.disabled = false; });
  });
  const bring = make('details', 'past', [make('summary', '', ['Bring it back']), form]);
  bring.dataset.name = name;
  const box = make('article', 'plate', [
    make('h3', '', [when]),
    make('p', 'about', [`${name}, ${size(file.bytes)}`]),
    make('div', 'row', [
      make('a', 'tool', ['Take it away'], { href: `api/v1/backups${one(name)}`, download: name, 'aria-label': `Take it away: ${name}` }),
      asking({
        words: 'Remove', label: `Remove ${name}`, question: 'Remove this backup for good?', yes: 'Remove',
        act: () => backups.ask('DELETE', one(name)).then(() => changed('It is gone.')),
      }),
    ]),
    bring,
  ]);
  box.dataset.backup = name;
  return box;
}

/** After a restore: waits until Rosie answers again, then tells it in `place`. */
export function waitForHer(place) {
  put(place, [loading('It lies ready. Rosie starts anew with it…')]);
  tell('Rosie starts anew.');
  let down = false;
  const since = Date.now();
  const again = () => fetch('api/v1/backups', { cache: 'no-store' }).then((answer) => answer.json()).then((state) => {
    // The old one may still answer: she is another when she was away, or has had the time to be.
    if (!down && Date.now() - since < 8000) {
      throw new Error('not yet');
    }
    const words = state.problem ? `It was not brought back: ${state.problem}.` : 'It was brought back.';
    put(place, [make('p', 'state', [words], { 'data-kind': state.problem ? 'error' : 'done' })]);
    tell(words);
    return state;
  });
  return new Promise((resolve) => {
    const ask = () => again().then(resolve).catch((error) => {
      down = down || error instanceof TypeError;
      setTimeout(ask, 500);
    });
    ask();
  });
}
