// The integrations' part of the HTTP API.

import { client } from '../api.js';

export const integrations = client('api/v1/integrations');
/** The address of one, behind that of all. */
export const one = (name, more) => `/${encodeURIComponent(name)}${more || ''}`;
