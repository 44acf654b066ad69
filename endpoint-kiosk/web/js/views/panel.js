// Under the lid: the conversation so far, the last turn's time, the parts' health, the house's turns.

import { ownName } from '../languages.js';
import { OUTCOMES } from '../recent.js';
import { chart, duration } from '../timings.js';
import { byId, fill, make, setText } from './dom.js';
import { mark } from './svg.js';

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
