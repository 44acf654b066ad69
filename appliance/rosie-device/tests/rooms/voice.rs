//! Something like speech: a buzz and a hiss through formants, in syllables, with pauses.

/// Numbers that are the same every time.
pub struct Random(pub u32);

impl Random {
    /// 0 to 1.
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0 >> 8) / f64::from(1 << 24)
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }
}

/// A peak of the spectrum.
struct Formant {
    hertz: f64,
    width: f64,
    before: [f64; 2],
}

impl Formant {
    fn pass(&mut self, sample: f64, rate: f64) -> f64 {
        let r = (-std::f64::consts::PI * self.width / rate).exp();
        let turn = 2.0 * r * (std::f64::consts::TAU * self.hertz / rate).cos();
        let out = sample + turn * self.before[0] - r * r * self.before[1];
        self.before = [out, self.before[0]];
        out
    }
}

/// Syllables of a voice of `pitch` Hz, as loud as 0.1 (RMS), of `seconds`.
pub fn voice(seed: u32, pitch: f64, rate: f64, seconds: f64) -> Vec<f32> {
    let mut random = Random(seed);
    let count = (seconds * rate) as usize;
    let mut out = Vec::with_capacity(count);
    let mut formants =
        [(500.0, 80.0), (1500.0, 100.0), (2600.0, 160.0), (5000.0, 900.0)].map(|(hertz, width)| Formant {
            hertz,
            width,
            before: [0.0; 2],
        });
    let (mut phase, mut before) = (0.0, 0.0);
    while out.len() < count {
        for (formant, (low, high)) in formants
            .iter_mut()
            .zip([(280.0, 800.0), (900.0, 2200.0), (2300.0, 3100.0)])
        {
            formant.hertz = random.between(low, high);
        }
        let hisses = random.next() < 0.25;
        let length = (random.between(0.12, 0.3) * rate) as usize;
        let (tone, glide) = (pitch * random.between(0.85, 1.2), random.between(-0.25, 0.25));
        let loud = random.between(0.4, 1.0);
        for at in 0..length {
            let along = at as f64 / length as f64;
            phase += tone * (1.0 + glide * along) * random.between(0.9, 1.1) / rate;
            let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
            phase %= 1.0;
            let breath = random.between(-1.0, 1.0);
            let source = if hisses { 0.3 * breath } else { pulse + 0.08 * breath };
            let rise = (std::f64::consts::PI * along).sin();
            // Hiss is of the upper formant alone.
            let first = if hisses { 3 } else { 0 };
            let sum: f64 = formants[first..]
                .iter_mut()
                .map(|formant| formant.pass(source, rate))
                .sum();
            // Lips give off changes, and no steady wind.
            out.push(((sum - before) * rise * loud) as f32);
            before = sum;
        }
        if random.next() < 0.25 {
            let pause = (random.between(0.15, 0.5) * rate) as usize;
            out.extend(std::iter::repeat_n(0.0, pause));
        }
    }
    out.truncate(count);
    let scale = (0.1 / super::power(&out).sqrt()) as f32;
    out.iter_mut()
        .for_each(|sample| *sample = (*sample * scale).clamp(-0.95, 0.95));
    out
}
