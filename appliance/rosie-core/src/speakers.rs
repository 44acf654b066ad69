//! Who speaks: voices as vectors, and who of those whose voice is known it was. Pure; what is kept, and where, is `rosied`'s.
//!
//! A voice is a hint and no key: it can be imitated and played back. Who is recognised may do less by it, never more.

use crate::{BoxFuture, EndpointId, Failure, TurnId, UserId};
use serde::{Deserialize, Serialize};

/// What a voice is like: a vector of length one. Kept for those who asked for it, and written to no log.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub struct VoicePrint(Vec<f32>);

impl VoicePrint {
    /// `None` for what has no direction: nothing, silence, no numbers.
    pub fn new(mut vector: Vec<f32>) -> Option<Self> {
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !length.is_normal() {
            return None;
        }
        vector.iter_mut().for_each(|x| *x /= length);
        Some(Self(vector))
    }

    /// Of several utterances of one person. `None` where there are none, or they are of different models.
    pub fn mean(prints: &[Self]) -> Option<Self> {
        let first = prints.first()?;
        let mut sum = vec![0.0; first.0.len()];
        for print in prints {
            if print.0.len() != sum.len() {
                return None;
            }
            sum.iter_mut().zip(&print.0).for_each(|(sum, x)| *sum += x);
        }
        Self::new(sum)
    }

    /// Cosine of the angle between them: 1 for the same, 0 for voices of different models too.
    pub fn likeness(&self, other: &Self) -> f32 {
        match self.0.len() == other.0.len() {
            true => self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum(),
            false => 0.0,
        }
    }

    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }
}

impl TryFrom<Vec<f32>> for VoicePrint {
    type Error = &'static str;

    fn try_from(vector: Vec<f32>) -> Result<Self, Self::Error> {
        Self::new(vector).ok_or("it is no voice")
    }
}

impl From<VoicePrint> for Vec<f32> {
    fn from(print: VoicePrint) -> Self {
        print.0
    }
}

/// Nobody finds a voice in a log.
impl std::fmt::Debug for VoicePrint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VoicePrint({})", self.0.len())
    }
}

/// The voice of one utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiceHeard {
    pub print: VoicePrint,
    /// So much of the utterance was speech.
    pub speech_ms: u64,
}

/// How sure Rosie has to be. The defaults are measured (docs/decisions/0086-who-speaks.md).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strictness {
    /// A voice less like the one that is known is somebody else's.
    pub likeness: f32,
    /// So much more like the first than like the second.
    pub margin: f32,
    /// Less speech tells nothing.
    pub speech_ms: u64,
}

impl Default for Strictness {
    fn default() -> Self {
        Self {
            likeness: 0.74,
            margin: 0.05,
            speech_ms: 900,
        }
    }
}

/// Who it was.
#[derive(Debug, Clone, PartialEq)]
pub enum Speaker {
    Known {
        person: UserId,
        likeness: f32,
    },
    /// Somebody whose voice is not known, or who could be two people; `likeness` to the nearest.
    Unknown {
        likeness: f32,
    },
    /// Too little was said to tell.
    TooShort,
}

impl Speaker {
    pub fn person(&self) -> Option<&UserId> {
        match self {
            Self::Known { person, .. } => Some(person),
            _ => None,
        }
    }
}

/// Who of `known` said it.
pub fn recognise<'k>(
    heard: &VoiceHeard,
    known: impl IntoIterator<Item = (&'k UserId, &'k VoicePrint)>,
    strictness: &Strictness,
) -> Speaker {
    if heard.speech_ms < strictness.speech_ms {
        return Speaker::TooShort;
    }
    let mut likest: Option<(&UserId, f32)> = None;
    let mut second = f32::MIN;
    for (person, print) in known {
        let likeness = heard.print.likeness(print);
        match likest {
            Some((_, before)) if likeness <= before => second = second.max(likeness),
            before => {
                second = before.map_or(second, |(_, before)| before);
                likest = Some((person, likeness));
            }
        }
    }
    match likest {
        Some((person, likeness)) if likeness >= strictness.likeness && likeness - second >= strictness.margin => {
            Speaker::Known {
                person: person.clone(),
                likeness,
            }
        }
        likest => Speaker::Unknown {
            likeness: likest.map_or(0.0, |(_, likeness)| likeness),
        },
    }
}

/// The voices that are known, for whoever learns and forgets them.
pub trait Speakers: Send + Sync {
    /// The owner wants people to be told apart.
    fn is_on(&self) -> bool;

    /// The voice in a turn that goes on at an endpoint, and whose it is; `None` where words were typed or nothing is known yet.
    fn heard(&self, endpoint: &EndpointId, turn_id: TurnId) -> Option<(VoiceHeard, Speaker)>;

    /// Whose voice one so long that it can be told is.
    fn like(&self, print: &VoicePrint) -> Option<UserId>;

    /// Whose voices are known, by name.
    fn people(&self) -> Vec<KnownVoice>;

    /// Keeps it in place of one that was known before; acknowledged when it is on the disk.
    fn learn(&self, person: UserId, print: VoicePrint) -> BoxFuture<'_, Result<(), Failure>>;

    /// Forgets it for good; whether there was one.
    fn forget(&self, person: UserId) -> BoxFuture<'_, Result<bool, Failure>>;
}

/// Of a voice that is known: whose, since when. The voice itself is shown to nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownVoice {
    pub person: UserId,
    pub learnt_unix_ms: u64,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn print(vector: &[f32]) -> VoicePrint {
        VoicePrint::new(vector.to_vec()).unwrap()
    }

    fn who(vector: &[f32], speech_ms: u64) -> Speaker {
        let known = [
            ("Ada".into(), print(&[1.0, 0.0, 0.0])),
            ("Grace".into(), print(&[0.8, 0.6, 0.0])),
        ];
        let heard = VoiceHeard {
            print: print(vector),
            speech_ms,
        };
        recognise(
            &heard,
            known.iter().map(|(who, print)| (who, print)),
            &Strictness::default(),
        )
    }

    #[test]
    fn known_unknown_between_two_and_too_short() {
        assert_eq!(who(&[2.0, 0.1, 0.0], 2_000).person().unwrap().as_str(), "Ada");
        assert_eq!(who(&[0.75, 0.66, 0.0], 2_000).person().unwrap().as_str(), "Grace");
        // Half way between them.
        assert!(matches!(who(&[0.95, 0.316, 0.0], 2_000), Speaker::Unknown { likeness } if likeness > 0.9));
        assert!(matches!(who(&[0.0, 0.0, 1.0], 2_000), Speaker::Unknown { .. }));
        assert_eq!(who(&[1.0, 0.0, 0.0], 500), Speaker::TooShort);
        let nobody = recognise(
            &VoiceHeard {
                print: print(&[1.0]),
                speech_ms: 2_000,
            },
            [],
            &Strictness::default(),
        );
        assert_eq!(nobody, Speaker::Unknown { likeness: 0.0 });
    }

    #[test]
    fn a_print_has_length_one_and_a_direction() {
        assert_eq!(print(&[3.0, 4.0]).as_slice(), [0.6, 0.8]);
        for none in [vec![], vec![0.0, 0.0], vec![f32::NAN], vec![f32::INFINITY]] {
            assert!(VoicePrint::new(none).is_none());
        }
        let mean = VoicePrint::mean(&[print(&[1.0, 0.0]), print(&[0.0, 1.0])]).unwrap();
        assert!((mean.likeness(&print(&[1.0, 1.0])) - 1.0).abs() < 1e-6);
        assert_eq!(VoicePrint::mean(&[print(&[1.0]), print(&[1.0, 0.0])]), None);
        assert_eq!(print(&[1.0]).likeness(&print(&[1.0, 0.0])), 0.0);
    }

    #[test]
    fn a_voice_is_in_no_log() {
        assert_eq!(format!("{:?}", print(&[0.6, 0.8])), "VoicePrint(2)");
    }
}
