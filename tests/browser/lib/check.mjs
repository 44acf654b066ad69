// What every face of the page must keep at every size: accessible, nothing cut off, nothing on top of something else.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails with every violation of WCAG 2.1 A and AA that axe finds. */
export async function accessible(page, label) {
  // Through the debugger, past the content security policy.
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const result = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    });
    return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`);
  });
  assert.deepEqual(violations, [], label);
}

/** Fails when the page scrolls sideways, controls overlap or leave the screen, or are too small for a finger. */
export async function wellLaidOut(page, label) {
  const faults = await page.evaluate(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > window.innerWidth || root.scrollHeight > window.innerHeight) {
      found.push(`the page scrolls: ${root.scrollWidth}x${root.scrollHeight} in ${window.innerWidth}x${window.innerHeight}`);
    }
    const open = root.dataset.panel === 'open' || window.innerWidth >= 1180;
    const visible = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden' && !e.closest('.hidden');
    const scope = root.dataset.panel === 'open' && window.innerWidth < 1180 ? '.panel ' : '';
    const controls = [...document.querySelectorAll(`${scope}button, ${scope}input, ${scope}select, ${scope}summary`)].filter(visible);
    controls.forEach((e) => {
      const box = e.getBoundingClientRect();
      if (box.width < 48 || box.height < 48) {
        found.push(`${e.id || e.textContent} is ${Math.round(box.width)}x${Math.round(box.height)}`);
      }
      if (box.left < 0 || box.right > window.innerWidth + 0.5) {
        found.push(`${e.id || e.textContent} leaves the screen sideways`);
      }
      if (!e.closest('.scroll, .panel') && (box.top < 0 || box.bottom > window.innerHeight + 0.5)) {
        found.push(`${e.id || e.textContent} leaves the screen`);
      }
    });
    const solid = ['talk', 'word', 'hint', 'scroll', 'hands-free', 'mute', 'stop', 'ask', 'send', 'panel-toggle', 'room', 'clock', 'link']
      .map((id) => document.getElementById(id)).filter((e) => e && visible(e) && e.getBoundingClientRect().height > 0);
    if (!scope) {
      solid.forEach((a, i) => solid.slice(i + 1).forEach((b) => {
        const x = a.getBoundingClientRect();
        const y = b.getBoundingClientRect();
        const over = Math.min(x.right, y.right) - Math.max(x.left, y.left) > 1
          && Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top) > 1;
        if (over) {
          found.push(`${a.id} and ${b.id} overlap`);
        }
      }));
    }
    document.querySelectorAll('.word, .hint, .tool, .notice-text, .panel p, .place').forEach((e) => {
      if (visible(e) && (open || !e.closest('.panel')) && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline') {
        found.push(`“${e.textContent.slice(0, 40)}” is cut off`);
      }
    });
    return found;
  });
  assert.deepEqual(faults, [], label);
}

/** Fails when the page scrolls sideways, one of `touched` is too small for a finger or leaves the screen, or axe finds something. */
export async function laidOut(page, label, touched = 'button, summary, .tool') {
  await page.waitForTimeout(150);
  await shot(page, label);
  const faults = await page.evaluate((things) => {
    const found = [];
    if (document.documentElement.scrollWidth > window.innerWidth) {
      found.push(`the page scrolls sideways: ${document.documentElement.scrollWidth}`);
    }
    document.querySelectorAll(things).forEach((e) => {
      const box = e.getBoundingClientRect();
      const small = e.type !== 'checkbox' && (box.width < 48 || box.height < 48);
      if (e.getClientRects().length && !e.closest('.hidden') && (small || box.right > window.innerWidth + 1)) {
        found.push(`${e.id || e.textContent} is ${Math.round(box.width)}x${Math.round(box.height)} up to ${Math.round(box.right)}`);
      }
    });
    return found;
  }, touched);
  assert.deepEqual(faults, [], label);
  await accessible(page, label);
}

/** Saves a picture where ROSIE_SHOTS names a folder. */
export async function shot(page, name) {
  if (process.env.ROSIE_SHOTS) {
    await page.screenshot({ path: `${process.env.ROSIE_SHOTS}/${name}.png` });
  }
}
