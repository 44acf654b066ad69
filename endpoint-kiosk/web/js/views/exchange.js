// The turn in progress: words as they are understood, the reply as it grows.

import { currentEntry } from '../state.js';
import { byId, setAttribute, setText } from './dom.js';

/** Of a voice; for text whose audio has not arrived yet. */
const CHARACTERS_PER_S = 15;

let shownKey = null;
let touched = false;

export function showExchange(state) {
  const turn = currentEntry(state);
  const box = byId('exchange');
  const asked = byId('asked');
  const reply = byId('reply');
  const growing = Boolean(turn && !turn.over && (!turn.final || (turn.reply && !turn.replyDone)));
  // A screen reader waits while words still change and then reads them once.
  setAttribute(box, 'aria-busy', String(growing));
  setAttribute(asked, 'data-growing', String(Boolean(turn && !turn.final && !turn.over)));
  setAttribute(asked, 'data-source', turn && turn.trigger === 'text' ? 'typed' : 'spoken');
  if (turn && turn.language) {
    setAttribute(asked, 'lang', turn.language);
    setAttribute(reply, 'lang', turn.language);
  }
  setText(asked, turn ? turn.asked : '');
  setText(reply, turn ? turn.reply || (turn.failure ? turn.failure.sentence : '') : '');
  if (turn && turn.key !== shownKey) {
    shownKey = turn.key;
    touched = false;
    byId('scroll').scrollTop = 0;
  }
}

/** A reply longer than the screen moves on with the voice, until a person moves it. `progress`: see Player. */
export function followVoice(state, progress) {
  const turn = currentEntry(state);
  const scroll = byId('scroll');
  const room = scroll.scrollHeight - scroll.clientHeight;
  if (!progress || !turn || touched || room <= 0) {
    return;
  }
  const whole = Math.max(progress.known, turn.reply.length / CHARACTERS_PER_S);
  // What is being said stands in the upper part of what is shown.
  const wanted = (progress.played / whole) * scroll.scrollHeight - scroll.clientHeight * 0.4;
  scroll.scrollTop = Math.max(scroll.scrollTop, Math.min(room, wanted));
}

/** From the first touch of a person on, the text stays where they put it for the rest of the turn. */
export function letPeopleScroll() {
  ['wheel', 'touchmove', 'keydown'].forEach((name) => {
    byId('scroll').addEventListener(name, () => { touched = true; }, { passive: true });
  });
}
