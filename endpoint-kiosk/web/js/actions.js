// What a person can make happen, by whatever key or button.

import { unlock } from './audio/context.js';
import { device } from './memory.js';

/** `house`: `{ store, line, ears, talk, player, refresh }` as main.js wires them. */
export function makeActions(house) {
  const { store, line, ears, talk, player } = house;

  function cancel() {
    talk.abandon();
    player.stop();
    line.send({ type: 'cancel' });
    store.patch({ failure: null });
  }

  function handsFree() {
    const on = !store.state.handsFree;
    store.patch({ handsFree: on });
    device.write('handsFree', on ? 'on' : null);
    // Without a microphone there is nothing to be free of; muted, it opens with unmuting.
    const ready = on && !store.state.muted ? ears.ready() : Promise.resolve(true);
    ready.then((hears) => {
      if (!hears) {
        store.patch({ handsFree: false });
        device.write('handsFree', null);
        return;
      }
      line.send({ type: 'hands_free', on: store.state.handsFree });
    });
  }

  /** Here or elsewhere somebody muted or unmuted. */
  function muted(on) {
    if (on) {
      talk.abandon();
      ears.close();
    } else if (store.state.handsFree) {
      ears.ready();
    }
  }

  function mute() {
    const on = !store.state.muted;
    store.patch({ muted: on });
    muted(on);
    line.send({ type: 'mute', on });
  }

  return {
    cancel,
    stop: cancel,
    handsFree,
    mute,
    muted,
    /** True when the question is on its way. */
    ask: (text) => line.send({ type: 'text', text }),
    /** A tag, or null for the house's. */
    language(tag) {
      store.patch({ language: tag });
      device.write('language', tag);
      line.send({ type: 'language', language: tag });
    },
    /** `auto`, `light`, `dark`. */
    theme(name) {
      device.write('theme', name);
      window.dispatchEvent(new Event('rosie-theme'));
    },
    panelOpened: house.refresh,
    unlock: () => unlock().then((running) => store.patch({ soundBlocked: !running })),
    dismissFailure: () => store.patch({ failure: null }),
    dismissMicrophone: () => store.patch({ microphoneProblem: null }),
    dismissParts(sickness) {
      device.write('dismissedSickness', sickness);
      store.patch({ dismissedSickness: sickness });
    },
  };
}
