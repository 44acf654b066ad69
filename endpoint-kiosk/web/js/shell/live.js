// A page that looks again while somebody sees it. Before the first answer it says what is missing; after it, what is drawn stays, and a
// line above says since when it is old.

import { clock, failed, loading, put } from '../memories/show.js';
import { byId, make, setText } from '../views/dom.js';

/** What is not there, in the page's words, with a way on. */
export function trouble(error, words, again) {
  if (error.status === 401) {
    const { pathname, search, hash } = window.location;
    const back = encodeURIComponent(pathname + search + hash);
    return make('div', 'notice', [make('div', 'notice-text', [
      make('p', 'notice-title', [words.signInMore]), make('p', 'row', [make('a', 'tool', [words.signIn], { href: `signin?then=${back}` })]),
    ])], { role: 'alert' });
  }
  return failed(error.status ? error : { message: words.silent, hint: words.silentMore }, again, words.again);
}

/**
 * `ask()` resolves to what `draw` draws; `place` holds the states before the first answer. Returns `look()`, which asks at once.
 */
export function live({ ask, draw, every, place, words }) {
  const lost = make('p', 'lost', [], { role: 'status' });
  const main = byId('main');
  let timer = 0;
  let seen = 0;
  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => (document.hidden ? document.addEventListener('visibilitychange', look, { once: true }) : look()), every);
  }
  function look() {
    clearTimeout(timer);
    return ask().then((answer) => {
      seen = Date.now();
      setText(lost, '');
      draw(answer);
    }, (error) => {
      if (seen) {
        setText(lost, words.lost(clock(seen)));
      } else {
        put(place, [trouble(error, words, look)]);
      }
    }).then(later);
  }
  main.insertBefore(lost, main.firstChild);
  put(place, [loading(words.loading)]);
  look();
  return look;
}
