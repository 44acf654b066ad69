//! A transformer whose weights are kept in int8 but multiplied in f32, made one that multiplies whole numbers.
//!
//! Such files (`Cast(i8) · scale` before every use) are small on disk only: ONNX Runtime unfolds them at loading, and
//! all-MiniLM's 23 MB become 158 MB in memory. Here products become `DynamicQuantizeLinear` and `MatMulInteger` (as ONNX
//! Runtime's own dynamic quantisation writes them), tables are looked up in int8 and only the rows found are unfolded: 42 MB
//! and two thirds of the time. Weights become unsigned with zero point 128: unsigned times unsigned does not saturate on
//! processors without VNNI.

use crate::{
    error::{ModelError, Result},
    onnx::{
        self,
        build::int,
        cut::{Flow, op},
        proto::{Graph, Node, Tensor, data_type},
    },
};
use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

/// Zero of unsigned weights.
const ZERO: u8 = 128;

/// Writes `out` from the model `from`.
pub fn whole_numbers(from: &Path, out: &Path) -> Result<()> {
    let mut model = onnx::read(from)?;
    let bad = |why: &str| ModelError::Convert {
        step: "dynamic-int8",
        path: from.to_owned(),
        why: why.to_owned(),
    };
    let graph = model.graph.take().ok_or_else(|| bad("it holds no graph"))?;
    model.graph = Some(converted(graph).map_err(|why| bad(&why))?);
    onnx::write(&model, out)
}

/// An int8 constant and its scale, by the name of their product.
type Weights = HashMap<String, (String, String)>;

fn converted(graph: Graph) -> std::result::Result<Graph, String> {
    let constants: HashMap<&str, &Tensor> = graph
        .initializer
        .iter()
        .filter_map(|t| Some((t.name.as_deref()?, t)))
        .collect();
    let (weights, unfolding) = weights(&graph, &constants);
    if weights.is_empty() {
        return Err("no weights of it are kept in int8".to_owned());
    }
    let mut fresh = Fresh::default();
    for (at, node) in graph.node.iter().enumerate() {
        if unfolding.contains(&at) {
            continue;
        }
        let of = |input: usize| node.input.get(input).and_then(|name| weights.get(name));
        match (op(node), of(0), of(1)) {
            ("Gather", Some((table, scale)), None) => fresh.look_up(node, table, scale, constants[scale.as_str()])?,
            ("MatMul", None, Some((weight, scale))) => {
                fresh.multiply(node, constants[weight.as_str()], constants[scale.as_str()])?;
            }
            _ if node.input.iter().any(|name| weights.contains_key(name)) => {
                return Err(format!("its int8 weights are read by {}", op(node)));
            }
            _ => fresh.nodes.push(node.clone()),
        }
    }
    let used: HashSet<&str> = fresh.nodes.iter().flat_map(|n| &n.input).map(String::as_str).collect();
    let kept = graph
        .initializer
        .iter()
        .filter(|t| t.name.as_deref().is_some_and(|n| used.contains(n)));
    let initializer = kept.cloned().chain(fresh.constants).collect();
    Ok(Graph {
        node: fresh.nodes,
        initializer,
        // Shapes of what is no more there.
        value_info: Vec::new(),
        ..graph
    })
}

/// Every `Mul(Cast(int8 constant), scale)`, and the places of those nodes.
fn weights(graph: &Graph, constants: &HashMap<&str, &Tensor>) -> (Weights, HashSet<usize>) {
    let flow = Flow::new(graph);
    let place = |node: &Node| graph.node.iter().position(|n| std::ptr::eq(n, node));
    let mut weights = Weights::new();
    let mut unfolding = HashSet::new();
    for (at, cast) in graph.node.iter().enumerate().filter(|(_, n)| op(n) == "Cast") {
        let is_int8 = |name: &String| {
            constants
                .get(name.as_str())
                .is_some_and(|t| t.data_type == Some(data_type::INT8))
        };
        let (Some(weight), Some(unfolded)) = (cast.input.first().filter(|n| is_int8(n)), cast.output.first()) else {
            continue;
        };
        let users: Vec<&Node> = flow.users(unfolded).collect();
        let [mul] = users[..] else { continue };
        let scale = mul.input.iter().find(|name| constants.contains_key(name.as_str()));
        if let ("Mul", Some(scale), Some(product), Some(mul_at)) = (op(mul), scale, mul.output.first(), place(mul)) {
            weights.insert(product.clone(), (weight.clone(), scale.clone()));
            unfolding.extend([at, mul_at]);
        }
    }
    (weights, unfolding)
}

#[derive(Default)]
struct Fresh {
    nodes: Vec<Node>,
    constants: Vec<Tensor>,
    /// Tensors quantised already, and constants made already.
    made: HashSet<String>,
}

impl Fresh {
    fn node(&mut self, kind: &str, inputs: &[&str], outputs: &[&str], like: &Node) {
        let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect();
        let attribute = match kind {
            "Cast" => vec![int("to", i64::from(data_type::FLOAT))],
            "Gather" => like.attribute.clone(),
            _ => Vec::new(),
        };
        self.nodes.push(Node {
            name: outputs.first().map(|&o| o.to_owned()),
            op_type: Some(kind.to_owned()),
            input: names(inputs),
            output: names(outputs),
            attribute,
            ..Node::default()
        });
    }

    /// Rows of a table in int8, and their scales.
    fn look_up(&mut self, node: &Node, table: &str, scale: &str, scales: &Tensor) -> std::result::Result<(), String> {
        let [_, rows] = &node.input[..] else {
            return Err("a look-up has other inputs than a table and rows".to_owned());
        };
        if scales.dims.get(1..) != Some(&[1][..]) {
            return Err("the scales of a table are not one a row".to_owned());
        }
        let out = &node.output[0];
        let [found, number, factor] = ["found", "number", "factor"].map(|part| format!("{out}.{part}"));
        self.node("Gather", &[table, rows], &[&found], node);
        self.node("Cast", &[&found], &[&number], node);
        self.node("Gather", &[scale, rows], &[&factor], node);
        self.node("Mul", &[&number, &factor], &[out], node);
        Ok(())
    }

    /// `x · W` as whole numbers; `x` is quantised once for all who read it.
    fn multiply(&mut self, node: &Node, weight: &Tensor, scale: &Tensor) -> std::result::Result<(), String> {
        let raw = weight.raw_data.as_ref().ok_or("its weights are not kept as bytes")?;
        let (x, out) = (&node.input[0], &node.output[0]);
        if scale.dims.first() != Some(&1) || scale.dims.get(1) != weight.dims.get(1) {
            return Err("the scales of a product are not one a column".to_owned());
        }
        let name = |tensor: &Tensor, part: &str| format!("{}.{part}", tensor.name.as_deref().unwrap_or_default());
        let (unsigned, columns) = (name(weight, "unsigned"), name(scale, "columns"));
        if self.made.insert(unsigned.clone()) {
            let bytes = raw
                .iter()
                .map(|&b| (i16::from(b as i8) + i16::from(ZERO)) as u8)
                .collect();
            self.constant(&unsigned, &weight.dims, data_type::UINT8, bytes);
            let of_columns = scale.raw_data.clone().ok_or("its scales are not kept as bytes")?;
            self.constant(&columns, &scale.dims[1..], data_type::FLOAT, of_columns);
        }
        if self.made.insert("weights.zero".to_owned()) {
            self.constant("weights.zero", &[], data_type::UINT8, vec![ZERO]);
        }
        let [levels, step, zero] = ["levels", "step", "zero"].map(|part| format!("{x}.{part}"));
        if self.made.insert(levels.clone()) {
            self.node("DynamicQuantizeLinear", &[x], &[&levels, &step, &zero], node);
        }
        let [sum, number, factor] = ["sum", "number", "factor"].map(|part| format!("{out}.{part}"));
        self.node(
            "MatMulInteger",
            &[&levels, &unsigned, &zero, "weights.zero"],
            &[&sum],
            node,
        );
        self.node("Cast", &[&sum], &[&number], node);
        self.node("Mul", &[&step, &columns], &[&factor], node);
        self.node("Mul", &[&number, &factor], &[out], node);
        Ok(())
    }

    fn constant(&mut self, name: &str, dims: &[i64], kind: i32, raw: Vec<u8>) {
        self.constants.push(Tensor {
            name: Some(name.to_owned()),
            dims: dims.to_vec(),
            data_type: Some(kind),
            raw_data: Some(raw),
            ..Tensor::default()
        });
    }
}
