// People, and keys for programs.

import { put } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { notice } from '../views/worded.js';
import { boxes, choice, field, form, input, secret, taking } from './parts.js';
import { ROLES, SCOPES } from './words.js';

const roles = (words) => ROLES.map((role) => [role, words.roles[role]]);

function person({ words, ask, changed, done }, one) {
  const role = choice(roles(words), one.role);
  const password = secret(words);
  const path = `people/${encodeURIComponent(one.name)}`;
  const change = form(words, [field(words.role, role), password.box], words.save, () => (
    ask('PUT', path, Object.assign({ role: role.value }, password.input.value ? { password: password.input.value } : {})).then(() => {
      done('people', words.saved(one.name));
      changed();
    })
  ));
  const gone = taking(words, words.remove, words.removeAsk(one.name), () => ask('DELETE', path).then(changed));
  const summary = make('summary', '', [`${one.name}: ${words.roles[one.role]} (${words.browsers(one.sessions)})`]);
  return make('details', 'plate', [summary, change, gone]);
}

export function drawPeople(page, people) {
  put(byId('people'), people.map((one) => person(page, one)));
}

/** The form that adds somebody. */
export function adding({ words, ask, changed, done }) {
  const name = input({ autocomplete: 'off' });
  const role = choice(roles(words), 'adult');
  const password = secret(words, words.password);
  return form(words, [field(words.name, name), field(words.role, role), password.box], words.add, () => (
    ask('POST', 'people', { name: name.value.trim(), role: role.value, password: password.input.value }).then((added) => {
      name.value = '';
      password.input.value = '';
      done('people', words.added(added.name));
      changed();
    })
  ));
}

export function drawTokens({ words, ask, changed }, tokens) {
  put(byId('tokens'), tokens.length ? tokens.map((token) => make('div', 'plate', [
    make('p', '', [`${token.name}: ${token.scopes.map((scope) => words.scopes[scope]).join(', ')}`]),
    taking(words, words.removeToken, words.removeTokenAsk(token.name), () => ask('DELETE', `tokens/${token.id}`).then(changed)),
  ])) : [make('p', 'about', [words.noTokens])]);
}

/** The form that makes a key, and shows it once. */
export function making({ words, ask, changed }) {
  const name = input({});
  const scopes = boxes(words.role, SCOPES.map((scope) => [scope, words.scopes[scope]]), ['read']);
  return form(words, [field(words.tokenName, name), scopes.box], words.makeToken, () => (
    ask('POST', 'tokens', { name: name.value.trim(), scopes: scopes.ticked() }).then((made) => {
      name.value = '';
      put(byId('made'), [notice('done', words.tokenMade, made.token)]);
      changed();
    })
  ));
}
