// Which language a page speaks, and what languages call themselves.

const OWN_NAMES = {
  af: 'Afrikaans', ar: 'العربية', bg: 'Български', bn: 'বাংলা', ca: 'Català', cs: 'Čeština', cy: 'Cymraeg',
  da: 'Dansk', de: 'Deutsch', el: 'Ελληνικά', en: 'English', es: 'Español', et: 'Eesti', eu: 'Euskara',
  fa: 'فارسی', fi: 'Suomi', fr: 'Français', gl: 'Galego', he: 'עברית', hi: 'हिन्दी', hr: 'Hrvatski',
  hu: 'Magyar', id: 'Indonesia', is: 'Íslenska', it: 'Italiano', ja: '日本語', ka: 'ქართული', ko: '한국어',
  lb: 'Lëtzebuergesch', lt: 'Lietuvių', lv: 'Latviešu', ml: 'മലയാളം', mn: 'Монгол', ms: 'Melayu',
  nb: 'Norsk bokmål', ne: 'नेपाली', nl: 'Nederlands', pl: 'Polski', pt: 'Português', ro: 'Română',
  ru: 'Русский', sk: 'Slovenčina', sl: 'Slovenščina', sr: 'Српски', sv: 'Svenska', sw: 'Kiswahili',
  ta: 'தமிழ்', te: 'తెలుగు', th: 'ไทย', tr: 'Türkçe', uk: 'Українська', ur: 'اردو', vi: 'Tiếng Việt', zh: '中文',
};

/** The name of `tag` (`de`, `pt-BR`) in that language: from the browser where it knows, else from the table. */
export function ownName(tag) {
  const primary = tag.split('-')[0];
  if (window.Intl && Intl.DisplayNames) {
    try {
      const name = new Intl.DisplayNames([tag], { type: 'language', fallback: 'none' }).of(tag);
      if (name) {
        return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
      }
    } catch (error) {
      // A tag the browser does not accept: the table may.
    }
  }
  const name = OWN_NAMES[primary] || primary;
  return tag === primary ? name : `${name} (${tag.slice(primary.length + 1)})`;
}

/** Languages that the browser asks for, best first. */
export function wantedLanguages() {
  return navigator.languages && navigator.languages.length ? navigator.languages : [navigator.language || 'en'];
}

/** The first of `wanted` (`['de-AT', 'en']`) that `words` are there in. */
export function languageAmong(wanted, words) {
  return wanted.map((tag) => tag.split('-')[0].toLowerCase()).find((primary) => words[primary]) || 'en';
}
