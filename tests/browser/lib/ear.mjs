// Hears what a page plays: taps every way to the loudspeaker, from outside, so the page needs no hook for tests.
// The tap runs on the audio thread, so that a busy machine loses nothing.

const WORKLET = `
  class Tap extends AudioWorkletProcessor {
    process([channels]) {
      // Silence between sounds comes as no channel at all.
      this.port.postMessage(channels.length ? channels[0].slice() : new Float32Array(128));
      return true;
    }
  }
  registerProcessor('tap', Tap);
`;

/** For the context of a page that is tapped: the tap is no script of the page's own origin. */
export const TAPPED = { bypassCSP: true };

/** Call before `page.goto`, on a page opened with `TAPPED`. */
export function tapSpeaker(page) {
  return page.addInitScript((worklet) => {
    const url = URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' }));
    const connect = AudioNode.prototype.connect;
    const Node = window.AudioWorkletNode;
    const taps = new Map();
    window.heard = { rate: 0, blocks: [] };
    const tapOf = (ctx) => {
      if (!taps.has(ctx)) {
        window.heard.rate = ctx.sampleRate;
        taps.set(ctx, ctx.audioWorklet.addModule(url).then(() => {
          const tap = new Node(ctx, 'tap', { numberOfOutputs: 1, channelCount: 1, channelCountMode: 'explicit' });
          tap.port.onmessage = (event) => window.heard.blocks.push(event.data);
          connect.call(tap, ctx.destination);
          return tap;
        }));
      }
      return taps.get(ctx);
    };
    AudioNode.prototype.connect = function tapped(target, ...rest) {
      if (target instanceof AudioDestinationNode) {
        tapOf(this.context).then((tap) => connect.call(this, tap));
      }
      return connect.call(this, target, ...rest);
    };
    // Loaded with the first gesture, long before anything sounds.
    const Context = window.AudioContext;
    window.AudioContext = function Tapped(...args) {
      const ctx = new Context(...args);
      tapOf(ctx);
      return ctx;
    };
    window.AudioContext.prototype = Context.prototype;
  }, WORKLET);
}

/** Instead of `tapSpeaker`: hears what an `Audio` element plays of a stream (WebRTC), while it is not muted. */
export function tapElement(page) {
  return page.addInitScript((worklet) => {
    const url = URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' }));
    const property = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
    window.heard = { rate: 0, blocks: [] };
    const listen = async (element, stream) => {
      const ctx = new window.AudioContext();
      window.heard.rate = ctx.sampleRate;
      await ctx.audioWorklet.addModule(url);
      const tap = new window.AudioWorkletNode(ctx, 'tap', { numberOfOutputs: 1, channelCount: 1, channelCountMode: 'explicit' });
      tap.port.onmessage = (event) => window.heard.blocks.push(event.data);
      const gain = ctx.createGain();
      setInterval(() => {
        gain.gain.value = element.muted ? 0 : element.volume;
        ctx.resume();
      }, 5);
      ctx.createMediaStreamSource(stream).connect(gain);
      gain.connect(tap);
      tap.connect(ctx.destination);
    };
    Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
      get() { return property.get.call(this); },
      set(stream) {
        property.set.call(this, stream);
        if (stream) {
          listen(this, stream);
        }
      },
    });
  }, WORKLET);
}

/** `{ rate, samples: Float32Array }` of all that sounded so far. */
export async function heard(page) {
  await page.waitForTimeout(300);
  const { rate, pcm } = await page.evaluate(() => {
    const { blocks } = window.heard;
    const all = new Int16Array(blocks.length * 128);
    blocks.forEach((block, i) => block.forEach((v, k) => { all[i * 128 + k] = Math.round(v * 32767); }));
    // As text: numbers one by one would take longer than the sound.
    let text = '';
    const bytes = new Uint8Array(all.buffer);
    for (let i = 0; i < bytes.length; i += 32768) {
      text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    }
    return { rate: window.heard.rate, pcm: btoa(text) };
  });
  const bytes = Buffer.from(pcm, 'base64');
  const samples = Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(i * 2) / 32767);
  return { rate, samples };
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
