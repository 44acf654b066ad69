// Lets the browser keep the pages (sw.js). Over https alone: plain http has no service worker, and where it is said to be secure (on the
// machine itself) none is needed.

/** What this page was made of goes to what is kept: it was fetched before anybody looked after it. */
function keepThis() {
  const parts = performance.getEntriesByType('resource').map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === window.location.origin && /\.(js|css|svg|png|woff2|webmanifest)$/.test(pathname));
  return window.caches.open('rosie-shell').then((cache) => cache.addAll(
    [window.location.pathname].concat(parts.map(({ pathname }) => pathname)).filter((path, i, all) => all.indexOf(path) === i),
  ));
}

export function keepPages() {
  if (window.location.protocol !== 'https:' || !navigator.serviceWorker) {
    return;
  }
  // Who does not trust the certificate yet gets no worker, and the page works without.
  window.addEventListener('load', () => navigator.serviceWorker.register('sw.js')
    .then(() => navigator.serviceWorker.ready).then(keepThis).catch(() => undefined));
}
