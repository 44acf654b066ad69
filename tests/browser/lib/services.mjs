// Small stand-ins for services on the network, as far as the pages of settings and of the calendar reach them.

import { createServer } from 'node:http';

/** `answer(request, body)` gives `[status, json]`. Resolves to `{ url, port, asked, close() }`. */
export function serve(answer) {
  const asked = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, key: request.headers.authorization, body });
      const [status, json] = answer(request, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      resolve({ url: `http://127.0.0.1:${port}`, port, asked, close: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }) });
    });
  });
}

/** Monica's API, with one key and three contacts. */
export function startMonica(key) {
  return serve((request) => {
    if (request.headers.authorization !== `Bearer ${key}`) {
      return [401, { error: { message: 'Unauthenticated.', error_code: 42 } }];
    }
    return request.url.startsWith('/api/contacts') ? [200, { data: [], meta: { last_page: 1, total: 3 } }] : [404, {}];
  });
}

/** Google's sign-in and calendar list. `world.approved`, `world.refuses` (an error of OAuth) say what comes next. */
export async function startGoogle() {
  const world = { approved: false, refuses: null };
  const google = await serve((request, body) => {
    const path = new URL(request.url, 'http://x').pathname;
    if (path === '/device/code') {
      return world.refuses ? [400, { error: world.refuses }] : [200, {
        device_code: 'd-1', user_code: 'GQVQ-JKEC', verification_url: 'https://www.google.com/device', expires_in: 1800, interval: 1,
      }];
    }
    if (path === '/token') {
      const grant = new URLSearchParams(body).get('grant_type') || '';
      if (grant.endsWith('device_code') && !world.approved) {
        return [428, { error: world.refuses || 'authorization_pending' }];
      }
      return [200, { access_token: 'ya29.x', refresh_token: '1//r', expires_in: 3600, token_type: 'Bearer' }];
    }
    if (path === '/revoke') {
      return [200, {}];
    }
    return path === '/users/me/calendarList'
      ? [200, { items: [{ id: 'ada@example.org', summary: 'Ada', accessRole: 'owner', primary: true, selected: true }] }] : [404, {}];
  });
  return { ...google, world };
}
