// The rate at which a microphone really delivers. Some Android devices (the Echo Show 5 among them) report 44.1 kHz
// and deliver 22.05: taken at their word, everyone would speak twice too fast for the recogniser.

const KNOWN_RATES = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000];
const LONGEST_GAP_MS = 400;
const ENOUGH_MS = 2500;
const TOLERANCE = 0.15;

export class RateMeter {
  constructor(declaredRate) {
    this.declaredRate = declaredRate;
    this.restart();
  }

  restart() {
    this.samples = 0;
    this.elapsedMs = 0;
    this.lastMs = null;
  }

  /**
   * Tells of `count` samples that arrived at `nowMs` (a monotonic clock). Returns the true rate once it is certain
   * that it differs from the declared one, else null. A pause (the page slept, a prompt stood open) starts over.
   */
  add(count, nowMs) {
    if (this.lastMs === null || nowMs - this.lastMs > LONGEST_GAP_MS) {
      this.restart();
      this.lastMs = nowMs;
      return null;
    }
    this.samples += count;
    this.elapsedMs += nowMs - this.lastMs;
    this.lastMs = nowMs;
    if (this.elapsedMs < ENOUGH_MS) {
      return null;
    }
    const measured = (this.samples * 1000) / this.elapsedMs;
    this.restart();
    this.lastMs = nowMs;
    if (Math.abs(measured / this.declaredRate - 1) < TOLERANCE) {
      return null;
    }
    return nearestRate(measured);
  }
}

/** The customary rate nearest to a measured one, by ratio. */
export function nearestRate(measured) {
  let best = KNOWN_RATES[0];
  KNOWN_RATES.forEach((rate) => {
    if (Math.abs(Math.log(rate / measured)) < Math.abs(Math.log(best / measured))) {
      best = rate;
    }
  });
  return best;
}
