// The one AudioContext of the page. Browsers keep it silent until a person has touched the page, so the first gesture
// of any kind unlocks it.

const GESTURES = ['pointerdown', 'pointerup', 'touchend', 'mousedown', 'keydown'];

let context = null;

/** The context, made on first use; null where the browser has no Web Audio. */
export function audioContext() {
  if (!context) {
    const Context = window.AudioContext || window.webkitAudioContext;
    context = Context ? new Context({ latencyHint: 'interactive' }) : null;
  }
  return context;
}

/** Tries to start the context; resolves to whether it runs. */
export function unlock() {
  const ctx = audioContext();
  if (!ctx) {
    return Promise.resolve(false);
  }
  if (ctx.state === 'running') {
    return Promise.resolve(true);
  }
  // Outside a gesture resume() may stay pending for ever: give it a moment, no more.
  const moment = new Promise((resolve) => setTimeout(resolve, 300));
  return Promise.race([ctx.resume().catch(() => undefined), moment]).then(() => ctx.state === 'running');
}

/** Unlocks on every gesture for as long as the context is not running; `onChange(running)` hears of it. */
export function unlockOnGesture(onChange) {
  const attempt = () => {
    const ctx = audioContext();
    if (ctx && ctx.state !== 'running') {
      unlock().then(onChange);
    }
  };
  GESTURES.forEach((name) => document.addEventListener(name, attempt, { capture: true, passive: true }));
}
