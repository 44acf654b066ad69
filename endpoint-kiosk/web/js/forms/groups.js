// Fields of several parts: a map of names and values, and a list of things that have fields of their own.

import { button, put } from '../memories/show.js';
import { make } from '../views/dom.js';
import { hint, label, properties } from './words.js';

let last = 0;

/** A group of rows that can be added and taken away. `row(value)` makes one: `{ element, read() }`. */
function rows(name, schema, empty, row) {
  last += 1;
  const id = `g-${last}`;
  const title = label(name, schema);
  const fault = make('p', 'fault', [], { role: 'alert', id: `${id}-fault` });
  const holder = make('div', 'rows');
  let all = [];
  const changed = () => holder.dispatchEvent(new Event('input', { bubbles: true }));
  function draw() {
    put(holder, all.map((one, i) => make('div', 'group-row', [one.element, button('Remove', () => {
      all.splice(i, 1);
      draw();
      changed();
    }, 'tool', `Remove: ${title} ${i + 1}`)])));
  }
  const add = button('Add', () => {
    all.push(row(empty));
    draw();
    changed();
    all[all.length - 1].focus();
  }, 'tool', `Add: ${title}`);
  const element = make('fieldset', 'box wide', [make('legend', '', [title]), hint(schema, `${id}-hint`), holder, make('div', 'row', [add]), fault]);
  return {
    name, element, focus: () => add.focus(),
    read: () => all.map((one) => one.read()),
    write(values) {
      all = values.map(row);
      draw();
    },
    fault(text) {
      fault.textContent = text || '';
    },
  };
}

/** `{ said: meant }` */
export function mapField(name, schema) {
  const part = (words, value) => {
    const input = make('input', '', [], { type: 'text', 'aria-label': words, placeholder: words, autocomplete: 'off' });
    input.value = value;
    return input;
  };
  const field = rows(name, schema, ['', ''], ([key, value]) => {
    const inputs = [part('Name', key), part('Value', value)];
    return {
      element: make('div', 'pair box', inputs), focus: () => inputs[0].focus(), read: () => inputs.map((input) => input.value.trim()),
    };
  });
  const { read, write } = field;
  return Object.assign(field, {
    read: () => read().filter(([key]) => key).reduce((map, [key, value]) => Object.assign(map, { [key]: value }), {}),
    write: (map) => write(Object.keys(map || {}).sort().map((key) => [key, map[key]])),
  });
}

/** A list of things; `make` is what makes one of their fields. */
export function objectsField(name, schema, makeField) {
  const group = rows(name, schema, {}, (value) => {
    const fields = properties(schema.items).map(([key, inner]) => makeField(key, inner));
    fields.forEach((one) => one.write(value[one.name]));
    return {
      element: make('div', 'thing', fields.map((one) => one.element)), focus: () => fields[0].focus(),
      read: () => fields.reduce((all, one) => Object.assign(all, { [one.name]: one.read() }), {}),
    };
  });
  const { write } = group;
  return Object.assign(group, { write: (values) => write(values || []) });
}

/** `{ name: thing with fields of its own }`; what is left empty of a thing is left out. */
export function thingsField(name, schema, makeField) {
  const { title, description, additionalProperties: thing } = schema;
  const properties = Object.assign({ '': { type: 'string', title: 'Name', 'x-order': -1 } }, thing.properties);
  const list = objectsField(name, { title, description, items: { properties } }, makeField);
  const { read, write } = list;
  const given = (value) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && !value.length);
  return Object.assign(list, {
    read: () => read().filter((one) => one['']).reduce((map, one) => Object.assign(map, {
      [one['']]: Object.keys(one).filter((key) => key && given(one[key])).reduce((all, key) => Object.assign(all, { [key]: one[key] }), {}),
    }), {}),
    write: (map) => write(Object.keys(map || {}).sort().map((key) => Object.assign({ '': key }, map[key]))),
  });
}
