// The configuration as a tree of forms, and back to a document. Pure: nothing here touches the page.

import { properties, same } from '../forms/words.js';

/** Keys are never shown: the daemon puts this in their place, and takes it for "as it was". */
export const MASK = '***';
const SECRETS = ['api_key', 'client_secret', 'passphrase', 'password', 'token', 'webhook'];
/** What people look for comes before what few need. */
const FIRST = [
  'local', 'network', 'cloud', 'routing', 'id', 'name', 'languages', 'rooms', 'time_zone', 'enabled', 'provider', 'host', 'model', 'api_key', 'words', 'sensitivity', 'engine', 'voice', 'voices',
  'rate', 'cloud_allowed', 'keep_turn_text', 'preference', 'room', 'capture', 'playback', 'listen', 'volume_percent', 'confirm',
];

function place(name) {
  const at = FIRST.indexOf(name);
  return at < 0 ? FIRST.length : at;
}

/** A schema without references; keys are marked, and what comes first is ordered. */
export function whole(schema, root) {
  if (Array.isArray(schema)) {
    return schema.map((one) => whole(one, root));
  }
  if (!schema || typeof schema !== 'object') {
    return schema;
  }
  const target = schema.$ref ? Object.assign({}, root.$defs[schema.$ref.split('/').pop()], schema, { $ref: undefined }) : schema;
  const made = Object.keys(target).filter((key) => target[key] !== undefined && key !== '$defs')
    .reduce((all, key) => Object.assign(all, { [key]: key === 'default' ? target[key] : whole(target[key], root) }), {});
  const names = Object.keys(made.properties || {}).sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  names.forEach((name, i) => Object.assign(made.properties[name], { 'x-order': i }, SECRETS.indexOf(name) < 0 ? {} : { writeOnly: true }));
  return made;
}

const isGroup = (schema) => Boolean(schema.properties);

/** Forms of one part: `[{ path, schema, front }]`, those of the parts within it after it. A form has only fields of its own. */
export function blocks(schema, path) {
  const names = properties(schema).map(([name]) => name);
  const own = names.filter((name) => !isGroup(schema.properties[name]));
  const form = Object.assign({}, schema, { properties: own.reduce((all, name) => Object.assign(all, { [name]: schema.properties[name] }), {}) });
  const inner = names.filter((name) => isGroup(schema.properties[name]))
    .reduce((all, name) => all.concat(blocks(schema.properties[name], path ? `${path}.${name}` : name)), []);
  const front = own.length <= 5 ? own : own.filter((name) => place(name) < FIRST.length);
  return (own.length ? [{ path, schema: form, front: front.length ? front : own }] : []).concat(inner);
}

/** What stands at a path of a document. */
export function valueAt(document, path) {
  return path.split('.').filter(Boolean).reduce((value, key) => (value || {})[key], document) || {};
}

/** A copy of `document` with `changes`: `{ path: { name: value } }`. */
export function patched(document, changes) {
  const copy = JSON.parse(JSON.stringify(document));
  Object.keys(changes).forEach((path) => {
    const target = path.split('.').filter(Boolean).reduce((value, key) => {
      value[key] = value[key] || {};
      return value[key];
    }, copy);
    Object.assign(target, changes[path]);
  });
  return copy;
}

/** Keys that were there and are taken away, as changes: none at all, where leaving them out would mean "as it is kept". */
export function cleared(document, changes) {
  return Object.keys(changes).reduce((all, path) => {
    const before = valueAt(document, path);
    const gone = Object.keys(changes[path]).filter((name) => before[name] === MASK && changes[path][name] === '');
    return gone.length ? Object.assign(all, { [path]: gone.reduce((none, name) => Object.assign(none, { [name]: null }), {}) }) : all;
  }, {});
}

/** A document without what is the default: the file stays short, and a better default of a later Rosie holds. */
export function lean(document, schema, defaults) {
  return Object.keys(document).reduce((all, name) => {
    const inner = (schema.properties || {})[name] || {};
    const preset = defaults && defaults[name] !== undefined ? defaults[name] : inner.default;
    if (same(document[name], preset)) {
      return all;
    }
    return Object.assign(all, { [name]: isGroup(inner) ? lean(document[name], inner, preset) : document[name] });
  }, {});
}

/** Mistakes by the form that has their field: `{ path: [mistake with the key as in the form] }`; under `null` what no form has. */
export function byForm(mistakes, forms) {
  return mistakes.reduce((all, { key, message }) => {
    const fits = forms.filter(({ path, schema }) => {
      const inner = path ? key.slice(path.length + 1) : key;
      return (!path || key.indexOf(`${path}.`) === 0) && schema.properties[inner.split('.')[0]];
    });
    const [best] = fits.sort((a, b) => b.path.length - a.path.length);
    const where = best ? best.path : null;
    const own = { key: best && best.path ? key.slice(best.path.length + 1) : key, message };
    return Object.assign(all, { [where]: (all[where] || []).concat([own]) });
  }, {});
}

/** Whether every word of `wanted` is found in one of `texts`. */
export function matches(wanted, texts) {
  const all = texts.join(' ').toLowerCase().replace(/_/g, ' ');
  return wanted.toLowerCase().replace(/_/g, ' ').split(/\s+/).filter(Boolean).every((word) => all.indexOf(word) >= 0);
}
