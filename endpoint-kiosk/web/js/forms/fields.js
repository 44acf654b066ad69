// One field by its schema: `{ name, element, read(), write(value), fault(words), focus() }`. `read` gives undefined for what
// stays as it is.

import { button, put } from '../memories/show.js';
import { make } from '../views/dom.js';
import { mapField, objectsField, thingsField } from './groups.js';
import { choices, hint, label } from './words.js';

let last = 0;

/** A control with its label, its words, and a place for what is wrong with it. */
function framed(name, schema, control, more) {
  last += 1;
  const id = `f-${last}`;
  const fault = make('p', 'fault', [], { id: `${id}-fault`, role: 'alert' });
  const words = hint(schema, `${id}-hint`);
  control.id = id;
  control.setAttribute('aria-describedby', `${words ? `${id}-hint ` : ''}${id}-fault`);
  const element = make('div', 'box wide', [make('label', '', [label(name, schema)], { for: id }), control, more, words, fault]);
  return {
    name, element, focus: () => control.focus(),
    fault(text) {
      fault.textContent = text || '';
      control.setAttribute('aria-invalid', text ? 'true' : 'false');
    },
  };
}

function text(name, schema) {
  const control = make('input', '', [], { type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: '2000' });
  return Object.assign(framed(name, schema, control), {
    read: () => control.value.trim(), write: (value) => { control.value = value === undefined || value === null ? '' : value; },
  });
}

function number(name, schema) {
  const whole = schema.type === 'integer';
  const control = make('input', '', [], { type: 'number', step: whole ? '1' : 'any', autocomplete: 'off' });
  ['minimum', 'maximum'].filter((bound) => schema[bound] !== undefined)
    .forEach((bound) => control.setAttribute(bound.slice(0, 3), schema[bound]));
  return Object.assign(framed(name, schema, control), {
    // What is no number is sent as it is, so that it is told what would be right.
    read: () => (control.value === '' ? schema.default : Number(control.value)),
    write(value) {
      // A float of 32 bits comes with more digits than anybody entered.
      const rounded = schema.format === 'float' && typeof value === 'number' ? Number(value.toPrecision(7)) : value;
      control.value = rounded === undefined || rounded === null ? '' : rounded;
    },
  });
}

/** A key: never shown. Left alone it stays; `kept`: there is one. */
function secret(name, schema, kept) {
  let taken = false;
  const control = make('input', '', [], { type: 'password', autocomplete: 'new-password', maxlength: '4000' });
  const holder = make('div', 'row kept');
  const field = Object.assign(framed(name, schema, control, holder), {
    read: () => (control.value.trim() || (taken ? '' : undefined)),
    write: () => undefined,
    keeps(there) {
      control.value = '';
      taken = false;
      draw(there);
    },
  });
  function changed() {
    control.dispatchEvent(new Event('input', { bubbles: true }));
  }
  function draw(there) {
    control.placeholder = there ? 'Kept. Type to replace it.' : '';
    put(holder, there ? [make('span', 'about', [taken ? 'Will be taken away when you save.' : 'There is one.']), button(taken ? 'Keep it' : 'Take it away', () => {
      taken = !taken;
      draw(there);
      changed();
    }, 'tool', `${taken ? 'Keep it' : 'Take it away'}: ${label(name, schema)}`)] : []);
  }
  draw(kept);
  return field;
}

function choice(name, schema, all) {
  const control = make('select', '', all.map(({ value, words }) => make('option', '', [words], { value })));
  return Object.assign(framed(name, schema, control), { read: () => control.value, write: (value) => { control.value = value; } });
}

function check(name, schema) {
  const field = framed(name, schema, make('input', '', [], { type: 'checkbox' }));
  const control = field.element.querySelector('input');
  const words = field.element.querySelector('label');
  words.className = 'check';
  words.insertBefore(control, words.firstChild);
  return Object.assign(field, { read: () => control.checked, write: (value) => { control.checked = Boolean(value); } });
}

/** A list of texts, one a line. */
function lines(name, schema) {
  const control = make('textarea', '', [], { rows: '3', spellcheck: 'false', placeholder: 'One a line' });
  return Object.assign(framed(name, schema, control), {
    read: () => control.value.split('\n').map((line) => line.trim()).filter(Boolean),
    write: (value) => { control.value = (value || []).join('\n'); },
  });
}

/** The field that fits a schema. */
export function field(name, schema, kept) {
  const all = choices(schema);
  const kind = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  if (schema.writeOnly) {
    return secret(name, schema, kept);
  }
  if (all) {
    return choice(name, schema, all);
  }
  if (kind === 'boolean') {
    return check(name, schema);
  }
  if (kind === 'integer' || kind === 'number') {
    return number(name, schema);
  }
  if (kind === 'array') {
    return schema.items && schema.items.properties ? objectsField(name, schema, field) : lines(name, schema);
  }
  if (kind === 'object') {
    return schema.additionalProperties && schema.additionalProperties.properties ? thingsField(name, schema, field) : mapField(name, schema);
  }
  return text(name, schema);
}
