// The memory's HTTP API. What goes wrong comes as one kind of thing: `{ status, code, message, hint }`.

const BASE = 'api/v1/memory/';

/** A refusal, or an appliance that does not answer. */
function fault(status, body) {
  const told = body && typeof body.message === 'string' ? body : {
    code: 'no-answer', message: 'The appliance does not answer.', hint: 'See that it is on and in this network, then try again.',
  };
  return { status, code: told.code, message: sentence(told.message), hint: sentence(told.hint || '') };
}

function sentence(text) {
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

/** Resolves to the answer's JSON; rejects with a fault. */
export function ask(method, path, body) {
  return call(method, BASE + path, body);
}

/** The same of any address of Rosie's own. */
export function call(method, address, body) {
  const options = { method, headers: { Accept: 'application/json' }, credentials: 'same-origin' };
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  return fetch(address, options).catch(() => Promise.reject(fault(0, null))).then((response) => (
    response.text().catch(() => '').then((text) => {
      const json = parse(text);
      return response.ok && json ? json : Promise.reject(fault(response.status, json));
    })
  ));
}

/** Sends a file; `progress(0…1)` is told how much of it went. Resolves and rejects as `ask`. */
export function sendFile(method, path, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, BASE + path);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / Math.max(1, event.total) : 0);
    request.onload = () => {
      const json = parse(request.responseText);
      if (request.status >= 200 && request.status < 300 && json) {
        resolve(json);
      } else {
        reject(fault(request.status, json));
      }
    };
    request.onerror = () => reject(fault(0, null));
    request.send(file);
  });
}

/** `a=1&b=2` of the pairs that have a value. */
export function query(pairs) {
  return pairs.filter(([, value]) => value !== '' && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

/** Rooms of the house by id, in order: `[{ id, name }]`; empty when the appliance does not answer. */
export function fetchRooms() {
  return fetch('api/v1/status').then((response) => response.json()).then((status) => status.rooms || []).catch(() => []);
}
