// When the microphone is open and whose ears its audio reaches: the appliance hears only what a person means for it.

import { Microphone } from './audio/microphone.js';
import { hears } from './state.js';

/** 320 ms from before the press, so that the first syllable is not lost. */
const PRE_ROLL_FRAMES = 16;
/** An open but unneeded microphone is let go after this long: reopening costs a second, holding it costs trust. */
const LINGER_MS = 60000;

export class Ears {
  /** `sendAudio(Int16Array)` puts a frame on the line; `rtc` (RtcAudio) takes the microphone itself while it is up. */
  constructor(store, sendAudio, rtc) {
    this.store = store;
    this.sendAudio = sendAudio;
    this.rtc = rtc;
    this.pressed = false;
    this.level = 0;
    this.preRoll = [];
    this.lingering = null;
    this.microphone = new Microphone({
      frame: (frame) => this.frame(frame),
      // The screen moves only while the appliance hears, too.
      level: (level) => { this.level = hears(this.store.state, this.pressed) ? level : 0; },
      lost: (problem) => {
        this.rtc.setMicrophone(null);
        this.store.patch({ microphone: 'off', microphoneProblem: problem });
      },
    });
  }

  /** Opens the microphone; resolves to whether it hears. Never rejects: the state tells why not. */
  ready() {
    if (this.store.state.muted || this.store.state.phase !== 'online') {
      return Promise.resolve(false);
    }
    if (!this.microphone.isOpen()) {
      this.store.patch({ microphone: 'opening' });
    }
    const fresh = !this.microphone.isOpen();
    return this.microphone.open().then(() => {
      if (fresh) {
        this.rtc.setMicrophone(this.microphone.stream);
      }
      this.store.patch({ microphone: 'open', microphoneProblem: null });
      return true;
    }, (error) => {
      const problem = error.problem === 'closed' ? null : error.problem || 'failed';
      this.store.patch({ microphone: 'off', microphoneProblem: problem });
      return false;
    });
  }

  close() {
    this.rtc.setMicrophone(null);
    this.microphone.close();
    this.preRoll = [];
    this.store.patch({ microphone: 'off' });
  }

  setPressed(pressed) {
    this.pressed = pressed;
    this.rtc.hear(hears(this.store.state, pressed));
    this.store.patch({});
  }

  /** Sends what was heard just before the press. Call right before `press` goes out. */
  flushPreRoll() {
    this.preRoll.forEach((frame) => this.sendAudio(frame));
    this.preRoll = [];
  }

  frame(frame) {
    const hearing = hears(this.store.state, this.pressed);
    this.rtc.hear(hearing);
    if (hearing) {
      this.flushPreRoll();
      if (!this.rtc.carries()) {
        this.sendAudio(frame);
      }
      return;
    }
    this.preRoll.push(frame);
    if (this.preRoll.length > PRE_ROLL_FRAMES) {
      this.preRoll.shift();
    }
  }

  /** Call on every change of state. */
  keepOpenOnlyAsNeeded() {
    const state = this.store.state;
    const needed = state.handsFree || this.pressed || state.turnState !== 'idle';
    if (needed || state.microphone !== 'open') {
      clearTimeout(this.lingering);
      this.lingering = null;
    } else if (this.lingering === null) {
      this.lingering = setTimeout(() => {
        this.lingering = null;
        this.close();
      }, LINGER_MS);
    }
  }
}
