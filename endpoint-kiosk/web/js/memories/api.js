// The memory's part of the HTTP API.

import { client } from '../api.js';

export const { ask, sendFile } = client('api/v1/memory/');

/** `a=1&b=2` of the pairs that have a value. */
export function query(pairs) {
  return pairs.filter(([, value]) => value !== '' && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

/** Rooms of the house by id, in order: `[{ id, name }]`; empty when the appliance does not answer. */
export function fetchRooms() {
  return fetch('api/v1/status').then((response) => response.json()).then((status) => status.rooms || []).catch(() => []);
}
