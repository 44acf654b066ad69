// The line to the appliance: one WebSocket, opened again with growing pauses whenever it breaks, going on with the
// same session where the appliance still has it.

import { backoffMs, retryAfterMs } from './backoff.js';
import { decodeAudio, encodeAudio } from './framing.js';

const PING_EVERY_MS = 10000;
const PONG_WITHIN_MS = 6000;
const OPEN_WITHIN_MS = 8000;

export class Connection {
  /**
   * `handlers`: `hello()` gives the hello without `resume`; `message(object)` and `audio(turn, Int16Array)` take what
   * comes; `status({ phase, retryInMs })` hears `connecting`, `online`, `waiting`.
   */
  constructor(url, handlers, options) {
    const given = options || {};
    this.url = url;
    this.handlers = handlers;
    this.WebSocket = given.WebSocket || window.WebSocket;
    this.random = given.random || Math.random;
    this.resumeToken = given.resumeToken || null;
    this.socket = null;
    this.attempt = 0;
    this.retryAfter = null;
    this.pings = 0;
    this.online = false;
    this.timers = {};
  }

  connect() {
    this.clear();
    this.handlers.status({ phase: 'connecting', retryInMs: 0 });
    const socket = new this.WebSocket(this.url);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.timers.open = setTimeout(() => this.drop(socket), OPEN_WITHIN_MS);
    socket.onopen = () => {
      const hello = Object.assign({ type: 'hello', version: 1 }, this.handlers.hello());
      if (this.resumeToken) {
        hello.resume = this.resumeToken;
      }
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (event) => this.receive(socket, event.data);
    socket.onclose = () => this.drop(socket);
    socket.onerror = () => undefined;
  }

  /** Gives the socket up and waits to be told: whoever was refused is refused again. */
  hold() {
    this.clear();
    this.handlers.status({ phase: 'waiting', retryInMs: 0 });
  }

  /** Skips the pause before the next try. */
  connectNow() {
    if (!this.socket) {
      this.attempt = 0;
      this.connect();
    }
  }

  /** True when the message went out. */
  send(message) {
    if (!this.online) {
      return false;
    }
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** `samples`: Int16Array at the agreed rate. Dropped when the line is slow: late audio helps nobody. */
  sendAudio(samples) {
    if (this.online && this.socket.bufferedAmount < 64000) {
      this.socket.send(encodeAudio(samples));
    }
  }

  receive(socket, data) {
    if (socket !== this.socket) {
      return;
    }
    // Whatever comes proves the line alive: a pong may wait behind a long reply.
    clearTimeout(this.timers.pong);
    if (data instanceof ArrayBuffer) {
      const audio = decodeAudio(data);
      if (audio) {
        this.handlers.audio(audio.turn, audio.samples);
      }
      return;
    }
    let message;
    try {
      message = JSON.parse(data);
    } catch (error) {
      return;
    }
    if (message.type === 'welcome') {
      this.welcome(message);
    } else if (message.type === 'going_away') {
      this.retryAfter = message.retry_after_ms;
    }
    this.handlers.message(message);
  }

  welcome(message) {
    clearTimeout(this.timers.open);
    this.online = true;
    this.attempt = 0;
    this.retryAfter = null;
    this.resumeToken = message.resume_token;
    const every = Math.min(PING_EVERY_MS, Math.max(1000, message.idle_timeout_ms / 3));
    this.timers.ping = setInterval(() => this.ping(), every);
    this.handlers.status({ phase: 'online', retryInMs: 0 });
  }

  ping() {
    this.pings += 1;
    const socket = this.socket;
    clearTimeout(this.timers.pong);
    this.timers.pong = setTimeout(() => this.drop(socket), PONG_WITHIN_MS);
    this.send({ type: 'ping', id: this.pings });
  }

  /** Gives a socket up and plans the next try. */
  drop(socket) {
    if (socket !== this.socket) {
      return;
    }
    this.clear();
    const wait = this.retryAfter === null
      ? backoffMs(this.attempt, this.random)
      : retryAfterMs(this.retryAfter, this.random);
    this.attempt += 1;
    this.retryAfter = null;
    this.timers.retry = setTimeout(() => this.connect(), wait);
    this.handlers.status({ phase: 'waiting', retryInMs: wait });
  }

  clear() {
    Object.keys(this.timers).forEach((name) => {
      clearTimeout(this.timers[name]);
      clearInterval(this.timers[name]);
    });
    this.timers = {};
    this.online = false;
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onclose = null;
      socket.onmessage = null;
      socket.onopen = null;
      socket.close();
    }
  }
}
