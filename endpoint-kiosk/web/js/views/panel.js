// Under the lid: the conversation so far, the last turn's time, the parts' health, the house's turns.

import { ownName } from '../languages.js';
import { OUTCOMES } from '../recent.js';
import { chart, duration } from '../timings.js';
import { byId, fill, make, setText } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';
const MARKS = {
  ready: 'M7 11.5l3 3 5.5-6', loading: 'M11 6.500v5l3 2', degraded: 'M11 6.500v5.500M11 15.500h.01',
  not_set_up: 'M7.5 11h7', unavailable: 'M7.5 7.500l7 7M14.5 7.500l-7 7',
};

export function showPanel(state) {
  showHistory(state);
  showTimings(state);
  showParts(state);
  showRecent(state);
  setText(byId('version'), state.welcome ? `Rosie ${state.welcome.server}` : 'Rosie');
}

function showHistory(state) {
  const turns = state.history.filter((e) => e.asked || e.reply || e.failure);
  byId('history-empty').hidden = turns.length > 0;
  const list = byId('history');
  const key = JSON.stringify(turns.map((e) => [e.key, e.asked, e.reply, e.outcome, e.failure]));
  const atEnd = list.rosieKey !== key;
  fill(list, key, () => turns.slice().reverse().map((e) => make('li', '', [
    e.asked ? make('p', 'h-asked', [e.asked]) : null,
    make('p', 'h-reply', [e.reply || (e.failure ? e.failure.sentence : '…')]),
    e.outcome && e.outcome !== 'answered' ? make('p', 'h-note', [OUTCOMES[e.outcome] || e.outcome]) : null,
  ], e.language ? { lang: e.language } : {})));
  return atEnd;
}

function stageRow(row, swatch) {
  return make('li', '', [
    swatch === null ? null : make('span', `swatch shade-${swatch}`, [], { 'aria-hidden': 'true' }),
    make('span', 's-words', [row.words]),
    make('span', 's-ms', [duration(row.ms)]),
  ]);
}

function showTimings(state) {
  const timed = state.history.filter((e) => e.stages.length);
  const last = timed[timed.length - 1];
  fill(byId('timings'), last ? `${last.key}:${last.stages.length}` : '', () => {
    if (!last) {
      return [make('p', 'empty', ['Shown after the first turn.'])];
    }
    const c = chart(last.stages);
    const parts = [];
    if (c.totalMs !== null) {
      parts.push(make('p', 'wait', [duration(c.totalMs)]));
      parts.push(make('p', 'wait-words', [last.trigger === 'text' ? 'from your question to her voice'
        : 'from your last word to hers']));
    }
    if (c.bars.length) {
      const stack = make('div', 'stack', c.bars.map((bar, i) => {
        const piece = make('span', `shade-${i}`);
        piece.style.width = `${bar.share * 100}%`;
        return piece;
      }), { 'aria-hidden': 'true' });
      parts.push(stack, make('ul', 'stages', c.bars.map((bar, i) => stageRow(bar, i))));
    }
    if (c.others.length) {
      parts.push(make('ul', 'stages others', c.others.map((row) => stageRow(row, null))));
    }
    return parts;
  });
}

function mark(state) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 22 22');
  svg.setAttribute('class', 'p-mark');
  svg.setAttribute('aria-hidden', 'true');
  const circle = document.createElementNS(SVG, 'circle');
  ['cx', 'cy'].forEach((name) => circle.setAttribute(name, '11'));
  circle.setAttribute('r', '9.5');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', MARKS[state]);
  svg.append(circle, path);
  return svg;
}

function showParts(state) {
  const parts = state.parts;
  fill(byId('parts'), JSON.stringify(parts), () => {
    if (!parts) {
      return [make('li', 'empty', ['The appliance does not answer.'])];
    }
    return parts.map((part) => make('li', '', [
      mark(part.state),
      make('div', 'p-text', [
        make('span', 'p-word', [part.word]),
        make('p', 'p-title', [part.title]),
        part.reason ? make('p', 'p-more', [part.reason]) : null,
        part.model ? make('p', 'p-more', [part.model]) : null,
      ]),
    ]));
  });
}

function showRecent(state) {
  const turns = state.recent || [];
  const empty = byId('recent-empty');
  empty.hidden = turns.length > 0;
  setText(empty, state.recent ? 'None yet.' : 'The appliance does not answer.');
  fill(byId('recent'), turns.map((t) => t.id).join(), () => turns.map((turn) => {
    const time = turn.when.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const line = make('span', 'r-line', [
      make('span', 'r-what', [turn.intent || turn.outcome]), make('span', '', [turn.wait]),
    ]);
    const how = make('span', 'r-how', [[time, turn.room, turn.how, turn.outcome].filter(Boolean).join(' · ')]);
    const events = make('ol', 'r-events', turn.events.map((event) => make('li', '', [
      make('span', 'r-at', [event.after]),
      make('span', '', [event.what ? `${event.words}: ${event.what}` : event.words]),
    ])));
    return make('li', '', [make('details', '', [make('summary', '', [line, how]), events])]);
  }));
}

/** Fills the language choice from `welcome.languages`, each by its own name. */
export function showLanguages(state) {
  const select = byId('language');
  const tags = state.welcome ? state.welcome.languages : [];
  fill(select, tags.join(), () => [make('option', '', ['As the house'], { value: '' })].concat(
    tags.map((tag) => make('option', '', [ownName(tag)], { value: tag, lang: tag })),
  ));
  select.value = state.language || '';
}
