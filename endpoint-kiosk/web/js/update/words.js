// What the page says of an update, in words; nothing here touches the page.

export const STEPS = {
  waiting: 'Rosie has asked the system for it',
  looking: 'Looking into the channel',
  fetching: 'Fetching',
  installing: 'Installing',
  restarting: 'It is installed; the machine restarts with it',
};

/** Of the system that runs, and the one that does not. */
export function now(state) {
  const runs = [`Rosie ${state.version}`, state.board && `for ${state.board}`, state.slot && `in slot ${state.slot}`];
  const lines = [`${runs.filter(Boolean).join(' ')} runs.`];
  const { other } = state;
  if (other && other.waits) {
    lines.push(`${other.version} is installed in slot ${other.slot} and starts at the next restart.`);
  } else if (other && other.taken_back) {
    lines.push(`Slot ${other.slot} holds ${other.version}, which was taken back.`);
  } else if (other && other.version) {
    lines.push(`Slot ${other.slot} holds ${other.version}, the system before; Rosie returns to it if this one does not start.`);
  } else if (other) {
    lines.push(`Nothing was installed in slot ${other.slot} yet.`);
  }
  return lines;
}

/** `{ kind, title, words }` of the last update, or null. */
export function last(result) {
  if (!result) {
    return null;
  }
  if (result.outcome === 'updated') {
    return { kind: 'done', title: `The update from ${result.before} to ${result.version} was kept`, words: 'All that worked before it works.' };
  }
  return {
    kind: 'warning',
    title: `The update to ${result.version} was taken back`,
    words: `${result.before} runs again, by itself. The reason: ${result.reason}.`,
  };
}

/** What is newer, or why nothing is known of it. */
export function offer(state, when) {
  const looked = state.looked_unix_ms ? ` Last looked: ${when(state.looked_unix_ms)}.` : ' It was not looked for yet.';
  if (state.available) {
    return `Rosie ${state.available.version} is there.${looked}`;
  }
  return state.channel ? `Nothing newer is known of.${looked}` : 'No channel is set: give its address below.';
}
