// The microphone check: a picture of the level, and what it means.

import { Microphone } from '../audio/microphone.js';
import { microphoneHelp } from '../microphone-help.js';
import { button, put } from '../memories/show.js';
import { make, setText } from '../views/dom.js';
import { bars } from '../views/svg.js';
import { notice } from '../views/worded.js';

const SHOWN = 48;
const EVERY_MS = 100;
/** A voice is louder than this, and a good one for so many pictures. */
const VOICE = 0.08;
const ENOUGH = 4;

/** `{ element, close() }` */
export function hearing(words) {
  let level = 0;
  let levels = [];
  let loud = 0;
  let timer = 0;
  const picture = make('div', 'level-picture');
  const state = make('p', 'level-words', [], { role: 'status' });
  const meter = make('meter', 'hidden', [], { min: '0', max: '1', value: '0', 'aria-label': words.level });
  const row = make('div', 'row');
  const problem = make('div', '');
  const microphone = new Microphone({
    frame: () => undefined,
    level: (now) => { level = Math.max(level, now); },
    lost: (name) => help(name),
  });

  function draw() {
    levels = levels.concat([level]).slice(-SHOWN);
    loud += level > VOICE ? 1 : 0;
    meter.value = level;
    level = 0;
    put(picture, [bars(levels, 1, [])]);
    const silent = levels.length >= SHOWN ? words.quiet : words.listening;
    setText(state, loud >= ENOUGH ? words.hears : silent);
  }

  function close() {
    clearInterval(timer);
    microphone.close();
    level = 0;
    put(row, [button(words.listen, open)]);
  }

  function help(name) {
    close();
    const { title, why, steps } = microphoneHelp(name, { userAgent: navigator.userAgent, origin: window.location.origin });
    put(problem, [notice('error', title, [why].concat(steps).join(' '), 'alert')]);
    if (name === 'insecure') {
      problem.append(make('p', 'row', [make('a', 'tool', [words.secure], { href: 'certificate' })]));
    }
  }

  function open() {
    put(problem, []);
    levels = [];
    loud = 0;
    setText(state, words.listening);
    put(row, [button(words.stop, close)]);
    microphone.open().then(() => {
      clearInterval(timer);
      timer = setInterval(draw, EVERY_MS);
    }, (error) => error.problem !== 'closed' && help(error.problem || 'failed'));
  }

  put(picture, [bars([], 1, [])]);
  put(row, [button(words.listen, open)]);
  return { element: make('div', 'plate', [picture, meter, state, row, problem]), close };
}
