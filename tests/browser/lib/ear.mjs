// Hears what a page plays: taps every way to the loudspeaker, from outside, so the page needs no hook for tests.

/** Call before `page.goto`. */
export function tapSpeaker(page) {
  return page.addInitScript(() => {
    const connect = AudioNode.prototype.connect;
    const taps = new Map();
    window.heard = { rate: 0, blocks: [] };
    const tapOf = (ctx) => {
      if (!taps.has(ctx)) {
        // The longest block: a busy machine must not lose one.
        const tap = ctx.createScriptProcessor(16384, 1, 1);
        tap.onaudioprocess = (event) => {
          window.heard.rate = ctx.sampleRate;
          window.heard.blocks.push(Array.from(event.inputBuffer.getChannelData(0)));
        };
        connect.call(tap, ctx.destination);
        taps.set(ctx, tap);
      }
      return taps.get(ctx);
    };
    AudioNode.prototype.connect = function tapped(target, ...rest) {
      if (target instanceof AudioDestinationNode) {
        connect.call(this, tapOf(this.context));
      }
      return connect.call(this, target, ...rest);
    };
  });
}

/** `{ rate, samples: Float32Array }` of all that sounded so far. */
export async function heard(page) {
  // The last block is handed over when it is full.
  await page.waitForTimeout(800);
  const { rate, blocks } = await page.evaluate(() => window.heard);
  return { rate, samples: Float32Array.from(blocks.flat()) };
}

/** Seconds of `samples` louder than a whisper, counted in blocks of 10 ms. */
export function secondsOfSound({ rate, samples }) {
  const block = Math.round(rate / 100);
  let loud = 0;
  for (let i = 0; i + block <= samples.length; i += block) {
    loud += samples.subarray(i, i + block).some((v) => Math.abs(v) > 0.003) ? 1 : 0;
  }
  return loud / 100;
}
