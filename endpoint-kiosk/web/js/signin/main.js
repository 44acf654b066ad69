// The page of signing in; on the first visit of all, the page that makes the owner.

import { client } from '../api.js';
import { SHORTEST, reveals } from '../forms/reveal.js';
import { wantedLanguages } from '../languages.js';
import { button, loading, put } from '../memories/show.js';
import { byId, make } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { goal } from './then.js';
import { WORDS, languageOf, refusal } from './words.js';

const access = client('api/v1/access');
const language = languageOf(wantedLanguages());
const words = WORDS[language];
let owned = true;

function wrong(text) {
  put(byId('state'), text ? [notice('error', text, '', 'alert')] : []);
}

const onward = () => window.location.assign(goal(window.location.search));

function draw(state) {
  owned = state.owned;
  put(byId('wait'), []);
  const known = Boolean(state.who);
  byId('form').hidden = known;
  byId('here').hidden = !known;
  byId('why').hidden = owned;
  byId('long').hidden = owned;
  byId('h-form').textContent = owned ? words.signIn : words.makeOwner;
  byId('submit').textContent = owned ? words.signIn : words.make;
  byId('password').autocomplete = owned ? 'current-password' : 'new-password';
  if (known) {
    put(byId('here'), [
      make('p', '', [words.here(state.who.name)]),
      make('div', 'row', [button(words.on, onward), button(words.out, () => (
        access.ask('DELETE', '/session').then(look).catch((error) => wrong(refusal(words, error)))
      ))]),
    ]);
  } else {
    byId('name').focus();
  }
}

function look() {
  put(byId('wait'), [loading(words.loading)]);
  wrong('');
  access.ask('GET', '').then(draw).catch((error) => {
    put(byId('wait'), []);
    wrong(refusal(words, error));
  });
}

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const typed = { name: byId('name').value.trim(), password: byId('password').value };
  if (!owned && typed.password.length < SHORTEST) {
    wrong(words.short);
    byId('password').focus();
    return;
  }
  byId('submit').disabled = true;
  put(byId('state'), [loading(words.loading)]);
  access.ask('POST', owned ? '/session' : '/owner', typed).then(onward).catch((error) => {
    byId('submit').disabled = false;
    wrong(refusal(words, error));
    byId('password').focus();
  });
});
say(words, language);
reveals(byId('reveal'), byId('password'), words);
look();
