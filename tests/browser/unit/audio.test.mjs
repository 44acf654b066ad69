import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeAudio, encodeAudio, HEADER_BYTES } from '../../../endpoint-kiosk/web/js/framing.js';
import { Framer, FRAME_SAMPLES, levelOf, toInt16 } from '../../../endpoint-kiosk/web/js/audio/framer.js';
import { nearestRate, RateMeter } from '../../../endpoint-kiosk/web/js/audio/rate-meter.js';
import { Resampler } from '../../../endpoint-kiosk/web/js/audio/resampler.js';

const sine = (hz, rate, seconds, level = 0.5) => Float32Array.from(
  { length: Math.round(rate * seconds) }, (_, i) => level * Math.sin((2 * Math.PI * hz * i) / rate),
);
function inBlocks(resampler, samples, size) {
  const out = [];
  for (let i = 0; i < samples.length; i += size) {
    out.push(...resampler.push(samples.subarray(i, i + size)));
  }
  out.push(...resampler.flush());
  return Float32Array.from(out);
}
const rms = (x) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
/** Amplitude of the component at `hz`. */
function amplitude(x, hz, rate) {
  let re = 0;
  let im = 0;
  x.forEach((v, i) => {
    re += v * Math.cos((2 * Math.PI * hz * i) / rate);
    im += v * Math.sin((2 * Math.PI * hz * i) / rate);
  });
  return (2 * Math.hypot(re, im)) / x.length;
}

test('framing: kind, zeros, turn, samples, there and back', () => {
  const samples = Int16Array.from([0, 1, -1, 32767, -32768]);
  const message = encodeAudio(samples, 0xdeadbeef);
  assert.deepEqual([...new Uint8Array(message, 0, 10)], [1, 0, 0, 0, 0xef, 0xbe, 0xad, 0xde, 0, 0]);
  assert.deepEqual(decodeAudio(message), { turn: 0xdeadbeef, samples });
  assert.equal(new DataView(encodeAudio(samples)).getUint32(4, true), 0);
});

test('framing: what is no audio message is refused', () => {
  assert.equal(decodeAudio(new ArrayBuffer(HEADER_BYTES - 1)), null);
  assert.equal(decodeAudio(Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0]).buffer), null);
  assert.equal(decodeAudio(Uint8Array.from([1, 0, 9, 0, 0, 0, 0, 0]).buffer), null);
  assert.equal(decodeAudio(Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 5]).buffer).samples.length, 0);
});

for (const [from, to] of [[48000, 16000], [44100, 16000], [22050, 16000], [8000, 16000], [24000, 48000], [24000, 44100]]) {
  test(`resampling ${from} to ${to} keeps pitch, loudness and length`, () => {
    const out = inBlocks(new Resampler(from, to), sine(440, from, 1), 441);
    assert.ok(Math.abs(out.length - to) <= 2, `${out.length} samples`);
    const middle = out.slice(to * 0.1, to * 0.9);
    assert.ok(Math.abs(amplitude(middle, 440, to) - 0.5) < 0.005, `amplitude ${amplitude(middle, 440, to)}`);
    assert.ok(Math.abs(rms(middle) - 0.5 / Math.SQRT2) < 0.005, 'nothing but the tone');
  });
}

test('resampling down lets nothing fold back', () => {
  const out = inBlocks(new Resampler(48000, 16000), sine(11000, 48000, 0.5), 960);
  assert.ok(rms(out.slice(400, -400)) < 0.0005);
});

test('blocks of any size give the same samples', () => {
  const input = sine(700, 44100, 0.3);
  const whole = inBlocks(new Resampler(44100, 16000), input, input.length);
  for (const size of [1, 7, 128, 441, 1024]) {
    const parts = inBlocks(new Resampler(44100, 16000), input, size);
    assert.equal(parts.length, whole.length);
    parts.forEach((v, i) => assert.ok(Math.abs(v - whole[i]) < 1e-5));
  }
});

test('the framer gives whole frames of 20 ms', () => {
  const frames = [];
  const framer = new Framer(48000, (frame) => frames.push(frame));
  const input = sine(440, 48000, 1);
  for (let i = 0; i < input.length; i += 128) {
    framer.push(input.subarray(i, i + 128));
  }
  assert.ok(frames.length >= 49 && frames.length <= 50);
  frames.forEach((frame) => assert.equal(frame.length, FRAME_SAMPLES));
  assert.ok(Math.abs(Math.max(...frames[20]) - 16384) < 300);
});

test('floats become samples and loud ones are clipped', () => {
  assert.deepEqual([0, 1, -1, 2, -2, 0.5].map(toInt16), [0, 32767, -32767, 32767, -32767, 16384]);
});

test('level: silence is 0, speech is in the middle, shouting is 1', () => {
  assert.equal(levelOf(new Float32Array(320)), 0);
  assert.equal(levelOf(sine(300, 16000, 0.02, 1)), 1);
  const speech = levelOf(sine(300, 16000, 0.02, 0.05));
  assert.ok(speech > 0.4 && speech < 0.8, String(speech));
});

// The Echo Show 5 reports 44.1 kHz and delivers 22.05.
test('a microphone that delivers half its rate is found out within three seconds', () => {
  const meter = new RateMeter(44100);
  let found = null;
  let now = 0;
  while (found === null && now < 3000) {
    now += 20;
    found = meter.add(441, now);
  }
  assert.equal(found, 22050);
});

test('an honest microphone with jitter and pauses is believed', () => {
  const meter = new RateMeter(48000);
  let now = 0;
  for (let i = 0; i < 2000; i += 1) {
    now += i % 300 === 0 ? 5000 : 20 + ((i * 7) % 11) - 5;
    assert.equal(meter.add(960, now), null);
  }
});

test('nearest known rate', () => {
  assert.deepEqual([7900, 21800, 45000, 47000, 15000].map(nearestRate), [8000, 22050, 44100, 48000, 16000]);
});
