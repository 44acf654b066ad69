// The turn in progress: words as they are understood, the reply as it grows.

import { currentEntry } from '../state.js';
import { byId, setAttribute, setText } from './dom.js';

export function showExchange(state) {
  const turn = currentEntry(state);
  const box = byId('exchange');
  const scroll = byId('scroll');
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
  const before = reply.textContent;
  setText(reply, turn ? turn.reply || (turn.failure ? turn.failure.sentence : '') : '');
  if (reply.textContent !== before && turn.reply) {
    scroll.scrollTop = before ? scroll.scrollHeight : 0;
  }
}
