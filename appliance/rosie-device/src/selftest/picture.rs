//! How loud it was from moment to moment, as a table and as a picture.

use super::{decibels, power};
use rosie_core::SampleRate;
use serde::Serialize;
use std::fmt::Write as _;

const STEP_MS: u32 = 50;
const FLOOR_DB: f64 = -90.0;

/// Loudness in dB beside full scale, a value every [`Curve::step_ms`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    pub step_ms: u32,
    pub heard: Vec<f64>,
    /// What the canceller left of the phrase; `None` where it was not asked.
    pub left: Vec<Option<f64>>,
}

impl Curve {
    pub(super) fn of(heard: &[i16], rate: u32) -> Self {
        let heard = steps(heard, rate);
        Self {
            step_ms: STEP_MS,
            left: vec![None; heard.len()],
            heard,
        }
    }

    pub(super) fn cancelled(&mut self, begins_s: f64, left: &[i16]) {
        let first = (begins_s.max(0.0) * 1000.0 / f64::from(STEP_MS)).round() as usize;
        let places = self.left.iter_mut().skip(first);
        places
            .zip(steps(left, SampleRate::HEARING.0))
            .for_each(|(place, loud)| *place = Some(loud));
    }
}

fn steps(samples: &[i16], rate: u32) -> Vec<f64> {
    let step = (rate * STEP_MS / 1000).max(1) as usize;
    let loud = |step: &[i16]| (decibels(power(step)).max(FLOOR_DB) * 10.0).round() / 10.0;
    samples.chunks(step).map(loud).collect()
}

/// The picture: what was heard in grey, what the canceller left of the phrase in blue; a line every 30 dB.
pub fn svg(curve: &Curve) -> String {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 180.0;
    let across = WIDTH / curve.heard.len().max(1) as f64;
    let down = |loud: f64| HEIGHT * loud / FLOOR_DB;
    let points = |line: &mut dyn Iterator<Item = (usize, f64)>| {
        line.map(|(at, loud)| format!("{:.1},{:.1}", at as f64 * across, down(loud)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"10\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    for loud in [-30.0, -60.0] {
        let y = down(loud);
        let _ = writeln!(
            svg,
            "<path d=\"M0 {y}H{WIDTH}\" stroke=\"#ddd\"/><text x=\"2\" y=\"{:.0}\" fill=\"#888\">{loud} dB</text>",
            y - 3.0
        );
    }
    let heard = points(&mut curve.heard.iter().copied().enumerate());
    let left = points(
        &mut curve
            .left
            .iter()
            .enumerate()
            .filter_map(|(at, loud)| Some((at, (*loud)?))),
    );
    for (points, colour) in [(heard, "#777"), (left, "#06c")] {
        let _ = writeln!(svg, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\"/>");
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loudness_is_drawn_where_it_was() {
        let heard = [vec![0; 16_000], vec![32_767; 16_000]].concat();
        let mut curve = Curve::of(&heard, 16_000);
        curve.cancelled(1.0, &[0; 800]);
        assert_eq!((curve.heard[19], curve.heard[20]), (FLOOR_DB, 0.0));
        assert_eq!(
            (curve.left[19], curve.left[20], curve.left[21]),
            (None, Some(FLOOR_DB), None)
        );
        let svg = svg(&curve);
        assert!(svg.contains("342.0,180.0 360.0,0.0"), "{svg}");
        assert!(svg.contains("points=\"360.0,180.0\""), "{svg}");
    }
}
