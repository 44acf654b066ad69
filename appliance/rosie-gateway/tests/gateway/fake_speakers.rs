//! Voices that are known, for what only shows them.

use rosie_core::{
    BoxFuture, EndpointId, ErrorCode, Failure, TurnId, UserId,
    speakers::{KnownVoice, Speaker, Speakers, VoiceHeard, VoicePrint},
};

/// Knows Ada, whose voice can be forgotten, and Grace, whose cannot.
pub struct FakeSpeakers;

impl Speakers for FakeSpeakers {
    fn is_on(&self) -> bool {
        true
    }

    fn heard(&self, _: &EndpointId, _: TurnId) -> Option<(VoiceHeard, Speaker)> {
        None
    }

    fn like(&self, _: &VoicePrint) -> Option<UserId> {
        None
    }

    fn people(&self) -> Vec<KnownVoice> {
        let known = |person: &str| KnownVoice {
            person: person.into(),
            learnt_unix_ms: 1_700_000_000_000,
        };
        vec![known("Ada"), known("Grace")]
    }

    fn learn(&self, _: UserId, _: VoicePrint) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async { Ok(()) })
    }

    fn forget(&self, person: UserId) -> BoxFuture<'_, Result<bool, Failure>> {
        Box::pin(async move {
            match person.as_str() {
                "Grace" => Err(Failure::new(ErrorCode::Internal, "the disk is full")),
                name => Ok(name == "Ada"),
            }
        })
    }
}
