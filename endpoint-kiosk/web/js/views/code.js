// The six digits of a page that is to be paired, large, with what to do about them.

import { languageAmong, wantedLanguages } from '../languages.js';
import { make } from './dom.js';

export const WORDS = {
  en: { title: 'Rosie does not know this device yet', what: 'Her owner types this code on her page “People”.', or: 'Or sign in' },
  de: { title: 'Rosie kennt dieses Gerät noch nicht', what: 'Wer Rosie besitzt, gibt diesen Code auf ihrer Seite „Personen“ ein.', or: 'Oder melde dich an' },
  es: { title: 'Rosie aún no conoce este dispositivo', what: 'Su propietario escribe este código en su página «Personas».', or: 'O entra' },
  fr: { title: 'Rosie ne connaît pas encore cet appareil', what: 'Son propriétaire saisit ce code sur sa page « Personnes ».', or: 'Ou connectez-vous' },
};

/** `123 456`: read aloud and typed in two breaths. */
export const spaced = (code) => `${code.slice(0, 3)} ${code.slice(3)}`;

let box = null;

/** Shows the digits over the page; null takes them away. */
export function showCode(code) {
  if (box) {
    box.remove();
    box = null;
  }
  if (!code) {
    return;
  }
  const language = languageAmong(wantedLanguages(), WORDS);
  const words = WORDS[language];
  if (!document.querySelector('link[href="style/code.css"]')) {
    document.head.append(make('link', '', [], { rel: 'stylesheet', href: 'style/code.css' }));
  }
  box = make('section', 'code', [
    make('h2', '', [words.title]),
    make('p', 'code-digits', [spaced(code)], { 'aria-label': code.split('').join(' ') }),
    make('p', '', [words.what]),
    make('a', 'tool', [words.or], { href: 'signin?then=/' }),
  ], { role: 'alertdialog', 'aria-label': words.title, lang: language });
  document.body.append(box);
}
