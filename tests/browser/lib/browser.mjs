// A headless Chromium with a fake microphone.

import { chromium } from 'playwright-core';

export const SIZES = {
  small: { width: 360, height: 640 },
  phone: { width: 390, height: 844 },
  show: { width: 960, height: 480 },
  desk: { width: 1440, height: 900 },
};

/** `wav`: a recording the fake microphone plays in a loop. `microphone: false`: a machine without one. */
export function launch({ wav, microphone = true, args = [] } = {}) {
  const flags = [
    '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ];
  if (microphone) {
    flags.push('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream');
  }
  if (wav) {
    flags.push(`--use-file-for-fake-audio-capture=${wav}`);
  }
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, args: flags.concat(args),
  });
}

/** A page that fails the test on any script error or violation of the content security policy. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: SIZES.desk, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    // A refused connection is what some tests are about.
    if (message.type() === 'error' && !/WebSocket connection|Failed to load resource|ERR_/.test(text)) {
      page.problems.push(text);
    }
  });
  if (url) {
    await page.goto(url);
  }
  return page;
}

/** Waits until the page shows `face` (`idle`, `listening`, …). */
export function face(page, name, timeout = 15000) {
  return page.waitForFunction((n) => document.documentElement.dataset.face === n, name, { timeout });
}
