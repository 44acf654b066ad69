//! Stories of turns as text scripts, against snapshots of what the machine orders.
//!
//! A script line is `t=MS what [args]`. `hear P MS` feeds 32 ms frames of speech probability P for MS milliseconds of
//! audio, advancing the clock with them; deadlines that come due are delivered in order.
#![allow(clippy::unwrap_used)]

use rosie_core::{
    Completeness, ErrorCode, Language, Millis, TurnId,
    turn::{Heard, Input, Output, ReplyEnd, TurnConfig, TurnEngine},
};
use std::fmt::Write;

const FRAME_MS: u64 = 32;

struct Stage {
    turn: TurnEngine,
    now: Millis,
    audio: Millis,
    deadline: Option<Millis>,
    told: String,
}

impl Stage {
    fn new() -> Self {
        let turn = TurnEngine::new(TurnConfig::default(), TurnId(0));
        Self {
            turn,
            now: Millis(0),
            audio: Millis(0),
            deadline: None,
            told: String::new(),
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.turn.poll_output() {
            if let Output::Timeout(at) = output {
                self.deadline = at;
            } else {
                writeln!(self.told, "  {:>6} {output:?}", self.now.0).unwrap();
            }
        }
    }

    fn advance_to(&mut self, t: Millis) {
        while let Some(at) = self.deadline.filter(|&at| at <= t) {
            self.now = at;
            writeln!(self.told, "  {:>6} (deadline)", at.0).unwrap();
            self.turn.handle_timeout(at);
            self.drain();
            assert_ne!(self.deadline, Some(at), "a deadline that came due must move");
        }
        self.now = t;
    }

    fn input(&mut self, input: Input) {
        self.turn.handle_input(input, self.now);
        self.drain();
    }

    fn hear(&mut self, probability: f32, ms: u64) {
        for _ in 0..ms / FRAME_MS {
            self.advance_to(self.now + FRAME_MS);
            self.audio = self.audio + FRAME_MS;
            self.input(Input::Vad {
                probability,
                audio: self.audio,
                frame_ms: FRAME_MS,
            });
        }
    }

    fn line(&mut self, line: &str) {
        writeln!(self.told, "{line}").unwrap();
        let (time, rest) = line.split_once(' ').unwrap();
        if let Some(t) = time.strip_prefix("t=") {
            self.advance_to(Millis(t.parse().unwrap()));
        }
        let words: Vec<&str> = rest.split(' ').collect();
        let turn_id = self.turn.turn_id();
        let number = |i: usize| words[i].parse::<u64>().unwrap();
        let tail = |i: usize| words[i..].join(" ");
        let audio = self.audio;
        let input = match words[0] {
            "hear" => return self.hear(words[1].parse().unwrap(), number(2)),
            "wait" => return,
            "wake" => Input::Wake { audio },
            "woken-at" => Input::Wake {
                audio: Millis(number(1)),
            },
            "press" => Input::Press { audio },
            "release" => Input::Release { audio },
            "called-by-name" => Input::CalledByName(words[1] == "on"),
            "hands-free" => Input::HandsFree(words[1] == "on"),
            "mute" => Input::Mute(words[1] == "on"),
            "text" => Input::Text(tail(1)),
            "announce" => Input::Announce(tail(1)),
            "sound" => Input::AnnounceSound(number(1)),
            "speech-ended" => Input::SpeechEnded { turn_id },
            "cancel" => Input::Cancel,
            "heard" => {
                let heard = Heard {
                    text: tail(2),
                    language: Language::default(),
                };
                Input::Transcript {
                    turn_id,
                    attempt: number(1) as u32,
                    result: Ok(heard),
                }
            }
            "heard-of-turn" => {
                let heard = Heard {
                    text: tail(3),
                    language: Language::default(),
                };
                Input::Transcript {
                    turn_id: TurnId(number(1)),
                    attempt: number(2) as u32,
                    result: Ok(heard),
                }
            }
            "unheard" => {
                let code = *ErrorCode::ALL.iter().find(|c| c.as_str() == words[2]).unwrap();
                Input::Transcript {
                    turn_id,
                    attempt: number(1) as u32,
                    result: Err(code),
                }
            }
            "sounds" => {
                let completeness = if words[2] == "complete" {
                    Completeness::Complete
                } else {
                    Completeness::Dangling
                };
                Input::Sounds {
                    turn_id,
                    attempt: number(1) as u32,
                    completeness,
                }
            }
            "judging" => {
                let mut config = TurnConfig::default();
                config.endpointer.judge_ms = 192;
                self.turn = TurnEngine::new(config, turn_id);
                return;
            }
            "judged" => Input::Judged {
                turn_id,
                attempt: number(1) as u32,
                finished: words[2].parse().unwrap(),
            },
            "grew" => Input::ReplyGrew { turn_id },
            "replied" => {
                let end = ReplyEnd {
                    follow_up: words.contains(&"follow-up"),
                    silent: words.contains(&"silent"),
                };
                Input::ReplyDone {
                    turn_id,
                    result: Ok(end),
                }
            }
            "unreplied" => Input::ReplyDone {
                turn_id,
                result: Err(ErrorCode::LlmUnavailable),
            },
            "sent" => Input::AudioSent {
                turn_id,
                total_ms: number(1),
            },
            "all-sent" => Input::AudioDone {
                turn_id,
                total_ms: number(1),
            },
            "played" => Input::PlaybackFinished { turn_id },
            other => panic!("unknown word {other} in a script"),
        };
        self.input(input);
    }
}

#[test]
fn stories() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let mut scripts: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    scripts.sort();
    assert!(scripts.len() >= 12, "scripts are missing");
    for path in scripts {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut stage = Stage::new();
        for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            stage.line(line);
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        insta::with_settings!({ description => text.lines().next().unwrap_or_default(), omit_expression => true }, {
            insta::assert_snapshot!(name, stage.told);
        });
    }
}
