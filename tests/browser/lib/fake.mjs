// A stand-in for the appliance, for what the real one cannot be brought to on command: every failure, a line that
// stalls, `going_away`. Serves the page with the appliance's content security policy.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

export const WEB = fileURLToPath(new URL('../../../endpoint-kiosk/web/', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain',
};
const CSP = "default-src 'self'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

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
 * and `session.sendAudio` answer. Returns `{ url, sessions, health, turns, close(), stopListening(), listenAgain() }`.
 */
export async function startFake({ behave = () => undefined, welcome = {}, greet = true } = {}) {
  const fake = { sessions: [], health: { parts: HEALTHY }, turns: [], received: [] };
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
  const path = normalize(new URL(request.url, 'http://x').pathname);
  const json = (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (path === '/api/v1/health') {
    return json(fake.health);
  }
  if (path === '/api/v1/turns') {
    return json(fake.turns);
  }
  const file = path === '/' ? '/index.html' : path;
  try {
    const body = await readFile(join(WEB, file));
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] || 'application/octet-stream', 'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
    }).end(body);
  } catch {
    response.writeHead(404).end();
  }
  return undefined;
}
