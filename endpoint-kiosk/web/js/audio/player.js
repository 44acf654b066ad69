// Plays a reply: chunks of samples are scheduled one after the other on the audio clock without a gap, a small lead
// absorbs the network's jitter, and `stop` silences at once what has not sounded.

import { Resampler } from './resampler.js';

/** Binary messages carry the lower 32 bits of a turn's number. */
const TURN_BITS = 4294967296;
/** How far ahead the first chunk is scheduled: what the network and a busy browser may be late. */
const FIRST_LEAD_S = 0.08;
/** Each time that was not enough, the lead grows, up to this. */
const LONGEST_LEAD_S = 0.4;
const FADE_S = 0.015;

/** Loudness for 0 to 100: the square makes the middle of the scale sound like the middle. */
export function gainOf(percent) {
  const p = Math.min(100, Math.max(0, percent)) / 100;
  return p * p;
}

export class Player {
  /**
   * `context()` gives the AudioContext or null; `onFinished(turn)` is called once the last sample of a turn has
   * sounded, never for a turn that was stopped.
   */
  constructor(context, onFinished) {
    this.context = context;
    this.onFinished = onFinished;
    this.volume = 1;
    this.lead = FIRST_LEAD_S;
    this.queue = null;
  }

  /** 0 to 100. */
  setVolume(percent) {
    this.volume = gainOf(percent);
    if (this.queue) {
      this.queue.gain.gain.value = this.volume;
    }
  }

  /** The turn whose audio is sounding or scheduled, else null. */
  turn() {
    return this.queue ? this.queue.turn : null;
  }

  /** `format`: `{ codec, rate, channels }` of `audio_start`. */
  start(turn, format) {
    this.stop();
    const ctx = this.context();
    if (!ctx) {
      return;
    }
    const gain = ctx.createGain();
    gain.gain.value = this.volume;
    const analyser = ctx.createAnalyser();
    analyser.fftSize = 512;
    gain.connect(analyser);
    analyser.connect(ctx.destination);
    this.queue = {
      turn, ctx, gain, analyser,
      resampler: new Resampler(format.rate, ctx.sampleRate),
      sources: [], first: null, next: 0, ended: false,
    };
  }

  /** Adds `samples` (Int16Array, mono) of `turn` (its lower 32 bits); of another turn they are dropped. */
  push(turn, samples) {
    const queue = this.queue;
    if (!queue || queue.turn % TURN_BITS !== turn || queue.ended) {
      return;
    }
    const floats = new Float32Array(samples.length);
    for (let i = 0; i < samples.length; i += 1) {
      floats[i] = samples[i] / 32768;
    }
    this.schedule(queue, queue.resampler.push(floats));
  }

  /** No more audio of `turn` will come. */
  end(turn) {
    const queue = this.queue;
    if (!queue || queue.turn !== turn || queue.ended) {
      return;
    }
    this.schedule(queue, queue.resampler.flush());
    queue.ended = true;
    if (queue.sources.length === 0) {
      this.finish(queue);
    } else if (queue.ctx.state !== 'running') {
      // The browser gives no sound: the turn must not wait for ears that cannot hear.
      setTimeout(() => this.finish(queue), Math.max(0, queue.next - queue.ctx.currentTime) * 1000);
    }
  }

  /** Silence now. */
  stop() {
    const queue = this.queue;
    if (!queue) {
      return;
    }
    this.queue = null;
    const now = queue.ctx.currentTime;
    queue.gain.gain.setValueAtTime(queue.gain.gain.value, now);
    queue.gain.gain.linearRampToValueAtTime(0, now + FADE_S);
    queue.sources.forEach((source) => {
      source.onended = null;
      source.stop(now + FADE_S);
    });
    setTimeout(() => queue.analyser.disconnect(), 100);
  }

  /** Loudness of what sounds now, 0 to 1, for the screen. */
  level() {
    if (!this.queue) {
      return 0;
    }
    const bytes = new Uint8Array(this.queue.analyser.fftSize);
    this.queue.analyser.getByteTimeDomainData(bytes);
    let sum = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      sum += (bytes[i] - 128) * (bytes[i] - 128);
    }
    return Math.min(1, Math.sqrt(sum / bytes.length) / 32);
  }

  /** Seconds of the present reply: `{ played, known }` (known: that have arrived), or null when none sounds. */
  progress() {
    const queue = this.queue;
    if (!queue || queue.first === null) {
      return null;
    }
    return {
      played: Math.max(0, queue.ctx.currentTime - queue.first),
      known: queue.next - queue.first,
    };
  }

  schedule(queue, floats) {
    if (!floats.length) {
      return;
    }
    const ctx = queue.ctx;
    const buffer = ctx.createBuffer(1, floats.length, ctx.sampleRate);
    buffer.getChannelData(0).set(floats);
    const source = ctx.createBufferSource();
    source.buffer = buffer;
    source.connect(queue.gain);
    if (queue.next < ctx.currentTime + 0.005) {
      if (queue.next > 0) {
        this.lead = Math.min(LONGEST_LEAD_S, this.lead * 1.6);
      }
      // On the sample grid, so that neighbours meet exactly.
      queue.next = Math.ceil((ctx.currentTime + this.lead) * ctx.sampleRate) / ctx.sampleRate;
    }
    source.start(queue.next);
    queue.first = queue.first === null ? queue.next : queue.first;
    queue.next += floats.length / ctx.sampleRate;
    queue.sources.push(source);
    source.onended = () => {
      queue.sources = queue.sources.filter((other) => other !== source);
      if (queue.ended && queue.sources.length === 0) {
        this.finish(queue);
      }
    };
  }

  finish(queue) {
    if (this.queue !== queue) {
      return;
    }
    // The samples have left the graph; the device still holds them for its latency.
    const latency = queue.ctx.outputLatency || queue.ctx.baseLatency || 0;
    setTimeout(() => {
      if (this.queue === queue) {
        this.queue = null;
        queue.analyser.disconnect();
        this.onFinished(queue.turn);
      }
    }, Math.min(500, latency * 1000));
  }
}
