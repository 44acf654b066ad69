// Quiet times as they are entered and told. Pure: nothing here touches the page.

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** What a new one begins with. */
export const NIGHT = { from: '22:00', to: '07:00', days: [], rooms: [] };

/** A day of the week in a language: `long` or `short`. */
export function dayName(day, language, style) {
  // The first of January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));
  return new Intl.DateTimeFormat(language, { weekday: style, timeZone: 'UTC' }).format(date);
}

/** As the configuration has it: all days are none, and all rooms. */
export function entered({ from, to, days, rooms }, all) {
  const known = rooms.filter((id) => all.some((room) => room.id === id));
  return {
    from, to, days: days.length === DAYS.length ? [] : DAYS.filter((day) => days.indexOf(day) >= 0),
    rooms: known.length === all.length ? [] : known,
  };
}

/** What one time is, in a sentence. */
export function told({ from, to, days, rooms }, all, words, language) {
  const named = rooms.map((id) => (all.find((room) => room.id === id) || { name: id }).name);
  const when = days.length ? days.map((day) => dayName(day, language, 'short')).join(', ') : words.everyDay;
  return words.told(from, to, when, named.length ? named.join(', ') : words.everyRoom);
}
