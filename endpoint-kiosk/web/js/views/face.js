// What one sees from across the room: the page's colour, the big word, the knob's icon, the hint under it.

import { face } from '../state.js';
import { byId, setAttribute, setText } from './dom.js';

const WORDS = {
  connecting: 'Waking up', reconnecting: 'Reconnecting', opening: 'One moment', listening: 'Listening',
  follow_up: 'Go on', thinking: 'Thinking', speaking: 'Speaking', ringing: 'Ringing', error: 'Trouble', muted: 'Muted',
  idle: 'Ready',
};
const ICONS = {
  connecting: 'line', reconnecting: 'line', opening: 'mic', listening: 'mic', follow_up: 'mic', thinking: 'dots',
  speaking: 'voice', ringing: 'bell', error: 'alert', muted: 'mic-off', idle: 'mic',
};
/** A mouse stands for a keyboard beside it. */
const KEYBOARD = window.matchMedia('(hover: hover) and (pointer: fine)');
const LINK_WORDS = { connecting: 'Connecting', online: 'Connected', waiting: 'Not connected' };

function hint(state, name, pressed) {
  switch (name) {
    case 'connecting': return 'Connecting to Rosie';
    case 'reconnecting': return 'The line broke. Trying again by itself.';
    case 'opening': return 'Opening the microphone';
    case 'listening': return pressed ? 'Let go when you have finished' : 'Tap when you have finished, or just stop';
    case 'follow_up': return 'Rosie still listens. Just answer.';
    case 'thinking': return 'Tap to ask something else';
    case 'speaking': return 'Tap to interrupt';
    case 'ringing': return 'Say “stop”, or press Stop';
    case 'error': return 'Tap to try again';
    case 'muted': return 'The microphone is off. Typing works.';
    default:
      if (state.obstacle === 'insecure') {
        return 'No microphone over plain http. Type below.';
      }
      if (state.microphoneProblem) {
        return 'Type your question below';
      }
      if (state.handsFree) {
        return 'Just speak';
      }
      return KEYBOARD.matches ? 'Hold to talk, or tap. Space does the same.' : 'Hold to talk, or tap';
  }
}

/** Shows `state`; `pressed` says whether the talk button is down. */
export function showFace(state, pressed) {
  const name = face(state);
  setAttribute(document.documentElement, 'data-face', name);
  setText(byId('word'), WORDS[name]);
  setText(byId('hint'), hint(state, name, pressed));
  // What the knob cannot do it does not promise.
  const deaf = name === 'idle' && Boolean(state.obstacle);
  setAttribute(byId('knob-icon'), 'href', `#i-${deaf ? 'mic-off' : ICONS[name]}`);
  const talk = byId('talk');
  setAttribute(talk, 'data-pressed', String(pressed));
  setText(byId('talk-name'), name === 'listening' ? 'Finish talking' : 'Talk to Rosie');
  setAttribute(byId('link'), 'data-phase', state.phase);
  setText(byId('link-word'), LINK_WORDS[state.phase]);
  setAttribute(byId('link'), 'data-audio', state.webrtc ? 'webrtc' : 'line');
  setAttribute(byId('link'), 'title', state.webrtc ? 'Audio over WebRTC' : '');
  setText(byId('room'), state.welcome ? state.welcome.room_name : '');
  document.title = name === 'idle' ? 'Rosie' : `${WORDS[name]} · Rosie`;
  return name;
}
