import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { icon, ICONS } from '../../../endpoint-kiosk/icons.mjs';
import { WEB } from '../lib/pages.mjs';

test('the icons are what the script draws, and the manifest names them', () => {
  const manifest = JSON.parse(readFileSync(join(WEB, 'manifest.webmanifest'), 'utf8'));
  Object.entries(ICONS).forEach(([name, [size, maskable]]) => {
    const file = readFileSync(join(WEB, name));
    assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [size, size], name);
    // Another zlib packs otherwise; the same dots unpack.
    assert.ok(Math.abs(icon(size, maskable).length - file.length) < 400, `${name}: run node endpoint-kiosk/icons.mjs`);
    const named = manifest.icons.find(({ src }) => src === name);
    assert.deepEqual([named.sizes, named.purpose], [`${size}x${size}`, maskable ? 'maskable' : undefined], name);
  });
  manifest.icons.forEach(({ src }) => assert.ok(statSync(join(WEB, src)).size > 0));
});

test('all pages together, packed as one, are under 150 kB', () => {
  const files = readdirSync(WEB, { recursive: true }).map((name) => join(WEB, String(name))).filter((path) => statSync(path).isFile()).sort();
  const packed = brotliCompressSync(Buffer.concat(files.map((path) => readFileSync(path))), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  assert.ok(packed.length < 150000, `${packed.length} bytes`);
});
