// Audio over WebRTC beside the line: the microphone goes up as a track, Rosie's voice comes down as one, and the browser's echo
// cancellation knows both. Where it does not come about, or breaks, everything goes over the line as ever, and nobody notices.
// docs/protocol.md tells what is said about it.

import { audioContext } from './context.js';
import { gainOf } from './player.js';

/** How long a connection may be without the other side before it is looked for anew. */
const LOST_MS = 1500;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60000;
/** What the browser holds back of a voice, where it does not say, and within which bounds it is believed; seconds. */
const USUAL_DELAY_S = 0.12;
const DELAYS_S = [0.04, 0.5];

/** Whether this browser has what is needed (Chrome 69; before, audio goes over the line). */
export function hasWebRtc() {
  const Peer = window.RTCPeerConnection;
  return Boolean(Peer && Peer.prototype.addTransceiver && window.RTCRtpSender && window.RTCRtpSender.prototype.replaceTrack);
}

export class RtcAudio {
  /** `handlers`: `send(message)`, `finished(turn)` once a turn has sounded, `changed(up)`. */
  constructor(handlers) {
    this.handlers = handlers;
    this.id = 0;
    this.offer = null;
    this.peer = null;
    this.up = false;
    this.microphone = null;
    this.hearing = false;
    this.retryMs = FIRST_RETRY_MS;
    this.timers = {};
    this.speaking = null;
    this.element = new Audio();
    this.element.autoplay = true;
    this.analyser = null;
  }

  /** What `welcome` says about it: `{ stun }`, or nothing. */
  offered(webrtc) {
    this.close();
    this.offer = webrtc && hasWebRtc() ? webrtc : null;
    this.retryMs = FIRST_RETRY_MS;
    this.connect();
  }

  /** Whether the microphone's audio goes this way now. */
  carries() {
    return this.up && this.microphone !== null;
  }

  /** The MediaStream of the open microphone, or null. */
  setMicrophone(stream) {
    if (this.microphone) {
      this.microphone.stop();
    }
    // Its own: it is silenced while nobody may hear, and the page's picture of the level goes on.
    this.microphone = stream ? stream.getAudioTracks()[0].clone() : null;
    if (this.peer) {
      this.attach(this.peer);
    }
  }

  /** Whether Rosie may hear: otherwise the track is silent. */
  hear(on) {
    this.hearing = on;
    if (this.microphone && this.microphone.enabled !== on) {
      this.microphone.enabled = on;
    }
  }

  connect() {
    if (!this.offer) {
      return;
    }
    this.id += 1;
    const pc = new window.RTCPeerConnection({ iceServers: this.offer.stun.map((urls) => ({ urls })) });
    const peer = { id: this.id, pc, sender: null, receiver: null, told: false, waiting: [] };
    this.peer = peer;
    const transceiver = pc.addTransceiver('audio', { direction: 'sendrecv' });
    peer.sender = transceiver.sender;
    peer.receiver = transceiver.receiver;
    this.attach(peer);
    // At once: a track that nobody plays piles up in the browser's buffer.
    pc.ontrack = (event) => this.play(event.track);
    pc.onicecandidate = (event) => {
      if (event.candidate && event.candidate.candidate) {
        this.say(peer, { type: 'rtc_candidate', id: peer.id, candidate: event.candidate.candidate });
      }
    };
    pc.onconnectionstatechange = () => this.stands(peer, pc.connectionState);
    this.negotiate(peer, {});
  }

  negotiate(peer, options) {
    peer.told = false;
    peer.pc.createOffer(options)
      .then((offer) => peer.pc.setLocalDescription(offer).then(() => offer))
      .then((offer) => {
        this.handlers.send({ type: 'rtc_offer', id: peer.id, sdp: offer.sdp });
        peer.told = true;
        peer.waiting.splice(0).forEach((message) => this.say(peer, message));
      })
      .catch(() => this.failed(peer));
  }

  /** The appliance knows an address only after the offer that it belongs to. */
  say(peer, message) {
    if (peer === this.peer) {
      if (peer.told) {
        this.handlers.send(message);
      } else {
        peer.waiting.push(message);
      }
    }
  }

  attach(peer) {
    if (this.microphone) {
      this.microphone.enabled = this.hearing;
    }
    peer.sender.replaceTrack(this.microphone).catch(() => this.failed(peer));
  }

  /** Takes what the appliance says about it. */
  receive(message) {
    const peer = this.peer;
    if (!peer || message.id !== peer.id) {
      return;
    }
    if (message.type === 'rtc_answer') {
      peer.pc.setRemoteDescription({ type: 'answer', sdp: message.sdp }).catch(() => this.failed(peer));
    } else if (message.type === 'rtc_candidate') {
      // One that is of no use is no harm.
      peer.pc.addIceCandidate({ candidate: message.candidate, sdpMLineIndex: 0 }).catch(() => undefined);
    } else if (message.type === 'rtc_close') {
      if (message.reason === 'failed') {
        this.failed(peer);
      } else {
        this.offer = null;
        this.close();
      }
    }
  }

  stands(peer, state) {
    if (peer !== this.peer) {
      return;
    }
    clearTimeout(this.timers.lost);
    if (state === 'connected') {
      this.retryMs = FIRST_RETRY_MS;
    } else if (state === 'disconnected') {
      this.timers.lost = setTimeout(() => this.renew(), LOST_MS);
    } else if (state === 'failed') {
      this.failed(peer);
    }
    this.setUp(state === 'connected');
  }

  /** The network may be another one: the same connection looks for a new way. */
  renew() {
    if (this.peer && this.peer.pc.signalingState === 'stable') {
      this.negotiate(this.peer, { iceRestart: true });
    }
  }

  /** Gives this connection up and tries another after a while. */
  failed(peer) {
    if (peer !== this.peer) {
      return;
    }
    this.handlers.send({ type: 'rtc_close', id: peer.id });
    this.close();
    this.timers.retry = setTimeout(() => this.connect(), this.retryMs);
    this.retryMs = Math.min(LONGEST_RETRY_MS, this.retryMs * 2);
  }

  /** The line is gone, or there shall be no WebRTC: nothing is left of it. */
  close() {
    Object.keys(this.timers).forEach((name) => clearTimeout(this.timers[name]));
    this.timers = {};
    const peer = this.peer;
    this.peer = null;
    if (peer) {
      peer.pc.ontrack = null;
      peer.pc.onicecandidate = null;
      peer.pc.onconnectionstatechange = null;
      peer.pc.close();
    }
    this.element.srcObject = null;
    this.analyser = null;
    const speaking = this.speaking;
    this.speaking = null;
    if (speaking && speaking.ended) {
      this.handlers.finished(speaking.turn);
    }
    this.setUp(false);
  }

  setUp(up) {
    if (this.up !== up) {
      this.up = up;
      this.handlers.changed(up);
    }
  }

  play(track) {
    const stream = new MediaStream([track]);
    this.element.srcObject = stream;
    this.resume();
    const ctx = audioContext();
    if (ctx) {
      this.analyser = ctx.createAnalyser();
      this.analyser.fftSize = 512;
      ctx.createMediaStreamSource(stream).connect(this.analyser);
    }
  }

  /** Browsers play nothing before the first gesture: call it again with each. */
  resume() {
    if (this.element.srcObject && this.element.paused) {
      this.element.play().catch(() => undefined);
    }
  }

  /** 0 to 100. */
  setVolume(percent) {
    this.element.volume = gainOf(percent);
  }

  turn() {
    return this.speaking ? this.speaking.turn : null;
  }

  start(turn) {
    this.speaking = { turn, ended: false };
    this.element.muted = false;
    this.resume();
  }

  /** The last packet of `turn` has been sent: it has sounded when the browser's buffer is empty. */
  end(turn) {
    const speaking = this.speaking;
    if (!speaking || speaking.turn !== turn || !this.peer) {
      return;
    }
    speaking.ended = true;
    this.delay(this.peer.receiver).then((seconds) => setTimeout(() => {
      if (this.speaking === speaking) {
        this.speaking = null;
        this.handlers.finished(turn);
      }
    }, seconds * 1000));
  }

  delay(receiver) {
    return receiver.getStats().then((report) => {
      let seconds = USUAL_DELAY_S;
      report.forEach((stats) => {
        if (stats.type === 'inbound-rtp' && stats.jitterBufferEmittedCount > 0) {
          seconds = stats.jitterBufferDelay / stats.jitterBufferEmittedCount;
        }
      });
      const ctx = audioContext();
      const device = (ctx && ctx.outputLatency) || 0;
      return Math.min(DELAYS_S[1], Math.max(DELAYS_S[0], seconds)) + device;
    }).catch(() => USUAL_DELAY_S);
  }

  /** Silence now: what the browser still holds is not for anyone's ears. */
  stop() {
    if (this.speaking) {
      this.speaking = null;
      this.element.muted = true;
    }
  }

  /** Loudness of what sounds now, 0 to 1, for the screen. */
  level() {
    if (!this.speaking || !this.analyser) {
      return 0;
    }
    const bytes = new Uint8Array(this.analyser.fftSize);
    this.analyser.getByteTimeDomainData(bytes);
    let sum = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      sum += (bytes[i] - 128) * (bytes[i] - 128);
    }
    return Math.min(1, Math.sqrt(sum / bytes.length) / 32);
  }
}
