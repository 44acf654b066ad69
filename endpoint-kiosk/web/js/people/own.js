// What everybody sees of themselves, whatever else is theirs to change: who they are, their password, where they are signed in.

import { SHORTEST } from '../forms/reveal.js';
import { button, failed, put } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { notice } from '../views/worded.js';
import { browserOf } from './browsers.js';
import { field, form, input, secret, told } from './parts.js';

/** The form that changes the password of whoever is signed in. */
export function ownPassword({ words, ask, changed }) {
  const old = input({ type: 'password', autocomplete: 'current-password', maxlength: '256' });
  const anew = secret(words);
  const change = () => {
    if (anew.input.value.length < SHORTEST) {
      anew.input.focus();
      return Promise.reject({ message: words.short });
    }
    return ask('PUT', 'access/password', { old: old.value, new: anew.input.value }).then((ended) => {
      old.value = '';
      anew.input.value = '';
      put(byId('own-state'), [notice('done', words.passwordChanged, words.endedElsewhere(ended.signed_out))]);
      changed();
    });
  };
  return form(words, [field(words.oldPassword, old), anew.box], words.changePassword, change);
}

export function drawSessions({ words, ask, language }, sessions) {
  const leave = (text, path) => button(text, () => (
    ask('DELETE', path).then(() => window.location.assign('signin')).catch((error) => put(byId('own-state'), [failed(told(words, error))]))
  ));
  const day = (ms) => new Date(ms).toLocaleDateString(language, { day: 'numeric', month: 'long', year: 'numeric' });
  put(byId('sessions'), sessions.map((one) => make('p', '', [
    `${browserOf(one.label)}: ${one.this ? words.thisOne : words.used(day(one.used_unix_ms))}`,
  ])).concat([make('div', 'row', [leave(words.out, 'access/session'), leave(words.everywhere, 'access/sessions')])]));
}
