import assert from 'node:assert/strict';
import test from 'node:test';
import { backoffMs, retryAfterMs } from '../../../endpoint-kiosk/web/js/backoff.js';
import { Connection } from '../../../endpoint-kiosk/web/js/connection.js';
import { stopTime } from '../lib/clock.mjs';
import { WELCOME } from '../lib/fake.mjs';

class Socket {
  constructor(url) {
    this.url = url;
    this.sent = [];
    this.bufferedAmount = 0;
    this.closed = false;
    Socket.made.push(this);
  }

  send(data) { this.sent.push(typeof data === 'string' ? JSON.parse(data) : data); }

  close() { this.closed = true; }

  get types() { return this.sent.map((m) => m.type); }

  says(message) { this.onmessage({ data: JSON.stringify(message) }); }
}

let time;

function setUp() {
  time = stopTime();
  Socket.made = [];
  const log = { status: [], messages: [] };
  const line = new Connection('ws://x/api/v1/stream', {
    hello: () => ({ endpoint: 'page-1' }), message: (m) => log.messages.push(m), audio: () => undefined,
    status: (s) => log.status.push(s.phase),
  }, { WebSocket: Socket, random: () => 0 });
  line.connect();
  const socket = () => Socket.made[Socket.made.length - 1];
  const greet = (more) => {
    socket().onopen();
    socket().says({ ...WELCOME, ...more });
  };
  return { line, log, socket, greet };
}
const setDown = () => time.restore();

test('backoff doubles, is jittered, and has a ceiling', () => {
  assert.deepEqual([0, 1, 2, 3].map((n) => backoffMs(n, () => 1)), [500, 1000, 2000, 4000]);
  assert.deepEqual([0, 1].map((n) => backoffMs(n, () => 0)), [250, 500]);
  assert.equal(backoffMs(1000, () => 1), 15000);
  assert.equal(retryAfterMs(3000, () => 0), 3000);
  assert.equal(retryAfterMs('soon', () => 0), 500);
  assert.equal(retryAfterMs(1e12, () => 0), 60000);
});

test('says hello, goes online with the welcome, and resumes after a break', (t) => {
  t.after(setDown);
  const { log, socket, greet } = setUp();
  greet();
  assert.deepEqual(socket().sent[0], { type: 'hello', version: 1, endpoint: 'page-1' });
  assert.deepEqual(log.status, ['connecting', 'online']);
  socket().onclose();
  assert.deepEqual(log.status, ['connecting', 'online', 'waiting']);
  time.tick(250);
  assert.equal(Socket.made.length, 2);
  socket().onopen();
  assert.equal(socket().sent[0].resume, 'token-1');
});

test('waits longer each time', (t) => {
  t.after(setDown);
  const { socket } = setUp();
  for (const wait of [250, 500, 1000]) {
    const made = Socket.made.length;
    socket().onclose();
    time.tick(wait - 1);
    assert.equal(Socket.made.length, made);
    time.tick(1);
    assert.equal(Socket.made.length, made + 1);
  }
});

test('a line that is open but dead is given up', (t) => {
  t.after(setDown);
  const { log, socket, greet } = setUp();
  greet();
  time.tick(10000);
  assert.equal(socket().sent.at(-1).type, 'ping');
  socket().says({ type: 'pong', id: 1 });
  time.tick(9000);
  assert.equal(log.status.at(-1), 'online');
  time.tick(1000 + 6000);
  assert.equal(log.status.at(-1), 'waiting');
  assert.ok(Socket.made[0].closed);
});

test('a server that accepts and never answers is given up', (t) => {
  t.after(setDown);
  const { log, socket } = setUp();
  socket().onopen();
  time.tick(8000);
  assert.equal(log.status.at(-1), 'waiting');
});

test('comes back when the appliance asked for it', (t) => {
  t.after(setDown);
  const { socket, greet } = setUp();
  greet();
  socket().says({ type: 'going_away', reason: 'update', retry_after_ms: 5000 });
  socket().onclose();
  time.tick(4999);
  assert.equal(Socket.made.length, 1);
  time.tick(1);
  assert.equal(Socket.made.length, 2);
});

test('before the welcome nothing is sent, and late events of an old socket are ignored', (t) => {
  t.after(setDown);
  const { line, log, socket, greet } = setUp();
  socket().onopen();
  assert.equal(line.send({ type: 'press' }), false);
  line.sendAudio(new Int16Array(320));
  assert.deepEqual(socket().types, ['hello']);
  const old = socket();
  const late = old.onmessage;
  old.onclose();
  time.tick(250);
  greet();
  late({ data: JSON.stringify({ type: 'state', turn: 1, state: 'listening' }) });
  assert.equal(log.messages.filter((m) => m.type === 'state').length, 0);
});

test('audio is dropped while the line is slow', (t) => {
  t.after(setDown);
  const { line, socket, greet } = setUp();
  greet();
  line.sendAudio(new Int16Array(320));
  assert.equal(socket().sent.at(-1).byteLength, 648);
  socket().bufferedAmount = 100000;
  const before = socket().sent.length;
  line.sendAudio(new Int16Array(320));
  assert.equal(socket().sent.length, before);
});

test('what is no JSON is ignored', (t) => {
  t.after(setDown);
  const { log, socket, greet } = setUp();
  greet();
  socket().onmessage({ data: '{"type":' });
  assert.deepEqual(log.status.at(-1), 'online');
});
