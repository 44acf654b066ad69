// The page must run in Chrome 61 (Echo Show, old tablets): nothing newer in syntax, in APIs or in CSS without a fallback.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { WEB } from '../lib/pages.mjs';

const files = (ending) => readdirSync(WEB, { recursive: true }).map(String).filter((name) => name.endsWith(ending));
const source = (name) => readFileSync(join(WEB, name), 'utf8');

/** Members and globals that came after Chrome 61 (with the version they came in). */
const NEWER = new Map(Object.entries({
  finally: 63, allSettled: 76, any: 85, flat: 69, flatMap: 69, matchAll: 73, replaceAll: 85, fromEntries: 73,
  trimStart: 66, trimEnd: 66, findLast: 97, toSorted: 110, hasOwn: 93, at: 92, replaceChildren: 86,
  toggleAttribute: 69, randomUUID: 92, description: 70, RelativeTimeFormat: 71, PluralRules: 63, ListFormat: 72,
  getDisplayMedia: 72, requestSubmit: 76,
}));
const NEWER_GLOBALS = new Set(['globalThis', 'queueMicrotask', 'AbortController', 'ResizeObserver', 'BigInt', 'WeakRef', 'structuredClone']);

for (const name of files('.js')) {
  test(`${name} is in the language of Chrome 61`, () => {
    const sourceType = name.endsWith('theme.js') || name.endsWith('worklet.js') || name === 'sw.js' ? 'script' : 'module';
    const tree = parse(source(name), { ecmaVersion: 2018, sourceType });
    full(tree, (node) => {
      const where = `${name}, at character ${node.start}`;
      assert.ok(!(node.type === 'ForOfStatement' && node.await), `for await (63): ${where}`);
      assert.ok(!(node.async && node.generator), `async generator (63): ${where}`);
      assert.ok(!(node.type === 'MetaProperty' && node.meta.name === 'import'), `import.meta (64): ${where}`);
      if (node.type === 'MemberExpression' && !node.computed) {
        const since = NEWER.get(node.property.name);
        assert.ok(!since, `${node.property.name} (${since}): ${where}`);
      }
      assert.ok(!(node.type === 'Identifier' && NEWER_GLOBALS.has(node.name)), `${node.name}: ${where}`);
      if (node.type === 'Literal' && node.regex) {
        assert.ok(!/s/.test(node.regex.flags) && !/\(\?<|\\p\{/.test(node.regex.pattern), `regular expression (62-64): ${where}`);
      }
    });
  });
}

/** `[{ selector, declarations: [[property, value]] }]` of every rule, those inside @media too. */
function rules(css) {
  const plain = css.replace(/\/\*[^]*?\*\//g, '');
  return [...plain.matchAll(/([^{};]+)\{([^{}]*)\}/g)].map(([, selector, body]) => ({
    selector: selector.trim(),
    declarations: body.split(/;(?![^(]*\))/).map((d) => d.trim()).filter(Boolean)
      .map((d) => [d.slice(0, d.indexOf(':')).trim(), d.slice(d.indexOf(':') + 1).trim()]),
  }));
}

for (const name of files('.css')) {
  test(`${name} is in the CSS of Chrome 61, or has a fallback`, () => {
    const css = source(name);
    assert.doesNotMatch(css, /&|:is\(|:where\(|:has\(|@layer|@container|@supports/);
    rules(css).forEach(({ selector, declarations }) => {
      if (/:focus-visible/.test(selector)) {
        assert.equal(selector, ':focus:not(:focus-visible)', 'only to take away what :focus gives everywhere');
      }
      declarations.forEach(([property, value], i) => {
        const where = `${name} { ${property}: ${value} }`;
        assert.ok(!/^(inset|gap|row-gap|column-gap|aspect-ratio|accent-color|translate|rotate|scale|margin-inline.*|padding-inline.*)$/.test(property), where);
        assert.notEqual(value, 'contents', where);
        if (/\b(min|max|clamp|env|color-mix)\(|\ddvh|\dsvh/.test(value)) {
          const fallback = declarations.slice(0, i).some(([p, v]) => p === property
            || (property === 'padding-bottom' && p === 'padding' && !/env\(/.test(v)));
          assert.ok(fallback, `needs an older value before it: ${where}`);
        }
      });
    });
  });
}

test('nothing comes from elsewhere, nothing is inline', () => {
  files('.html').forEach((name) => {
    const html = source(name);
    assert.doesNotMatch(html, /(src|href)="(https?:)?\/\//);
    assert.doesNotMatch(html, /<style|style="|\son[a-z]+="|<script(?![^>]*src=)/);
  });
  files('.css').forEach((name) => assert.doesNotMatch(source(name), /url\(['"]?(https?:)?\/\/|@import/));
  files('.js').forEach((name) => assert.doesNotMatch(source(name), /innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function/));
});

test('every module that is imported exists, and every module is used', () => {
  const pages = [...files('.html'), ...files('.inc')].flatMap((name) => [...source(name).matchAll(/<script[^>]* src="([^"]+)"/g)]);
  const used = new Set([...pages.map(([, script]) => script), 'js/audio/capture-worklet.js', 'sw.js']);
  files('.js').forEach((name) => {
    for (const [, path] of source(name).matchAll(/(?:from|^import) '(\.[^']+)'/gm)) {
      const target = join(name, '..', path);
      source(target);
      used.add(target);
    }
  });
  assert.deepEqual([...used].sort(), files('.js').sort());
});
