// What a line of the log says; nothing here touches the page.

export const LEVELS = ['error', 'warn', 'info', 'debug', 'trace'];

/** The fields of a line in one: `room_id: kitchen · duration_ms: 7`; empty ones are left out. */
export function rest(fields) {
  const told = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  return Object.keys(fields).filter((name) => fields[name] !== null && fields[name] !== '')
    .map((name) => `${name}: ${told(fields[name])}`).join(' · ');
}

/** `rosie-support-2026-11-30.json`, by the day here. */
export function fileName(date) {
  const two = (number) => String(number).padStart(2, '0');
  return `rosie-support-${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}.json`;
}
