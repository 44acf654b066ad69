//! Resemblyzer's voice encoder (Wan et al. 2018, "Generalized End-to-End Loss for Speaker Verification") as an ONNX model: three
//! LSTMs over mel frames, a projection, ReLU. Vectors come out as they are; whoever reads them makes their length one.
//!
//! In: `mels` f32 [partials, frames, 40]. Out: `voices` f32 [partials, 256].

use super::{tensor::Tensor, torch};
use crate::{
    error::{ModelError, Result},
    onnx::{
        self, Model,
        build::{Builder, Size, int, ints},
    },
};
use std::{collections::HashMap, fs, path::Path};

const OPSET: i64 = 17;
const BANDS: usize = 40;
const LAYERS: usize = 3;

/// Writes the encoder of PyTorch's file `weights` to `out`.
pub fn export(weights: &Path, out: &Path) -> Result<()> {
    let bytes = fs::read(weights).map_err(|e| ModelError::io("reading", weights, e))?;
    let model = torch::read(&bytes).and_then(|tensors| graph(&tensors));
    let bad = |why| ModelError::Convert {
        step: "speaker-encoder",
        path: weights.to_owned(),
        why,
    };
    onnx::write(&model.map_err(bad)?, out)
}

type Tensors = HashMap<String, Tensor>;

fn graph(tensors: &Tensors) -> std::result::Result<Model, String> {
    let mut graph = Builder::default();
    graph.input(
        "mels",
        &[Size::Named("partials"), Size::Named("frames"), Size::Is(BANDS as i64)],
    );
    // ONNX wants time first.
    let mut x = graph.node("Transpose", &["mels"], "frames_first", vec![ints("perm", &[1, 0, 2])]);
    let one = graph.integers("directions", &[1], &[1]);
    let zero = graph.integers("first", &[1], &[0]);
    let mut last = String::new();
    let mut width = BANDS;
    for layer in 0..LAYERS {
        let (weights, hidden) = lstm(&mut graph, tensors, layer, width)?;
        let [w, r, b] = weights;
        let (all, end) = (format!("lstm{layer}.all"), format!("lstm{layer}.end"));
        graph.node_of(
            "",
            "LSTM",
            &[&x, &w, &r, &b],
            &[&all, &end],
            vec![int("hidden_size", hidden as i64)],
        );
        x = graph.node("Squeeze", &[&all, &one], &format!("lstm{layer}"), vec![]);
        last = end;
        width = hidden;
    }
    let last = graph.node("Squeeze", &[&last, &zero], "state", vec![]);
    let weight = tensor(tensors, "linear.weight")?;
    let bias = tensor(tensors, "linear.bias")?;
    let size = bias.data.len();
    if weight.shape != [size, width] {
        return Err("its projection does not fit its LSTMs".to_owned());
    }
    let weight = graph.floats("linear.weight", &weight.shape, &weight.data);
    let bias = graph.floats("linear.bias", &bias.shape, &bias.data);
    let raw = graph.node("Gemm", &[&last, &weight, &bias], "projected", vec![int("transB", 1)]);
    graph.node("Relu", &[&raw], "voices", vec![]);
    graph.output("voices", &[Size::Named("partials"), Size::Is(size as i64)]);
    Ok(graph.finish("speaker-encoder", OPSET))
}

/// The weights of one layer by name, and its size.
fn lstm(
    graph: &mut Builder,
    tensors: &Tensors,
    layer: usize,
    width: usize,
) -> std::result::Result<([String; 3], usize), String> {
    let of = |what: &str| tensor(tensors, &format!("lstm.{what}_l{layer}"));
    let (input, state) = (of("weight_ih")?, of("weight_hh")?);
    let hidden = state.shape.get(1).copied().unwrap_or_default();
    if hidden == 0 || state.shape != [4 * hidden, hidden] || input.shape != [4 * hidden, width] {
        return Err(format!("layer {layer} is no LSTM of {width} inputs"));
    }
    let mut bias = gates(of("bias_ih")?, hidden)?;
    bias.extend(gates(of("bias_hh")?, hidden)?);
    let w = graph.floats(&format!("w{layer}"), &[1, 4 * hidden, width], &gates(input, hidden)?);
    let r = graph.floats(&format!("r{layer}"), &[1, 4 * hidden, hidden], &gates(state, hidden)?);
    let b = graph.floats(&format!("b{layer}"), &[1, 8 * hidden], &bias);
    Ok(([w, r, b], hidden))
}

/// PyTorch keeps input, forget, cell, output; ONNX wants input, output, forget, cell.
fn gates(tensor: &Tensor, hidden: usize) -> std::result::Result<Vec<f32>, String> {
    let mut data = Vec::with_capacity(tensor.data.len());
    for gate in [0, 3, 1, 2] {
        let rows = tensor.rows(gate * hidden, (gate + 1) * hidden);
        data.extend(rows.ok_or("an LSTM has too few gates")?.data);
    }
    Ok(data)
}

fn tensor<'t>(tensors: &'t Tensors, name: &str) -> std::result::Result<&'t Tensor, String> {
    tensors.get(name).ok_or_else(|| format!("it has no {name}"))
}
