// The way from every page to every other: a column beside the page where there is room, else behind a button in its head. A page that
// wants none says `data-nav="none"` on its root.

import { languageAmong, wantedLanguages } from '../languages.js';
import { keepPages } from '../offline.js';
import { make } from '../views/dom.js';
import { GROUPS, WORDS } from './words.js';

const root = document.documentElement;
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];

/** The name of this page, as the addresses in `GROUPS` have it. */
function here() {
  return window.location.pathname.split('/').pop().replace(/\.html$/, '') || './';
}

function link(page) {
  const attributes = page === here() ? { href: page, 'aria-current': 'page' } : { href: page };
  return make('li', '', [make('a', '', [words.pages[page]], attributes)]);
}

function group([name, pages]) {
  const id = `nav-${name}`;
  return make('div', 'nav-group', [
    make('p', 'nav-title', [words.groups[name]], { id }), make('ul', '', pages.map(link), { 'aria-labelledby': id }),
  ]);
}

function begin(bar) {
  const toggle = make('button', 'round nav-toggle', [words.menu], { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'nav', lang: language });
  const nav = make('nav', 'nav', GROUPS.map(group), { id: 'nav', 'aria-label': words.label, lang: language });
  const isOpen = () => root.getAttribute('data-nav') === 'open';
  const set = (open) => {
    root.setAttribute('data-nav', open ? 'open' : 'closed');
    toggle.setAttribute('aria-expanded', String(open));
    toggle.textContent = open ? '×' : words.menu;
    toggle.setAttribute('aria-label', open ? words.close : words.menu);
  };
  toggle.addEventListener('click', () => set(!isOpen()));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && isOpen()) {
      set(false);
      toggle.focus();
    }
  });
  // Who goes on with the keyboard past the last page is back on this one, and sees it.
  document.addEventListener('focusin', (event) => isOpen() && !bar.contains(event.target) && set(false));
  nav.addEventListener('click', (event) => event.target.getAttribute('aria-current') && set(false));
  const after = bar.querySelector('.place');
  bar.insertBefore(toggle, after ? after.nextSibling : null);
  bar.insertBefore(nav, toggle.nextSibling);
  if (bar.querySelector('.tabs')) {
    bar.setAttribute('data-tabs', '');
  }
  set(false);
}

const bar = document.querySelector('.bar');
if (bar && root.getAttribute('data-nav') !== 'none') {
  begin(bar);
}
keepPages();
