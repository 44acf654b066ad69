// Shows one state everywhere.

import { hears } from '../state.js';
import { byId, setAttribute } from './dom.js';
import { showExamples } from './examples.js';
import { showExchange } from './exchange.js';
import { showFace } from './face.js';
import { showNotices } from './notices.js';
import { showLanguages, showPanel } from './panel.js';

/** Returns the face shown. */
export function showAll(state, pressed, actions) {
  const face = showFace(state, pressed);
  showExchange(state);
  showExamples(state, actions.ask);
  showNotices(state, actions);
  showPanel(state);
  showLanguages(state);
  const online = state.phase === 'online';
  setAttribute(byId('hands-free'), 'aria-pressed', String(state.handsFree));
  setAttribute(byId('mute'), 'aria-pressed', String(state.muted));
  byId('stop').disabled = !online || (state.turnState === 'idle' && !state.timers.length);
  byId('send').disabled = !online;
  setAttribute(byId('level'), 'data-on', String(state.microphone === 'open' && hears(state, pressed)));
  return face;
}
