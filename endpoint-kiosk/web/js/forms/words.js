// Words of a schema, as a form shows them.

import { make } from '../views/dom.js';

/** `client_id` as a label: its title where it has one. */
export function label(name, schema) {
  const plain = name.replace(/_/g, ' ');
  return schema.title || plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Where a key is entered, it is no place to say how the file takes it from the environment. */
function withoutEnvironment(text) {
  return text.split(/[;.] /).filter((part) => !/\$\{/.test(part)).join('. ');
}

/** A description, with what stands in backticks as code. Nothing of it becomes markup. */
export function hint(schema, id) {
  const { description: whole = '' } = schema;
  const text = schema.writeOnly ? withoutEnvironment(whole) : whole;
  if (!text) {
    return null;
  }
  const parts = text.replace(/\s+/g, ' ').split('`');
  return make('p', 'about', parts.map((part, i) => (i % 2 ? make('code', '', [part]) : part)), { id });
}

/** `[{ value, words }]` of a closed set, or null. */
export function choices(schema) {
  if (Array.isArray(schema.enum)) {
    return schema.enum.map((value) => ({ value, words: String(value) }));
  }
  if (Array.isArray(schema.oneOf) && schema.oneOf.every((one) => one.const !== undefined || Array.isArray(one.enum))) {
    return schema.oneOf.reduce((all, { enum: several, const: single, description: words }) => all.concat((several || [single]).map((value) => ({
      value, words: words ? `${value}: ${words.replace(/\s+/g, ' ')}` : String(value),
    }))), []);
  }
  return null;
}

/** The properties of a schema in their order: `[[name, schema]]`. */
export function properties(schema) {
  const all = schema.properties || {};
  const place = (name) => (all[name]['x-order'] === undefined ? (schema.required || []).indexOf(name) : all[name]['x-order']);
  return Object.keys(all).sort((a, b) => place(a) - place(b)).map((name) => [name, all[name]]);
}

/** Whether a default does something by itself: then few people need to look at it. */
export function isSettled(schema) {
  const value = schema.default;
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  if (value && typeof value === 'object') {
    return Object.keys(value).length > 0;
  }
  return typeof value === 'boolean' || (value !== undefined && value !== null && value !== '' && value !== 0);
}

export function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
