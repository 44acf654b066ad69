//! WAV files in and out.

use anyhow::{Context, bail};
use rosie_core::{AudioFrame, SampleRate};
use std::path::Path;

/// Reads 8- to 32-bit integer or float PCM, any rate and channels.
pub fn read(path: &Path) -> anyhow::Result<AudioFrame> {
    let mut reader = hound::WavReader::open(path).with_context(|| {
        format!(
            "{} cannot be read as a WAV file; convert it first (for example with ffmpeg or sox)",
            path.display()
        )
    })?;
    let spec = reader.spec();
    let samples: Vec<i16> = match (spec.sample_format, spec.bits_per_sample) {
        (hound::SampleFormat::Float, _) => reader
            .samples::<f32>()
            .map(|s| s.map(|s| (s.clamp(-1.0, 1.0) * 32767.0) as i16))
            .collect::<Result<_, _>>()?,
        (hound::SampleFormat::Int, bits @ 1..=32) => {
            let shift = |s: i32| {
                if bits > 16 {
                    (s >> (bits - 16)) as i16
                } else {
                    (s << (16 - bits)) as i16
                }
            };
            reader
                .samples::<i32>()
                .map(|s| s.map(shift))
                .collect::<Result<_, _>>()?
        }
        (hound::SampleFormat::Int, bits) => bail!("{}: {bits}-bit samples are not supported", path.display()),
    };
    if samples.is_empty() {
        bail!("{} holds no audio", path.display());
    }
    Ok(AudioFrame {
        samples,
        rate: SampleRate(spec.sample_rate),
        channels: spec.channels,
    })
}

pub fn write(path: &Path, audio: &AudioFrame) -> anyhow::Result<()> {
    let spec = hound::WavSpec {
        channels: audio.channels,
        sample_rate: audio.rate.0,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer =
        hound::WavWriter::create(path, spec).with_context(|| format!("{} cannot be written", path.display()))?;
    for &sample in &audio.samples {
        writer.write_sample(sample)?;
    }
    writer
        .finalize()
        .with_context(|| format!("{} cannot be written", path.display()))
}
