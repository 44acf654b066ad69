// The WebRTC side of the page as a machine, with a peer connection that does what the test says.

import assert from 'node:assert/strict';
import test from 'node:test';

const peers = [];

class FakePeer {
  constructor(configuration) {
    Object.assign(this, { configuration, connectionState: 'new', signalingState: 'stable', offers: [], candidates: [], closed: false });
    peers.push(this);
  }

  addTransceiver() {
    this.sender = { track: undefined, replaceTrack: (track) => { this.sender.track = track; return Promise.resolve(); } };
    const stats = [{ type: 'inbound-rtp', jitterBufferDelay: 5, jitterBufferEmittedCount: 100 }];
    return { sender: this.sender, receiver: { getStats: () => Promise.resolve(stats) } };
  }

  createOffer(options) {
    this.offers.push(options);
    return Promise.resolve({ type: 'offer', sdp: `offer ${this.offers.length}` });
  }

  setLocalDescription() {
    // A candidate that is found before the offer is sent.
    this.onicecandidate({ candidate: { candidate: 'candidate:early' } });
    return Promise.resolve();
  }

  setRemoteDescription(description) {
    this.answer = description;
    return Promise.resolve();
  }

  addIceCandidate(candidate) {
    this.candidates.push(candidate);
    return Promise.resolve();
  }

  close() { this.closed = true; }

  becomes(state) {
    this.connectionState = state;
    this.onconnectionstatechange();
  }
}

globalThis.window = { RTCPeerConnection: FakePeer, RTCRtpSender: class { replaceTrack() {} } };
globalThis.Audio = class {
  play() { return Promise.resolve(); }
};
const { RtcAudio } = await import('../../../endpoint-kiosk/web/js/audio/rtc.js');

const settled = () => new Promise((resolve) => { setTimeout(resolve, 5); });

function setUp() {
  peers.length = 0;
  const told = { sent: [], finished: [], up: [] };
  const rtc = new RtcAudio({
    send: (message) => told.sent.push(message),
    finished: (turn) => told.finished.push(turn),
    changed: (up) => told.up.push(up),
  });
  return { rtc, told };
}

/** A track that knows what became of it. */
function microphone() {
  const track = { enabled: true, stopped: false, stop: () => { track.stopped = true; } };
  return { track, stream: { getAudioTracks: () => [{ clone: () => track }] } };
}

test('nothing happens where the appliance does not offer it', async () => {
  const { rtc, told } = setUp();
  rtc.offered(undefined);
  await settled();
  assert.deepEqual([peers.length, told.sent], [0, []]);
  assert.equal(rtc.carries(), false);
});

test('an offer, its candidates behind it, an answer', async () => {
  const { rtc, told } = setUp();
  rtc.offered({ stun: ['stun:a:1'] });
  await settled();
  assert.deepEqual(peers[0].configuration.iceServers, [{ urls: 'stun:a:1' }]);
  assert.deepEqual(told.sent, [
    { type: 'rtc_offer', id: 1, sdp: 'offer 1' },
    { type: 'rtc_candidate', id: 1, candidate: 'candidate:early' },
  ]);
  rtc.receive({ type: 'rtc_answer', id: 9, sdp: 'of another' });
  assert.equal(peers[0].answer, undefined);
  rtc.receive({ type: 'rtc_answer', id: 1, sdp: 'answer' });
  rtc.receive({ type: 'rtc_candidate', id: 1, candidate: 'candidate:b' });
  assert.deepEqual(peers[0].answer, { type: 'answer', sdp: 'answer' });
  assert.deepEqual(peers[0].candidates, [{ candidate: 'candidate:b', sdpMLineIndex: 0 }]);
  peers[0].becomes('connected');
  assert.deepEqual(told.up, [true]);
  rtc.close();
});

test('the microphone goes this way only while it is open and the connection up, and is silent while nobody may hear', async () => {
  const { rtc } = setUp();
  const { track, stream } = microphone();
  rtc.offered({ stun: [] });
  peers[0].becomes('connected');
  assert.equal(rtc.carries(), false);
  rtc.setMicrophone(stream);
  assert.equal(rtc.carries(), true);
  assert.equal(peers[0].sender.track, track);
  assert.equal(track.enabled, false);
  rtc.hear(true);
  assert.equal(track.enabled, true);
  peers[0].becomes('disconnected');
  assert.equal(rtc.carries(), false, 'the line has it at once');
  rtc.setMicrophone(null);
  assert.equal(track.stopped, true, 'the mark of recording goes out');
  assert.equal(peers[0].sender.track, null);
  rtc.close();
});

test('a broken connection is given up and another tried; where there is no room none is', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { rtc, told } = setUp();
  rtc.offered({ stun: [] });
  peers[0].becomes('connected');
  peers[0].becomes('failed');
  assert.equal(peers[0].closed, true);
  assert.deepEqual(told.sent.filter((m) => m.type === 'rtc_close'), [{ type: 'rtc_close', id: 1 }]);
  assert.deepEqual(told.up, [true, false]);
  t.mock.timers.tick(2000);
  assert.equal(peers.length, 2);
  rtc.receive({ type: 'rtc_close', id: 2, reason: 'busy' });
  t.mock.timers.tick(100000);
  assert.equal(peers.length, 2);
});

test('a lost way is looked for anew within the same connection', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { rtc } = setUp();
  rtc.offered({ stun: [] });
  peers[0].becomes('connected');
  peers[0].becomes('disconnected');
  t.mock.timers.tick(1500);
  assert.deepEqual(peers[0].offers, [{}, { iceRestart: true }]);
  peers[0].becomes('connected');
  t.mock.timers.tick(5000);
  assert.equal(peers[0].offers.length, 2);
  rtc.close();
});

test('the end of a reply is told when the buffer has sounded, not after a stop', async () => {
  const { rtc, told } = setUp();
  rtc.offered({ stun: [] });
  rtc.start(5);
  assert.equal(rtc.turn(), 5);
  rtc.end(5);
  await settled();
  assert.deepEqual(told.finished, [], 'not before');
  await new Promise((resolve) => { setTimeout(resolve, 200); });
  assert.deepEqual(told.finished, [5]);
  rtc.start(6);
  rtc.end(6);
  rtc.stop();
  await new Promise((resolve) => { setTimeout(resolve, 200); });
  assert.deepEqual(told.finished, [5]);
  assert.equal(rtc.element.muted, true);
  rtc.close();
});

test('a connection that goes in the last moment of a reply leaves nobody waiting', () => {
  const { rtc, told } = setUp();
  rtc.offered({ stun: [] });
  rtc.start(5);
  rtc.end(5);
  rtc.close();
  assert.deepEqual(told.finished, [5]);
});
