// Runs on the audio thread: mixes the microphone to mono and hands it over in blocks of about 20 ms.

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(Math.round(sampleRate / 50));
    this.filled = 0;
  }

  process(inputs) {
    const channels = inputs[0];
    if (!channels.length) {
      return true;
    }
    for (let i = 0; i < channels[0].length; i += 1) {
      let sum = 0;
      for (let c = 0; c < channels.length; c += 1) {
        sum += channels[c][i];
      }
      this.block[this.filled] = sum / channels.length;
      this.filled += 1;
      if (this.filled === this.block.length) {
        this.port.postMessage(this.block, [this.block.buffer]);
        this.block = new Float32Array(Math.round(sampleRate / 50));
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor('capture', Capture);
