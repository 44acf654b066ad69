// The ring of a timer: two soft struck notes, again and again until it is stopped. Made here, so it sounds even when
// the appliance has no voice.

const EVERY_MS = 2400;
const NOTES_HZ = [659.26, 880];

function strike(ctx, out, hz, at) {
  const tone = ctx.createOscillator();
  const envelope = ctx.createGain();
  tone.type = 'sine';
  tone.frequency.value = hz;
  envelope.gain.setValueAtTime(0, at);
  envelope.gain.linearRampToValueAtTime(0.5, at + 0.01);
  envelope.gain.exponentialRampToValueAtTime(0.001, at + 1.1);
  tone.connect(envelope);
  envelope.connect(out);
  tone.start(at);
  tone.stop(at + 1.2);
}

export class Chime {
  /** `context()` gives the AudioContext or null; while `busy()` is true (Rosie speaks) the ring waits. */
  constructor(context, busy) {
    this.context = context;
    this.busy = busy;
    this.timer = null;
    this.volume = 1;
  }

  /** Rings while `on`; `volume` is a gain, 0 to 1. */
  set(on, volume) {
    this.volume = volume;
    if (on && this.timer === null) {
      this.ring();
      this.timer = setInterval(() => this.ring(), EVERY_MS);
    } else if (!on && this.timer !== null) {
      clearInterval(this.timer);
      this.timer = null;
    }
  }

  ring() {
    const ctx = this.context();
    if (!ctx || ctx.state !== 'running' || this.busy()) {
      return;
    }
    const out = ctx.createGain();
    // A ring that cannot be heard is no ring: never below a quarter.
    out.gain.value = Math.max(0.25, this.volume);
    out.connect(ctx.destination);
    NOTES_HZ.forEach((hz, i) => strike(ctx, out, hz, ctx.currentTime + 0.05 + i * 0.22));
    setTimeout(() => out.disconnect(), 2000);
  }
}
