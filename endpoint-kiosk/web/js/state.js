// What the page knows, as one value, and how each message changes it. Pure: no clock, no DOM, no socket.

const HISTORY_LIMIT = 100;

export function initialState() {
  return {
    /** `connecting`, `online`, `waiting` (for the next try). */
    phase: 'connecting',
    everOnline: false,
    retryInMs: 0,
    welcome: null,
    language: null,
    turnState: 'idle',
    /** The turn that `turnState` speaks of. */
    turn: null,
    /** Turns of this page, oldest first; see `entry`. */
    history: [],
    /** `{ code, sentence, detail }` of the last failure until the next turn or until dismissed. */
    failure: null,
    muted: false,
    handsFree: false,
    /** `off`, `opening`, `open`. */
    microphone: 'off',
    /** Why there is none: see microphone-help.js. */
    microphoneProblem: null,
    /** Why there can be no microphone on this page at all, or null. */
    obstacle: null,
    soundBlocked: false,
    /** Whether audio goes over WebRTC now. */
    webrtc: false,
    timers: [],
    volume: 100,
    brightness: 100,
    /** Whether it is night, and the page is to be dark then. */
    night: false,
    /** Parts of the appliance as health.js gives them; null until first asked. */
    parts: null,
    /** Which ailing parts a person has seen and put aside (notices.js). */
    dismissedSickness: null,
    /** `/api/v1/turns`, newest first; null until first asked. */
    recent: null,
  };
}

/** One turn as the page shows it. `key` is the page's own: turn numbers start again with the appliance. */
function entry(key, turn) {
  return {
    key, turn, trigger: null, asked: '', final: false, language: null, reply: '', replyDone: false,
    intent: null, failure: null, outcome: null, stages: [], over: false,
  };
}

/** Applies `change(entry)` → fields to the newest entry of `turn`, made first when there is none. */
function withTurn(state, turn, change) {
  const history = state.history.slice();
  let at = history.length - 1;
  while (at >= 0 && history[at].turn !== turn) {
    at -= 1;
  }
  if (at < 0) {
    const key = history.length ? history[history.length - 1].key + 1 : 1;
    history.push(entry(key, turn));
    at = history.length - 1;
  }
  history[at] = Object.assign({}, history[at], change(history[at]));
  return Object.assign({}, state, { history: history.slice(-HISTORY_LIMIT) });
}

/** Entries of a session that is gone belong to no living turn. */
function closeEntries(history) {
  return history.map((e) => Object.assign({}, e, { turn: null, over: true }));
}

const messages = {
  welcome(state, m) {
    const resumed = m.resumed && state.welcome !== null;
    return Object.assign({}, state, {
      phase: 'online', everOnline: true, retryInMs: 0, welcome: m, volume: m.volume_percent,
      brightness: m.brightness_percent,
      turnState: resumed ? state.turnState : 'idle',
      turn: resumed ? state.turn : null,
      timers: resumed ? state.timers : [],
      history: resumed ? state.history : closeEntries(state.history),
      failure: null,
    });
  },
  turn_started(state, m) {
    const started = withTurn(state, m.turn, () => ({ trigger: m.trigger }));
    return Object.assign(started, { turn: m.turn, failure: null });
  },
  state(state, m) {
    if (state.turn !== null && m.turn < state.turn) {
      return state;
    }
    return Object.assign({}, state, { turn: m.turn, turnState: m.state });
  },
  partial(state, m) {
    return withTurn(state, m.turn, (e) => (e.final ? {} : { asked: m.text }));
  },
  transcript(state, m) {
    return withTurn(state, m.turn, () => ({ asked: m.text, final: true, language: m.language }));
  },
  intent(state, m) {
    return withTurn(state, m.turn, () => ({ intent: m.name }));
  },
  reply_delta(state, m) {
    return withTurn(state, m.turn, (e) => (e.replyDone ? {} : { reply: e.reply + m.text }));
  },
  reply(state, m) {
    return withTurn(state, m.turn, () => ({ reply: m.text, replyDone: true }));
  },
  timings(state, m) {
    return withTurn(state, m.turn, () => ({ outcome: m.outcome, stages: m.stages, over: true }));
  },
  error(state, m) {
    const failure = { code: m.code, sentence: m.sentence, detail: m.detail };
    const known = typeof m.turn === 'number' ? withTurn(state, m.turn, () => ({ failure })) : state;
    return Object.assign({}, known, { failure });
  },
  volume(state, m) {
    return Object.assign({}, state, { volume: m.percent });
  },
  brightness(state, m) {
    return Object.assign({}, state, { brightness: m.percent });
  },
  muted(state, m) {
    return Object.assign({}, state, { muted: m.on });
  },
  timer_ringing(state, m) {
    const others = state.timers.filter((t) => t.id !== m.id);
    return Object.assign({}, state, { timers: others.concat([{ id: m.id, name: m.name || null }]) });
  },
  timer_stopped(state, m) {
    return Object.assign({}, state, { timers: state.timers.filter((t) => t.id !== m.id) });
  },
};

/** The state after a ServerMessage; unknown types change nothing. */
export function onMessage(state, message) {
  const apply = messages[message.type];
  return apply && Object.prototype.hasOwnProperty.call(messages, message.type) ? apply(state, message) : state;
}

/** The state after `Connection.status`. */
export function onStatus(state, status) {
  return Object.assign({}, state, { phase: status.phase, retryInMs: status.retryInMs });
}

/** The typed question is on its way: shown at once, before the appliance has answered with a turn. */
export function currentEntry(state) {
  return state.history.length ? state.history[state.history.length - 1] : null;
}

/**
 * The one word for what the page shows from across the room: `connecting`, `reconnecting`, `opening`, `listening`,
 * `follow_up`, `thinking`, `speaking`, `ringing`, `error`, `muted`, `idle`.
 */
export function face(state) {
  if (state.phase !== 'online') {
    return state.everOnline ? 'reconnecting' : 'connecting';
  }
  if (state.turnState !== 'idle' && !(state.muted && isEar(state.turnState))) {
    return state.turnState;
  }
  if (state.timers.length) {
    return 'ringing';
  }
  if (state.microphone === 'opening' && !state.muted) {
    return 'opening';
  }
  // Not having caught a word is no fault of the appliance: it gets its sentence, not an alarm.
  if (state.failure && state.failure.code !== 'stt-no-text-recognized') {
    return 'error';
  }
  return state.muted ? 'muted' : 'idle';
}

function isEar(turnState) {
  return turnState === 'listening' || turnState === 'follow_up';
}

/** Whether microphone audio belongs on the line now. */
export function hears(state, pressed) {
  return state.phase === 'online' && !state.muted && (pressed || state.handsFree || isEar(state.turnState));
}
