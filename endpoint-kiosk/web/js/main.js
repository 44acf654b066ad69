// Wires the page together: line, microphone, player, state, views. What each does is told in its own file.

import { Chime } from './audio/chime.js';
import { audioContext, unlock, unlockOnGesture } from './audio/context.js';
import { gainOf, Player } from './audio/player.js';
import { Connection } from './connection.js';
import { Ears } from './ears.js';
import { fetchHealth } from './health.js';
import { device, endpointName, fromAddress, tab } from './memory.js';
import { microphoneObstacle } from './audio/microphone.js';
import { fetchTurns } from './recent.js';
import { initialState, onMessage, onStatus } from './state.js';
import { Store } from './store.js';
import { Talk } from './talk.js';
import { byId } from './views/dom.js';
import { Grille } from './views/grille.js';
import { followVoice, letPeopleScroll } from './views/exchange.js';
import { showClock } from './views/clock.js';
import { bindInputs } from './views/inputs.js';
import { showAll } from './views/all.js';

const HEALTH_EVERY_MS = 15000;
const FAILURE_SHOWN_MS = 30000;

/** Runs `fn` with the next screen frame; a page in the background draws none, but its timers must still ring. */
function soon(fn) {
  let ran = false;
  const once = () => {
    if (!ran) {
      ran = true;
      fn();
    }
  };
  window.requestAnimationFrame(once);
  setTimeout(once, 100);
}

const store = new Store(Object.assign(initialState(), {
  language: device.read('language'),
  dismissedSickness: device.read('dismissedSickness'),
  handsFree: device.read('handsFree') === 'on' || fromAddress('hands_free') === '1',
}), soon);

const player = new Player(audioContext, (turn) => line.send({ type: 'playback_finished', turn }));
const chime = new Chime(audioContext, () => player.turn() !== null);
const ears = new Ears(store, (samples) => line.sendAudio(samples));
const talk = new Talk({
  open: () => ears.ready(),
  send: (type) => {
    if (type === 'press') {
      ears.flushPreRoll();
    }
    line.send({ type });
  },
  changed: (pressed) => ears.setPressed(pressed),
}, { now: () => performance.now(), later: (fn, ms) => (ms ? setTimeout(fn, ms) : fn()) });

const line = new Connection(
  `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/api/v1/stream`,
  {
    hello: () => ({
      endpoint: endpointName(),
      room: fromAddress('room'),
      language: store.state.language,
      capabilities: ['screen'].concat(audioContext() ? ['speaker'] : [], microphoneObstacle() ? [] : ['microphone']),
      input: { codec: 'pcm_s16le', rate: 16000, channels: 1 },
      output: { codec: 'pcm_s16le', rate: 24000, channels: 1 },
    }),
    message: receive,
    audio: (turn, samples) => player.push(turn, samples),
    status: (status) => {
      if (status.phase !== 'online') {
        talk.abandon();
      }
      store.apply(onStatus, status);
    },
  },
  { resumeToken: tab.read('resume') },
);

function receive(message) {
  store.apply(onMessage, message);
  switch (message.type) {
    case 'welcome':
      welcome(message);
      break;
    case 'audio_start':
      player.start(message.turn, message.format);
      unlock().then((running) => store.patch({ soundBlocked: !running }));
      break;
    case 'audio_end':
      player.end(message.turn);
      break;
    case 'stop_playback':
      if (player.turn() === message.turn) {
        player.stop();
      }
      break;
    case 'volume':
      player.setVolume(message.percent);
      break;
    case 'timings':
      refreshTurns();
      break;
    case 'error':
      calmDown(store.state.failure);
      break;
    default:
  }
}

/** A failure is told and then left behind: the page must not stand red on the counter for hours. */
function calmDown(failure) {
  setTimeout(() => store.state.failure === failure && store.patch({ failure: null }), FAILURE_SHOWN_MS);
}

/** The appliance may have forgotten what was set here: say it again. */
function welcome(message) {
  tab.write('resume', message.resume_token);
  player.setVolume(message.volume_percent);
  if (!message.resumed) {
    player.stop();
  }
  if (store.state.muted) {
    line.send({ type: 'mute', on: true });
  }
  if (store.state.handsFree) {
    line.send({ type: 'hands_free', on: true });
    ears.ready();
  }
  refreshHealth();
  refreshTurns();
}

function refreshHealth() {
  fetchHealth().then((parts) => store.patch({ parts }));
}

function refreshTurns() {
  fetchTurns().then((recent) => store.patch({ recent }));
}

function cancel() {
  talk.abandon();
  player.stop();
  line.send({ type: 'cancel' });
  store.patch({ failure: null });
}

const actions = {
  cancel,
  stop: cancel,
  ask: (text) => line.send({ type: 'text', text }),
  handsFree() {
    const on = !store.state.handsFree;
    store.patch({ handsFree: on });
    device.write('handsFree', on ? 'on' : null);
    (on ? ears.ready() : Promise.resolve(true)).then((ready) => {
      if (!ready) {
        store.patch({ handsFree: false });
        device.write('handsFree', null);
        return;
      }
      line.send({ type: 'hands_free', on: store.state.handsFree });
    });
  },
  mute() {
    const muted = !store.state.muted;
    store.patch({ muted });
    if (muted) {
      talk.abandon();
      ears.close();
    } else if (store.state.handsFree) {
      ears.ready();
    }
    line.send({ type: 'mute', on: muted });
  },
  language(tag) {
    store.patch({ language: tag });
    device.write('language', tag);
    line.send({ type: 'language', language: tag });
  },
  theme(name) {
    device.write('theme', name);
    window.dispatchEvent(new Event('rosie-theme'));
  },
  panelOpened() {
    refreshHealth();
    refreshTurns();
  },
  unlock: () => unlock().then((running) => store.patch({ soundBlocked: !running })),
  dismissFailure: () => store.patch({ failure: null }),
  dismissMicrophone: () => store.patch({ microphoneProblem: null }),
  dismissParts(sickness) {
    device.write('dismissedSickness', sickness);
    store.patch({ dismissedSickness: sickness });
  },
};

const grille = new Grille(byId('grille'), () => Math.max(ears.level, player.level()));
bindInputs(talk, actions);
store.subscribe((state) => {
  grille.setFace(showAll(state, ears.pressed, actions));
  ears.keepOpenOnlyAsNeeded();
  chime.set(state.timers.length > 0, gainOf(state.volume));
});
unlockOnGesture((running) => store.patch({ soundBlocked: store.state.soundBlocked && !running }));
byId('theme').value = device.read('theme') || 'auto';
store.patch({ microphoneProblem: microphoneObstacle() });
setInterval(() => !document.hidden && refreshHealth(), HEALTH_EVERY_MS);
letPeopleScroll();
setInterval(() => {
  byId('level').value = ears.level;
  followVoice(store.state, player.progress());
}, 100);
showClock(byId('clock'));
window.addEventListener('online', () => line.connectNow());
document.addEventListener('visibilitychange', () => !document.hidden && line.connectNow());
line.connect();
