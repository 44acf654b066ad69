//! From any order of inputs the turn comes back to Idle by its deadlines, and nothing panics.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rosie_core::{
    Completeness, ErrorCode, Language, Millis, TurnId,
    session::TurnState,
    turn::{Heard, Input, Output, ReplyEnd, TurnConfig, TurnEngine},
};

fn any_result() -> impl Strategy<Value = Result<Heard, ErrorCode>> {
    prop_oneof![
        Just(Ok(Heard {
            text: "what time is it".into(),
            language: Language::default()
        })),
        Just(Err(ErrorCode::SttNoTextRecognized)),
        Just(Err(ErrorCode::SttUnavailable)),
    ]
}

/// Turn ids near the present one, so that both live and stale results occur.
fn any_input() -> impl Strategy<Value = Input> {
    let turn = (0u64..6).prop_map(TurnId);
    let attempt = 0u32..8;
    let audio = (0u64..60_000).prop_map(Millis);
    let sounds = prop_oneof![
        Just(Completeness::Complete),
        Just(Completeness::Dangling),
        Just(Completeness::Unknown)
    ];
    let reply = prop_oneof![
        (any::<bool>(), any::<bool>()).prop_map(|(follow_up, silent)| Ok(ReplyEnd { follow_up, silent })),
        Just(Err(ErrorCode::LlmUnavailable)),
    ];
    prop_oneof![
        1 => audio.clone().prop_map(|audio| Input::Wake { audio }),
        1 => audio.clone().prop_map(|audio| Input::Press { audio }),
        1 => audio.clone().prop_map(|audio| Input::Release { audio }),
        1 => any::<bool>().prop_map(Input::HandsFree),
        1 => any::<bool>().prop_map(Input::Mute),
        1 => Just(Input::Text("hello".into())),
        1 => Just(Input::Announce("ding".into())),
        1 => Just(Input::AnnounceSound(1)),
        1 => turn.clone().prop_map(|turn_id| Input::SpeechEnded { turn_id }),
        12 => (0.0f32..=1.0, audio).prop_map(|(probability, audio)| Input::Vad { probability, audio, frame_ms: 32 }),
        3 => (turn.clone(), attempt.clone(), any_result())
            .prop_map(|(turn_id, attempt, result)| Input::Transcript { turn_id, attempt, result }),
        1 => (turn.clone(), attempt.clone(), 0.0f32..=1.0)
            .prop_map(|(turn_id, attempt, finished)| Input::Judged { turn_id, attempt, finished }),
        1 => (turn.clone(), attempt, sounds)
            .prop_map(|(turn_id, attempt, completeness)| Input::Sounds { turn_id, attempt, completeness }),
        1 => turn.clone().prop_map(|turn_id| Input::ReplyGrew { turn_id }),
        2 => (turn.clone(), reply).prop_map(|(turn_id, result)| Input::ReplyDone { turn_id, result }),
        2 => (turn.clone(), 0u64..20_000).prop_map(|(turn_id, total_ms)| Input::AudioSent { turn_id, total_ms }),
        2 => (turn.clone(), 0u64..20_000).prop_map(|(turn_id, total_ms)| Input::AudioDone { turn_id, total_ms }),
        1 => turn.prop_map(|turn_id| Input::PlaybackFinished { turn_id }),
        1 => Just(Input::Cancel),
    ]
}

/// What the outputs of a machine must obey, whatever came in.
#[derive(Default)]
struct Witness {
    open: Option<TurnId>,
    newest: Option<TurnId>,
}

impl Witness {
    fn see(&mut self, output: &Output) {
        match *output {
            Output::TurnStarted { turn_id, .. } => {
                assert_eq!(self.open, None, "a turn began inside another");
                assert!(self.newest < Some(turn_id), "turn ids must increase");
                (self.open, self.newest) = (Some(turn_id), Some(turn_id));
            }
            Output::TurnFinished { turn_id, .. } => {
                assert_eq!(self.open.take(), Some(turn_id), "a turn ended that was not open");
            }
            Output::Transcribe { turn_id, from, to, .. } => {
                assert_eq!(self.open, Some(turn_id));
                assert!(
                    from <= to || to.0 == 0,
                    "an utterance that ends before it begins: {from:?} {to:?}"
                );
            }
            Output::Answer { turn_id, .. }
            | Output::Say { turn_id, .. }
            | Output::Play { turn_id, .. }
            | Output::SayFailure { turn_id, .. } => {
                assert_eq!(self.open, Some(turn_id), "work ordered for a turn that is not open");
            }
            _ => {}
        }
    }
}

fn drain(turn: &mut TurnEngine, witness: &mut Witness) -> Option<Option<Millis>> {
    let mut timeout = None;
    let mut count = 0;
    while let Some(output) = turn.poll_output() {
        witness.see(&output);
        if let Output::Timeout(at) = output {
            timeout = Some(at);
        }
        count += 1;
        assert!(count < 100, "the machine never falls silent");
    }
    timeout
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]
    #[test]
    fn every_order_of_inputs_ends_in_idle(inputs in prop::collection::vec((any_input(), 0u64..4_000), 0..60)) {
        let mut turn = TurnEngine::new(TurnConfig::default(), TurnId(0));
        let mut witness = Witness::default();
        let mut now = Millis(0);
        let mut newest_audio = Millis(0);
        for (mut input, wait) in inputs {
            now = now + wait;
            // Audio time never goes back.
            match &mut input {
                Input::Vad { audio, .. } | Input::Wake { audio } | Input::Press { audio } | Input::Release { audio } => {
                    newest_audio = newest_audio + audio.0 % 3_000;
                    *audio = newest_audio;
                }
                _ => {}
            }
            turn.handle_timeout(now);
            drain(&mut turn, &mut witness);
            turn.handle_input(input, now);
            drain(&mut turn, &mut witness);
            let idle = turn.state() == TurnState::Idle;
            prop_assert_eq!(idle, turn.deadline().is_none(), "every state but Idle has a deadline");
        }
        // Nothing more comes in: deadlines alone lead to Idle, announcements that waited included.
        for _ in 0..60 {
            let Some(at) = turn.deadline() else { break };
            now = at.max(now);
            turn.handle_timeout(now);
            drain(&mut turn, &mut witness);
        }
        prop_assert_eq!(turn.state(), TurnState::Idle);
        prop_assert_eq!(witness.open, None);
        let bound = Millis(60 * 4_000 + 40 * 120_000);
        prop_assert!(now <= bound, "idle too late: {:?}", now);
    }
}
