// The pages as they lie in the repository, put together as the appliance does it and under its content security policy; what is no page
// goes to a stand-in (fake.mjs) or to a daemon.

import { createServer, request as ask } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const WEB = fileURLToPath(new URL('../../../endpoint-kiosk/web/', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png',
  '.woff2': 'font/woff2', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain',
};
const CSP = "default-src 'self'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

async function whole(file) {
  const body = await readFile(join(WEB, file));
  if (extname(file) !== '.html') {
    return body;
  }
  let text = String(body);
  for (const [said, part] of text.matchAll(/ *<!--include (\S+?)-->/g)) {
    text = text.replace(said, (await readFile(join(WEB, part), 'utf8')).trimEnd());
  }
  return text;
}

/** Answers with the page or file that is asked for; gives whether there was one. */
export async function servePage(request, response) {
  const path = normalize(new URL(request.url, 'http://x').pathname);
  const name = path === '/' ? '/index.html' : path;
  const file = extname(name) ? name : `${name}.html`;
  try {
    const body = await whole(file);
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] || 'application/octet-stream', 'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
    }).end(body);
    return true;
  } catch {
    return false;
  }
}

/** The repository's pages before the daemon at `target`, over https with a certificate and its key in `pem`; resolves to `{ url, close() }`. */
export async function pagesBefore(target, pem) {
  const to = new URL(target);
  const passed = (request, answered) => {
    const headers = { ...request.headers, host: to.host };
    if (headers.origin) {
      headers.origin = to.origin;
    }
    return ask(new URL(request.url, to), { method: request.method, headers }, answered);
  };
  const answer = async (request, response) => {
    if (request.method === 'GET' && await servePage(request, response)) {
      return;
    }
    const onward = passed(request, (told) => {
      response.writeHead(told.statusCode, told.headers);
      told.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  };
  const server = pem ? createSecureServer({ cert: pem, key: pem }, answer) : createServer(answer);
  // A stream goes through as it is. It is no connection of the server's any more, and is closed with it all the same.
  const lines = new Set();
  server.on('upgrade', (request, socket) => {
    lines.add(socket);
    socket.on('close', () => lines.delete(socket));
    const onward = passed(request, () => socket.destroy());
    onward.on('error', () => socket.destroy());
    onward.on('upgrade', ({ rawHeaders }, line, first) => {
      const headers = rawHeaders.map((text, i) => (i % 2 ? `${text}\r\n` : `${text}: `)).join('');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n`);
      socket.write(first);
      line.pipe(socket).pipe(line);
      line.on('error', () => socket.destroy());
      socket.on('error', () => line.destroy());
    });
    onward.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${pem ? 'https' : 'http'}://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
      lines.forEach((socket) => socket.destroy());
    }),
  };
}
