// What a page does that the house does not know: it shows six digits until the owner confirms them, keeps the key that it is given, and
// knocks again. Nothing here touches the page.

const POLL_MS = 2000;
const KNOCK_AGAIN_MS = 15000;

export class Door {
  /**
   * `api(method, path, body)` asks; `endpoint` and `label` tell who this is; `keys` reads and writes the key; `show(code)` shows the
   * digits, null takes them away; `enter()` connects again; `later(fn, ms)`.
   */
  constructor(given) {
    Object.assign(this, given);
    this.waits = false;
    /** What belongs to an earlier refusal comes to nothing. */
    this.round = 0;
    /** The key that is there was tried once more: whoever was moved by the owner is refused once. */
    this.tried = false;
  }

  /** The appliance did not let this page in. */
  refused() {
    if (this.waits) {
      return;
    }
    this.waits = true;
    this.round += 1;
    if (this.keys.read() && !this.tried) {
      this.tried = true;
      this.later(() => this.open(), 500);
      return;
    }
    this.keys.write(null);
    this.knock(this.round);
  }

  /** It did. */
  welcome() {
    this.waits = false;
    this.tried = false;
    this.show(null);
  }

  isOver(round) {
    return !this.waits || round !== this.round;
  }

  knock(round) {
    if (this.isOver(round)) {
      return;
    }
    this.api('POST', 'pairing', { endpoint: this.endpoint, label: this.label }).then((given) => {
      this.show(given.code);
      this.poll(given.ticket, round);
    }).catch(() => this.later(() => this.knock(round), KNOCK_AGAIN_MS));
  }

  poll(ticket, round) {
    this.later(() => {
      if (this.isOver(round)) {
        return;
      }
      this.api('GET', `pairing/${ticket}`).then((state) => {
        if (state.state !== 'paired') {
          this.poll(ticket, round);
          return;
        }
        this.keys.write(state.key);
        this.tried = false;
        this.open();
      }).catch((error) => (error.status === 404 ? this.knock(round) : this.poll(ticket, round)));
    }, POLL_MS);
  }

  open() {
    this.waits = false;
    this.enter();
  }
}
