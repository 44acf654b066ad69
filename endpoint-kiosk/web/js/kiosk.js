// Inside the kiosk app (endpoint-kiosk/android) the app has the line, the ears and the mouth, and this page is the face and the
// buttons of the same session (docs/decisions/0074-kiosk-app.md). The app says so in the address (`?native=1`) and hands over
// a port, which is spoken to as if the appliance were at its other end; no audio goes through it.

import { fromAddress } from './memory.js';

/** What the app says as it hands over the port. */
const GREETING = 'rosie-kiosk';

export const inKiosk = () => fromAddress('native') === '1';

let handOver = () => undefined;
const port = new Promise((resolve) => { handOver = resolve; });

/** Call once, before the page has loaded: the app speaks right after. */
export function awaitPort() {
  window.addEventListener('message', (event) => {
    // What the app says comes from no page: it has no origin.
    if (event.origin === '' && event.data === GREETING && event.ports.length === 1) {
      handOver(event.ports[0]);
    }
  });
}

/** Stands where `Connection` has its WebSocket. */
export class KioskSocket {
  constructor() {
    this.bufferedAmount = 0;
    this.port = null;
    this.closed = false;
    port.then((given) => {
      if (!this.closed) {
        this.port = given;
        given.onmessage = (event) => this.take(event.data);
        this.onopen();
      }
    });
  }

  send(text) {
    this.port.postMessage(text);
  }

  take(text) {
    if (JSON.parse(text).type === 'line_gone') {
      this.onclose();
    } else {
      this.onmessage({ data: text });
    }
  }

  close() {
    this.closed = true;
    if (this.port) {
      this.port.onmessage = null;
    }
  }
}

/** Stands where a page has its `Ears`: the app opens the microphone by itself, as the session needs it. */
export class KioskEars {
  constructor(store) {
    this.store = store;
    this.pressed = false;
    this.level = 0;
  }

  ready() {
    const hears = !this.store.state.muted && this.store.state.phase === 'online';
    this.store.patch({ microphone: hears ? 'open' : 'off', microphoneProblem: null });
    return Promise.resolve(hears);
  }

  close() {
    this.store.patch({ microphone: 'off' });
  }

  setPressed(pressed) {
    this.pressed = pressed;
    this.store.patch({});
  }

  flushPreRoll() {}

  keepOpenOnlyAsNeeded() {}
}

/** Stands where a page has its `Player`: nothing sounds here. */
export class KioskMouth {
  turn() {
    return null;
  }

  start() {}

  push() {}

  end() {}

  stop() {}

  setVolume() {}

  level() {
    return 0;
  }

  progress() {
    return null;
  }
}
