//! The bytes that APA102 LEDs take (data sheet of APA102-2020): a start of 32 zeros, four bytes an LED, and clock pulses for the last.

use super::light::Rgb;

/// `brightness`: 0 to 31, of all LEDs.
pub(super) fn bytes(colours: &[Rgb], brightness: u8) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    for Rgb(red, green, blue) in colours {
        bytes.extend([0xe0 | brightness.min(31), *blue, *green, *red]);
    }
    // Each LED passes the data on half a clock late.
    bytes.resize(bytes.len() + colours.len().div_ceil(16).max(4), 0xff);
    bytes
}

/// 31 steps of what a percentage is; what is not nothing is not dark.
pub(super) fn brightness(percent: u8) -> u8 {
    let steps = u32::from(percent.min(100)) * 31;
    steps.div_ceil(100) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_is_that_of_the_data_sheet() {
        let frame = bytes(&[Rgb(1, 2, 3), Rgb(255, 0, 9)], 31);
        assert_eq!(
            frame,
            [0, 0, 0, 0, 0xff, 3, 2, 1, 0xff, 9, 0, 255, 0xff, 0xff, 0xff, 0xff]
        );
        assert_eq!(bytes(&[Rgb(0, 0, 0)], 99)[4], 0xff);
    }

    #[test]
    fn a_little_brightness_is_not_dark() {
        for (percent, steps) in [(0, 0), (1, 1), (30, 10), (100, 31), (200, 31)] {
            assert_eq!(brightness(percent), steps, "{percent}");
        }
    }
}
