// A screen that is to be darker than it is: black over everything, that lets touches through. Browsers cannot turn the light
// behind the screen down.

/** How much of the page's light stays at 0: it has to be read still. */
const LEAST = 0.06;

/** How bright it is at most, in percent, where it is to be dark at night; and from which hour to which it is night. */
const NIGHT = { brightness: 12, from: 22, to: 6 };

export function isNight(hour) {
  return hour >= NIGHT.from || hour < NIGHT.to;
}

/** How dark the page is, 0 to 1: not at all while somebody uses it or something rings. `night`: it is, and it is to be dark then. */
export function darkness({ brightness: wanted, turnState, timers, phase, night }) {
  const brightness = night ? Math.min(NIGHT.brightness, wanted) : wanted;
  const used = turnState !== 'idle' || timers.length > 0 || phase !== 'online';
  const light = LEAST + (1 - LEAST) * (Math.min(100, Math.max(0, brightness)) / 100);
  return used ? 0 : 1 - light;
}

export function showDarkness(element, state) {
  const dark = darkness(state);
  element.hidden = dark === 0;
  element.style.opacity = String(dark);
}
