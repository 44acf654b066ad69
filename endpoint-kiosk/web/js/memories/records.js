// One remembered thing as a row: a message, a fact, a document's chunk; with what can be done about it.

import { byId, make } from '../views/dom.js';
import { ask } from './api.js';
import { asking, button, clock, day, editor, failed, loading, more, put, tagList, tagsOf, tell } from './show.js';

const PATHS = { message: 'messages', fact: 'facts', document: 'documents' };

export function path(record) {
  return `${PATHS[record.kind]}/${encodeURIComponent(record.id)}`;
}

/** What it is called where only a few words fit. */
function brief(text) {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The row stays where it is while its form is open. `redraw(record)` draws the row anew. */
function edit(row, record, fields, redraw) {
  const close = () => {
    put(row, redraw(record));
    const summary = row.querySelector('summary');
    if (summary) {
      summary.focus();
    }
  };
  const { form, focus } = editor(fields, (values) => {
    const change = { text: values.text, tags: tagsOf(values.tags) };
    if ('visible_to' in values) {
      change.visible_to = values.visible_to || null;
    }
    return ask('PATCH', path(record), change).then((now) => {
      Object.keys(record).forEach((key) => delete record[key]);
      Object.assign(record, now);
      tell('Saved.');
      close();
    });
  }, close);
  put(row, [form]);
  focus();
}

/** Takes the row away; the focus goes to the heading, since what had it is gone. */
function remove(record, heading, gone) {
  return ask('DELETE', path(record)).then(() => {
    tell('Deleted.');
    gone(record);
    byId(heading).focus();
  });
}

const TAGS = (record) => ({ name: 'tags', words: 'Tags, separated by commas', value: (record.tags || []).join(', ') });

/** `context`: `{ heading, gone(record), roomName(id), dated }`. */
export function messageRow(message, context) {
  const row = make('li', 'item', [], { 'data-speaker': message.speaker });
  const draw = () => {
    const who = message.speaker === 'rosie' ? 'Rosie' : message.user || 'Somebody';
    const about = [
      context.dated ? day(message.unix_ms, Date.now()) : null, clock(message.unix_ms),
      context.dated ? context.roomName(message.room) : null, message.edited_unix_ms ? 'changed' : null,
    ];
    return [
      make('div', 'item-text', [
        make('p', 'about', [make('span', 'who', [who]), ` ${about.filter(Boolean).join(' · ')}`]),
        make('p', 'text', [message.text], { lang: message.language, dir: 'auto' }),
        tagList(message.tags),
      ]),
      more(`Change or delete “${brief(message.text)}”`, [
        button('Change', () => edit(row, message, [
          { name: 'text', words: 'What was said', value: message.text, long: true }, TAGS(message),
        ], draw)),
        asking({
          words: 'Delete', question: 'Delete this message for good?', yes: 'Delete',
          act: () => remove(message, context.heading, context.gone),
        }),
      ]),
    ];
  };
  put(row, draw());
  return row;
}

function history(fact) {
  const list = make('div', 'history-list');
  const box = make('details', 'past', [make('summary', '', ['What it was before']), list]);
  const load = () => {
    put(list, [loading()]);
    ask('GET', `${path(fact)}/history`).then(({ facts }) => {
      const older = facts.filter((old) => old.id !== fact.id);
      put(list, older.length
        ? [make('ol', '', older.map((old) => make('li', '', [
          make('p', 'text', [old.sentence], { lang: old.language, dir: 'auto' }),
          make('p', 'about', [`until it changed · ${day(old.unix_ms, Date.now())}`]),
        ])))]
        : [make('p', 'about', ['It was never anything else.'])]);
    }).catch((error) => put(list, [failed(error, load)]));
  };
  box.addEventListener('toggle', () => box.open && !list.firstChild && load());
  return box;
}

export function factRow(fact, context) {
  const row = make('li', 'item');
  const draw = () => {
    const about = [
      `${fact.subject} · ${fact.predicate.replace(/_/g, ' ')}`,
      fact.visible_to ? `only for ${fact.visible_to}` : 'for everybody', day(fact.unix_ms, Date.now()),
      fact.confidence < 0.6 ? 'not certain' : null,
    ];
    return [
      make('div', 'item-text', [
        make('p', 'text', [fact.sentence], { lang: fact.language, dir: 'auto' }),
        make('p', 'about', [about.filter(Boolean).join(' · ')]),
        tagList(fact.tags), history(fact),
      ]),
      more(`Change or delete “${brief(fact.sentence)}”`, [
        button('Change', () => edit(row, fact, [
          { name: 'text', words: 'As Rosie says it', value: fact.sentence, long: true },
          { name: 'visible_to', words: 'Only for this person (empty: for everybody)', value: fact.visible_to || '' },
          TAGS(fact),
        ], draw)),
        asking({
          words: 'Delete', question: 'Delete this and what it was before?', yes: 'Delete',
          act: () => remove(fact, context.heading, context.gone),
        }),
      ]),
    ];
  };
  put(row, draw());
  return row;
}

/** A place in a document, as a search finds it. */
export function chunkRow(chunk) {
  return make('li', 'item', [make('div', 'item-text', [
    make('p', 'about', [['In a document'].concat(chunk.headings || []).join(' · ')]),
    make('p', 'text', [chunk.text], { dir: 'auto' }),
  ])]);
}

export { edit, remove, TAGS };
