// The parts of the appliance in words, and asking for them.

import { HOUSE } from './house/words.js';

/** What the engine of a part is called that nobody configured: no name to show. */
const NOBODY = 'none';

/**
 * `[{ id, title, state, word, reason, model }]` from `/api/v1/health`: a map of parts, alone or under `parts`, each
 * with `health: { state, reason }`; `house`: the words of a language.
 */
export function readHealth(document, house = HOUSE.en) {
  const parts = document.parts || document.engines || document;
  return Object.keys(parts)
    .filter((id) => parts[id] && typeof parts[id] === 'object')
    .map((id) => {
      const part = parts[id];
      const health = part.health && typeof part.health === 'object' ? part.health : part;
      const state = house.health[health.state] ? health.state : 'unavailable';
      return {
        id, state, title: house.parts[id] || id, word: house.health[state], reason: sentence(health.reason || ''),
        model: [part.engine, part.model].filter((word) => word && word !== NOBODY).join(' · '),
      };
    });
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the owner should hear of on the first screen: what was set up and does not work as it should. */
export function ailing(parts) {
  return (parts || []).filter((p) => p.state === 'degraded' || p.state === 'unavailable');
}

/** Resolves to the parts, or null when the appliance does not answer. */
export function fetchHealth() {
  // A sick part may come with status 503 and the same document.
  return fetch('api/v1/health', { headers: { Accept: 'application/json' } })
    .then((response) => response.json())
    .then(readHealth)
    .catch(() => null);
}
