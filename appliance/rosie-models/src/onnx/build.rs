//! Small helpers that write a graph node by node.

use super::proto::{
    Attribute, Dimension, DimensionValue, Graph, Model, Node, OperatorSet, Shape, Tensor, TensorType, Type, TypeValue,
    ValueInfo, attribute_type, data_type,
};

/// The operators of Microsoft's own domain that ONNX Runtime brings.
pub const MICROSOFT: &str = "com.microsoft";

/// A graph under construction. Every method that adds a node returns its output's name.
#[derive(Default)]
pub struct Builder {
    graph: Graph,
}

/// A fixed or a named size.
pub enum Size<'a> {
    Is(i64),
    Named(&'a str),
}

impl Builder {
    pub fn floats(&mut self, name: &str, shape: &[usize], data: &[f32]) -> String {
        self.constant(
            name,
            shape,
            data_type::FLOAT,
            data.iter().flat_map(|x| x.to_le_bytes()).collect(),
        )
    }

    pub fn bytes_i8(&mut self, name: &str, shape: &[usize], data: &[i8]) -> String {
        self.constant(name, shape, data_type::INT8, data.iter().map(|&x| x as u8).collect())
    }

    pub fn integers(&mut self, name: &str, shape: &[usize], data: &[i64]) -> String {
        self.constant(
            name,
            shape,
            data_type::INT64,
            data.iter().flat_map(|x| x.to_le_bytes()).collect(),
        )
    }

    fn constant(&mut self, name: &str, shape: &[usize], kind: i32, raw: Vec<u8>) -> String {
        self.graph.initializer.push(Tensor {
            name: Some(name.to_owned()),
            dims: shape.iter().map(|&d| d as i64).collect(),
            data_type: Some(kind),
            raw_data: Some(raw),
            ..Tensor::default()
        });
        name.to_owned()
    }

    /// Adds a node with one output.
    pub fn node(&mut self, op: &str, inputs: &[&str], output: &str, attributes: Vec<Attribute>) -> String {
        self.node_of("", op, inputs, &[output], attributes);
        output.to_owned()
    }

    /// Adds a node of a domain, with any number of outputs.
    pub fn node_of(&mut self, domain: &str, op: &str, inputs: &[&str], outputs: &[&str], attributes: Vec<Attribute>) {
        let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect();
        self.graph.node.push(Node {
            name: outputs.first().map(|&o| o.to_owned()),
            op_type: Some(op.to_owned()),
            domain: (!domain.is_empty()).then(|| domain.to_owned()),
            input: names(inputs),
            output: names(outputs),
            attribute: attributes,
            ..Node::default()
        });
    }

    pub fn input(&mut self, name: &str, sizes: &[Size<'_>]) {
        self.graph.input.push(value(name, data_type::FLOAT, sizes));
    }

    pub fn output(&mut self, name: &str, sizes: &[Size<'_>]) {
        self.graph.output.push(value(name, data_type::FLOAT, sizes));
    }

    /// The finished model, for operator set `opset` and Microsoft's set 1.
    pub fn finish(mut self, name: &str, opset: i64) -> Model {
        self.graph.name = Some(name.to_owned());
        let set = |domain: &str, version| OperatorSet {
            domain: Some(domain.to_owned()),
            version: Some(version),
        };
        Model {
            ir_version: Some(9),
            producer_name: Some("rosie".to_owned()),
            opset_import: vec![set("", opset), set(MICROSOFT, 1)],
            graph: Some(self.graph),
            ..Model::default()
        }
    }
}

/// A float tensor by name and shape.
pub fn value(name: &str, kind: i32, sizes: &[Size<'_>]) -> ValueInfo {
    let dim = sizes.iter().map(|size| Dimension {
        value: Some(match size {
            Size::Is(n) => DimensionValue::Fixed(*n),
            Size::Named(name) => DimensionValue::Named((*name).to_owned()),
        }),
        denotation: None,
    });
    let shape = Shape { dim: dim.collect() };
    let tensor = TensorType {
        elem_type: Some(kind),
        shape: Some(shape),
    };
    ValueInfo {
        name: Some(name.to_owned()),
        kind: Some(Type {
            value: Some(TypeValue::Tensor(tensor)),
            denotation: None,
        }),
        ..ValueInfo::default()
    }
}

pub fn int(name: &str, i: i64) -> Attribute {
    Attribute {
        name: Some(name.to_owned()),
        i: Some(i),
        kind: Some(attribute_type::INT),
        ..Attribute::default()
    }
}

pub fn ints(name: &str, ints: &[i64]) -> Attribute {
    let ints = ints.to_vec();
    Attribute {
        name: Some(name.to_owned()),
        ints,
        kind: Some(attribute_type::INTS),
        ..Attribute::default()
    }
}

pub fn float(name: &str, f: f32) -> Attribute {
    Attribute {
        name: Some(name.to_owned()),
        f: Some(f),
        kind: Some(attribute_type::FLOAT),
        ..Attribute::default()
    }
}
