// Rosie's mouth on the page: a reply sounds from the line (player.js) or over WebRTC (rtc.js), as its `audio_start` says.

export class Mouth {
  /** `player`: Player. `rtc`: RtcAudio. */
  constructor(player, rtc) {
    this.player = player;
    this.rtc = rtc;
  }

  setVolume(percent) {
    this.player.setVolume(percent);
    this.rtc.setVolume(percent);
  }

  /** The turn whose audio is sounding or scheduled, else null. */
  turn() {
    const turn = this.player.turn();
    return turn === null ? this.rtc.turn() : turn;
  }

  /** `format` and `rtp` of `audio_start`. What sounded before is silent. */
  start(turn, format, rtp) {
    this.stop();
    if (rtp) {
      this.rtc.start(turn);
    } else {
      this.player.start(turn, format);
    }
  }

  push(turn, samples) {
    this.player.push(turn, samples);
  }

  end(turn) {
    this.player.end(turn);
    this.rtc.end(turn);
  }

  stop() {
    this.player.stop();
    this.rtc.stop();
  }

  level() {
    return Math.max(this.player.level(), this.rtc.level());
  }

  /** How far a reply from the line is; null over WebRTC, which does not tell. */
  progress() {
    return this.player.progress();
  }
}
