// The loudspeaker grille around the knob: rings of dots that show each face without colour. Listening fills them from
// the middle with the person's loudness, thinking goes round, speaking ripples outward, muted is struck through.

const RINGS = 7;
const INNER = 0.53;
const OUTER = 0.965;
const TAU = Math.PI * 2;
// Loudness is followed at once and falls slowly, as the needle of a meter does.
const RISE_S = 0.03;
const FALL_S = 0.14;

/** Dots in polar coordinates: `{ ring (0 inner to 1 outer), r (of the radius), angle }`. */
export function dots() {
  const all = [];
  for (let i = 0; i < RINGS; i += 1) {
    const r = INNER + ((OUTER - INNER) * i) / (RINGS - 1);
    const count = Math.round((TAU * r) / 0.098);
    for (let k = 0; k < count; k += 1) {
      all.push({ ring: i / (RINGS - 1), r, angle: (k / count) * TAU + (i % 2) * (Math.PI / count) });
    }
  }
  return all;
}

function swell(x) {
  return x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x);
}

/** How strongly a dot is lit, 0 to 1. `t`: seconds; `level`: loudness, 0 to 1. */
export function lit(face, dot, t, level) {
  switch (face) {
    case 'listening':
    case 'follow_up':
      return swell((0.12 + level * 1.15 - dot.ring) * 3 + 0.5);
    case 'thinking': {
      const behind = (((t * 0.55 - dot.angle / TAU) % 1) + 1) % 1;
      return swell(1 - behind * 1.7);
    }
    case 'speaking':
      return swell(0.5 + 0.5 * Math.sin(dot.ring * 8 - t * 5)) * (0.45 + 0.55 * level);
    case 'connecting':
    case 'reconnecting':
    case 'opening': {
      const sector = (((dot.angle / TAU - t * 0.12) * 6) % 1 + 1) % 1;
      return dot.ring > 0.75 && sector < 0.5 ? 0.9 : 0;
    }
    case 'muted':
      return Math.abs(Math.sin(dot.angle - Math.PI / 4) * dot.r) < 0.085 ? 1 : 0;
    case 'error':
      return Math.floor((dot.angle / TAU) * 12 + 0.5) % 2 ? 0.95 : 0;
    case 'ringing':
      return Math.cos(dot.angle) * Math.sin(t * 6) > 0.15 ? 1 : 0.1;
    default:
      return swell((level * 1.2 - dot.ring) * 3) * 0.8 + 0.1 * swell(0.5 + 0.5 * Math.sin(dot.ring * 3 - t * 0.9));
  }
}

export class Grille {
  /** `level()` gives the loudness to show, 0 to 1. */
  constructor(canvas, level) {
    this.canvas = canvas;
    this.level = level;
    this.dots = dots();
    this.face = 'connecting';
    this.shown = 0;
    this.last = 0;
    this.still = window.matchMedia('(prefers-reduced-motion: reduce)');
    this.paint = this.paint.bind(this);
    requestAnimationFrame(this.paint);
  }

  setFace(face) {
    this.face = face;
  }

  fit() {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const size = Math.round(this.canvas.clientWidth * ratio);
    if (this.canvas.width !== size) {
      this.canvas.width = size;
      this.canvas.height = size;
    }
    return size;
  }

  paint(ms) {
    requestAnimationFrame(this.paint);
    const size = this.fit();
    if (!size || document.hidden) {
      return;
    }
    const level = this.level();
    const passed = Math.min(0.25, Math.max(0, ms - this.last) / 1000);
    this.last = ms;
    this.shown += (level - this.shown) * (1 - Math.exp(-passed / (level > this.shown ? RISE_S : FALL_S)));
    // Asked for less motion, the pattern of each face stands still; loudness alone still moves.
    const still = this.still.matches || document.documentElement.getAttribute('data-motion') === 'less';
    const t = still ? 0.4 : ms / 1000;
    const ctx = this.canvas.getContext('2d');
    const half = size / 2;
    ctx.clearRect(0, 0, size, size);
    ctx.fillStyle = getComputedStyle(this.canvas).color;
    this.dots.forEach((dot) => {
      const value = lit(this.face, dot, t, this.shown);
      ctx.globalAlpha = 0.2 + 0.8 * value;
      ctx.beginPath();
      ctx.arc(
        half + Math.cos(dot.angle) * dot.r * half,
        half + Math.sin(dot.angle) * dot.r * half,
        size * (0.0092 + 0.0068 * value), 0, TAU,
      );
      ctx.fill();
    });
  }
}
