// The appliance's last turns, from `/api/v1/turns`, in words.

import { HOUSE } from './house/words.js';
import { chart, duration } from './timings.js';

const { triggers: TRIGGERS, outcomes } = HOUSE.en;
export const OUTCOMES = outcomes;
const EVENTS = {
  started: 'Began', arbitrated: 'Chosen among endpoints', speech_started: 'Speech began', speculation_started: 'Transcription began in the silence',
  speculation_dropped: 'Speech went on, that was thrown away', end_of_speech: 'Speech ended', partial: 'Words so far',
  transcript: 'Transcript', intent_matched: 'Understood as', tier_chosen: 'Answered by', tool_called: 'Did',
  tool_finished: 'Done with', filler_said: 'Asked for a moment', reply_started: 'Reply began', reply_finished: 'Reply complete', playback_started: 'Voice began',
  playback_finished: 'Voice ended', barge_in: 'Interrupted', cancelled: 'Stopped', failed: 'Failed',
};

/** `RosieWhatCanYouDo` as a person would write it. */
export function intentWords(name) {
  const words = name.replace(/^(Rosie|Hass)(?=[A-Z])/, '').replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function eventWords(event) {
  const what = [event.text, event.name, event.model, event.reason, event.code, event.detail]
    .filter((part) => typeof part === 'string' && part !== '');
  return { after: duration(event.at_ms), words: EVENTS[event.event] || String(event.event), what: what.join(' · ') };
}

/** `[{ id, when, how, outcome, wait, events }]` from the response (an array, alone or under `turns`). */
export function readTurns(document) {
  const records = Array.isArray(document) ? document : document.turns || [];
  return records.map((record) => {
    const stages = (record.stages || []).map((s) => ({
      stage: s.stage,
      ms: typeof s.ms === 'number' ? s.ms : s.duration_ms,
    }));
    const total = chart(stages).totalMs;
    return {
      id: `${record.session}:${record.turn_id}:${record.started_unix_ms}`,
      when: new Date(record.started_unix_ms),
      how: TRIGGERS[record.trigger] || record.trigger,
      room: record.room,
      intent: record.intent ? intentWords(record.intent) : null,
      outcome: OUTCOMES[record.outcome] || record.outcome,
      wait: total === null ? '' : duration(total),
      events: (record.events || []).map(eventWords),
    };
  });
}

/** Resolves to the turns, or null when the appliance does not answer. */
export function fetchTurns() {
  return fetch('api/v1/turns', { headers: { Accept: 'application/json' } })
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error('not now'))))
    .then(readTurns)
    .catch(() => null);
}
