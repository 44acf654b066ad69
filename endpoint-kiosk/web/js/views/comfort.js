// What makes the page easier on the eyes, kept on this device: large text, less motion, dark at night; and that nothing burns itself into a
// screen that shows the same all day.

import { device } from '../memory.js';
import { byId } from './dom.js';
import { isNight } from './dimmer.js';

const MINUTE_MS = 60000;
/** Where the picture stands, minute after minute, in pixels: less than anybody notices. */
const DRIFT = [[0, 0], [3, 2], [5, -1], [2, -4], [-2, -4], [-5, -1], [-3, 3]];

/** Shows a choice of this device as an attribute of the page, from now on. */
function choice(name, changed) {
  const select = byId(name);
  const show = () => {
    document.documentElement.setAttribute(`data-${name}`, select.value);
    changed(select.value);
  };
  select.value = device.read(name) || select.options[0].value;
  select.addEventListener('change', () => {
    device.write(name, select.value);
    show();
  });
  show();
  return show;
}

/** `night(on)` is told whether the page is to be dark now. */
export function beComfortable(night) {
  let minute = 0;
  choice('text', () => undefined);
  choice('motion', () => undefined);
  const tellNight = choice('night', (value) => night(value === 'dark' && isNight(new Date().getHours())));
  setInterval(() => {
    minute += 1;
    const [x, y] = DRIFT[minute % DRIFT.length];
    Array.from(document.querySelectorAll('.bar > *, .front > *')).forEach((part) => { part.style.transform = `translate(${x}px, ${y}px)`; });
    tellNight();
  }, MINUTE_MS);
}
