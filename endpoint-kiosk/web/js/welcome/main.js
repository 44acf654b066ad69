// The first steps: language, models, rooms, microphone, the home, privacy. Each can be skipped and come back to; what is set is kept by the
// daemon at once, and the step one is at stands in the address.

import { client } from '../api.js';
import { HOUSE } from '../house/words.js';
import { card } from '../integrations/card.js';
import { languageAmong, ownName, wantedLanguages } from '../languages.js';
import { button, loading, put, tell } from '../memories/show.js';
import { device } from '../memory.js';
import { load, save } from '../settings/config.js';
import { trouble } from '../shell/live.js';
import { WORDS as SHELL } from '../shell/words.js';
import { byId, make } from '../views/dom.js';
import { notice, say } from '../views/worded.js';
import { WORDS as MODELS } from '../models/words.js';
import { hearing } from './hearing.js';
import { bringing, reminding } from './models.js';
import { roomsOf, twice } from './rooms.js';
import { WORDS } from './words.js';

const STEPS = ['language', 'models', 'rooms', 'microphone', 'home', 'privacy', 'talk'];
const CONNECTIONS = ['home_assistant', 'mqtt'];
const language = languageAmong(wantedLanguages(), WORDS);
const words = WORDS[language];
let schema = null;
let config = null;
/** What is done when a step is left. */
let leave = () => undefined;

const done = () => (device.read('welcome') || '').split(' ').filter(Boolean);

function at() {
  const name = window.location.hash.slice(1);
  return STEPS.indexOf(name) < 0 ? STEPS[0] : name;
}

function goTo(name) {
  window.location.hash = name;
}

function after(name) {
  return STEPS[Math.min(STEPS.length - 1, STEPS.indexOf(name) + 1)];
}

function choice(id, label, options, value) {
  const select = make('select', '', options.map(([key, text]) => make('option', '', [text], { value: key })), { id });
  select.value = value;
  return { select, box: make('div', 'box wide', [make('label', '', [label], { for: id }), select]) };
}

function check(value, title, about, checked) {
  const input = make('input', '', [], { type: 'checkbox', value });
  input.checked = checked;
  return { input, element: make('label', 'check wide-check', [input, make('span', '', [title, about ? make('span', 'about', [about]) : null])]) };
}

/** Each step: what is shown, and what `entered()` gives to be saved, or throws what is wrong. */
const bodies = {
  language() {
    const offered = Object.keys(HOUSE).concat(config.languages).filter((tag, i, all) => all.indexOf(tag) === i);
    const main = choice('main-language', words.main, offered.map((tag) => [tag, ownName(tag)]), config.languages[0] || language);
    const others = offered.map((tag) => check(tag, ownName(tag), '', config.languages.indexOf(tag) > 0));
    const showOthers = () => others.forEach(({ input, element }) => { element.hidden = input.value === main.select.value; });
    main.select.addEventListener('change', showOthers);
    showOthers();
    return {
      elements: [make('div', 'plate', [make('div', 'fields', [main.box]), make('fieldset', '', [
        make('legend', '', [words.others]), make('div', '', others.map(({ element }) => element)),
      ])])],
      entered: () => ({ '': { languages: [main.select.value].concat(others.map(({ input }) => input)
        .filter(({ checked, value }) => checked && value !== main.select.value).map(({ value }) => value)) } }),
    };
  },
  models() {
    const { element, close } = bringing(words, MODELS[language], SHELL[language]);
    return { elements: [element], close };
  },
  rooms() {
    let all = config.rooms.map(({ id, name }) => ({ id, name }));
    const list = make('div', '');
    const here = choice('here', words.here, [], '');
    function draw() {
      put(list, all.map((room, i) => {
        const input = make('input', '', [], { type: 'text', maxlength: '60', autocomplete: 'off', 'aria-label': words.roomName(i + 1) });
        input.value = room.name;
        input.addEventListener('input', () => {
          all[i].name = input.value;
          drawHere();
        });
        return make('div', 'group-row', [make('div', 'box', [input]), button('×', () => {
          all = all.filter((_, k) => k !== i);
          draw();
        }, 'tool', words.removeRoom(room.name || words.room))]);
      }));
      drawHere();
    }
    function drawHere() {
      const before = here.select.value || device.read('room') || '';
      put(here.select, [make('option', '', [words.nowhere], { value: '' })].concat(
        roomsOf(all).map(({ id, name }) => make('option', '', [name], { value: id })),
      ));
      here.select.value = before;
    }
    draw();
    return {
      elements: [make('div', 'plate', [list, make('div', 'row', [button(words.addRoom, () => {
        all.push({ id: '', name: '' });
        draw();
        list.lastChild.querySelector('input').focus();
      })]), make('div', 'fields', [here.box])])],
      entered() {
        const rooms = roomsOf(all);
        if (!rooms.length || twice(rooms)) {
          throw new Error(rooms.length ? words.twice(twice(rooms)) : words.noRoom);
        }
        device.write('room', here.select.value || null);
        return { '': { rooms } };
      },
    };
  },
  microphone() {
    const { element, close } = hearing(words);
    return { elements: [element], close };
  },
  home() {
    const place = make('div', '', [loading(SHELL[language].loading)], { lang: 'en' });
    client('api/v1/integrations').ask('GET', '')
      .then(({ integrations }) => put(place, integrations.filter(({ name }) => CONNECTIONS.indexOf(name) >= 0).map((one) => card(one).element)))
      .catch((error) => put(place, [trouble(error, SHELL[language], show)]));
    return { elements: [place] };
  },
  privacy() {
    const { privacy, memory } = config;
    const remember = check('remember', words.remember[0], words.remember[1], memory.enabled);
    const texts = check('texts', words.texts[0], words.texts[1], privacy.keep_turn_text);
    const cloud = check('cloud', words.cloud[0], words.cloud[1], privacy.cloud_allowed);
    return {
      elements: [make('div', 'plate', [remember, texts, cloud].map(({ element }) => element))],
      entered: () => ({
        memory: { enabled: remember.input.checked }, privacy: { keep_turn_text: texts.input.checked, cloud_allowed: cloud.input.checked },
      }),
    };
  },
  talk() {
    const room = device.read('room');
    const known = room && config.rooms.some(({ id }) => id === room);
    const { element, close } = reminding(words, MODELS[language]);
    return {
      close,
      elements: [element, make('div', 'row', [
        make('a', 'tool danger', [words.talk], { href: known ? `./?room=${encodeURIComponent(room)}` : './' }),
        make('a', 'tool', [words.models], { href: 'settings#tiers' }), make('a', 'tool', [words.see], { href: 'dashboard' }),
      ])],
    };
  },
};

function drawStepper(name) {
  byId('stepper').setAttribute('aria-label', words.progress(STEPS.indexOf(name) + 1, STEPS.length));
  put(byId('steps'), STEPS.map((step, i) => {
    const ready = done().indexOf(step) >= 0;
    return make('li', '', [make('a', '', [
      make('span', 'step-number', [ready ? '✓' : String(i + 1)], { 'aria-hidden': 'true' }), make('span', 'step-name', [words.steps[step][0]]),
      ready ? make('span', 'hidden', [` (${words.done})`]) : null,
    ], step === name ? { href: `#${step}`, 'aria-current': 'step' } : { href: `#${step}` })], { 'data-done': String(ready) });
  }));
}

function finish(name) {
  device.write('welcome', done().filter((step) => step !== name).concat([name]).join(' '));
  goTo(after(name));
}

function keep(name, entered, press) {
  let changes;
  put(byId('outcome'), []);
  try {
    changes = entered();
  } catch ({ message }) {
    put(byId('outcome'), [notice('error', message, '', 'alert')]);
    return;
  }
  press.disabled = true;
  put(byId('outcome'), [loading(words.saving)]);
  save(schema, changes).then((saved) => {
    config = Object.assign({}, saved.config);
    finish(name);
  }, (error) => {
    press.disabled = false;
    const more = (error.mistakes || []).map(({ message }) => message).join(' ');
    put(byId('outcome'), [more ? notice('error', error.message, more, 'alert') : trouble(error, SHELL[language], null)]);
  });
}

function show() {
  leave();
  const name = at();
  const { elements, entered, close } = bodies[name]();
  leave = close || (() => undefined);
  drawStepper(name);
  byId('h-step').textContent = words.steps[name][0];
  byId('about').textContent = words.steps[name][1];
  put(byId('body'), elements);
  put(byId('outcome'), []);
  const last = name === STEPS[STEPS.length - 1];
  const next = button(entered ? words.next : words.on, () => (entered ? keep(name, entered, next) : finish(name)), 'tool danger');
  put(byId('ways'), [
    last ? null : next,
    last || !entered ? null : button(words.skipStep, () => goTo(after(name))),
    name === STEPS[0] ? null : button(words.back, () => goTo(STEPS[STEPS.indexOf(name) - 1])),
  ]);
}

function begin() {
  put(byId('wait'), [loading(SHELL[language].loading)]);
  load().then((found) => {
    ({ schema, config } = found);
    put(byId('wait'), []);
    byId('step').hidden = false;
    show();
    window.addEventListener('hashchange', () => {
      show();
      byId('h-step').focus();
      tell(words.progress(STEPS.indexOf(at()) + 1, STEPS.length));
      window.scrollTo(0, 0);
    });
  }, (error) => put(byId('wait'), [trouble(error, SHELL[language], begin)]));
}

say(words, language);
begin();
