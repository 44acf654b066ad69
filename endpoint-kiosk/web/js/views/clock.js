// The time, as on any appliance of a kitchen.

/** Keeps `element` (a `<time>`) at the present minute. */
export function showClock(element) {
  const show = () => {
    const now = new Date();
    element.textContent = now.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
    setTimeout(show, 60000 - (now.getTime() % 60000) + 20);
  };
  show();
}
