//! Which sound cards there are, and which of them a person would have meant.

use alsa::{Direction, card, ctl::Ctl, ctl::DeviceIter};

/// A sound card, as ALSA describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its short name, unique among those that are there: `Speak510`.
    pub id: String,
    /// `Jabra SPEAK 510 USB`.
    pub name: String,
    /// `USB-Audio`.
    pub driver: String,
    /// The number of its first device with a microphone.
    pub captures: Option<u32>,
    /// The number of its first device with a loudspeaker.
    pub plays: Option<u32>,
}

/// What a person has to be able to hear and speak with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// A PCM name; `None`: there is no microphone.
    pub capture: Option<String>,
    /// A PCM name; `None`: there is no loudspeaker.
    pub playback: Option<String>,
    /// Of the card that captures: the only channel worth hearing, counted from 1; 0: all of them.
    pub channel: u16,
}

/// The cards that are there now. One that does not answer is left out.
pub fn cards() -> Vec<Card> {
    let described = |card: card::Card| -> alsa::Result<Card> {
        let ctl = Ctl::from_card(&card, true)?;
        let info = ctl.card_info()?;
        let first = |direction| {
            let has = |device: &i32| ctl.pcm_info(*device as u32, 0, direction).is_ok();
            DeviceIter::new(&ctl).find(has).map(|device| device as u32)
        };
        Ok(Card {
            id: info.get_id()?.to_owned(),
            name: info.get_name()?.to_owned(),
            driver: info.get_driver()?.to_owned(),
            captures: first(Direction::Capture),
            plays: first(Direction::Playback),
        })
    };
    let found = card::Iter::new().filter_map(Result::ok);
    found.filter_map(|card| described(card).ok()).collect()
}

/// The microphone and the loudspeaker that are the likeliest to be meant: those of one thing, where it has both.
pub fn choose(cards: &[Card]) -> Choice {
    let microphone = best(cards, |card| card.captures.map(|_| card.ears()));
    let speaker = match microphone.filter(|card| card.plays.is_some() && card.speaks_to_a_room()) {
        Some(card) => Some(card),
        None => best(cards, |card| card.plays.map(|_| card.mouth())),
    };
    Choice {
        capture: microphone.and_then(|card| Some(card.pcm(card.captures?))),
        playback: speaker.and_then(|card| Some(card.pcm(card.plays?))),
        channel: microphone.map_or(0, Card::only_channel),
    }
}

/// The card that a function gives the most; the first of several.
fn best(cards: &[Card], worth: impl Fn(&Card) -> Option<u8>) -> Option<&Card> {
    let worthy = cards.iter().filter_map(|card| Some((worth(card)?, card)));
    let better = |best: Option<(u8, _)>, one: (u8, _)| match best {
        Some(best) if best.0 >= one.0 => Some(best),
        _ => (one.0 > 0).then_some(one),
    };
    worthy.fold(None, better).map(|(_, card)| card)
}

/// Parts of names that cards made for talking across a room have.
const HATS: &[&str] = &["rosie-hat", "respeaker", "seeed", "wm8960", "aic3104"];
const CONFERENCE: &[&str] = &["jabra", "speak", "powerconf", "anker", "emeet", "conference"];
/// No card at all: what is played comes back, or nothing does.
const VIRTUAL: &[&str] = &["loopback", "dummy"];

impl Card {
    fn is(&self, names: &[&str]) -> bool {
        let said = format!("{} {} {}", self.id, self.name, self.driver).to_lowercase();
        names.iter().any(|name| said.contains(name))
    }

    fn usb(&self) -> bool {
        self.driver.eq_ignore_ascii_case("USB-Audio")
    }

    /// A HAT, a conference speaker or a headset: what hears and sounds at one place.
    fn speaks_to_a_room(&self) -> bool {
        self.is(HATS) || self.is(CONFERENCE) || self.usb()
    }

    /// How good a microphone it is for a room; 0: none.
    fn ears(&self) -> u8 {
        match () {
            () if self.is(VIRTUAL) => 0,
            () if self.is(CONFERENCE) && self.usb() => 5,
            () if self.is(HATS) => 4,
            () if self.usb() && self.plays.is_some() => 3,
            () if self.usb() => 2,
            () => 1,
        }
    }

    /// How good a loudspeaker it is; 0: none. A screen is the last to be asked: it may be off.
    fn mouth(&self) -> u8 {
        match () {
            () if self.is(VIRTUAL) => 0,
            () if self.is(&["hdmi"]) => 1,
            () if self.speaks_to_a_room() => 3,
            () => 2,
        }
    }

    /// The USB array of four microphones gives, before the four and what it plays, one channel with the echo taken out.
    fn only_channel(&self) -> u16 {
        u16::from(self.is(&["arrayuac10", "respeaker 4 mic array"]))
    }

    /// With ALSA's conversion of channels and formats, for cards that know no mono or no 16 bits.
    fn pcm(&self, device: u32) -> String {
        format!("plughw:CARD={},DEV={device}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: &str, name: &str, driver: &str, captures: bool, plays: bool) -> Card {
        Card {
            id: id.into(),
            name: name.into(),
            driver: driver.into(),
            captures: captures.then_some(0),
            plays: plays.then_some(0),
        }
    }

    #[test]
    fn what_a_person_would_have_meant_is_chosen() {
        let jabra = || card("USB", "Jabra SPEAK 510 USB", "USB-Audio", true, true);
        let hat = || card("rosiehat", "rosie-hat", "simple-card", true, true);
        let hdmi = || card("vc4hdmi0", "vc4-hdmi-0", "vc4-hdmi", false, true);
        let webcam = || card("C920", "HD Pro Webcam C920", "USB-Audio", true, false);
        let stick = || card("Device", "USB Audio Device", "USB-Audio", false, true);
        let pc = || card("PCH", "HDA Intel PCH", "HDA-Intel", true, true);
        let headphones = || card("Headphones", "bcm2835 Headphones", "bcm2835_headpho", false, true);
        let loopback = || card("Loopback", "Loopback", "Loopback", true, true);
        let array = || card("ArrayUAC10", "ReSpeaker 4 Mic Array (UAC1.0)", "USB-Audio", true, true);
        for (cards, capture, playback, channel) in [
            (vec![], None, None, 0),
            (vec![hdmi()], None, Some("vc4hdmi0"), 0),
            (vec![loopback()], None, None, 0),
            (vec![hdmi(), hat()], Some("rosiehat"), Some("rosiehat"), 0),
            (vec![hat(), jabra()], Some("USB"), Some("USB"), 0),
            (vec![hdmi(), webcam()], Some("C920"), Some("vc4hdmi0"), 0),
            (
                vec![hdmi(), headphones(), webcam()],
                Some("C920"),
                Some("Headphones"),
                0,
            ),
            (vec![pc(), webcam(), stick()], Some("C920"), Some("Device"), 0),
            (vec![hdmi(), pc()], Some("PCH"), Some("PCH"), 0),
            (vec![pc(), array()], Some("ArrayUAC10"), Some("ArrayUAC10"), 1),
            (vec![loopback(), pc()], Some("PCH"), Some("PCH"), 0),
        ] {
            let pcm = |id: Option<&str>| id.map(|id| format!("plughw:CARD={id},DEV=0"));
            let meant = Choice {
                capture: pcm(capture),
                playback: pcm(playback),
                channel,
            };
            assert_eq!(choose(&cards), meant, "{cards:?}");
        }
    }

    #[test]
    fn the_first_of_two_like_cards_is_taken_and_its_own_device() {
        let mut second = card("PCH", "HDA Intel PCH", "HDA-Intel", true, true);
        second.captures = Some(2);
        let first = Card {
            id: "PCH_1".into(),
            ..second.clone()
        };
        let chosen = choose(&[first, second]);
        assert_eq!(chosen.capture.as_deref(), Some("plughw:CARD=PCH_1,DEV=2"));
        assert_eq!(chosen.playback.as_deref(), Some("plughw:CARD=PCH_1,DEV=0"));
    }
}
