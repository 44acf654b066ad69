// How long to wait before the next try to connect: doubling with jitter, so that a house full of pages
// does not come back in the same instant.

const FIRST_MS = 500;
const LONGEST_MS = 15000;

/**
 * Milliseconds before try number `attempt` (0 is the first retry): between half and the whole of the doubled delay.
 * `random` gives [0, 1).
 */
export function backoffMs(attempt, random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * Math.pow(2, Math.min(attempt, 16)));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}

/** After `going_away` the appliance says when it wants us back; jitter is added, never subtracted. */
export function retryAfterMs(retryAfter, random) {
  const wanted = Number.isFinite(retryAfter) && retryAfter >= 0 ? Math.min(retryAfter, 60000) : FIRST_MS;
  return Math.round(wanted + 250 * random());
}
