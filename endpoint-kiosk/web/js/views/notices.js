// What stands above the front when it must be known: a failure, a missing microphone, blocked sound, ringing timers,
// parts that do not work.

import { ailing } from '../health.js';
import { microphoneHelp } from '../microphone-help.js';
import { byId, fill, icon, make } from './dom.js';

function notice(kind, iconName, title, more, action) {
  const text = make('div', 'notice-text', [make('p', 'notice-title', [title])].concat(more || []));
  return make('div', 'notice', [icon(iconName), text, action], { 'data-kind': kind });
}

function button(words, onClick) {
  const element = make('button', 'tool', [words], { type: 'button' });
  element.addEventListener('click', onClick);
  return element;
}

function closer(onClick) {
  const element = make('button', 'round', [icon('close')], { type: 'button', 'aria-label': 'Dismiss' });
  element.addEventListener('click', onClick);
  return element;
}

function microphoneNotice(problem, actions) {
  const help = microphoneHelp(problem, { userAgent: navigator.userAgent, origin: window.location.origin });
  const steps = make('ul', 'notice-steps', help.steps.map((step) => make('li', '', [step])));
  const way = help.way ? make('p', 'notice-way', [make('a', 'tool', [help.way.words], { href: help.way.href })]) : null;
  return notice('microphone', 'mic-off', help.title, [make('p', '', [help.why]), way, steps], closer(actions.dismissMicrophone));
}

/** To ring again later is asked for by one word, which all languages of the timers have. */
const SNOOZE = 'snooze';

function timerNotice(timer, actions) {
  const ways = make('div', 'notice-ways', [button('Stop', actions.stop), button('Snooze', () => actions.ask(SNOOZE))]);
  return notice('timer', 'bell', timer.name ? `Timer: ${timer.name}` : 'Your timer', null, ways);
}

/** `actions`: `ask`, `stop`, `dismissFailure`, `dismissMicrophone`, `dismissParts`, `unlock`. */
export function showNotices(state, actions) {
  const all = ailing(state.parts);
  const sickness = JSON.stringify(all.map((part) => [part.id, part.reason]));
  const sick = state.dismissedSickness === sickness ? [] : all;
  const key = JSON.stringify([state.timers, state.microphoneProblem, state.soundBlocked, sick]);
  fill(byId('notices'), key, () => {
    const list = state.timers.map((timer) => timerNotice(timer, actions));
    if (state.soundBlocked) {
      list.push(notice('sound', 'voice', 'The browser keeps Rosie silent until you touch the page.', null,
        button('Let her speak', actions.unlock)));
    }
    if (state.microphoneProblem) {
      list.push(microphoneNotice(state.microphoneProblem, actions));
    }
    if (sick.length) {
      const lines = sick.map((part) => make('p', '', [`${part.title}: ${part.reason || part.word}`]));
      list.push(notice('parts', 'alert', 'Some of Rosie is not ready', lines, closer(() => actions.dismissParts(sickness))));
    }
    return list;
  });
  const failure = state.failure;
  fill(byId('alarm'), JSON.stringify(failure), () => (failure
    ? [notice('failure', 'alert', failure.sentence, failure.detail ? [make('p', '', [failure.detail])] : [],
      closer(actions.dismissFailure))]
    : []));
}
