//! Cuts a Piper model into three, so that its sound can be made from left to right.
//!
//! VITS runs text → latent frames → flow → waveform. The first part looks at the whole sentence; the flow and the
//! waveform decoder are convolutions that see only a few frames around each, so they can be run on pieces. The parts
//! are found by the names that Piper's exporter gives its modules (`/flow/…`, `/dec/conv_pre/Conv`).
//!
//! Field numbers are those of `onnx.proto`: ModelProto.graph 7; GraphProto.node 1, initializer 5, input 11,
//! output 12, value_info 13; NodeProto.input 1, output 2, name 3, attribute 5; AttributeProto.g 6, graphs 11.

use super::wire::{NotProtobuf, fields, put, put_number};
use std::collections::{HashMap, HashSet};

/// The three parts as ONNX files.
pub struct Parts {
    /// `input`, `input_lengths`, `scales` (and `sid`) → `latent` f32 [1, channels, frames].
    pub text: Vec<u8>,
    /// `latent` and `mask` f32 [1, 1, frames] (and `sid`) → `z` f32 [1, channels, frames].
    pub flow: Vec<u8>,
    /// `z` (and `sid`) → `output`.
    pub decoder: Vec<u8>,
}

/// Names of the tensors at the seams, as the parts have them.
pub const LATENT: &str = "latent";
pub const MASK: &str = "mask";
pub const Z: &str = "z";

/// Cuts `model`; the reason why not when it is not built as expected.
///
/// # Errors
/// A sentence for the log.
pub fn cut(model: &[u8]) -> Result<Parts, String> {
    let graph = Graph::read(model).map_err(|NotProtobuf| "it is not an ONNX file".to_owned())?;
    let seams = graph.seams().ok_or("its modules are not named as Piper names them")?;
    let latent = (seams.latent.as_str(), LATENT);
    let mask = (seams.mask.as_str(), MASK);
    let z = (seams.z.as_str(), Z);
    Ok(Parts {
        text: graph.extract(&[], latent)?,
        flow: graph.extract(&[latent, mask], z)?,
        decoder: graph.extract(&[z], ("output", "output"))?,
    })
}

/// Tensor names of the model where it is cut.
struct Seams {
    latent: String,
    mask: String,
    z: String,
}

#[derive(Default)]
struct Graph<'a> {
    /// Fields of the model other than the graph, and of the graph other than those below, verbatim.
    model_rest: Vec<u8>,
    graph_rest: Vec<u8>,
    nodes: Vec<Node<'a>>,
    /// By name: the whole field.
    weights: HashMap<&'a str, &'a [u8]>,
    inputs: HashMap<&'a str, &'a [u8]>,
    outputs: HashMap<&'a str, &'a [u8]>,
    shapes: HashMap<&'a str, &'a [u8]>,
    /// Tensor → the node that makes it.
    made_by: HashMap<&'a str, usize>,
}

struct Node<'a> {
    raw: &'a [u8],
    content: &'a [u8],
    name: &'a str,
    inputs: Vec<&'a str>,
    /// Tensors that sub-graphs of its attributes may take from outside.
    captured: Vec<&'a str>,
    outputs: Vec<&'a str>,
}

impl<'a> Graph<'a> {
    fn read(model: &'a [u8]) -> Result<Self, NotProtobuf> {
        let mut graph = Self::default();
        for field in fields(model) {
            let field = field?;
            if field.number != 7 {
                graph.model_rest.extend_from_slice(field.raw);
                continue;
            }
            for field in fields(field.content) {
                let field = field?;
                match field.number {
                    1 => graph.nodes.push(Node::read(field.raw, field.content)?),
                    5 => drop(graph.weights.insert(name_of(field.content, 8)?, field.raw)),
                    11 => drop(graph.inputs.insert(name_of(field.content, 1)?, field.content)),
                    12 => drop(graph.outputs.insert(name_of(field.content, 1)?, field.content)),
                    13 => drop(graph.shapes.insert(name_of(field.content, 1)?, field.content)),
                    _ => graph.graph_rest.extend_from_slice(field.raw),
                }
            }
        }
        for (i, node) in graph.nodes.iter().enumerate() {
            graph.made_by.extend(node.outputs.iter().map(|o| (*o, i)));
        }
        Ok(graph)
    }

    /// `z` is what the decoder's first convolution eats; it is the flow's result times the mask; and `latent` is
    /// what the flow's first node eats.
    fn seams(&self) -> Option<Seams> {
        let z = *self
            .nodes
            .iter()
            .find(|n| n.name == "/dec/conv_pre/Conv")?
            .inputs
            .first()?;
        let masking = &self.nodes[*self.made_by.get(z)?];
        let from_flow = |t: &str| {
            self.made_by
                .get(t)
                .is_some_and(|i| self.nodes[*i].name.starts_with("/flow/"))
        };
        let mask = *masking.inputs.iter().find(|t| !from_flow(t))?;
        if masking.inputs.len() != 2 || !masking.inputs.iter().any(|t| from_flow(t)) {
            return None;
        }
        let latent = *self
            .nodes
            .iter()
            .find(|n| n.name.starts_with("/flow/"))?
            .inputs
            .first()?;
        Some(Seams {
            latent: latent.to_owned(),
            mask: mask.to_owned(),
            z: z.to_owned(),
        })
    }

    /// The sub-model that makes `output` (old name, new name) from `starts` and those of the model's own inputs that
    /// are needed.
    fn extract(&self, starts: &[(&str, &str)], output: (&str, &str)) -> Result<Vec<u8>, String> {
        let mut nodes = HashSet::new();
        let mut needed: Vec<&str> = vec![output.0];
        let mut seen: HashSet<&str> = HashSet::from([output.0]);
        let mut inputs = Vec::new();
        let mut weights = Vec::new();
        while let Some(tensor) = needed.pop() {
            if starts.iter().any(|(old, _)| *old == tensor) {
                continue;
            }
            if let Some(made_by) = self.made_by.get(tensor) {
                if nodes.insert(*made_by) {
                    let node = &self.nodes[*made_by];
                    needed.extend(node.inputs.iter().chain(&node.captured).filter(|t| seen.insert(t)));
                }
            } else if let Some(weight) = self.weights.get(tensor) {
                weights.push(*weight);
            } else if let Some(input) = self.inputs.get(tensor) {
                if !["input", "input_lengths", "scales", "sid"].contains(&tensor) {
                    return Err(format!("it has an unknown input `{tensor}`"));
                }
                inputs.push(*input);
            }
        }
        let latent_or_mask_lost = starts.iter().any(|(old, _)| !seen.contains(old));
        if nodes.is_empty() || latent_or_mask_lost || (!starts.is_empty() && inputs.len() > 1) {
            return Err("its parts depend on each other in an unknown way".to_owned());
        }
        Ok(self.write(&nodes, &weights, &inputs, starts, output))
    }

    fn write(
        &self,
        nodes: &HashSet<usize>,
        weights: &[&[u8]],
        inputs: &[&[u8]],
        starts: &[(&str, &str)],
        output: (&str, &str),
    ) -> Vec<u8> {
        let mut renamed: HashMap<&str, &str> = starts.iter().copied().collect();
        renamed.insert(output.0, output.1);
        let mut graph = self.graph_rest.clone();
        for (_, node) in self.nodes.iter().enumerate().filter(|(i, _)| nodes.contains(i)) {
            node.write(&mut graph, &renamed);
        }
        for weight in weights {
            graph.extend_from_slice(weight);
        }
        for input in inputs {
            put(&mut graph, 11, input);
        }
        for (old, new) in starts {
            put(&mut graph, 11, &self.described(old, new));
        }
        put(&mut graph, 12, &self.described(output.0, output.1));
        let inner = |name: &str| nodes.iter().any(|i| self.nodes[*i].outputs.contains(&name));
        for (name, shape) in &self.shapes {
            if !renamed.contains_key(name) && inner(name) {
                put(&mut graph, 13, shape);
            }
        }
        let mut model = self.model_rest.clone();
        put(&mut model, 7, &graph);
        model
    }

    /// A ValueInfoProto: the model's own, renamed, or three dimensions of floats.
    fn described(&self, old: &str, new: &str) -> Vec<u8> {
        let mut value = Vec::new();
        put(&mut value, 1, new.as_bytes());
        let own = self.shapes.get(old).or_else(|| self.outputs.get(old));
        let own_type = own.and_then(|v| fields(v).flatten().find(|f| f.number == 2));
        if let Some(own_type) = own_type {
            value.extend_from_slice(own_type.raw);
            return value;
        }
        let mut shape = Vec::new();
        for dimension in ["batch", "channels", "frames"] {
            let mut named = Vec::new();
            put(&mut named, 2, dimension.as_bytes());
            put(&mut shape, 1, &named);
        }
        let mut tensor = Vec::new();
        put_number(&mut tensor, 1, 1);
        put(&mut tensor, 2, &shape);
        let mut kind = Vec::new();
        put(&mut kind, 1, &tensor);
        put(&mut value, 2, &kind);
        value
    }
}

impl<'a> Node<'a> {
    fn read(raw: &'a [u8], content: &'a [u8]) -> Result<Self, NotProtobuf> {
        let mut node = Node {
            raw,
            content,
            name: "",
            inputs: vec![],
            captured: vec![],
            outputs: vec![],
        };
        for field in fields(content) {
            let field = field?;
            match field.number {
                1 => node.inputs.push(text(field.content)?),
                2 => node.outputs.push(text(field.content)?),
                3 => node.name = text(field.content)?,
                5 => captured(field.content, 0, &mut node.captured)?,
                _ => {}
            }
        }
        Ok(node)
    }

    fn write(&self, out: &mut Vec<u8>, renamed: &HashMap<&str, &str>) {
        let touched = |t: &&str| renamed.contains_key(t);
        if !self.inputs.iter().any(touched) && !self.outputs.iter().any(touched) {
            out.extend_from_slice(self.raw);
            return;
        }
        let mut node = Vec::new();
        for field in fields(self.content).flatten() {
            let new = text(field.content).ok().and_then(|name| renamed.get(name));
            match new {
                Some(new) if field.number <= 2 => put(&mut node, field.number, new.as_bytes()),
                _ => node.extend_from_slice(field.raw),
            }
        }
        put(out, 1, &node);
    }
}

/// Tensors that the sub-graphs in an attribute name as inputs of their nodes; some may be their own.
fn captured<'a>(attribute: &'a [u8], depth: u32, into: &mut Vec<&'a str>) -> Result<(), NotProtobuf> {
    if depth > 8 {
        return Err(NotProtobuf);
    }
    for field in fields(attribute) {
        let field = field?;
        if field.number != 6 && field.number != 11 {
            continue;
        }
        for node in fields(field.content) {
            let node = node?;
            if node.number != 1 {
                continue;
            }
            for part in fields(node.content) {
                let part = part?;
                match part.number {
                    1 => into.push(text(part.content)?),
                    5 => captured(part.content, depth + 1, into)?,
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

fn name_of(message: &[u8], number: u64) -> Result<&str, NotProtobuf> {
    for field in fields(message) {
        let field = field?;
        if field.number == number {
            return text(field.content);
        }
    }
    Err(NotProtobuf)
}

fn text(bytes: &[u8]) -> Result<&str, NotProtobuf> {
    std::str::from_utf8(bytes).map_err(|_| NotProtobuf)
}
