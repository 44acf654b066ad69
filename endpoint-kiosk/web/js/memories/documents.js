// Documents: added with their progress, how far each is read, a new version, deletion, and what was read in it.

import { byId, make } from '../views/dom.js';
import { onFile, send } from '../upload.js';
import { ask, query, sendFile } from './api.js';
import { edit, path, remove, TAGS } from './records.js';
import { asking, button, count, day, empty, failed, loading, more, put, size, tagList, tell } from './show.js';

const MAX_BYTES = 32 * 1024 * 1024;
const POLL_MS = 1000;
const HEADING = 'h-documents';

function stateWords(document) {
  const { state } = document;
  switch (state.state) {
    case 'parsing':
      return 'Being read';
    case 'embedding':
      return `Being learnt: ${state.embedded} of ${document.chunks} parts`;
    case 'failed':
      return `Not read: ${state.reason}`;
    default:
      return count(document.chunks, 'part', 'parts');
  }
}

function tooBig(file) {
  return {
    message: `This file has ${size(file.size)}.`, hint: 'A document may have 32 MB. Split it, or save it with smaller pictures.',
  };
}

export class Documents {
  constructor(house) {
    this.house = house;
    this.list = byId('documents-list');
    this.documents = [];
    this.round = 0;
    onFile(byId('upload-file'), (file) => this.add(file));
  }

  open() {
    put(this.list, [loading()]);
    this.load();
  }

  load() {
    this.round += 1;
    const round = this.round;
    clearTimeout(this.timer);
    ask('GET', `documents?${query([['limit', 500]])}`).then((page) => {
      if (round === this.round) {
        this.documents = page.items;
        this.draw();
      }
    }).catch((error) => round === this.round && put(this.list, [failed(error, () => this.open())]));
  }

  /** Only the lines that change are drawn again while documents are read: an open form must not go away. */
  follow() {
    clearTimeout(this.timer);
    const busy = this.documents.filter((d) => d.state.state === 'parsing' || d.state.state === 'embedding');
    if (!busy.length || byId('view-documents').hidden) {
      return;
    }
    this.timer = setTimeout(() => {
      Promise.all(busy.map((document) => ask('GET', path(document)).then((now) => {
        Object.assign(document, now);
        document.line.textContent = stateWords(document);
        document.line.setAttribute('data-state', document.state.state);
        if (now.state.state === 'ready' || now.state.state === 'failed') {
          tell(`${document.title}: ${stateWords(document)}`);
        }
      }).catch(() => undefined))).then(() => this.follow());
    }, POLL_MS);
  }

  add(file) {
    const place = byId('upload-state');
    if (file.size > MAX_BYTES) {
      put(place, [failed(tooBig(file))]);
      return;
    }
    send(sendFile, 'POST', `documents?${query([['name', file.name]])}`, file, place, `Sending ${file.name}`, () => {
      tell(`${file.name} was taken and is being read.`);
      this.load();
    });
  }

  draw() {
    if (!this.documents.length) {
      put(this.list, [empty('No documents yet. Rosie answers from those you add.')]);
      return;
    }
    put(this.list, [make('ul', 'items plate', this.documents.map((document) => this.row(document)))]);
    this.follow();
  }

  row(document) {
    const row = make('li', 'item');
    const draw = () => {
      document.line = make('p', 'about', [stateWords(document)], { 'data-state': document.state.state });
      const facts = [document.media_type, size(document.bytes), day(document.unix_ms, Date.now())];
      return [
        make('div', 'item-text', [
          make('p', 'text', [document.title], { dir: 'auto' }), make('p', 'about', [facts.join(' · ')]),
          document.line, tagList(document.tags), this.inside(document),
        ]),
        more(`Change or delete “${document.title}”`, this.acts(row, document, draw)),
      ];
    };
    put(row, draw());
    return row;
  }

  acts(row, document, draw) {
    const place = make('div', '');
    const id = `file-${document.id}`;
    const input = make('input', 'hidden', [], { type: 'file', id });
    onFile(input, (file) => {
      if (file.size > MAX_BYTES) {
        put(place, [failed(tooBig(file))]);
        return;
      }
      send(sendFile, 'PUT', `${path(document)}?${query([['name', file.name]])}`, file, place, `Sending ${file.name}`, () => {
        tell(`The new version of ${document.title} is being read.`);
        this.load();
        byId(HEADING).focus();
      });
    });
    return [
      button('Change', () => edit(row, document, [
        { name: 'text', words: 'Title', value: document.title },
        { name: 'visible_to', words: 'Only for this person (empty: for everybody)', value: document.visible_to || '' },
        TAGS(document),
      ], draw)),
      make('div', '', [input, make('label', 'tool', ['New version'], { for: id }), place]),
      asking({
        words: 'Delete', question: `Delete ${document.title} for good?`, yes: 'Delete',
        act: () => remove(document, HEADING, () => {
          this.documents = this.documents.filter((other) => other.id !== document.id);
          this.draw();
        }),
      }),
    ];
  }

  inside(document) {
    const list = make('div', 'history-list');
    const box = make('details', 'past', [make('summary', '', ['What Rosie reads in it']), list]);
    const load = () => {
      put(list, [loading()]);
      ask('GET', `${path(document)}/chunks`).then(({ chunks }) => put(list, chunks.length
        ? [make('ol', '', chunks.map((chunk) => make('li', '', [
          chunk.headings && chunk.headings.length ? make('p', 'about', [chunk.headings.join(' · ')]) : null,
          make('p', 'text', [chunk.text], { dir: 'auto' }),
        ])))]
        : [make('p', 'about', ['Nothing yet.'])])).catch((error) => put(list, [failed(error, load)]));
    };
    box.addEventListener('toggle', () => box.open && load());
    return box;
  }
}
