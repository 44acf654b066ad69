// The gateway's examples, which are the real gateway before a small stand-in for the rest of the house.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The binary of the example `name`: what ROSIE_NAME (ROSIE_ALONE, ROSIE_ECHO) names, else what cargo builds. */
export async function example(name) {
  const named = process.env[`ROSIE_${name.toUpperCase()}`];
  if (named) {
    return named;
  }
  const args = ['build', '--release', '--locked', '-p', 'rosie-gateway', '--example', name, '--message-format=json'];
  const { stdout } = await promisify(execFile)('cargo', args, { cwd: ROOT, maxBuffer: 1 << 28 });
  const built = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line))
    .find((message) => message.executable && message.target.name === name);
  return built.executable;
}
