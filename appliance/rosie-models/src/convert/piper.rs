//! A Piper voice cut in two, so that sound leaves while the rest is still being made: the encoder runs once a sentence
//! (text → latent frames `z`), the decoder runs on a few frames at a time (`z` → samples).
//!
//! The cut is where VITS (Kim et al. 2021) hands the latent over to its vocoder: `dec(z * mask)`. It is found by
//! structure: the earliest tensor that everything passes through, made by a Mul, read by the vocoder's first Conv.

use crate::{
    error::{ModelError, Result},
    onnx::{
        self,
        build::{Size, value},
        cut::{self, Flow, op},
        proto::{Graph, Model, Tensor, ValueInfo, data_type},
    },
};
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// `input` i64 [b, n], `input_lengths` i64 [b], `scales` f32 [3] → `z` f32 [b, channels, frames].
    Encoder,
    /// `z` → `output` f32 [b, 1, 1, samples]; 256 samples a frame in medium voices.
    Decoder,
}

/// The latent's name in both halves.
const LATENT: &str = "z";

/// Writes one half of the voice `voice` to `out`.
pub fn write_half(voice: &Path, half: Half, out: &Path) -> Result<()> {
    let model = onnx::read(voice)?;
    onnx::write(&split(&model, half).map_err(|why| bad(voice, half, why))?, out)
}

fn bad(voice: &Path, half: Half, why: String) -> ModelError {
    let step = match half {
        Half::Encoder => "piper-encoder",
        Half::Decoder => "piper-decoder",
    };
    ModelError::Convert {
        step,
        path: voice.to_owned(),
        why,
    }
}

/// One half of a voice. Fails with a reason on models that are no single-speaker VITS.
pub fn split(model: &Model, half: Half) -> std::result::Result<Model, String> {
    let graph = model.graph.as_ref().ok_or("it holds no graph")?;
    let [output] = graph.output.as_slice() else {
        return Err("it does not have one output".into());
    };
    let output_name = output.name.as_deref().unwrap_or_default();
    let flow = Flow::new(graph);
    let (cut, channels) = find_cut(graph, &flow, output_name)?;
    let latent = |name: &str| {
        value(
            name,
            data_type::FLOAT,
            &[Size::Named("batch"), Size::Is(channels), Size::Named("frames")],
        )
    };
    let part = match half {
        Half::Encoder => flow.part(graph.input.clone(), latent(cut), "piper-encoder"),
        Half::Decoder => flow.part(vec![latent(cut)], output.clone(), "piper-decoder"),
    };
    let old = cut.to_owned();
    let mut part = fold_constants(part);
    cut::rename(&mut part, &old, LATENT);
    Ok(Model {
        graph: Some(part),
        ..without_graph(model)
    })
}

fn without_graph(model: &Model) -> Model {
    Model {
        ir_version: model.ir_version,
        producer_name: model.producer_name.clone(),
        producer_version: model.producer_version.clone(),
        opset_import: model.opset_import.clone(),
        metadata_props: model.metadata_props.clone(),
        functions: model.functions.clone(),
        ..Model::default()
    }
}

/// The tensor to cut at, and its channels.
fn find_cut<'a>(graph: &Graph, flow: &Flow<'a>, output: &'a str) -> std::result::Result<(&'a str, i64), String> {
    let narrow = flow.narrows(output).into_iter().next_back().filter(|&t| t != output);
    let cut = narrow.ok_or("nothing in it separates text from sound")?;
    let mul = flow.maker(cut).is_some_and(|n| op(n) == "Mul");
    let mut users = flow.users(cut);
    let conv = users.next().filter(|n| op(n) == "Conv");
    let (true, Some(conv), None) = (mul, conv, users.next()) else {
        return Err("its parts are joined otherwise than in a single-speaker VITS voice".into());
    };
    let weight = conv.input.get(1).and_then(|name| constant(graph, flow, name));
    let channels = weight
        .and_then(|w| w.dims.get(1).copied())
        .ok_or("the vocoder's first weights are missing")?;
    Ok((cut, channels))
}

/// A constant by name, whether an initializer or the output of a Constant node.
fn constant<'a>(graph: &'a Graph, flow: &Flow<'a>, name: &str) -> Option<&'a Tensor> {
    let initializer = graph.initializer.iter().find(|t| t.name.as_deref() == Some(name));
    initializer.or_else(|| {
        flow.maker(name)
            .filter(|n| op(n) == "Constant")?
            .attribute
            .first()?
            .t
            .as_ref()
    })
}

/// Constant nodes as initializers: the same values with less for the runtime to optimise away at every load.
fn fold_constants(mut graph: Graph) -> Graph {
    let mut kept = Vec::with_capacity(graph.node.len());
    for mut node in graph.node {
        let is_constant = op(&node) == "Constant";
        let tensor = match node.attribute.as_mut_slice() {
            [attribute] if is_constant && attribute.name.as_deref() == Some("value") => attribute.t.take(),
            _ => None,
        };
        match tensor {
            Some(tensor) => graph.initializer.push(Tensor {
                name: node.output.first().cloned(),
                ..tensor
            }),
            None => kept.push(node),
        }
    }
    graph.node = kept;
    let constants: std::collections::HashSet<_> = graph.initializer.iter().filter_map(|t| t.name.clone()).collect();
    graph
        .value_info
        .retain(|v: &ValueInfo| v.name.as_ref().is_some_and(|n| !constants.contains(n)));
    graph
}
