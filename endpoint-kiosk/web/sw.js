// Keeps the pages for when Rosie does not answer: they open and say so, instead of a browser's own complaint. The appliance is always asked
// first; what is kept is only what a page is made of, never what the API tells. A page registers it (js/offline.js), over https alone.

const SHELL = 'rosie-shell';
/** An appliance that is off answers nothing at all: then what is kept comes soon. */
const PATIENCE_MS = 4000;
/** Of the API, what is told there, and what is made at the moment. */
const NEVER = /^\/(api|metrics|health|mcp|docs|ca\.crt)(\/|$)/;

function keep(request, response) {
  if (response.ok && response.type === 'basic' && !response.redirected) {
    const copy = response.clone();
    caches.open(SHELL).then((cache) => cache.put(request, copy));
  }
  return response;
}

/** What is kept: of a page without what stands behind its `?`. */
function kept(request) {
  return caches.match(request, { ignoreSearch: request.mode === 'navigate' }).then((found) => found || Promise.reject(new Error('not kept')));
}

function late() {
  return new Promise((resolve, reject) => setTimeout(() => reject(new Error('late')), PATIENCE_MS));
}

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || NEVER.test(url.pathname)) {
    return;
  }
  const asked = fetch(request);
  const fresh = asked.then((response) => keep(request, response));
  event.respondWith(Promise.race([fresh, late()]).catch(() => kept(request).catch(() => asked)));
});
