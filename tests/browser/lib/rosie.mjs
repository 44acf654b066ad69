// The real appliance, for tests: starts `rosied`, kills it, asks it to say and to transcribe.

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The daemon's binary: $ROSIED, else what `cargo build --release` leaves in the repository. */
export function binary() {
  const path = process.env.ROSIED || fileURLToPath(new URL('../../../target/release/rosied', import.meta.url));
  if (!existsSync(path)) {
    throw new Error(`there is no daemon at ${path}: build it (cargo build --release -p rosied), or name it in ROSIED`);
  }
  return path;
}

/** The folder of the models; `make models` fills it. */
export function models() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const path = process.env.ROSIE_MODELS || join(cache, 'rosie', 'models');
  if (!existsSync(path)) {
    throw new Error(`there are no models at ${path}: run \`make models\`, or name their folder in ROSIE_MODELS`);
  }
  return path;
}

export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'rosie-browser-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts the daemon on 127.0.0.1:`port`, and where given with https on `secure`, with its data in `data` and, where given, the configuration file `config`, and
 * waits until it hears and speaks; `env` is added to its environment. Returns `{ url, kill(signal) }`; `kill` resolves when the process is gone.
 */
export async function startRosie({ port, secure, data, config, env }) {
  const args = ['run', '--data', data, '--models', models(), '--listen', `127.0.0.1:${port}`]
    .concat(secure ? ['--listen-tls', `127.0.0.1:${secure}`] : []);
  const child = spawn(binary(), config ? args.concat('--config', config) : args, {
    stdio: ['ignore', 'ignore', 'pipe'], env: Object.assign({}, process.env, env),
  });
  let log = '';
  child.stderr.on('data', (chunk) => { log = (log + chunk).slice(-4000); });
  const gone = new Promise((resolve) => child.on('exit', resolve));
  let exited = false;
  gone.then(() => { exited = true; });
  const url = `http://127.0.0.1:${port}/`;
  const kill = (signal = 'SIGTERM') => {
    child.kill(signal);
    return gone;
  };
  for (let i = 0; i < 600; i += 1) {
    if (exited) {
      throw new Error(`rosied ended while it started: ${log}`);
    }
    const unready = await notReady(url);
    if (unready.length === 0) {
      return { url, kill };
    }
    if (i === 599) {
      await kill('SIGKILL');
      throw new Error(`rosied was not ready within a minute: ${unready.join('; ')} (missing models: run \`make models\`)\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('unreachable');
}

/** What the daemon cannot do yet, of what a voice turn needs. */
async function notReady(url) {
  try {
    const { parts } = await (await fetch(`${url}api/v1/health`)).json();
    return ['vad', 'stt', 'tts'].filter((name) => !parts[name] || parts[name].health.state !== 'ready')
      .map((name) => `${name}: ${parts[name] ? JSON.stringify(parts[name].health) : 'missing'}`);
  } catch (error) {
    return [String(error.cause || error)];
  }
}

/** Writes `text`, said, to the WAV file `path`. */
export async function say(text, path, data) {
  await run(binary(), ['say', text, '-o', path, '--data', data, '--models', models()]);
}

/** The words in the WAV file `path`. */
export async function transcribe(path, data) {
  const { stdout } = await run(binary(), ['transcribe', path, '--json', '--data', data, '--models', models()]);
  const { transcript, error } = JSON.parse(stdout);
  if (!transcript) {
    throw new Error(`nothing was understood in ${path}: ${JSON.stringify(error)}`);
  }
  return transcript.text;
}

/** Share of the words of `expected` that `actual` has, 0 to 1; digits and case aside. */
export function wordsInCommon(expected, actual) {
  const words = (text) => text.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, ' ').split(/\s+/).filter((w) => w && !/^\d/.test(w));
  const said = new Set(words(actual));
  const wanted = words(expected);
  return wanted.filter((w) => said.has(w)).length / Math.max(1, wanted.length);
}
