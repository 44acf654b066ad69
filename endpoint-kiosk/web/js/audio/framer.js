// From the microphone's floats to the frames that go on the wire: 16 kHz, mono, 16 bits, 20 ms each.

import { Resampler } from './resampler.js';

export const WIRE_RATE = 16000;
export const FRAME_SAMPLES = 320;

/** 16-bit value of a float in [-1, 1]; louder is clipped. */
export function toInt16(value) {
  const clipped = value < -1 ? -1 : value > 1 ? 1 : value;
  return Math.round(clipped * 32767);
}

/** Loudness of a block as 0 to 1 on a scale that moves as people hear: -60 dBFS is 0, -10 dBFS is 1. */
export function levelOf(samples) {
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) {
    sum += samples[i] * samples[i];
  }
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}

export class Framer {
  /** `onFrame(Int16Array of FRAME_SAMPLES)` is called for every whole frame. */
  constructor(inputRate, onFrame) {
    this.onFrame = onFrame;
    this.frame = new Int16Array(FRAME_SAMPLES);
    this.filled = 0;
    this.setRate(inputRate);
  }

  /** The rate at which samples really come. */
  setRate(inputRate) {
    if (inputRate !== this.inputRate) {
      this.inputRate = inputRate;
      this.resampler = new Resampler(inputRate, WIRE_RATE);
    }
  }

  /** `samples`: Float32Array, mono, at the input rate. */
  push(samples) {
    const resampled = this.resampler.push(samples);
    for (let i = 0; i < resampled.length; i += 1) {
      this.frame[this.filled] = toInt16(resampled[i]);
      this.filled += 1;
      if (this.filled === FRAME_SAMPLES) {
        this.onFrame(this.frame);
        this.frame = new Int16Array(FRAME_SAMPLES);
        this.filled = 0;
      }
    }
  }
}
