// The configuration over the API: what is in force, and changing some of it.

import { client } from '../api.js';
import { cleared, lean, patched, whole } from './document.js';

const api = client('api/v1/config');

/** Resolves to `{ schema, config }`; the schema has no references. */
export function load() {
  return Promise.all([api.ask('GET', '/schema'), api.ask('GET', '')]).then(([root, config]) => ({ schema: whole(root, root), config }));
}

/**
 * Changes `{ path: { name: value } }` of what is in force now: meanwhile somebody else may have changed something else. Resolves to
 * `{ config, later }`: what is in force from now on, and what takes effect at the next start.
 */
export function save(schema, changes) {
  return api.ask('GET', '').then((config) => api.ask('POST', '', patched(lean(patched(config, changes), schema), cleared(config, changes))))
    .then(({ needs_restart: later }) => api.ask('GET', '').then((config) => ({ config, later })));
}
