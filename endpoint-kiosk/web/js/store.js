// Holds the state and tells the views of each change, at most once a screen frame.

/** Runs `fn` with the next screen frame; a page in the background draws none, but its timers must still ring. */
export function soon(fn) {
  let ran = false;
  const once = () => {
    if (!ran) {
      ran = true;
      fn();
    }
  };
  window.requestAnimationFrame(once);
  setTimeout(once, 100);
}

export class Store {
  /** `later(fn)` runs `fn` once, a little later: `soon` in the page. */
  constructor(state, later) {
    this.state = state;
    this.later = later;
    this.listeners = [];
    this.pending = false;
  }

  subscribe(listener) {
    this.listeners.push(listener);
  }

  /** Replaces the state by `change(state, value)`. */
  apply(change, value) {
    this.set(change(this.state, value));
  }

  /** Replaces some fields. */
  patch(fields) {
    this.set(Object.assign({}, this.state, fields));
  }

  set(next) {
    if (next === this.state) {
      return;
    }
    this.state = next;
    if (!this.pending) {
      this.pending = true;
      this.later(() => {
        this.pending = false;
        this.listeners.forEach((listener) => listener(this.state));
      });
    }
  }
}
