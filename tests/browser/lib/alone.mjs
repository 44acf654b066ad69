// The real gateway before an appliance in main memory (the gateway's example `alone`).

import { spawn } from 'node:child_process';
import { example } from './example.mjs';

const MINUTE = 60000;

/** Starts it on a free port, `more` being what it is told besides; resolves to `{ url, end() }`. */
export async function startAlone(...more) {
  const server = spawn(await example('alone'), ['127.0.0.1:0', ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => server.on('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    server.stdout.on('data', (text) => resolve(`http://${String(text).trim().split(' ').pop()}/`));
    server.on('exit', () => reject(new Error('the gateway ended while it started')));
    setTimeout(() => reject(new Error('the gateway did not start')), MINUTE).unref();
  });
  return {
    url,
    end: () => {
      server.kill('SIGKILL');
      return gone;
    },
  };
}
