// Time that passes when a test says so: stands in for setTimeout and setInterval.

/** Takes the place of the timers; `tick(ms)` lets time pass, `restore()` gives them back. */
export function stopTime() {
  const real = { setTimeout, clearTimeout, setInterval, clearInterval };
  let now = 0;
  let last = 0;
  const due = new Map();
  const add = (every) => (fn, ms = 0) => {
    last += 1;
    due.set(last, { fn, at: now + ms, every: every ? Math.max(1, ms) : null });
    return last;
  };
  const clear = (id) => due.delete(id);
  Object.assign(globalThis, {
    setTimeout: add(false), setInterval: add(true), clearTimeout: clear, clearInterval: clear,
  });
  return {
    tick(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...due].filter(([, t]) => t.at <= end).sort(([, a], [, b]) => a.at - b.at);
        if (!next) {
          break;
        }
        const [id, timer] = next;
        now = timer.at;
        if (timer.every) {
          timer.at += timer.every;
        } else {
          due.delete(id);
        }
        timer.fn();
      }
      now = end;
    },
    restore: () => Object.assign(globalThis, real),
  };
}
