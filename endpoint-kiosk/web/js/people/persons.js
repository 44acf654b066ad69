// People, keys for programs, and where somebody is signed in.

import { button, failed, put, tell } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { notice } from '../views/worded.js';
import { boxes, choice, field, form, input, taking } from './parts.js';
import { ROLES, SCOPES } from './words.js';

const roles = (words) => ROLES.map((role) => [role, words.roles[role]]);
const secret = () => input({ type: 'password', autocomplete: 'new-password', maxlength: '256' });

function person({ words, ask, changed }, one) {
  const role = choice(roles(words), one.role);
  const password = secret();
  const path = `people/${encodeURIComponent(one.name)}`;
  const change = form(words, [field(words.role, role), field(words.newPassword, password)], words.save, () => (
    ask('PUT', path, Object.assign({ role: role.value }, password.value ? { password: password.value } : {})).then(() => {
      tell(words.done);
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
export function adding({ words, ask, changed }) {
  const name = input({ autocomplete: 'off' });
  const role = choice(roles(words), 'adult');
  const password = secret();
  return form(words, [field(words.name, name), field(words.role, role), field(words.password, password)], words.add, () => (
    ask('POST', 'people', { name: name.value.trim(), role: role.value, password: password.value }).then(() => {
      name.value = '';
      password.value = '';
      tell(words.done);
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

export function drawSessions({ words, ask, language }, sessions) {
  const leave = (text, path) => button(text, () => (
    ask('DELETE', path).then(() => window.location.assign('signin')).catch((error) => put(byId('made'), [failed(error)]))
  ));
  const day = (ms) => new Date(ms).toLocaleDateString(language);
  put(byId('sessions'), sessions.map((one) => make('p', '', [
    `${one.label}: ${one.this ? words.thisOne : words.used(day(one.used_unix_ms))}`,
  ])).concat([make('div', 'row', [leave(words.out, 'access/session'), leave(words.everywhere, 'access/sessions')])]));
}
