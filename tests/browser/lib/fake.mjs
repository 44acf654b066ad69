// A stand-in for the appliance, for what the real one cannot be brought to on command: every failure, a line that
// stalls, `going_away`. Serves the page with the appliance's content security policy.

import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { servePage } from './pages.mjs';

export const WELCOME = {
  type: 'welcome', version: 1, server: '0.1.0', session: 's-1', room: 'kitchen', room_name: 'Kitchen', language: 'en',
  languages: ['en', 'de', 'es', 'fr'], input: { codec: 'pcm_s16le', rate: 16000, channels: 1 },
  output: { codec: 'pcm_s16le', rate: 24000, channels: 1 }, resume_token: 'token-1', resumed: false, volume_percent: 70,
  brightness_percent: 100,
  idle_timeout_ms: 60000,
};

/** Parts as `/api/v1/health` tells them. */
export const HEALTHY = {
  vad: { engine: 'silero', model: 'silero_vad v5', health: { state: 'ready' }, queue_depth: 0, dropped: 0, restarts: 0 },
  stt: { engine: 'whisper', model: 'base.en', health: { state: 'ready' }, queue_depth: 0, dropped: 0, restarts: 0 },
  tts: { engine: 'piper', model: 'en_US-lessac-medium', health: { state: 'ready' }, queue_depth: 0, dropped: 0, restarts: 0 },
};

/** A tone as the payload of binary messages: Int16Array. */
export function tone(seconds, rate = 24000, hz = 440) {
  return Int16Array.from({ length: Math.round(seconds * rate) }, (_, i) => 9000 * Math.sin((2 * Math.PI * hz * i) / rate));
}

export function audioMessage(turn, samples) {
  const message = Buffer.alloc(8 + samples.length * 2);
  message[0] = 1;
  message.writeUInt32LE(turn, 4);
  samples.forEach((s, i) => message.writeInt16LE(s, 8 + i * 2));
  return message;
}

/**
 * Starts a fake appliance. `behave(message, session)` is called for every JSON message after `hello`; `session.send`
 * and `session.sendAudio` answer. `api`: what else is answered, by path; a text as it is; `refuses`: with which
 * status a path is refused. Returns
 * `{ url, sessions, health, turns, api, close(), stopListening(), listenAgain() }`.
 */
export async function startFake({ behave = () => undefined, welcome = {}, greet = true } = {}) {
  const fake = { sessions: [], health: { parts: HEALTHY }, turns: [], received: [], api: {}, refuses: {} };
  const http = createServer((request, response) => serve(fake, request, response));
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, (ws) => {
    const session = {
      ws, audioFrames: 0,
      send: (message) => ws.send(JSON.stringify(message)),
      sendAudio: (turn, samples) => ws.send(audioMessage(turn, samples)),
    };
    fake.sessions.push(session);
    ws.on('message', (data, binary) => {
      if (binary) {
        session.audioFrames += 1;
        fake.lastFrame = data;
        return;
      }
      const message = JSON.parse(data);
      fake.received.push(message);
      if (message.type === 'hello') {
        session.hello = message;
        if (greet) {
          session.send({ ...WELCOME, ...welcome, resumed: Boolean(message.resume) });
        }
      } else if (message.type === 'ping') {
        session.send({ type: 'pong', id: message.id });
      } else {
        behave(message, session);
      }
    });
  }));
  const listen = (port) => new Promise((resolve) => http.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = http.address();
  fake.url = `http://127.0.0.1:${port}/`;
  fake.session = () => fake.sessions[fake.sessions.length - 1];
  fake.stopListening = () => new Promise((resolve) => {
    sockets.clients.forEach((client) => client.terminate());
    http.close(resolve);
    http.closeAllConnections();
  });
  fake.listenAgain = () => listen(port);
  fake.close = fake.stopListening;
  return fake;
}

async function serve(fake, request, response) {
  const path = new URL(request.url, 'http://x').pathname;
  const answers = { '/api/v1/health': fake.health, '/api/v1/turns': fake.turns, ...fake.api };
  if (fake.refuses[path]) {
    return response.writeHead(fake.refuses[path], { 'content-type': 'application/json' }).end('{"code":"not-you","message":"not you","hint":""}');
  }
  if (answers[path] === undefined) {
    return await servePage(request, response) || response.writeHead(404).end();
  }
  const told = answers[path];
  const text = typeof told === 'string';
  return response.writeHead(200, { 'content-type': text ? 'text/plain' : 'application/json' }).end(text ? told : JSON.stringify(told));
}
