// One plugin: how it is, what it may do, what it can be told, and switching, updating and removing it.

import { make } from '../views/dom.js';
import { onFile, send } from '../upload.js';
import { asking, button, failed, put, tell } from '../memories/show.js';
import { one, plugins } from './api.js';

/** `{ word, why, kind }` of how it is. */
export function state(plugin) {
  if (plugin.problem) {
    return { word: 'Cannot be used', why: plugin.problem, kind: 'error' };
  }
  if (!plugin.enabled || !plugin.health) {
    return { word: 'Off', why: '', kind: 'off' };
  }
  const { state: word, reason } = plugin.health.health;
  switch (word) {
    case 'ready':
      return { word: 'Runs', why: '', kind: 'ready' };
    case 'loading':
      return { word: 'Starts', why: '', kind: 'loading' };
    case 'degraded':
      return { word: 'Runs, but', why: reason, kind: 'degraded' };
    default:
      return { word: 'Does not run', why: reason, kind: 'error' };
  }
}

/** What it may do, in words. */
export function rights(plugin) {
  const words = [plugin.network ? 'May use the network.' : 'Has no network.'];
  words.push(plugin.rooms ? `May be used in: ${plugin.rooms.join(', ')}.` : 'May be used in every room.');
  if (plugin.dangerous.length) {
    words.push(`Rosie asks first before: ${plugin.dangerous.join(', ')}.`);
  }
  return words.join(' ');
}

function more(plugin, open) {
  const languages = Object.keys(plugin.sentences).sort();
  const parts = languages.map((language) => make('div', 'item', [
    make('p', 'about', [`Can be told (${language})`]),
    make('ul', '', plugin.sentences[language].map((sentence) => make('li', 'text', [sentence]))),
  ]));
  parts.push(make('div', 'item', [make('p', 'about', ['Runs']), make('p', 'text', [plugin.runs || '–'])]));
  if (plugin.tools.length) {
    parts.push(make('div', 'item', [make('p', 'about', ['Its tools']), make('p', 'text', [plugin.tools.join(', ')])]));
  }
  if (plugin.last_words) {
    parts.push(make('div', 'item', [make('p', 'about', ['What it wrote last']), make('pre', 'text', [plugin.last_words])]));
  }
  const details = make('details', 'past', [make('summary', '', ['What it can be told, and more']), ...parts]);
  details.dataset.name = plugin.name;
  details.open = open.has(plugin.name);
  return details;
}

/** `changed(words)` is called when something was done. */
export function card(plugin, open, changed) {
  const how = state(plugin);
  const { description: about } = plugin;
  const fault = make('div', '');
  const act = (promise, words) => promise.then(() => changed(words)).catch((error) => put(fault, [failed(error)]));
  const turn = plugin.enabled ? 'Switch off' : 'Switch on';
  const flip = button(turn, () => {
    flip.disabled = true;
    tell(plugin.enabled ? 'Being switched off' : 'Being switched on');
    act(plugins.ask('PUT', one(plugin.name, '/enabled'), { enabled: !plugin.enabled }), `${plugin.name} is ${plugin.enabled ? 'off' : 'on'}.`)
      .then(() => { flip.disabled = false; });
  }, plugin.enabled ? 'tool' : 'tool danger', `${turn}: ${plugin.name}`);
  flip.dataset.key = `flip ${plugin.name}`;
  if (plugin.problem && !plugin.enabled) {
    flip.disabled = true;
  }
  const file = make('input', 'hidden', [], { type: 'file', id: `update-${plugin.name}`, accept: '.gz,.tgz,.zip' });
  onFile(file, (chosen) => send(plugins.sendFile, 'PUT', one(plugin.name), chosen, fault, 'Being updated', (now) => (
    changed(now.enabled || !plugin.enabled ? `${now.name} is version ${now.version} now.`
      : `${now.name} is version ${now.version} now and wants more than before: look at it and switch it on.`)
  )));
  const row = [flip, file, make('label', 'tool', ['Update'], { for: file.id })];
  if (!plugin.built_in) {
    row.push(asking({
      words: 'Remove', label: `Remove ${plugin.name}`, question: `Remove ${plugin.name} and all of its files?`, yes: 'Remove',
      act: () => plugins.ask('DELETE', one(plugin.name)).then(() => changed(`${plugin.name} is gone.`)),
    }));
  }
  const box = make('article', 'plate', [
    make('div', 'block-head', [make('h3', '', [`${plugin.name} ${plugin.version}`]), make('p', 'about', [plugin.built_in ? 'came with Rosie' : ''])]),
    about ? make('p', '', [about]) : null,
    make('p', 'about', [make('b', '', [how.word]), how.why ? `: ${how.why}` : ''], { 'data-state': how.kind === 'error' ? 'failed' : how.kind }),
    make('p', 'about', [rights(plugin)]),
    more(plugin, open),
    make('div', 'row', row),
    fault,
  ]);
  box.dataset.plugin = plugin.name;
  box.dataset.state = how.kind;
  return box;
}
