// Sending a file, with how much of it went.

import { failed, put } from './memories/show.js';
import { make } from './views/dom.js';

function bar(words) {
  const meter = make('progress', '', [], { max: '1', value: '0', 'aria-label': words });
  return { meter, box: make('div', 'bar-line', [make('p', '', [words]), meter]) };
}

/** Sends `file`, showing how much went in `place`; `done(answer)` when it was taken. */
export function send(sendFile, method, target, file, place, words, done) {
  const line = bar(words);
  put(place, [line.box]);
  sendFile(method, target, file, (share) => {
    line.meter.value = share;
    if (share >= 1) {
      line.meter.removeAttribute('value');
    }
  }).then((answer) => {
    put(place, []);
    done(answer);
  }).catch((error) => put(place, [failed(error, () => send(sendFile, method, target, file, place, words, done))]));
}

/** Hands over the chosen file, and forgets it, so that the same can be chosen again. */
export function onFile(input, take) {
  input.addEventListener('change', () => {
    const file = input.files[0];
    input.value = '';
    if (file) {
      take(file);
    }
  });
}
