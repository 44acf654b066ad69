//! Colours by their English names, as the language data has them.

const NAMES: [(&str, [u8; 3]); 16] = [
    ("white", [255, 255, 255]),
    ("black", [0, 0, 0]),
    ("red", [255, 0, 0]),
    ("orange", [255, 165, 0]),
    ("yellow", [255, 255, 0]),
    ("green", [0, 255, 0]),
    ("blue", [0, 0, 255]),
    ("purple", [128, 0, 128]),
    ("brown", [165, 42, 42]),
    ("pink", [255, 192, 203]),
    ("turquoise", [64, 224, 208]),
    ("cyan", [0, 255, 255]),
    ("magenta", [255, 0, 255]),
    ("violet", [238, 130, 238]),
    ("gold", [255, 215, 0]),
    ("gray", [128, 128, 128]),
];

pub fn rgb(name: &str) -> Option<[u8; 3]> {
    let name = name.trim().to_lowercase();
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, rgb)| *rgb)
}

/// Hue in degrees and saturation in percent.
pub fn hue_saturation([r, g, b]: [u8; 3]) -> (f64, f64) {
    let [r, g, b] = [r, g, b].map(|part| f64::from(part) / 255.0);
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    let span = high - low;
    let hue = match () {
        () if span == 0.0 => 0.0,
        () if high == r => 60.0 * ((g - b) / span).rem_euclid(6.0),
        () if high == g => 60.0 * ((b - r) / span + 2.0),
        () => 60.0 * ((r - g) / span + 4.0),
    };
    let saturation = if high == 0.0 { 0.0 } else { span / high * 100.0 };
    (hue.round(), saturation.round())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn colours() {
        assert_eq!(hue_saturation(rgb("Red").unwrap()), (0.0, 100.0));
        assert_eq!(hue_saturation(rgb("green").unwrap()), (120.0, 100.0));
        assert_eq!(hue_saturation(rgb("blue").unwrap()), (240.0, 100.0));
        assert_eq!(hue_saturation(rgb("white").unwrap()), (0.0, 0.0));
        assert_eq!(rgb("blurple"), None);
    }
}
