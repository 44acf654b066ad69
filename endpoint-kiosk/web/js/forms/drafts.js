// What was entered and not saved, until this tab is closed. Keys are not among it.

const PREFIX = 'rosie.draft.';

/** A browser may allow no storage: then it lasts as long as the page. */
function quietly(work, otherwise) {
  try {
    return work();
  } catch (error) {
    return otherwise;
  }
}

export const drafts = {
  of: (name) => quietly(() => JSON.parse(window.sessionStorage.getItem(PREFIX + name)), null) || {},
  keep: (name, draft) => quietly(() => (Object.keys(draft).length
    ? window.sessionStorage.setItem(PREFIX + name, JSON.stringify(draft)) : window.sessionStorage.removeItem(PREFIX + name))),
  drop: (name) => quietly(() => window.sessionStorage.removeItem(PREFIX + name)),
};
