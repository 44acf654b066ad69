// What the views of the memory share: states, questions before deleting, forms to change something, words for times.

import { byId, icon, make } from '../views/dom.js';

/** Tells a screen reader what happened. */
export function tell(text) {
  byId('said').textContent = text;
}

export function button(words, onClick, className, label) {
  const element = make('button', className || 'tool', [words], { type: 'button' });
  if (label) {
    element.setAttribute('aria-label', label);
  }
  element.addEventListener('click', onClick);
  return element;
}

/** Puts `children` in place of what is there. */
export function put(element, children) {
  element.textContent = '';
  children.filter(Boolean).forEach((child) => element.append(child));
}

export function loading(words) {
  return make('p', 'state', [words || 'Looking…'], { 'data-kind': 'loading' });
}

export function empty(words) {
  return make('p', 'state', [words], { 'data-kind': 'empty' });
}

/** A fault of the API with what to do, and a way to try again (`words`: what that is called). */
export function failed(error, again, words) {
  const text = make('div', 'notice-text', [
    make('p', 'notice-title', [error.message]), error.hint ? make('p', '', [error.hint]) : null,
  ]);
  const box = make('div', 'notice', [icon('alert'), text], { 'data-kind': 'error', role: 'alert' });
  if (again) {
    box.append(button(words || 'Try again', again));
  }
  return box;
}

/**
 * A button that asks before it acts. `act` returns a promise; when it fails, the fault is shown in place. `label` tells
 * a screen reader what of many this one is about.
 */
export function asking({ words, label, question, yes, act }) {
  const holder = make('div', 'asking');
  const first = button(words, ask, 'tool', label);
  function rest(focus) {
    put(holder, [first]);
    if (focus) {
      first.focus();
    }
  }
  function ask() {
    const keep = button('Keep', () => rest(true));
    const sure = button(yes, () => {
      sure.disabled = true;
      keep.disabled = true;
      act().catch((error) => {
        put(holder, [failed(error, () => rest(true))]);
      });
    }, 'tool danger');
    const group = make('div', 'question', [make('p', '', [question]), make('div', 'row', [sure, keep])], {
      role: 'group', 'aria-label': question,
    });
    group.addEventListener('keydown', (event) => event.key === 'Escape' && rest(true));
    put(holder, [group]);
    keep.focus();
  }
  rest(false);
  return holder;
}

let last = 0;

/** A labelled field: `{ name, words, value, long }`. */
function field(spec) {
  last += 1;
  const id = `field-${last}`;
  const input = make(spec.long ? 'textarea' : 'input', '', [], { id, maxlength: '8000' });
  if (spec.long) {
    input.rows = 3;
  }
  input.value = spec.value;
  return { spec, input, box: make('div', 'box wide', [make('label', '', [spec.words], { for: id }), input]) };
}

/** A form for `fields`; `save(values)` returns a promise, `close` takes it away. */
export function editor(fields, save, close) {
  const all = fields.map(field);
  const state = make('div', '');
  const submit = make('button', 'tool', ['Save'], { type: 'submit' });
  const form = make('form', 'editor', all.map((f) => f.box).concat([
    make('div', 'row', [submit, button('Cancel', close)]), state,
  ]), { autocomplete: 'off' });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const values = {};
    all.forEach((f) => { values[f.spec.name] = f.input.value.trim(); });
    submit.disabled = true;
    save(values).catch((error) => {
      submit.disabled = false;
      put(state, [failed(error)]);
    });
  });
  form.addEventListener('keydown', (event) => event.key === 'Escape' && close());
  return { form, focus: () => all[0].input.focus() };
}

/** Words from `a, b` of a tags field. */
export function tagsOf(text) {
  return text.split(',').map((tag) => tag.trim()).filter(Boolean);
}

/** What can be done with one thing, behind three dots. */
export function more(label, children) {
  return make('details', 'more', [
    make('summary', '', [icon('dots'), make('span', 'hidden', [label])]), make('div', 'more-body', children),
  ]);
}

export function tagList(tags) {
  return tags && tags.length ? make('ul', 'tags', tags.map((tag) => make('li', '', [tag])), { 'aria-label': 'Tags' }) : null;
}

export function clock(ms) {
  return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

export function day(ms, now) {
  const date = new Date(ms);
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (ms >= midnight) {
    return 'Today';
  }
  if (ms >= new Date(midnight - 12 * 3600000).setHours(0, 0, 0, 0)) {
    return 'Yesterday';
  }
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  const parts = { weekday: 'long', day: 'numeric', month: 'long' };
  return date.toLocaleDateString([], sameYear ? parts : Object.assign(parts, { year: 'numeric' }));
}

/** `1.2 MB` */
export function size(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function count(number, one, many) {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

/** Midnight of `yyyy-mm-dd` here, some days later; null for an empty field. */
export function midnight(text, days) {
  const [year, month, date] = text.split('-').map(Number);
  return year ? new Date(year, month - 1, date + days).getTime() : null;
}

/** Fills a choice of rooms; the first means no room in particular. */
export function fillRooms(select, rooms, any) {
  put(select, (any ? [make('option', '', [any], { value: '' })] : []).concat(
    rooms.map((room) => make('option', '', [room.name], { value: room.id })),
  ));
}
