// A screen that is to be darker than it is: black over everything, that lets touches through. Browsers cannot turn the light
// behind the screen down.

/** How much of the page's light stays at 0: it has to be read still. */
const LEAST = 0.06;

/** How dark the page is, 0 to 1: not at all while somebody uses it or something rings. */
export function darkness({ brightness, turnState, timers, phase }) {
  const used = turnState !== 'idle' || timers.length > 0 || phase !== 'online';
  const light = LEAST + (1 - LEAST) * (Math.min(100, Math.max(0, brightness)) / 100);
  return used ? 0 : 1 - light;
}

export function showDarkness(element, state) {
  const dark = darkness(state);
  element.hidden = dark === 0;
  element.style.opacity = String(dark);
}
