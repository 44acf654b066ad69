// Before the first question: a few that Rosie can answer, to press or to say.

import { byId, fill, make } from './dom.js';

const EXAMPLES = {
  en: ['Try one of these', 'What time is it?', 'Set a timer for ten minutes', 'What can you do?'],
  de: ['Zum Beispiel', 'Wie spät ist es?', 'Stelle einen Timer auf zehn Minuten', 'Was kannst du?'],
  es: ['Por ejemplo', '¿Qué hora es?', 'Pon un temporizador de diez minutos', '¿Qué puedes hacer?'],
  fr: ['Par exemple', 'Quelle heure est-il ?', 'Mets un minuteur de dix minutes', 'Que sais-tu faire ?'],
};

/** Gone once anything was asked. `ask(text)` sends a question. */
export function showExamples(state, ask) {
  const wanted = state.phase === 'online' && state.history.length === 0;
  const tag = state.language || (state.welcome ? state.welcome.language : 'en');
  const language = EXAMPLES[tag.split('-')[0]] ? tag.split('-')[0] : 'en';
  fill(byId('examples'), wanted ? language : '', () => {
    if (!wanted) {
      return [];
    }
    const phrases = EXAMPLES[language];
    return [make('p', '', [phrases[0]], { lang: language })].concat(phrases.slice(1).map((phrase) => {
      const button = make('button', 'tool', [phrase], { type: 'button', lang: language });
      button.addEventListener('click', () => ask(phrase));
      return button;
    }));
  });
}
