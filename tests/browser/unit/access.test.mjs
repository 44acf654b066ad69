import assert from 'node:assert/strict';
import test from 'node:test';
import { proof } from '../../../endpoint-kiosk/web/js/api.js';
import { Door } from '../../../endpoint-kiosk/web/js/door.js';
import { browserOf } from '../../../endpoint-kiosk/web/js/people/browsers.js';
import { ROLES, SCOPES, WORDS as PEOPLE, digits } from '../../../endpoint-kiosk/web/js/people/words.js';
import { goal } from '../../../endpoint-kiosk/web/js/signin/then.js';
import { WORDS as SIGNIN, languageOf, refusal } from '../../../endpoint-kiosk/web/js/signin/words.js';
import { WORDS as CODE, spaced } from '../../../endpoint-kiosk/web/js/views/code.js';

test('every language says everything', () => {
  for (const words of [SIGNIN, PEOPLE, CODE]) {
    const keys = Object.keys(words.en).sort();
    assert.deepEqual(Object.keys(words).sort(), ['de', 'en', 'es', 'fr']);
    for (const [language, said] of Object.entries(words)) {
      assert.deepEqual(Object.keys(said).sort(), keys, language);
      keys.forEach((key) => assert.equal(typeof said[key], typeof words.en[key], `${language} ${key}`));
    }
  }
  for (const [language, words] of Object.entries(PEOPLE)) {
    ROLES.forEach((role) => assert.ok(words.roles[role], `${language} ${role}`));
    SCOPES.forEach((scope) => assert.ok(words.scopes[scope], `${language} ${scope}`));
    assert.match(words.browsers(2), /2/, language);
    [0, 1, 2, 9].forEach((n) => assert.ok(n < 1 || words.endedElsewhere(n).includes(n), `${language} ${n}`));
    assert.deepEqual(Object.keys(words.faults), Object.keys(PEOPLE.en.faults), language);
    assert.match(words.shows('Tablet', '10.0.0.7', '123456'), /123456/, language);
  }
  assert.equal(languageOf(['pt-BR', 'es']), 'es');
});

test('signing in leads back to the page that asked, and never to another site', () => {
  assert.equal(goal('?then=%2Fmemory%3Fq%3Da%23b'), '/memory?q=a#b');
  for (const wrong of ['', '?then=', '?then=https://evil.example/', '?then=//evil.example', '?then=/%5Cevil.example', '?then=javascript:alert(1)', '?then=/%09/evil.example']) {
    assert.equal(goal(wrong), 'people', wrong);
  }
});

test('what changes something shows that it comes from a page of Rosie', () => {
  assert.deepEqual(proof('a=b; rosie_csrf=0af9; c=d'), { 'x-rosie-csrf': '0af9' });
  for (const none of ['', 'xrosie_csrf=0a', 'rosie_csrf=']) {
    assert.deepEqual(proof(none), {}, none);
  }
});

test('a refusal is told in the language of the page', () => {
  const words = SIGNIN.de;
  assert.equal(refusal(words, { status: 401, code: 'wrong-password', message: 'x' }), words.wrong);
  assert.match(refusal(words, { status: 429, code: 'too-many-attempts', hint: 'Wait 8 s.', message: 'x' }), /8 Sekunden/);
  assert.equal(refusal(words, { status: 0, code: 'no-answer', message: 'x' }), words.silent);
  assert.equal(refusal(words, { status: 422, code: 'refused', message: 'x' }), 'x');
});

test('a browser is called what people call it', () => {
  const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  assert.equal(browserOf(`Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/131.0.0.0 Safari/537.36`), 'Chrome, Linux');
  assert.equal(browserOf(`Mozilla/5.0 (Linux; Android 11) ${webkit} Chrome/131 Mobile`), 'Chrome, Android');
  assert.equal(browserOf(`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131 Safari/537.36 Edg/131`), 'Edge, Windows');
  assert.equal(browserOf('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1'), 'Safari, iPhone');
  assert.equal(browserOf('curl/8.5.0'), 'curl/8.5.0');
});

test('a code is typed as people type it', () => {
  assert.equal(digits(' 123 4-56 '), '123456');
  assert.equal(spaced('012345'), '012 345');
});

/** A door whose clock is turned by hand. */
function door(answers, key) {
  const log = { asked: [], shown: [], entered: 0, later: [], key };
  const made = new Door({
    api(method, path) {
      log.asked.push(`${method} ${path}`);
      const answer = answers.shift();
      return answer.status ? Promise.reject(answer) : Promise.resolve(answer);
    },
    endpoint: 'page-1',
    label: 'Chrome',
    keys: { read: () => log.key, write: (value) => { log.key = value; } },
    show: (code) => log.shown.push(code),
    enter: () => { log.entered += 1; },
    later: (fn, ms) => log.later.push([fn, ms]),
  });
  /** Lets what waits happen, and what comes of it. */
  log.pass = async () => {
    log.later.splice(0).forEach(([fn]) => fn());
    await new Promise(setImmediate);
  };
  return { made, log };
}
const GIVEN = { code: '123456', ticket: 't' };

test('a page that is not known shows a code, and comes in with the key that it is given', async () => {
  const { made, log } = door([GIVEN, { state: 'waiting' }, { status: 503 }, { state: 'paired', key: 'k' }], null);
  made.refused();
  made.refused();
  await log.pass();
  assert.deepEqual(log.shown, ['123456']);
  await log.pass();
  await log.pass();
  assert.equal(log.entered, 0);
  await log.pass();
  assert.deepEqual([log.key, log.entered], ['k', 1]);
  assert.deepEqual(log.asked, ['POST pairing', 'GET pairing/t', 'GET pairing/t', 'GET pairing/t']);
  made.welcome();
  assert.equal(log.shown.pop(), null);
});

test('a code that is too old is replaced, and too many are waited for', async () => {
  const { made, log } = door([{ status: 429 }, GIVEN, { status: 404 }, { code: '654321', ticket: 'u' }], null);
  made.refused();
  await log.pass();
  assert.deepEqual([log.shown.length, log.later[0][1]], [0, 15000]);
  await log.pass();
  await log.pass();
  assert.deepEqual(log.shown, ['123456', '654321']);
});

test('a page that was moved tries its key once more, and gives one up that is good no more', async () => {
  const { made, log } = door([GIVEN], 'old');
  made.refused();
  await log.pass();
  assert.deepEqual([log.entered, log.key, log.asked.length], [1, 'old', 0]);
  made.refused();
  await log.pass();
  assert.deepEqual([log.key, log.asked], [null, ['POST pairing']]);
  made.welcome();
  log.key = 'new';
  made.refused();
  await log.pass();
  assert.equal(log.entered, 2, 'a later refusal is another one');
});
