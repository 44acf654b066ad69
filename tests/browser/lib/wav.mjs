// 16-bit mono WAV files, there and back, and recordings for a fake microphone.

import { readFileSync, writeFileSync } from 'node:fs';

/** `samples`: floats, -1 to 1. */
export function writeWav(path, { rate, samples }) {
  const body = Buffer.alloc(44 + samples.length * 2);
  body.write('RIFF', 0);
  body.writeUInt32LE(36 + samples.length * 2, 4);
  body.write('WAVEfmt ', 8);
  body.writeUInt32LE(16, 16);
  body.writeUInt16LE(1, 20);
  body.writeUInt16LE(1, 22);
  body.writeUInt32LE(rate, 24);
  body.writeUInt32LE(rate * 2, 28);
  body.writeUInt16LE(2, 32);
  body.writeUInt16LE(16, 34);
  body.write('data', 36);
  body.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((v, i) => body.writeInt16LE(Math.round(Math.max(-1, Math.min(1, v)) * 32767), 44 + i * 2));
  writeFileSync(path, body);
}

/** `{ rate, samples }` of a 16-bit mono file. */
export function readWav(path) {
  const file = readFileSync(path);
  let rate = 0;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    if (name === 'fmt ') {
      rate = file.readUInt32LE(at + 12);
      if (file.readUInt16LE(at + 10) !== 1 || file.readUInt16LE(at + 22) !== 16) {
        throw new Error(`${path} is not 16-bit mono`);
      }
    } else if (name === 'data') {
      const count = Math.floor(Math.min(size, file.length - at - 8) / 2);
      return { rate, samples: Float32Array.from({ length: count }, (_, i) => file.readInt16LE(at + 8 + i * 2) / 32768) };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error(`${path} holds no samples`);
}

/** Writes `sound` with `before` and `after` seconds of silence; returns when the sound begins and ends, in seconds. */
export function writeRecording(path, sound, { before, after }) {
  const lead = Math.round(before * sound.rate);
  const samples = new Float32Array(lead + sound.samples.length + Math.round(after * sound.rate));
  samples.set(sound.samples, lead);
  writeWav(path, { rate: sound.rate, samples });
  return { from: before, to: before + sound.samples.length / sound.rate };
}
