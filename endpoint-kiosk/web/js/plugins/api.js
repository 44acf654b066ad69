// The plugins' part of the HTTP API.

import { client } from '../api.js';

const { ask, sendFile } = client('api/v1/plugins');

export const plugins = { ask, sendFile };
/** The address of one, behind that of all. */
export const one = (name, more) => `/${encodeURIComponent(name)}${more || ''}`;
