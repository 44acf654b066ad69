// Numbers of the overview, from what the API and the metrics tell. Pure: no page, no clock.

/** Stages in the order in which a person cares for them. */
const ORDER = ['voice_to_voice', 'endpointing', 'stt_wait', 'stt_compute', 'first_text', 'first_audio', 'reply', 'speech', 'playback'];
const SHOWN = 48;

/** The value that the share `q` of `values` does not exceed. */
export function quantile(values, q) {
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

/** The same of a histogram: `buckets` are `[upper bound, how many up to it]`, in a bucket evenly spread. */
export function quantileOf(buckets, q) {
  const wanted = q * buckets[buckets.length - 1][1];
  const at = buckets.findIndex(([, count]) => count >= wanted);
  const [low, before] = at > 0 ? buckets[at - 1] : [0, 0];
  const [high, count] = buckets[at];
  return high === Infinity ? low : low + ((high - low) * (wanted - before)) / Math.max(1, count - before);
}

/** `{ stages: { name: buckets in ms }, values: { name: number } }` of the Prometheus text. */
export function readMetrics(text) {
  const found = { stages: {}, values: {} };
  text.split('\n').forEach((line) => {
    const bucket = /^rosie_stage_seconds_bucket\{stage="(\w+)",le="([^"]+)"\} (\d+)/.exec(line);
    const plain = /^(\w+) ([-+.\deE]+)$/.exec(line);
    if (bucket) {
      const [, stage, bound, count] = bucket;
      found.stages[stage] = found.stages[stage] || [];
      found.stages[stage].push([bound === '+Inf' ? Infinity : Number(bound) * 1000, Number(count)]);
    } else if (plain) {
      found.values[plain[1]] = Number(plain[2]);
    }
  });
  return found;
}

/** Load of the processor in percent of a core between two looks, each `{ ms, seconds }` of work. */
export function load(before, now) {
  return Math.max(0, ((now.seconds - before.seconds) / Math.max(1, now.ms - before.ms)) * 100000);
}

/**
 * `[{ stage, last: [ms], half, most, count }]`: the last turns oldest first, what half and 95 of 100 took at most, of how many. Where the
 * metrics count more turns than there are records, they tell.
 */
export function speeds(turns, metrics) {
  return ORDER.map((stage) => {
    const all = turns.slice().reverse().map((turn) => turn.stages.find((one) => one.stage === stage)).filter(Boolean)
      .map((one) => one.duration_ms);
    const buckets = (metrics && metrics.stages[stage]) || [[Infinity, 0]];
    const counted = buckets[buckets.length - 1][1];
    const by = counted > all.length ? (q) => quantileOf(buckets, q) : (q) => quantile(all, q);
    const count = Math.max(counted, all.length);
    return { stage, last: all.slice(-SHOWN), count, half: count ? by(0.5) : 0, most: count ? by(0.95) : 0 };
  }).filter(({ count }) => count);
}

/** Sessions by room, rooms in the house's order: `[{ id, name, here: [session], away }]`; rooms where nobody is left out. */
export function byRoom(status) {
  const known = status.rooms.map(({ id }) => id);
  const others = status.sessions.map(({ room }) => room).filter((room, i, all) => known.indexOf(room) < 0 && all.indexOf(room) === i);
  return status.rooms.concat(others.map((id) => ({ id, name: id }))).map(({ id, name }) => {
    const all = status.sessions.filter(({ room }) => room === id);
    return { id, name, here: all.filter(({ connected }) => connected), away: all.filter(({ connected }) => !connected).length };
  }).filter(({ here, away }) => here.length || away);
}

/** What did not work, newest first: `[{ when, room, code, detail, key }]` of turns and deeds. */
export function troubles(turns, deeds) {
  const turnsFailed = turns.filter(({ outcome }) => outcome === 'failed');
  const failed = turnsFailed.map((turn) => {
    const event = turn.events.find((one) => one.event === 'failed') || {};
    return { when: turn.started_unix_ms, room: turn.room, code: event.code || 'failed', detail: event.detail || '', key: keyOf(turn) };
  });
  // A deed of a turn that failed is told with it.
  const told = (deed) => turnsFailed.some((turn) => turn.turn_id === deed.turn_id && turn.endpoint === deed.endpoint);
  const undone = deeds.filter((deed) => deed.failed && !told(deed)).map((deed) => ({
    when: deed.unix_ms, room: deed.room, code: deed.failed, detail: [deed.action].concat(deed.targets).join(' '), key: '',
  }));
  return failed.concat(undone).sort((a, b) => b.when - a.when).slice(0, 8);
}

/** What tells a turn from every other, in an address. */
export function keyOf(turn) {
  return `${turn.started_unix_ms}-${turn.turn_id}`;
}
