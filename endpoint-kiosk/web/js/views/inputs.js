// What a person presses: pointer, touch and keys on the talk button, Space anywhere, Escape, the tools, the panel.

import { byId } from './dom.js';

function typing(target) {
  return target && (/^(INPUT|TEXTAREA|SELECT|BUTTON|SUMMARY|A)$/.test(target.tagName) || target.isContentEditable);
}

function talkByPointer(button, talk) {
  button.addEventListener('pointerdown', (event) => {
    if (event.button === 0) {
      if (button.setPointerCapture) {
        button.setPointerCapture(event.pointerId);
      }
      talk.press();
    }
  });
  ['pointerup', 'pointercancel', 'lostpointercapture'].forEach((name) => {
    button.addEventListener(name, () => talk.release());
  });
  button.addEventListener('contextmenu', (event) => event.preventDefault());
  // A click without pointer or key came from assistive technology: the whole gesture at once.
  button.addEventListener('click', (event) => {
    if (event.detail === 0 && !button.rosieKeyed) {
      talk.tap();
    }
    button.rosieKeyed = false;
  });
}

/** Browsers without pointer events (Safari before 13). */
function talkByMouseAndTouch(button, talk) {
  button.addEventListener('touchstart', (event) => {
    event.preventDefault();
    talk.press();
  });
  button.addEventListener('touchend', () => talk.release());
  button.addEventListener('touchcancel', () => talk.release());
  button.addEventListener('mousedown', () => talk.press());
  window.addEventListener('mouseup', () => talk.release());
}

function talkByKey(button, talk, cancel) {
  const isTalkKey = (event) => (event.target === button ? event.key === ' ' || event.key === 'Enter'
    : event.key === ' ' && !typing(event.target));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      cancel();
    } else if (isTalkKey(event) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      button.rosieKeyed = true;
      if (!event.repeat) {
        talk.press();
      }
    }
  });
  document.addEventListener('keyup', (event) => {
    if (isTalkKey(event)) {
      event.preventDefault();
      talk.release();
      button.rosieKeyed = false;
    }
  });
  window.addEventListener('blur', () => talk.release());
}

function panel(onOpen) {
  const root = document.documentElement;
  const toggle = byId('panel-toggle');
  const set = (open) => {
    root.setAttribute('data-panel', open ? 'open' : 'closed');
    toggle.setAttribute('aria-expanded', String(open));
    if (open) {
      onOpen();
      byId('panel-close').focus();
    } else {
      toggle.focus();
    }
  };
  toggle.addEventListener('click', () => set(root.getAttribute('data-panel') !== 'open'));
  byId('panel-close').addEventListener('click', () => set(false));
  return () => {
    const open = root.getAttribute('data-panel') === 'open';
    if (open) {
      set(false);
    }
    return open;
  };
}

/**
 * Binds everything. `actions`: `cancel`, `ask(text)`, `handsFree`, `mute`, `language(tag|null)`, `theme(name)`,
 * `panelOpened`.
 */
export function bindInputs(talk, actions) {
  const button = byId('talk');
  const closePanel = panel(actions.panelOpened);
  if (window.PointerEvent) {
    talkByPointer(button, talk);
  } else {
    talkByMouseAndTouch(button, talk);
  }
  talkByKey(button, talk, () => closePanel() || actions.cancel());
  byId('hands-free').addEventListener('click', actions.handsFree);
  byId('mute').addEventListener('click', actions.mute);
  byId('stop').addEventListener('click', actions.cancel);
  byId('language').addEventListener('change', (event) => actions.language(event.target.value || null));
  byId('theme').addEventListener('change', (event) => actions.theme(event.target.value));
  byId('ask-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const field = byId('ask');
    const text = field.value.trim();
    if (text && actions.ask(text)) {
      field.value = '';
    }
  });
}
