// Why there is no microphone, and what a person can do about it, in words for the browser they sit in front of.

/** `chrome`, `edge`, `firefox`, `safari`, `ios` or `other`, from a user agent string. */
export function browserOf(userAgent) {
  if (/iPhone|iPad|iPod/.test(userAgent)) {
    return 'ios';
  }
  if (/Firefox\//.test(userAgent)) {
    return 'firefox';
  }
  if (/Edg\//.test(userAgent)) {
    return 'edge';
  }
  if (/Chrome\/|Chromium\//.test(userAgent)) {
    return 'chrome';
  }
  return /Safari\//.test(userAgent) ? 'safari' : 'other';
}

function insecureSteps(browser, origin) {
  const steps = ['Open Rosie’s secure address: the button leads to it, and shows what this device needs for that once.'];
  if (browser === 'chrome' || browser === 'edge') {
    const scheme = browser === 'edge' ? 'edge' : 'chrome';
    steps.push(`Or open ${scheme}://flags/#unsafely-treat-insecure-origin-as-secure, enter ${origin}, choose Enabled and `
      + 'relaunch the browser.');
  } else if (browser === 'firefox') {
    steps.push('Or open about:config and set media.devices.insecure.enabled and media.getusermedia.insecure.enabled '
      + 'to true, then reload this page.');
  }
  steps.push('Or open http://localhost:8000 in a browser on the machine that Rosie runs on.');
  return steps;
}

function deniedSteps(browser) {
  const where = {
    chrome: 'Press the icon to the left of the address, set Microphone to Allow, then reload.',
    edge: 'Press the padlock to the left of the address, set Microphone to Allow, then reload.',
    firefox: 'Press the crossed-out microphone to the left of the address, clear the block, then try again.',
    safari: 'In the menu Safari, Settings for This Website, set Microphone to Allow, then reload.',
    ios: 'Press “aA” beside the address, Website Settings, set Microphone to Allow, then reload.',
    other: 'Allow the microphone for this page in the browser’s settings, then reload.',
  };
  return [
    where[browser],
    'If it is allowed there, the system may forbid it: look in its privacy settings under Microphone.',
  ];
}

/**
 * `{ title, why, steps, way }` for a problem named by microphone.js.
 * `where`: `{ userAgent, origin }`. `way`: `{ words, href }`, where another page helps.
 */
export function microphoneHelp(problem, where) {
  const browser = browserOf(where.userAgent);
  switch (problem) {
    case 'insecure':
      return {
        title: 'No microphone on this address',
        why: 'Browsers give the microphone only to secure pages, and this one came over plain http.',
        steps: insecureSteps(browser, where.origin),
        way: { words: 'To the secure address', href: 'certificate' },
      };
    case 'denied':
      return {
        title: 'The microphone is blocked',
        why: 'This browser was told not to let this page hear you.',
        steps: deniedSteps(browser),
      };
    case 'none':
      return {
        title: 'No microphone found',
        why: 'This device has none, or the browser cannot see it.',
        steps: ['Plug one in or switch it on, and choose it in the sound settings.', 'Then press the talk button again.'],
      };
    case 'busy':
      return {
        title: 'The microphone is taken',
        why: 'Another program holds it, or it was unplugged.',
        steps: ['Close other calls and recorders.', 'Then press the talk button again.'],
      };
    case 'asleep':
      return {
        title: 'The browser’s sound is asleep',
        why: 'It wakes when you touch the page, and only where the device has a sound output.',
        steps: [
          'Press the talk button again.',
          'If it stays so, switch on a loudspeaker or headphones in the sound settings and restart the browser.',
        ],
      };
    case 'unsupported':
      return {
        title: 'This browser has no microphone',
        why: 'It does not offer sound recording to pages.',
        steps: ['Open this page in a current Chrome, Firefox, Edge or Safari.'],
      };
    default:
      return {
        title: 'The microphone did not start',
        why: 'The browser gave no usable reason.',
        steps: ['Press the talk button again.', 'If it stays so, reload the page, or restart the browser.'],
      };
  }
}
