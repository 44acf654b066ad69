// Draws the icons of the installed page, as favicon.svg has them: `node endpoint-kiosk/icons.mjs` writes them anew. Few colours, so that
// they are small. The maskable one has no corners of its own, and all that matters within its inner circle.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';

const PAPER = [0xf4, 0xd3, 0xcf];
const INK = [0x3a, 0x12, 0x26];
const LAMP = [0xe0, 0x60, 0x7a];
/** Steps between two colours, for smooth edges. */
const STEPS = 2;
const DOTS = Array.from({ length: 8 }, (_, i) => [32 + 23 * Math.sin((i * Math.PI) / 4), 32 - 23 * Math.cos((i * Math.PI) / 4), 2.6]);

/** How much of a dot of the grid of 64 lies in a circle, one unit being `unit` wide. */
const inCircle = (x, y, [cx, cy, r], unit) => Math.min(1, Math.max(0, (r - Math.hypot(x - cx, y - cy)) / unit + 0.5));

function inPaper(x, y, unit) {
  const radius = 17;
  const dx = Math.max(0, Math.abs(x - 32) - (32 - radius));
  const dy = Math.max(0, Math.abs(y - 32) - (32 - radius));
  return Math.min(1, Math.max(0, (radius - Math.hypot(dx, dy)) / unit + 0.5));
}

/** Index into the palette: transparent to paper, paper to ink, ink to lamp. */
function colourAt(x, y, unit, maskable) {
  const scale = maskable ? 0.8 : 1;
  const [px, py, width] = [32 + (x - 32) / scale, 32 + (y - 32) / scale, unit / scale];
  const lamp = inCircle(px, py, [32, 32, 5.5], width);
  if (lamp > 0) {
    return 2 * STEPS + Math.round(lamp * STEPS);
  }
  const ink = Math.max(inCircle(px, py, [32, 32, 15], width), ...DOTS.map((dot) => inCircle(px, py, dot, width)));
  const paper = maskable ? 1 : inPaper(x, y, unit);
  return paper < 1 ? Math.round(paper * STEPS) : STEPS + Math.round(ink * STEPS);
}

/** The checksum of PNG. */
function crc32(bytes) {
  let crc = 0xffffffff;
  bytes.forEach((byte) => {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
  });
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** A PNG with 4 bits a dot. */
export function icon(size, maskable) {
  const mix = (a, b, i) => a.map((v, k) => Math.round(v + ((b[k] - v) * i) / STEPS));
  const steps = Array.from({ length: STEPS + 1 }, (_, i) => i);
  const palette = steps.slice(0, STEPS).map(() => PAPER).concat(steps.slice(0, STEPS).map((i) => mix(PAPER, INK, i)), steps.map((i) => mix(INK, LAMP, i)));
  const rows = Buffer.alloc((size / 2 + 1) * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const at = (v) => ((v + 0.5) * 64) / size;
      const colour = colourAt(at(x), at(y), 64 / size, maskable);
      rows[y * (size / 2 + 1) + 1 + (x >> 1)] |= colour << (x % 2 ? 0 : 4);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([4, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('PLTE', Buffer.from(palette.flat())),
    chunk('tRNS', Buffer.from(steps.slice(0, STEPS).map((i) => Math.round((i * 255) / STEPS)))),
    chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The files, as the manifest names them. */
export const ICONS = { 'icons/192.png': [192, false], 'icons/512.png': [512, false], 'icons/maskable.png': [512, true] };
export const WEB = fileURLToPath(new URL('./web/', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  Object.entries(ICONS).forEach(([name, [size, maskable]]) => writeFileSync(WEB + name, icon(size, maskable)));
}
