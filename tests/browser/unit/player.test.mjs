import assert from 'node:assert/strict';
import test from 'node:test';
import { gainOf, Player } from '../../../endpoint-kiosk/web/js/audio/player.js';

/** An AudioContext whose clock the test turns. */
class Clockwork {
  constructor() {
    this.currentTime = 1;
    this.sampleRate = 24000;
    this.state = 'running';
    this.destination = {};
    this.sources = [];
  }

  node() {
    const param = { value: 1, setValueAtTime() {}, linearRampToValueAtTime() {} };
    return { gain: param, connect() {}, disconnect() {}, fftSize: 0 };
  }

  createGain() { return this.node(); }

  createAnalyser() { return this.node(); }

  createBuffer(channels, length, rate) {
    const data = new Float32Array(length);
    return { length, duration: length / rate, getChannelData: () => data };
  }

  createBufferSource() {
    const source = { connect() {}, start: (at) => { source.at = at; }, stop: (at) => { source.stopped = at; }, onended: null };
    this.sources.push(source);
    return source;
  }

  /** Lets time pass; what has sounded by then ends. */
  to(time) {
    this.currentTime = time;
    this.sources.filter((s) => !s.over && s.at + s.buffer.duration <= time).forEach((s) => {
      s.over = true;
      if (s.onended) {
        s.onended();
      }
    });
  }
}

const FORMAT = { codec: 'pcm_s16le', rate: 24000, channels: 1 };
const chunk = (ms) => new Int16Array(24 * ms);
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

function setUp() {
  const ctx = new Clockwork();
  const finished = [];
  return { ctx, finished, player: new Player(() => ctx, (turn) => finished.push(turn)) };
}

test('chunks follow one another without a gap, after a small lead', () => {
  const { ctx, player } = setUp();
  player.start(7, FORMAT);
  [100, 60, 40].forEach((ms) => player.push(7, chunk(ms)));
  assert.ok(ctx.sources[0].at > 1.05 && ctx.sources[0].at < 1.1);
  ctx.sources.slice(1).forEach((source, i) => {
    const before = ctx.sources[i];
    assert.ok(Math.abs(source.at - (before.at + before.buffer.duration)) < 1e-9);
  });
});

test('finished is told when the last sample has sounded, not when the last chunk came', async () => {
  const { ctx, finished, player } = setUp();
  player.start(7, FORMAT);
  player.push(7, chunk(500));
  player.end(7);
  await settle();
  assert.deepEqual(finished, []);
  ctx.to(1.5);
  await settle();
  assert.deepEqual(finished, []);
  ctx.to(1.7);
  await settle();
  assert.deepEqual(finished, [7]);
  assert.equal(player.turn(), null);
});

test('a gap in delivery does not finish the turn, and sound goes on afterwards', async () => {
  const { ctx, finished, player } = setUp();
  player.start(7, FORMAT);
  player.push(7, chunk(100));
  ctx.to(3);
  await settle();
  assert.deepEqual(finished, []);
  player.push(7, chunk(100));
  // Once bitten: the lead has grown.
  assert.ok(ctx.sources[1].at > 3.1 && ctx.sources[1].at < 3.2);
  player.end(7);
  ctx.to(4);
  await settle();
  assert.deepEqual(finished, [7]);
});

test('stop silences at once, tells nothing, and late chunks are dropped', async () => {
  const { ctx, finished, player } = setUp();
  player.start(7, FORMAT);
  player.push(7, chunk(1000));
  player.stop();
  assert.ok(ctx.sources[0].stopped < 1.05);
  player.push(7, chunk(1000));
  player.end(7);
  ctx.to(9);
  await settle();
  assert.equal(ctx.sources.length, 1);
  assert.deepEqual(finished, []);
});

test('audio of another turn is dropped; a new turn replaces the old', () => {
  const { ctx, player } = setUp();
  player.start(7, FORMAT);
  player.push(6, chunk(100));
  assert.equal(ctx.sources.length, 0);
  player.push(7, chunk(100));
  player.start(8, FORMAT);
  assert.ok(ctx.sources[0].stopped);
  assert.equal(player.turn(), 8);
});

test('a reply without any audio finishes', async () => {
  const { finished, player } = setUp();
  player.start(7, FORMAT);
  player.end(7);
  await settle();
  assert.deepEqual(finished, [7]);
});

test('a browser that keeps silent does not hold the turn up', async () => {
  const { ctx, finished, player } = setUp();
  ctx.state = 'suspended';
  player.start(7, FORMAT);
  player.push(7, chunk(50));
  player.end(7);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(finished, [7]);
});

test('volume', () => {
  assert.deepEqual([0, 50, 100, 200, -4].map(gainOf), [0, 0.25, 1, 1, 0]);
});
