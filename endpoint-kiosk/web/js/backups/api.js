// The backups' part of the HTTP API.

import { client } from '../api.js';

const { ask, sendFile } = client('api/v1/backups');

export const backups = { ask, sendFile };
/** The address of one, behind that of all. */
export const one = (name, more) => `/${encodeURIComponent(name)}${more || ''}`;

/** What a backup is made of, in words. */
export const PARTS = {
  memory: 'What she remembers, timers and alarms',
  configuration: 'Configuration',
  keys: 'Keys and tokens',
  deeds: 'The list of what was done',
  plugins: 'Plugins',
  sentences: 'Your own sentences',
};
