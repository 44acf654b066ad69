//! What sits on top of the board: LEDs that show how the turn is, and a button.

mod apa102;
mod board;
pub(crate) mod button;
pub(crate) mod light;

use crate::{DeviceError, cards::Card};
use light::Rgb;

/// Which HAT the owner says there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HatChoice {
    /// What the sound cards tell of.
    Auto,
    None,
    Respeaker2Mic,
    Respeaker4Mic,
}

/// How a kind of HAT is wired; GPIO numbers of the Broadcom kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wiring {
    pub name: &'static str,
    /// On SPI 0.0.
    pub leds: usize,
    /// High gives the LEDs power.
    pub power: Option<u8>,
    /// Low while it is pressed.
    pub button: Option<u8>,
}

const RESPEAKER_2_MIC: Wiring = Wiring {
    name: "ReSpeaker 2-Mics HAT",
    leds: 3,
    power: None,
    button: Some(17),
};
const RESPEAKER_4_MIC: Wiring = Wiring {
    name: "ReSpeaker 4-Mic Array",
    leds: 12,
    power: Some(5),
    button: None,
};

pub(crate) trait Lights: Send {
    /// One colour for each LED.
    fn show(&mut self, colours: &[Rgb]) -> Result<(), DeviceError>;
}

pub(crate) trait Switch: Send {
    fn is_pressed(&mut self) -> bool;
}

/// A HAT that was found.
#[derive(Default)]
pub(crate) struct Hat {
    pub leds: usize,
    pub lights: Option<Box<dyn Lights>>,
    pub button: Option<Box<dyn Switch>>,
}

impl HatChoice {
    /// What is wired there; `None`: nothing.
    pub(crate) fn wiring(self, cards: &[Card]) -> Option<Wiring> {
        let tells = |names: &[&str]| {
            let said = |card: &Card| format!("{} {}", card.id, card.name).to_lowercase();
            cards
                .iter()
                .any(|card| names.iter().any(|name| said(card).contains(name)))
        };
        match self {
            Self::None => None,
            Self::Respeaker2Mic => Some(RESPEAKER_2_MIC),
            Self::Respeaker4Mic => Some(RESPEAKER_4_MIC),
            Self::Auto if tells(&["rosie-hat", "seeed2mic", "seeed-2mic"]) => Some(RESPEAKER_2_MIC),
            Self::Auto if tells(&["seeed4mic", "seeed-4mic"]) => Some(RESPEAKER_4_MIC),
            Self::Auto => None,
        }
    }
}

impl Hat {
    /// # Errors
    /// This is no board with such a HAT, or Rosie may not use it.
    pub fn open(wiring: &Wiring, brightness_percent: u8) -> Result<Self, DeviceError> {
        board::open(wiring, brightness_percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sound_cards_tell_which_hat_there_is() {
        let card = |id: &str, name: &str| Card {
            id: id.into(),
            name: name.into(),
            driver: String::new(),
            captures: Some(0),
            plays: Some(0),
        };
        for (cards, choice, leds) in [
            (vec![card("rosiehat", "rosie-hat")], HatChoice::Auto, Some(3)),
            (
                vec![card("seeed2micvoicec", "seeed-2mic-voicecard")],
                HatChoice::Auto,
                Some(3),
            ),
            (
                vec![card("seeed4micvoicec", "seeed-4mic-voicecard")],
                HatChoice::Auto,
                Some(12),
            ),
            (vec![card("PCH", "HDA Intel PCH")], HatChoice::Auto, None),
            (vec![card("rosiehat", "rosie-hat")], HatChoice::None, None),
            (vec![], HatChoice::Respeaker4Mic, Some(12)),
        ] {
            let wiring = choice.wiring(&cards);
            assert_eq!(wiring.map(|wiring| wiring.leds), leds, "{choice:?} {cards:?}");
        }
    }

    #[test]
    fn where_there_is_no_board_it_is_said_in_words() {
        let Err(error) = Hat::open(&RESPEAKER_2_MIC, 30) else {
            panic!("a HAT was found on the machine of the tests");
        };
        assert!(error.to_string().starts_with("ReSpeaker 2-Mics HAT: "), "{error}");
    }
}
