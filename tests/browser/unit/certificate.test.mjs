import assert from 'node:assert/strict';
import test from 'node:test';
import { SYSTEMS, WORDS, languageOf, secureAddress, systemOf } from '../../../endpoint-kiosk/web/js/certificate/words.js';

test('every language says everything, and every system has its steps', () => {
  const keys = Object.keys(WORDS.en).sort();
  for (const [language, words] of Object.entries(WORDS)) {
    assert.deepEqual(Object.keys(words).sort(), keys, language);
    for (const system of SYSTEMS) {
      assert.equal(words.steps[system].length, WORDS.en.steps[system].length, `${language} ${system}`);
      assert.ok(words.systems[system], `${language} ${system}`);
      words.steps[system].forEach((step) => assert.match(step, /[.)]$/, `${language} ${system}`));
    }
    assert.match(words.until('1.2.2027'), /1\.2\.2027/, language);
  }
  assert.equal(languageOf(['pt-BR', 'fr-CA', 'en']), 'fr');
  assert.equal(languageOf(['pt']), 'en');
});

test('a device finds its own steps', () => {
  const agents = {
    android: 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36',
    ios: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
    windows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36',
    macos: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15',
    linux: 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
  };
  Object.entries(agents).forEach(([system, agent]) => assert.equal(systemOf(agent), system));
});

test('the secure address keeps the name that Rosie was reached by', () => {
  const at = (href) => new URL(href);
  assert.equal(secureAddress(at('http://rosie.local:8000/certificate'), 8443), 'https://rosie.local:8443/');
  assert.equal(secureAddress(at('http://192.168.1.7:8000/certificate'), 443), 'https://192.168.1.7/');
  assert.equal(secureAddress(at('http://[fd00::7]:8000/'), 8443), 'https://[fd00::7]:8443/');
});
