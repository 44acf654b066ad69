// Changes the rate of a stream of samples, block by block, without a seam between blocks.
//
// Windowed sinc (Kaiser) interpolation after Smith, "Digital Audio Resampling Home Page" (CCRMA): the cut-off lies
// below the lower of the two Nyquist frequencies, so nothing folds back into speech.

const ZERO_CROSSINGS = 16;
const STEPS = 512;
const KAISER_BETA = 8;
const ROLL_OFF = 0.92;

function bessel0(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 30; k += 1) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

function kernelTable() {
  const table = new Float32Array(ZERO_CROSSINGS * STEPS + 2);
  for (let i = 0; i <= ZERO_CROSSINGS * STEPS; i += 1) {
    const x = i / STEPS;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const edge = x / ZERO_CROSSINGS;
    table[i] = sinc * (bessel0(KAISER_BETA * Math.sqrt(1 - edge * edge)) / bessel0(KAISER_BETA));
  }
  return table;
}

const KERNEL = kernelTable();

export class Resampler {
  /** Rates in samples a second. */
  constructor(fromRate, toRate) {
    this.step = fromRate / toRate;
    this.cutoff = Math.min(1, toRate / fromRate) * ROLL_OFF;
    this.half = Math.ceil(ZERO_CROSSINGS / this.cutoff);
    this.passThrough = fromRate === toRate;
    this.pending = new Float32Array(this.half);
    this.position = this.half;
  }

  /** The Float32Array of output samples that `input` (Float32Array) makes possible; may be empty. */
  push(input) {
    if (this.passThrough) {
      return input;
    }
    const joined = new Float32Array(this.pending.length + input.length);
    joined.set(this.pending);
    joined.set(input, this.pending.length);
    const last = joined.length - this.half - 1;
    const count = last < this.position ? 0 : Math.floor((last - this.position) / this.step) + 1;
    const out = new Float32Array(count);
    for (let i = 0; i < count; i += 1) {
      out[i] = this.interpolate(joined, this.position + i * this.step);
    }
    const next = this.position + count * this.step;
    const drop = Math.max(0, Math.floor(next) - this.half);
    this.pending = joined.slice(drop);
    this.position = next - drop;
    return out;
  }

  /** What is still held back: the last samples, as if silence followed. */
  flush() {
    return this.passThrough ? new Float32Array(0) : this.push(new Float32Array(this.half));
  }

  interpolate(samples, where) {
    const first = Math.max(0, Math.ceil(where - this.half));
    const last = Math.min(samples.length - 1, Math.floor(where + this.half));
    let sum = 0;
    for (let i = first; i <= last; i += 1) {
      const x = Math.abs(where - i) * this.cutoff * STEPS;
      const index = Math.floor(x);
      if (index < ZERO_CROSSINGS * STEPS) {
        const weight = KERNEL[index] + (KERNEL[index + 1] - KERNEL[index]) * (x - index);
        sum += samples[i] * weight;
      }
    }
    return sum * this.cutoff;
  }
}
