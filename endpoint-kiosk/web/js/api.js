// The HTTP API. What goes wrong comes as one kind of thing: `{ status, code, message, hint, mistakes }`.

/** A refusal, or an appliance that does not answer. */
function fault(status, body) {
  const told = body && typeof body.message === 'string' ? body : {
    code: 'no-answer', message: 'The appliance does not answer.', hint: 'See that it is on and in this network, then try again.',
  };
  const mistakes = (told.mistakes || []).map((one) => ({ key: one.key, message: sentence(one.message) }));
  return { status, code: told.code, message: sentence(told.message), hint: sentence(told.hint || ''), mistakes };
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

/** What a part of the API is asked with; `base` is what its addresses begin with. */
export function client(base) {
  return { ask: (...asked) => ask(base, ...asked), sendFile: (...sent) => sendFile(base, ...sent) };
}

/** Resolves to the answer's JSON; rejects with a fault. */
function ask(base, method, path, body) {
  const options = { method, headers: { Accept: 'application/json' }, credentials: 'same-origin' };
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  return fetch(base + path, options).catch(() => Promise.reject(fault(0, null))).then((response) => (
    response.text().catch(() => '').then((text) => {
      const json = parse(text);
      return response.ok && json ? json : Promise.reject(fault(response.status, json));
    })
  ));
}

/** Sends a file; `progress(0…1)` is told how much of it went. Resolves and rejects as `ask`. */
function sendFile(base, method, path, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, base + path);
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
