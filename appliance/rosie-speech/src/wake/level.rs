//! Whether there is anything to listen to: a quiet room costs next to nothing.

/// Pieces that are listened to after the last loud one: a word and what the head looks back at.
const HOLD: u32 = 20;
/// Louder than the room by so much is a sound.
const OVER_ROOM: f32 = 1.5;
/// Loudness (of 16-bit samples) below which there is nothing in any room.
const NOTHING: f32 = 12.0;

/// The quietest that the room has been of late, which slowly is forgotten.
#[derive(Debug, Default)]
pub struct Level {
    room: f32,
    hold: u32,
}

impl Level {
    /// Takes a piece (samples of 16-bit size); whether it is listened to.
    pub fn sounds(&mut self, piece: &[f32]) -> bool {
        let squares: f32 = piece.iter().map(|x| x * x).sum();
        let loudness = (squares / piece.len().max(1) as f32).sqrt();
        self.room = loudness.min(self.room * 1.02 + 0.05);
        if loudness > self.room * OVER_ROOM + NOTHING {
            self.hold = HOLD;
        } else {
            self.hold = self.hold.saturating_sub(1);
        }
        self.hold > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(loudness: f32) -> Vec<f32> {
        (0..1280)
            .map(|i| if i % 2 == 0 { loudness } else { -loudness })
            .collect()
    }

    #[test]
    fn a_steady_room_is_silence_and_a_voice_in_it_is_not() {
        let mut level = Level::default();
        assert!((0..50).all(|_| !level.sounds(&piece(5.0))), "almost nothing");
        // A fan is switched on: a sound at first, then the room.
        assert!(level.sounds(&piece(200.0)));
        for _ in 0..400 {
            level.sounds(&piece(200.0));
        }
        assert!(!level.sounds(&piece(200.0)));
        // Somebody speaks, three times as loud; and it is listened to for a while after.
        assert!(level.sounds(&piece(600.0)));
        let after = (0..100).take_while(|_| level.sounds(&piece(200.0))).count();
        assert_eq!(after, HOLD as usize - 1);
    }
}
