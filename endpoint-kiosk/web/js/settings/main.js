// The page of the settings: the whole configuration as forms made from its schema. Nothing is changed before it is saved, all of it at
// once; what was entered survives a reload, keys do not.

import '../forms/form.js';
import { drafts } from '../forms/drafts.js';
import { hint, label } from '../forms/words.js';
import { languageAmong, wantedLanguages } from '../languages.js';
import { loading, put, tell } from '../memories/show.js';
import { trouble } from '../shell/live.js';
import { WORDS as SHELL } from '../shell/words.js';
import { byId, make, setText } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { load, save } from './config.js';
import { MASK, blocks, byForm, matches, valueAt } from './document.js';
import { ELSEWHERE, SECTIONS, WORDS } from './words.js';

const DRAFT = 'settings';
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];
const sections = byId('sections');
/** `{ path, schema, front, form, box, section }` of every form. */
let forms = [];
let schema = null;
let links = [];

function keptIn(block, values) {
  return Object.keys(block.schema.properties).filter((name) => block.schema.properties[name].writeOnly && values[name] === MASK);
}

/** Shows `config` as what is in force. */
function settle(config) {
  forms.forEach((block) => {
    const values = valueAt(config, block.path);
    block.form.settle(values, keptIn(block, values));
  });
}

function entered() {
  return forms.reduce((all, { path, form }) => (Object.keys(form.entered).length ? Object.assign(all, { [path]: form.entered }) : all), {});
}

function look() {
  const changes = entered();
  const count = Object.keys(changes).reduce((sum, path) => sum + Object.keys(changes[path]).length, 0);
  const said = byId('outcome').firstChild;
  byId('save-bar').hidden = !count && !said;
  [byId('save'), byId('discard')].forEach((button) => { button.hidden = !count; });
  setText(byId('changed'), count ? words.changed(count) : '');
  forms.forEach(({ box, form }) => { box.dataset.unsaved = String(Object.keys(form.entered).length > 0); });
}

function keep() {
  drafts.keep(DRAFT, forms.reduce((all, { path, form }) => (Object.keys(form.draft).length ? Object.assign(all, { [path]: form.draft }) : all), {}));
}

/** A form with what it is about; one that is alone in its section needs no name of its own. */
function box(block, section, config, alone) {
  const form = document.createElement('rosie-form');
  const values = valueAt(config, block.path);
  form.show({ schema: block.schema, values, kept: keptIn(block, values), front: block.front });
  form.addEventListener('rosie-changed', () => {
    put(byId('outcome'), []);
    keep();
    look();
  });
  const body = make('div', 'editor', [hint(block.schema, `about-${block.path}`), form]);
  const details = alone ? make('div', 'plate integration', [body], { lang: 'en' }) : make('details', 'plate integration', [
    make('summary', '', [make('h3', '', [label(block.path.split('.').pop(), block.schema)])]), body,
  ], { lang: 'en' });
  return Object.assign(block, { form, box: details, section });
}

function elsewhere() {
  links = Object.keys(ELSEWHERE).map((name) => {
    const { title, description: about = '' } = schema.properties[name];
    const page = ELSEWHERE[name];
    const link = make('a', 'tool', [title || label(name, {})], { href: page === 'integrations' ? `${page}#${name}` : page, lang: 'en' });
    return { link, texts: [name, about] };
  });
  return make('section', '', [make('h2', '', [words.elsewhere]), make('div', 'row', links.map(({ link }) => link))], { id: 'elsewhere' });
}

function build(config) {
  const own = SECTIONS.reduce((all, [, parts]) => all.concat(parts), []).concat(Object.keys(ELSEWHERE));
  const top = Object.assign({}, schema, { description: '', properties: {} });
  Object.keys(schema.properties).filter((name) => own.indexOf(name) < 0).forEach((name) => { top.properties[name] = schema.properties[name]; });
  forms = [];
  const drawn = SECTIONS.map(([name, parts]) => {
    const made = parts.reduce((all, part) => all.concat(part ? blocks(schema.properties[part], part) : blocks(top, '')), [])
      .map((block, _, all) => box(block, name, config, all.length === 1));
    forms = forms.concat(made);
    return make('section', 'settings', [
      make('h2', '', [words.sections[name][0]], { tabindex: '-1' }), make('p', 'intro', [words.sections[name][1]]),
    ].concat(made.map((block) => block.box)), { id: name });
  });
  put(sections, drawn.concat([elsewhere()]));
  put(byId('chips'), SECTIONS.map(([name]) => make('a', 'chip', [words.sections[name][0]], { href: `#${name}` })));
  const drafted = drafts.of(DRAFT);
  forms.filter(({ path }) => drafted[path]).forEach((block) => {
    block.form.draft = drafted[block.path];
    block.box.open = true;
  });
}

/** What the address names: a section, or a part of one (`llm.cloud`). */
function goTo() {
  const name = decodeURIComponent(window.location.hash.slice(1));
  const wanted = forms.filter(({ path, section }) => name && (section === name || path === name || path.split('.')[0] === name));
  // Several are looked through by their names first.
  wanted.forEach(({ box: details }) => { details.open = details.open || wanted.length < 3; });
  if (wanted.length) {
    const target = byId(name) || wanted[0].box;
    target.scrollIntoView();
    (target.querySelector('h2') || target.querySelector('summary')).focus({ preventScroll: true });
  }
}

function search() {
  const wanted = byId('search').value.trim();
  let count = 0;
  const hit = (texts) => {
    const is = matches(wanted, texts);
    count += is ? 1 : 0;
    return is;
  };
  forms.forEach((block) => {
    const found = block.form.fields.filter(({ name, element }) => {
      const is = hit([block.path, name, element.textContent, words.sections[block.section][0]]);
      element.hidden = !is;
      return is;
    });
    block.box.hidden = !found.length;
    if (wanted) {
      block.box.open = true;
      block.form.rest.open = true;
    }
  });
  links.forEach(({ link, texts }) => { link.hidden = !hit(texts); });
  Array.from(sections.children).forEach((section) => {
    section.hidden = !Array.from(section.querySelectorAll('.integration, .row > a')).some((one) => !one.hidden);
  });
  byId('chips').hidden = Boolean(wanted);
  byId('found').hidden = !wanted;
  setText(byId('found'), wanted ? words.found(count) : '');
}

function refused(error) {
  const mistakes = byForm(error.mistakes || [], forms);
  const faulty = forms.filter(({ path }) => mistakes[path]);
  if (faulty.length) {
    byId('search').value = '';
    search();
  }
  faulty.forEach((block) => { block.box.open = true; });
  // Backwards: the first one's field has the focus in the end.
  const left = forms.slice().reverse().reduce((all, block) => all.concat(block.form.faults(mistakes[block.path] || [])), mistakes.null || []);
  const more = left.map(({ key, message }) => (key ? `${key}: ${message}` : message)).join(' ');
  put(byId('outcome'), [error.mistakes && error.mistakes.length
    ? notice('error', words.refused, more || words.refusedMore, 'alert') : trouble(error, SHELL[language], null)]);
  if (faulty.length) {
    document.activeElement.scrollIntoView({ block: 'center' });
  }
}

function busy(is) {
  [byId('save'), byId('discard')].forEach((button) => { button.disabled = is; });
}

function submit(event) {
  event.preventDefault();
  const changes = entered();
  if (!Object.keys(changes).length) {
    return;
  }
  forms.forEach(({ form }) => form.faults([]));
  put(byId('outcome'), [loading(words.saving)]);
  busy(true);
  save(schema, changes).then(({ config, later }) => {
    drafts.drop(DRAFT);
    settle(config);
    const said = later.length ? words.restart(later.join(', ')) : words.saved;
    put(byId('outcome'), [notice('done', said)]);
    tell(said);
  }).catch(refused).then(() => {
    busy(false);
    look();
  });
}

function begin() {
  put(byId('wait'), [loading(SHELL[language].loading)]);
  load().then(({ schema: found, config }) => {
    schema = found;
    put(byId('wait'), []);
    build(config);
    look();
    goTo();
  }, (error) => put(byId('wait'), [trouble(error, SHELL[language], begin)]));
}

say(words, language);
byId('search').placeholder = words.search;
byId('search').addEventListener('input', search);
sections.addEventListener('submit', submit);
byId('discard').addEventListener('click', () => {
  drafts.drop(DRAFT);
  forms.forEach(({ form }) => form.discard());
  put(byId('outcome'), []);
  look();
});
window.addEventListener('hashchange', goTo);
begin();
