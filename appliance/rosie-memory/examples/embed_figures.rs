//! What embedding costs: memory added by the model, processor time of short and long texts.

use rosie_memory::{
    embed::{OnnxEmbedder, environment},
    seam::Embedder,
};
use std::{path::PathBuf, time::Instant};

fn main() {
    let models = PathBuf::from(std::env::var_os("ROSIE_MODELS").expect("ROSIE_MODELS"));
    let library = models.join("onnxruntime/libonnxruntime.so");
    let bare = resident();
    let runtime = environment(&library).expect("ONNX Runtime");
    let before = resident();
    println!("ONNX Runtime: {:.1} MB", before - bare);
    let started = Instant::now();
    let embedder = OnnxEmbedder::open(runtime, &models.join("minilm-l6-v2")).expect("the model");
    println!(
        "{}: opened in {:.0?}, {:.1} MB more resident",
        embedder.id(),
        started.elapsed(),
        resident() - before
    );
    let short = "Where did I put the key for the shed?";
    let long = "the little house behind the garden ".repeat(60);
    for (name, text, times) in [("9 words", short, 200), ("256 tokens", long.as_str(), 20)] {
        let (clock, used) = (Instant::now(), processor_ms());
        for _ in 0..times {
            embedder.embed(&[text]).expect("a vector");
        }
        println!(
            "{name}: {:.1} ms, processor {:.1} ms; {:.1} MB more resident",
            clock.elapsed().as_secs_f64() * 1e3 / f64::from(times),
            (processor_ms() - used) / f64::from(times),
            resident() - before
        );
    }
}

fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|n| n.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e3
}

fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields
        .skip(11)
        .take(2)
        .filter_map(|n| n.parse::<f64>().ok())
        .sum::<f64>()
        * 10.0
}
