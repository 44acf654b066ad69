// What browsers call themselves, in words that people know them by; nothing here touches the page.

/** In this order: most call themselves by the names of others, too. */
const BROWSERS = [[/Edg(e|A|iOS)?\//, 'Edge'], [/OPR\//, 'Opera'], [/SamsungBrowser\//, 'Samsung Internet'], [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|Chromium\/|CriOS\//, 'Chrome'], [/Safari\//, 'Safari']];
const SYSTEMS = [[/Android/, 'Android'], [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'], [/Linux/, 'Linux']];

/** `Firefox, Windows`; what calls itself otherwise, as it does. */
export function browserOf(label) {
  const found = [BROWSERS, SYSTEMS].map((known) => known.find(([mark]) => mark.test(label))).filter(Boolean);
  return found.length ? found.map(([, name]) => name).join(', ') : label;
}
