// Binary messages: one kind byte (1 = audio), three zero bytes, the turn as little-endian u32, then the payload.
// docs/protocol.md is the specification.

export const HEADER_BYTES = 8;
const KIND_AUDIO = 1;

/** An ArrayBuffer that carries `samples` (Int16Array, mono); from an endpoint the turn is 0. */
export function encodeAudio(samples, turn = 0) {
  const message = new ArrayBuffer(HEADER_BYTES + samples.length * 2);
  const view = new DataView(message);
  view.setUint8(0, KIND_AUDIO);
  view.setUint32(4, turn, true);
  for (let i = 0; i < samples.length; i += 1) {
    view.setInt16(HEADER_BYTES + i * 2, samples[i], true);
  }
  return message;
}

/** `{ turn, samples: Int16Array }`, or null when `buffer` is no audio message of this version. */
export function decodeAudio(buffer) {
  if (buffer.byteLength < HEADER_BYTES) {
    return null;
  }
  const view = new DataView(buffer);
  if (view.getUint8(0) !== KIND_AUDIO || view.getUint8(1) || view.getUint8(2) || view.getUint8(3)) {
    return null;
  }
  const count = Math.floor((buffer.byteLength - HEADER_BYTES) / 2);
  const samples = new Int16Array(count);
  for (let i = 0; i < count; i += 1) {
    samples[i] = view.getInt16(HEADER_BYTES + i * 2, true);
  }
  return { turn: view.getUint32(4, true), samples };
}
