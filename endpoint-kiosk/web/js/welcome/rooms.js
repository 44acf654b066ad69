// Rooms as they are entered. Pure: nothing here touches the page.

/** `Küche & Bad` as an identifier, one that is not among `taken`. */
export function idOf(name, taken) {
  const plain = name.normalize('NFD').toLowerCase().replace(/ß/g, 'ss').replace(/[\u0300-\u036f]/g, '').replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '').slice(0, 48) || 'room';
  let id = plain;
  for (let i = 2; taken.indexOf(id) >= 0; i += 1) {
    id = `${plain}_${i}`;
  }
  return id;
}

/** `[{ id, name }]` of what was entered; a room that there is keeps its identifier, an empty name takes it away. */
export function roomsOf(entered) {
  const named = entered.map(({ id, name }) => ({ id, name: name.trim() })).filter(({ name }) => name);
  const taken = named.map(({ id }) => id).filter(Boolean);
  return named.map(({ id, name }) => {
    const known = id || idOf(name, taken);
    taken.push(known);
    return { id: known, name };
  });
}

/** The name that two rooms have, or none. */
export function twice(rooms) {
  const names = rooms.map(({ name }) => name.toLowerCase());
  const found = rooms.find(({ name }, i) => names.indexOf(name.toLowerCase()) < i);
  return found ? found.name : '';
}
