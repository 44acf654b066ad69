// The microphone: opens it, measures its true rate, and hands over level and 20 ms frames of 16 kHz mono.

import { audioContext, unlock } from './context.js';
import { Framer, levelOf } from './framer.js';
import { RateMeter } from './rate-meter.js';

const CONSTRAINTS = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
};
/** A microphone that delivers nothing for so long after it opened is none. */
const FIRST_SOUND_MS = 2500;
const WORKLET = 'js/audio/capture-worklet.js';

/** Why there can be no microphone here at all (`insecure`, `unsupported`), or null. */
export function microphoneObstacle() {
  if (navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
    return window.AudioContext || window.webkitAudioContext ? null : 'unsupported';
  }
  return window.isSecureContext ? 'unsupported' : 'insecure';
}

/** The stable name of what getUserMedia threw: `denied`, `none`, `busy`, `insecure`, `failed`. `asleep` is told by `open`. */
export function problemOf(error) {
  const names = {
    NotAllowedError: 'denied', PermissionDeniedError: 'denied', SecurityError: 'insecure',
    NotFoundError: 'none', DevicesNotFoundError: 'none', OverconstrainedError: 'none',
    NotReadableError: 'busy', TrackStartError: 'busy', AbortError: 'busy',
  };
  return names[error && error.name] || 'failed';
}

export class Microphone {
  /** `handlers`: `frame(Int16Array)`, `level(0..1)`, `lost(problem)` when it goes away by itself. */
  constructor(handlers) {
    this.handlers = handlers;
    this.stream = null;
    this.nodes = [];
    this.opening = null;
    this.wanted = false;
    this.firstSound = () => undefined;
  }

  isOpen() {
    return this.stream !== null;
  }

  /** Resolves when frames flow; rejects with `{ problem }`. Must follow a gesture on the first call. */
  open() {
    this.wanted = true;
    if (this.stream) {
      return Promise.resolve();
    }
    if (!this.opening) {
      this.opening = this.acquire();
      const clear = () => { this.opening = null; };
      this.opening.then(clear, clear);
    }
    return this.opening;
  }

  /** Lets the device go: the browser's recording mark disappears. */
  close() {
    this.wanted = false;
    this.nodes.forEach((node) => node.disconnect());
    this.nodes = [];
    if (this.stream) {
      this.stream.getTracks().forEach((track) => {
        track.onended = null;
        track.stop();
      });
      this.stream = null;
    }
    this.handlers.level(0);
  }

  async acquire() {
    const obstacle = microphoneObstacle();
    if (obstacle) {
      throw { problem: obstacle };
    }
    let stream;
    try {
      [stream] = await Promise.all([navigator.mediaDevices.getUserMedia(CONSTRAINTS), unlock()]);
    } catch (error) {
      throw { problem: problemOf(error) };
    }
    const stopAll = () => stream.getTracks().forEach((track) => track.stop());
    if (!this.wanted) {
      stopAll();
      throw { problem: 'closed' };
    }
    try {
      await this.listen(stream);
    } catch (error) {
      stopAll();
      this.close();
      throw { problem: audioContext().state === 'running' ? 'failed' : 'asleep' };
    }
    this.stream = stream;
    stream.getAudioTracks()[0].onended = () => {
      this.close();
      this.handlers.lost('busy');
    };
  }

  async listen(stream) {
    const ctx = audioContext();
    this.framer = new Framer(ctx.sampleRate, this.handlers.frame);
    this.meter = new RateMeter(ctx.sampleRate);
    const source = ctx.createMediaStreamSource(stream);
    const tap = ctx.audioWorklet && window.AudioWorkletNode ? await this.worklet(ctx) : this.scriptProcessor(ctx);
    // Without a way to the speakers some browsers do not run a node at all; this one is silent.
    const silence = ctx.createGain();
    silence.gain.value = 0;
    source.connect(tap);
    tap.connect(silence);
    silence.connect(ctx.destination);
    this.nodes = [source, tap, silence];
    // Open is when sound arrives, not when the browser says so.
    await new Promise((resolve, reject) => {
      this.firstSound = resolve;
      setTimeout(() => reject(new Error('no sound arrives')), FIRST_SOUND_MS);
    });
  }

  async worklet(ctx) {
    await ctx.audioWorklet.addModule(WORKLET);
    const node = new window.AudioWorkletNode(ctx, 'capture', { numberOfOutputs: 1 });
    node.port.onmessage = (event) => this.take(event.data);
    return node;
  }

  /** For browsers older than AudioWorklet (Chrome below 66). */
  scriptProcessor(ctx) {
    const node = ctx.createScriptProcessor(1024, 1, 1);
    node.onaudioprocess = (event) => this.take(new Float32Array(event.inputBuffer.getChannelData(0)));
    return node;
  }

  take(samples) {
    this.firstSound();
    const trueRate = this.meter.add(samples.length, performance.now());
    if (trueRate) {
      this.framer.setRate(trueRate);
    }
    this.handlers.level(levelOf(samples));
    this.framer.push(samples);
  }
}
