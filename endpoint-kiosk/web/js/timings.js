// A turn's stages in words, and the four of them that add up to the wait between a person's last word and Rosie's first.

import { HOUSE } from './house/words.js';

const WORDS = HOUSE.en.stages;
const WAIT = ['endpointing', 'stt_wait', 'first_text', 'first_audio'];

/** `0.42 s`, `3.1 s`, `2 min 5 s`; under a tenth of a second in milliseconds. In a `language` with its decimal sign. */
export function duration(ms, language) {
  if (ms < 100) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 60000) {
    const digits = ms < 1000 ? 2 : 1;
    const seconds = ms / 1000;
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return `${language ? seconds.toLocaleString(language, options) : seconds.toFixed(digits)} s`;
  }
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * `{ totalMs, bars, others }` of `stages` (`[{ stage, ms }]`): bars are the wait's parts with `share` (0 to 1 of the
 * total), others what lies outside it. `totalMs` is null when Rosie never began to speak.
 */
export function chart(stages) {
  const of = (name) => {
    const found = stages.filter((s) => s.stage === name)[0];
    return found ? found.ms : null;
  };
  const parts = WAIT.filter((name) => of(name) !== null);
  const sum = parts.reduce((total, name) => total + of(name), 0);
  const totalMs = of('voice_to_voice');
  const whole = Math.max(1, sum, totalMs || 0);
  return {
    totalMs,
    bars: parts.map((name) => ({ stage: name, words: WORDS[name], ms: of(name), share: of(name) / whole })),
    others: stages
      .filter((s) => WAIT.indexOf(s.stage) < 0 && s.stage !== 'voice_to_voice')
      .map((s) => ({ stage: s.stage, words: WORDS[s.stage] || s.stage.replace(/_/g, ' '), ms: s.ms })),
  };
}
