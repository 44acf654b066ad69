// What the sections of the page share: fields, choices, a question before something is taken away.

import { reveals } from '../forms/reveal.js';
import { button, failed, loading, put } from '../memories/show.js';
import { make } from '../views/dom.js';

let last = 0;

/** A labelled input or choice. */
export function field(words, input) {
  last += 1;
  input.id = `people-${last}`;
  return make('div', 'box', [make('label', '', [words], { for: input.id }), input]);
}

export function input(attributes) {
  return make('input', '', [], Object.assign({ type: 'text', spellcheck: 'false', maxlength: '64' }, attributes));
}

/** A new password, which can be looked at while it is typed: `{ box, input }`. */
export function secret(words, label) {
  const typed = input({ type: 'password', autocomplete: 'new-password', maxlength: '256' });
  const show = make('button', 'tool', [], { type: 'button' });
  reveals(show, typed, words);
  const box = field(label || words.newPassword, typed);
  box.append(make('div', 'search-line', [typed, show]));
  return { box, input: typed };
}

/** A refusal in the words of the page, where it has some for it. */
export function told(words, error) {
  const seconds = /\d+/.exec(error.hint || '');
  if (error.status === 429 && seconds) {
    return { message: words.wait(Number(seconds[0])) };
  }
  return words.faults[error.code] ? { message: words.faults[error.code] } : error;
}

/** `options`: `[[value, words]]`. */
export function choice(options, value) {
  const select = make('select', '', options.map(([key, text]) => make('option', '', [text], { value: key })));
  if (options.some(([key]) => key === value)) {
    select.value = value;
  }
  return select;
}

/** Boxes to tick: `{ box, ticked() }`. */
export function boxes(words, options, ticked) {
  const inputs = options.map(([value]) => make('input', '', [], { type: 'checkbox', value }));
  inputs.forEach((one) => { one.checked = ticked.indexOf(one.value) >= 0; });
  const box = make('fieldset', 'box wide', [make('legend', '', [words])].concat(
    options.map(([, text], n) => make('label', 'check', [inputs[n], text])),
  ));
  return { box, ticked: () => inputs.filter((one) => one.checked).map((one) => one.value) };
}

/** A form that says what became of it: `act` returns a promise. */
export function form(words, children, submit, act) {
  const state = make('div', '');
  const sure = make('button', 'tool', [submit], { type: 'submit' });
  const element = make('form', 'plate editor', [make('div', 'fields', children), make('div', 'row', [sure]), state], {
    autocomplete: 'off', novalidate: '',
  });
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    sure.disabled = true;
    put(state, [loading(words.loading)]);
    act().then(() => put(state, [])).catch((error) => put(state, [failed(told(words, error))])).then(() => { sure.disabled = false; });
  });
  return element;
}

/** A button that asks before it takes something away. */
export function taking(words, text, question, act) {
  const holder = make('div', 'asking');
  const first = button(text, () => {
    const sure = button(text, () => {
      sure.disabled = true;
      act().catch((error) => put(holder, [failed(told(words, error)), first]));
    }, 'tool danger');
    const keep = button(words.keep, () => {
      put(holder, [first]);
      first.focus();
    });
    put(holder, [make('div', 'question', [make('p', '', [question]), make('div', 'row', [sure, keep])], { role: 'group', 'aria-label': question })]);
    keep.focus();
  });
  put(holder, [first]);
  return holder;
}
