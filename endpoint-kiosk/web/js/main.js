// Wires the page together: line, microphone, player, state, views. What each does is told in its own file.

import { makeActions } from './actions.js';
import { client } from './api.js';
import { Chime } from './audio/chime.js';
import { audioContext, unlock, unlockOnGesture } from './audio/context.js';
import { microphoneObstacle } from './audio/microphone.js';
import { Mouth } from './audio/mouth.js';
import { gainOf, Player } from './audio/player.js';
import { RtcAudio } from './audio/rtc.js';
import { Connection } from './connection.js';
import { Door } from './door.js';
import { Ears } from './ears.js';
import { fetchHealth } from './health.js';
import { awaitPort, inKiosk, KioskEars, KioskMouth, KioskSocket } from './kiosk.js';
import { device, endpointName, fromAddress, tab } from './memory.js';
import { keepPages } from './offline.js';
import { fetchTurns } from './recent.js';
import { initialState, onMessage, onStatus } from './state.js';
import { soon, Store } from './store.js';
import { Talk } from './talk.js';
import { showAll } from './views/all.js';
import { showClock } from './views/clock.js';
import { beComfortable } from './views/comfort.js';
import { showCode } from './views/code.js';
import { showDarkness } from './views/dimmer.js';
import { byId } from './views/dom.js';
import { followVoice, letPeopleScroll } from './views/exchange.js';
import { Grille } from './views/grille.js';
import { bindInputs } from './views/inputs.js';

const HEALTH_EVERY_MS = 15000;
const FAILURE_SHOWN_MS = 30000;
const PCM = 'pcm_s16le';

const kiosk = inKiosk();
if (kiosk) {
  awaitPort();
}

const store = new Store(Object.assign(initialState(), {
  language: device.read('language'),
  dismissedSickness: device.read('dismissedSickness'),
  handsFree: device.read('handsFree') === 'on' || fromAddress('hands_free') === '1',
  microphoneProblem: kiosk ? null : microphoneObstacle(),
  obstacle: kiosk ? null : microphoneObstacle(),
}), soon);

const finished = (turn) => line.send({ type: 'playback_finished', turn });
/** Null in the kiosk app, whose audio does not go through the page. */
const rtc = kiosk ? null : new RtcAudio({
  send: (message) => line.send(message),
  finished,
  changed: (webrtc) => store.patch({ webrtc }),
});
const player = kiosk ? new KioskMouth() : new Mouth(new Player(audioContext, finished), rtc);
const chime = new Chime(audioContext, () => player.turn() !== null);
const ears = kiosk ? new KioskEars(store) : new Ears(store, (samples) => line.sendAudio(samples), rtc);
const talk = new Talk({
  open: () => ears.ready(),
  send(type) {
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
    hello: () => Object.assign({
      endpoint: endpointName(),
      room: fromAddress('room'),
      language: store.state.language,
      capabilities: ['screen'].concat(audioContext() ? ['speaker'] : [], microphoneObstacle() ? [] : ['microphone']),
      input: { codec: PCM, rate: 16000, channels: 1 },
      output: { codec: PCM, rate: 24000, channels: 1 },
    }, device.read('key') ? { key: device.read('key') } : {}),
    message: receive,
    audio: (turn, samples) => player.push(turn, samples),
    status(status) {
      if (status.phase !== 'online') {
        talk.abandon();
        if (rtc) {
          rtc.close();
        }
      }
      store.apply(onStatus, status);
    },
  },
  { resumeToken: tab.read('resume'), WebSocket: kiosk ? KioskSocket : undefined },
);

/** What the kiosk app talks with it pairs by itself: it has the line. */
const door = kiosk ? null : new Door({
  api: client('api/v1/').ask,
  endpoint: endpointName(),
  label: navigator.userAgent.slice(0, 64),
  keys: { read: () => device.read('key'), write: (key) => device.write('key', key) },
  show: showCode,
  enter: () => line.connectNow(),
  later: (fn, ms) => setTimeout(fn, ms),
});

function receive(message) {
  store.apply(onMessage, message);
  switch (message.type) {
    case 'welcome':
      welcome(message);
      break;
    case 'audio_start':
      player.start(message.turn, message.format, Boolean(message.rtp));
      if (!kiosk) {
        unlock().then((running) => store.patch({ soundBlocked: !running }));
      }
      break;
    case 'audio_end':
      player.end(message.turn);
      break;
    case 'stop_playback':
      if (player.turn() === message.turn) {
        player.stop();
      }
      break;
    case 'rtc_answer':
    case 'rtc_candidate':
    case 'rtc_close':
      rtc.receive(message);
      break;
    case 'volume':
      player.setVolume(message.percent);
      break;
    case 'muted':
      actions.muted(message.on);
      break;
    case 'timings':
      refreshTurns();
      break;
    case 'error':
      if (door && message.code === 'not-paired') {
        line.hold();
        door.refused();
      }
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
  if (door) {
    door.welcome();
  }
  tab.write('resume', message.resume_token);
  player.setVolume(message.volume_percent);
  if (!message.resumed) {
    player.stop();
  }
  if (rtc) {
    rtc.offered(message.webrtc);
  }
  line.send({ type: 'mute', on: store.state.muted });
  line.send({ type: 'hands_free', on: store.state.handsFree });
  if (store.state.handsFree) {
    ears.ready();
  }
  refresh();
}

function refreshHealth() {
  fetchHealth().then((parts) => store.patch({ parts }));
}

function refreshTurns() {
  fetchTurns().then((recent) => store.patch({ recent }));
}

function refresh() {
  refreshHealth();
  refreshTurns();
}

const actions = makeActions({ store, line, ears, talk, player, refresh });
const grille = new Grille(byId('grille'), () => Math.max(ears.level, player.level()));
store.subscribe((state) => {
  grille.setFace(showAll(state, ears.pressed, actions));
  ears.keepOpenOnlyAsNeeded();
  chime.set(state.timers.length > 0, gainOf(state.volume));
  showDarkness(byId('dimmer'), state);
});
bindInputs(talk, actions);
letPeopleScroll();
showClock(byId('clock'));
beComfortable((night) => store.patch({ night }));
byId('theme').value = device.read('theme') || 'auto';
unlockOnGesture((running) => {
  store.patch({ soundBlocked: store.state.soundBlocked && !running });
  if (rtc) {
    rtc.resume();
  }
  if (running && store.state.handsFree) {
    ears.ready();
  }
});
setInterval(() => !document.hidden && refreshHealth(), HEALTH_EVERY_MS);
setInterval(() => {
  byId('level').value = ears.level;
  followVoice(store.state, player.progress());
}, 100);
window.addEventListener('online', () => {
  line.connectNow();
  if (rtc) {
    rtc.renew();
  }
});
document.addEventListener('visibilitychange', () => !document.hidden && line.connectNow());
line.connect();
if (!kiosk) {
  keepPages();
}
