// What this device remembers between visits, and what its address says. Works without storage too (private windows).

function storage(kind) {
  try {
    return window[kind];
  } catch (error) {
    return null;
  }
}

function read(kind, name) {
  try {
    return storage(kind).getItem(`rosie.${name}`);
  } catch (error) {
    return null;
  }
}

function write(kind, name, value) {
  try {
    if (value === null) {
      storage(kind).removeItem(`rosie.${name}`);
    } else {
      storage(kind).setItem(`rosie.${name}`, value);
    }
  } catch (error) {
    // Nothing to be done: the page works, it only forgets.
  }
}

/** Kept on this device. */
export const device = { read: (name) => read('localStorage', name), write: (name, v) => write('localStorage', name, v) };
/** Kept in this tab only, over reloads. */
export const tab = { read: (name) => read('sessionStorage', name), write: (name, v) => write('sessionStorage', name, v) };

function newName() {
  const bytes = new Uint8Array(6);
  window.crypto.getRandomValues(bytes);
  return `page-${Array.from(bytes).map((b) => b.toString(16).padStart(2, '0')).join('')}`;
}

/** `?name=` of the address or null. */
export function fromAddress(name) {
  return new URLSearchParams(window.location.search).get(name);
}

/** This endpoint's stable name: `?endpoint=` of the address, else one made once and kept. */
export function endpointName() {
  const given = fromAddress('endpoint');
  if (given && /^[A-Za-z0-9._-]{1,64}$/.test(given)) {
    return given;
  }
  let name = device.read('endpoint');
  if (!name) {
    name = newName();
    device.write('endpoint', name);
  }
  return name;
}
