// One integration: how it is, its form, trying it, saving it.

import '../forms/form.js';
import { asking, button, failed, put, tell } from '../memories/show.js';
import { icon, make, setText } from '../views/dom.js';
import { integrations, one } from './api.js';
import { drafts } from '../forms/drafts.js';

/** More to do for some, on a page of its own. */
const PAGES = { google_calendar: ['calendar', 'Connect your account'], mcp: ['docs', 'What the API offers'] };

/** `{ word, why, kind }` of how it is. */
export function state({ configured, health }) {
  if (!configured) {
    return { word: 'Off', why: '', kind: 'off' };
  }
  if (!health) {
    return { word: 'On', why: '', kind: 'ready' };
  }
  const { state: word, reason } = health.health;
  switch (word) {
    case 'ready':
      return { word: 'Connected', why: health.model, kind: 'ready' };
    case 'loading':
      return { word: 'Connecting', why: '', kind: 'loading' };
    case 'degraded':
      return { word: 'Connected, but', why: reason, kind: 'degraded' };
    case 'not_set_up':
      return { word: 'Not finished', why: reason, kind: 'off' };
    default:
      return { word: 'Does not work', why: reason, kind: 'error' };
  }
}

function notice(works, message) {
  const words = message.charAt(0).toUpperCase() + message.slice(1);
  return make('div', 'notice', [icon(works ? 'done' : 'alert'), make('div', 'notice-text', [
    make('p', 'notice-title', [works ? 'It works' : 'It does not work']), make('p', '', [/[.!?]$/.test(words) ? words : `${words}.`]),
  ])], { 'data-kind': works ? 'done' : 'error', role: 'status' });
}

/** `update(now)` brings what is known of it; a form that somebody changed stays as it is. */
export function card(first) {
  const { name, title, schema: { description: about } } = first;
  let shown = first;
  const form = document.createElement('rosie-form');
  const how = make('p', 'about how');
  const unsaved = make('p', 'about unsaved', ['Not saved yet']);
  const outcome = make('div', 'outcome');
  const here = make('div', 'here');
  const save = make('button', 'tool danger', ['Save'], { type: 'submit', 'aria-label': `Save ${title}` });
  const test = button('Test connection', tryIt, 'tool', `Test connection: ${title}`);
  const discard = button('Discard', () => {
    drafts.drop(name);
    form.discard();
    put(outcome, []);
    look();
  }, 'tool', `Discard: ${title}`);
  const page = PAGES[name];
  const body = make('form', 'editor', [
    make('p', 'about', [about.replace(/\s+/g, ' ')]), form, unsaved,
    make('div', 'row', [save, first.testable ? test : null, discard, page ? make('a', 'tool', [page[1]], { href: page[0] }) : null]), outcome, here,
  ], { autocomplete: 'off', novalidate: '' });
  const box = make('details', 'plate integration', [
    make('summary', '', [make('h2', '', [title]), how]), body,
  ]);
  box.dataset.integration = name;

  function look() {
    const changed = Object.keys(form.entered).length > 0;
    unsaved.hidden = !changed;
    save.disabled = !changed;
    discard.hidden = !changed;
    box.dataset.unsaved = String(changed);
  }

  function busy(is) {
    [save, test, discard].forEach((each) => { each.disabled = is; });
    if (!is) {
      look();
    }
  }

  /** Mistakes go beside their fields, the rest below. */
  function refused(error) {
    const prefix = `${name}.`;
    const mistakes = (error.mistakes || []).map(({ key, message }) => ({ key: key.indexOf(prefix) === 0 ? key.slice(prefix.length) : key, message }));
    const left = form.faults(mistakes);
    const words = left.map(({ key, message }) => (key ? `${key}: ${message}` : message)).join(' ');
    if (!mistakes.length || words) {
      put(outcome, [failed(words ? { message: 'Nothing was changed.', hint: words } : error)]);
    } else {
      put(outcome, [failed({ message: 'Nothing was changed.', hint: 'What would be right stands beside the fields.' })]);
    }
  }

  function tryIt() {
    form.faults([]);
    put(outcome, [make('p', 'state', ['Trying it…'], { role: 'status' })]);
    busy(true);
    integrations.ask('POST', one(name, '/test'), { values: form.entered })
      .then(({ works, message }) => put(outcome, [notice(works, message)]), refused)
      .then(() => busy(false));
  }

  function send(values, words) {
    form.faults([]);
    put(outcome, [make('p', 'state', ['Being saved…'], { role: 'status' })]);
    busy(true);
    return integrations.ask('PUT', one(name), { values }).then(({ integration, needs_restart: restart }) => {
      drafts.drop(name);
      const said = restart ? `${words} It takes effect when Rosie starts the next time.` : words;
      put(outcome, [make('p', 'state', [said], { role: 'status' })]);
      tell(`${title}: ${said}`);
      form.settle(integration.values, integration.kept);
      update(integration);
    }, refused).then(() => busy(false));
  }

  body.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form.entered, 'Saved.');
  });
  form.addEventListener('rosie-changed', () => {
    drafts.keep(name, form.draft);
    look();
  });

  function drawHere() {
    put(here, shown.set_here.length ? [
      make('p', 'about', [`Set on this page: ${shown.set_here.join(', ')}.`]),
      asking({
        words: 'Forget it', label: `Forget it: ${title}`,
        question: 'Forget what was set on this page, and take what stands in config.yaml?', yes: 'Forget',
        act: () => send(shown.set_here.reduce((all, key) => Object.assign(all, { [key]: null }), {}), 'Forgotten.').then(drawHere),
      }),
    ] : []);
  }

  function update(now) {
    const { word, why, kind } = state(now);
    setText(how, why ? `${word}: ${why}` : word);
    box.dataset.state = kind;
    how.dataset.state = kind === 'error' ? 'failed' : kind;
    const other = JSON.stringify([now.values, now.kept]) !== JSON.stringify([shown.values, shown.kept]);
    const hereToo = JSON.stringify(now.set_here) !== JSON.stringify(shown.set_here);
    shown = now;
    // Changed elsewhere: shown where nobody is typing.
    if (other && box.dataset.unsaved !== 'true') {
      form.settle(now.values, now.kept);
    }
    if (hereToo) {
      drawHere();
    }
    look();
  }

  form.show(first);
  form.draft = drafts.of(name);
  drawHere();
  update(first);
  box.open = box.dataset.unsaved === 'true';
  const away = () => setText(how, 'Rosie does not answer');
  return { name, element: box, update, away };
}
