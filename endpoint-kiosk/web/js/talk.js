// The talk button as a small machine. Down is `press`, up is `release`: the appliance itself tells a tap (it listens
// until silence or the next tap) from a hold (it listens until release). What is left for the page is to wait for a
// microphone that is still opening, and not to cut the last syllable off.

/** What is still on its way from the microphone when the finger lifts. */
const TAIL_MS = 80;
/** A shorter press is a tap; as `tap_ms` of the appliance. */
const TAP_MS = 350;

export class Talk {
  /**
   * `actions`: `open()` → Promise of the microphone, `send(type)`, `changed(pressed)`.
   * `clock`: `{ now(), later(fn, ms) }`.
   */
  constructor(actions, clock) {
    this.actions = actions;
    this.clock = clock;
    /** The button is down. */
    this.down = false;
    /** `press` went out and `release` has not. */
    this.pressed = false;
    this.downAt = 0;
    this.round = 0;
  }

  /** The button went down. */
  press() {
    if (this.down) {
      return;
    }
    this.down = true;
    this.downAt = this.clock.now();
    this.round += 1;
    const round = this.round;
    this.actions.open().then((ready) => {
      if (!ready || round !== this.round) {
        return;
      }
      this.set(true);
      this.actions.send('press');
      // Let go while the microphone opened (often: while the browser asked). That is a tap.
      if (!this.down) {
        this.set(false);
        this.actions.send('release');
      }
    });
  }

  /** The button came up. */
  release() {
    if (!this.down) {
      return;
    }
    this.down = false;
    if (!this.pressed) {
      return;
    }
    const round = this.round;
    const tap = this.clock.now() - this.downAt < TAP_MS;
    this.clock.later(() => {
      if (round === this.round && this.pressed) {
        this.set(false);
        this.actions.send('release');
      }
    }, tap ? 0 : TAIL_MS);
  }

  /** Down and up at once: what a screen reader or a switch does. */
  tap() {
    this.press();
    this.release();
  }

  /** Forgets a press that waits for the microphone or for its release. */
  abandon() {
    this.round += 1;
    this.down = false;
    this.set(false);
  }

  set(pressed) {
    this.pressed = pressed;
    this.actions.changed(pressed);
  }
}
