//! A Raspberry Pi's pins. Off a Pi there are none, which is an error and no more.

use super::{Hat, Lights, Switch, Wiring, apa102, light::Rgb};
use crate::DeviceError;
use rppal::{
    gpio::{Gpio, InputPin, OutputPin},
    spi::{Bus, Mode, SlaveSelect, Spi},
};

/// APA102 take much more; long wires do not.
const SPI_HZ: u32 = 4_000_000;

struct Leds {
    spi: Spi,
    /// Power, as long as this lives.
    _power: Option<OutputPin>,
    brightness: u8,
    hat: &'static str,
}

impl Lights for Leds {
    fn show(&mut self, colours: &[Rgb]) -> Result<(), DeviceError> {
        let written = self.spi.write(&apa102::bytes(colours, self.brightness));
        written.map(drop).map_err(|error| wrong(self.hat, error))
    }
}

struct Button(InputPin);

impl Switch for Button {
    fn is_pressed(&mut self) -> bool {
        self.0.is_low()
    }
}

fn wrong(hat: &'static str, error: impl std::fmt::Display) -> DeviceError {
    let why = error.to_string();
    DeviceError::Hat { hat, why }
}

pub(super) fn open(wiring: &Wiring, brightness_percent: u8) -> Result<Hat, DeviceError> {
    let gpio = Gpio::new().map_err(|error| wrong(wiring.name, error))?;
    let pin = |number: u8| gpio.get(number).map_err(|error| wrong(wiring.name, error));
    let power = wiring.power.map(pin).transpose()?;
    let button = wiring.button.map(pin).transpose()?;
    let spi = Spi::new(Bus::Spi0, SlaveSelect::Ss0, SPI_HZ, Mode::Mode0).map_err(|error| wrong(wiring.name, error))?;
    let lights = Leds {
        spi,
        _power: power.map(|pin| pin.into_output_high()),
        brightness: apa102::brightness(brightness_percent),
        hat: wiring.name,
    };
    Ok(Hat {
        leds: wiring.leds,
        lights: Some(Box::new(lights)),
        button: button.map(|pin| Box::new(Button(pin.into_input_pullup())) as Box<dyn Switch>),
    })
}
