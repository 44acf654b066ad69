// A turn as a story and as lengths on a line. Pure: nothing here touches the page.

import { intentWords } from '../recent.js';

/** When a stage began, from the events around it: `[event, whether the stage ends there]`. */
const ANCHORS = {
  speech: ['speech_started', false], endpointing: ['end_of_speech', true], stt_wait: ['end_of_speech', false],
  stt_compute: ['transcript', true], first_text: ['transcript', false], reply: ['transcript', false],
  first_audio: ['playback_started', true], playback: ['playback_started', false],
};

function find(turn, name) {
  return turn.events.filter(({ event }) => event === name);
}

function spansOfTools(turn) {
  return find(turn, 'tool_finished').map(({ at_ms: end, name, duration_ms: ms, ok }) => ({
    kind: 'tool', name, from: Math.max(0, end - ms), ms, ok,
  }));
}

/** `{ total, spans: [{ kind, name, from, ms }] }` in the order in which they began; all of them lie within the total. */
export function timeline(turn) {
  const stages = turn.stages.filter(({ stage }) => ANCHORS[stage]).map(({ stage, duration_ms: ms }) => {
    const [event, ends] = ANCHORS[stage];
    const [anchor] = find(turn, event);
    const when = anchor ? anchor.at_ms : 0;
    return { kind: 'stage', name: stage, from: Math.max(0, ends ? when - ms : when), ms };
  });
  const spans = stages.concat(spansOfTools(turn)).map((span, i) => Object.assign({ i }, span));
  spans.sort((a, b) => a.from - b.from || a.i - b.i);
  const ends = spans.map(({ from, ms }) => from + ms).concat(turn.events.map(({ at_ms: when }) => when));
  return { total: Math.max.apply(null, ends.concat([1])), spans };
}

/** What was done in the house in a turn, of all deeds. */
export function deedsOf(turn, deeds) {
  const near = 15 * 60000;
  return deeds.filter((deed) => deed.turn_id === turn.turn_id && deed.endpoint === turn.endpoint
    && deed.unix_ms >= turn.started_unix_ms - 1000 && deed.unix_ms < turn.started_unix_ms + near);
}

/** Of the texts of a turn, the last one; null where it is not kept, undefined where there was none. */
function textOf(turn, name) {
  const all = find(turn, name);
  return all.length ? all[all.length - 1].text : undefined;
}

/** What kind of answer it was, for the words that say why: `command`, `nobody`, or the tier. */
function kindOf(turn) {
  const chosen = find(turn, 'tier_chosen');
  if (chosen.length) {
    return chosen[chosen.length - 1].tier;
  }
  return turn.intent || turn.tier === 'local' ? 'command' : 'nobody';
}

/** `{ heard, said, intent, kind, models, tools, failures, kept }` */
export function read(turn) {
  const heard = textOf(turn, 'transcript');
  const said = textOf(turn, 'reply_finished');
  const failures = find(turn, 'failed').filter(({ detail }, i, all) => detail || !all.some((one) => one.detail))
    .map(({ code, detail }) => ({ code, detail }));
  return {
    heard, said, failures,
    intent: turn.intent ? intentWords(turn.intent) : '',
    kind: kindOf(turn),
    models: find(turn, 'tier_chosen').map(({ tier, model, reason }) => ({ tier, model, reason })),
    tools: find(turn, 'tool_finished').map(({ name, ok }) => ({ name: intentWords(name), ok })),
    kept: heard !== null && said !== null,
  };
}

/** How long somebody waited: to her voice, else to her first word. */
export function waited(turn) {
  const of = (name) => turn.stages.filter(({ stage }) => stage === name).map(({ duration_ms: ms }) => ms)[0];
  const voice = of('voice_to_voice');
  return voice === undefined ? of('first_text') : voice;
}
