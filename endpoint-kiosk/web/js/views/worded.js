// What pages share that speak several languages: their words put where they belong, and notices.

import { icon, make } from './dom.js';

/** Puts words in place of those that stand in the page. */
export function say(words, language) {
  document.documentElement.lang = language;
  document.title = words.title;
  Array.from(document.querySelectorAll('[data-say]')).forEach((element) => { element.textContent = words[element.dataset.say]; });
}

export function notice(kind, title, text, role) {
  return make('div', 'notice', [icon(kind === 'done' ? 'done' : 'alert'), make('div', 'notice-text', [
    make('p', 'notice-title', [title]), text ? make('p', '', [text]) : null,
  ])], { 'data-kind': kind, role: role || 'status' });
}
