// The HTTP API. What goes wrong comes as one kind of thing: `{ status, code, message, hint, mistakes }`.

/** A refusal, or an appliance that does not answer. */
function fault(status, body) {
  const told = body && typeof body.message === 'string' ? body : {
    code: 'no-answer', message: 'The appliance does not answer.', hint: 'See that it is on and in this network, then try again.',
  };
  const mistakes = (told.mistakes || []).map((one) => ({ key: one.key, message: sentence(one.message) }));
  return { status, code: told.code, message: sentence(told.message), hint: sentence(told.hint || ''), mistakes };
}

/** A message as people write one. */
export function sentence(text) {
  const plain = text.charAt(0).toUpperCase() + text.slice(1);
  return !plain || /[.!?…]$/.test(plain) ? plain : `${plain}.`;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return null;
  }
}

/** What a part of the API is asked with; `base` is what its addresses begin with. */
export function client(base) {
  return {
    ask: (...asked) => ask(base, ...asked), bytes: (...asked) => bytes(base, ...asked), sendFile: (...sent) => sendFile(base, ...sent),
  };
}

/** What a page sends with its changes, to show that it is one of Rosie's: signing in left it in a cookie that only they can read. */
export function proof(cookies) {
  const found = /(?:^|;\s*)rosie_csrf=([0-9a-f]+)/.exec(cookies);
  return found ? { 'x-rosie-csrf': found[1] } : {};
}

/** Who is not signed in is led to where that is done, and back. */
function refused(status, body) {
  if (status === 401 && body && body.code === 'sign-in') {
    const { pathname, search, hash } = window.location;
    window.location.assign(`signin?then=${encodeURIComponent(pathname + search + hash)}`);
  }
  return fault(status, body);
}

/** Resolves to an answer, whatever it says. */
function send(base, method, path, body) {
  const options = { method, headers: Object.assign({ Accept: 'application/json' }, proof(document.cookie)), credentials: 'same-origin' };
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  return fetch(base + path, options).catch(() => Promise.reject(fault(0, null)));
}

function told(response) {
  return response.text().catch(() => '').then((text) => {
    const json = parse(text);
    return response.ok && json ? json : Promise.reject(refused(response.status, json));
  });
}

/** Resolves to the answer's JSON; rejects with a fault. */
function ask(...asked) {
  return send(...asked).then(told);
}

/** Resolves to the bytes of the answer; rejects as `ask`. */
function bytes(...asked) {
  return send(...asked).then((response) => (response.ok ? response.arrayBuffer() : told(response)));
}

/** Sends a file; `progress(0…1)` is told how much of it went. Resolves and rejects as `ask`. */
function sendFile(base, method, path, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, base + path);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    const shown = proof(document.cookie);
    Object.keys(shown).forEach((name) => request.setRequestHeader(name, shown[name]));
    request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / Math.max(1, event.total) : 0);
    request.onload = () => {
      const json = parse(request.responseText);
      if (request.status >= 200 && request.status < 300 && json) {
        resolve(json);
      } else {
        reject(refused(request.status, json));
      }
    };
    request.onerror = () => reject(fault(0, null));
    request.send(file);
  });
}
