//! Cutting a graph in two at a tensor that everything passes through.

use super::proto::{Graph, Node, ValueInfo};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A graph's nodes by what they make, and which of its tensors depend on the inputs (or on chance).
pub struct Flow<'a> {
    graph: &'a Graph,
    /// Tensor → the node that makes it.
    maker: HashMap<&'a str, usize>,
    dynamic: HashSet<&'a str>,
}

impl<'a> Flow<'a> {
    /// The nodes must be in topological order, as ONNX demands.
    pub fn new(graph: &'a Graph) -> Flow<'a> {
        let mut maker = HashMap::new();
        let mut dynamic: HashSet<&str> = graph.input.iter().filter_map(|i| i.name.as_deref()).collect();
        for initializer in graph.initializer.iter().filter_map(|i| i.name.as_deref()) {
            dynamic.remove(initializer);
        }
        for (i, node) in graph.node.iter().enumerate() {
            let is_random = op(node).starts_with("Random") || op(node) == "Multinomial" || op(node) == "Bernoulli";
            let moves = is_random || uses(node).iter().any(|t| dynamic.contains(t));
            for output in node.output.iter().filter(|o| !o.is_empty()) {
                maker.insert(output.as_str(), i);
                if moves {
                    dynamic.insert(output);
                }
            }
        }
        Flow { graph, maker, dynamic }
    }

    pub fn maker(&self, tensor: &str) -> Option<&'a Node> {
        self.maker.get(tensor).map(|&i| &self.graph.node[i])
    }

    pub fn users(&self, tensor: &str) -> impl Iterator<Item = &'a Node> {
        self.graph.node.iter().filter(move |n| uses(n).contains(tensor))
    }

    /// Tensors through which everything that reaches `output` passes, the latest first.
    ///
    /// Walks back from the output, always opening the tensor made last: whenever a single tensor is open, it is a cut.
    pub fn narrows(&self, output: &'a str) -> Vec<&'a str> {
        // With the place of its maker, so that the last one is the latest; inputs of the graph come first.
        let place = |tensor: &'a str| (self.maker.get(tensor).map_or(0, |i| i + 1), tensor);
        let mut open = BTreeSet::from([place(output)]);
        let mut found = Vec::new();
        loop {
            if open.len() == 1 {
                found.extend(open.first().map(|&(_, tensor)| tensor));
            }
            let node = open
                .pop_last()
                .and_then(|(_, tensor)| self.maker.get(tensor))
                .map(|&i| &self.graph.node[i]);
            let Some(node) = node else { return found };
            open.extend(uses(node).into_iter().filter(|t| self.dynamic.contains(t)).map(place));
        }
    }

    /// The part of the graph that makes `output` from `inputs` (and constants), with the constants it needs.
    /// `inputs` and `output` carry the shapes to declare.
    pub fn part(&self, inputs: Vec<ValueInfo>, output: ValueInfo, name: &str) -> Graph {
        let given: HashSet<&str> = inputs.iter().filter_map(|i| i.name.as_deref()).collect();
        let mut needed: HashSet<&str> = HashSet::new();
        let mut keep = vec![false; self.graph.node.len()];
        let mut open: Vec<&str> = output.name.as_deref().into_iter().collect();
        while let Some(tensor) = open.pop() {
            if given.contains(tensor) || !needed.insert(tensor) {
                continue;
            }
            if let Some(&i) = self.maker.get(tensor) {
                keep[i] = true;
                open.extend(uses(&self.graph.node[i]).into_iter().filter_map(|t| self.own(t)));
            }
        }
        let node = self
            .graph
            .node
            .iter()
            .zip(keep)
            .filter(|(_, keep)| *keep)
            .map(|(n, _)| n.clone())
            .collect();
        let is_needed = |n: &Option<String>| n.as_deref().is_some_and(|n| needed.contains(n));
        let initializer = self
            .graph
            .initializer
            .iter()
            .filter(|t| is_needed(&t.name))
            .cloned()
            .collect();
        let value_info = self
            .graph
            .value_info
            .iter()
            .filter(|v| is_needed(&v.name))
            .cloned()
            .collect();
        let output = vec![output];
        Graph {
            name: Some(name.to_owned()),
            node,
            initializer,
            value_info,
            input: inputs,
            output,
            ..Graph::default()
        }
    }

    /// The graph's own copy of a name, which lives as long as the graph.
    fn own(&self, tensor: &str) -> Option<&'a str> {
        if let Some((name, _)) = self.maker.get_key_value(tensor) {
            return Some(name);
        }
        let constants = self.graph.initializer.iter().filter_map(|t| t.name.as_deref());
        constants
            .chain(self.graph.input.iter().filter_map(|t| t.name.as_deref()))
            .find(|&n| n == tensor)
    }
}

pub fn op(node: &Node) -> &str {
    node.op_type.as_deref().unwrap_or_default()
}

/// Every tensor a node reads, also inside the branches of an `If` or the body of a `Loop`.
pub fn uses(node: &Node) -> BTreeSet<&str> {
    let mut used: BTreeSet<&str> = node
        .input
        .iter()
        .map(String::as_str)
        .filter(|i| !i.is_empty())
        .collect();
    for graph in node.attribute.iter().flat_map(|a| a.g.iter().chain(&a.graphs)) {
        let made = graph.node.iter().flat_map(|n| &n.output);
        let own = graph.input.iter().filter_map(|i| i.name.as_ref());
        let constants = graph.initializer.iter().filter_map(|i| i.name.as_ref());
        let inside: HashSet<&str> = made.chain(own).chain(constants).map(String::as_str).collect();
        let outputs = graph.output.iter().filter_map(|o| o.name.as_deref());
        used.extend(
            graph
                .node
                .iter()
                .flat_map(uses)
                .chain(outputs)
                .filter(|t| !inside.contains(t)),
        );
    }
    used
}

/// Renames a tensor wherever it stands, also in branches.
pub fn rename(graph: &mut Graph, old: &str, new: &str) {
    let swap = |name: &mut String| {
        if name == old {
            *name = new.to_owned();
        }
    };
    for node in &mut graph.node {
        node.input.iter_mut().chain(&mut node.output).for_each(swap);
        for inner in node
            .attribute
            .iter_mut()
            .flat_map(|a| a.g.iter_mut().chain(&mut a.graphs))
        {
            rename(inner, old, new);
        }
    }
    let values = graph
        .input
        .iter_mut()
        .chain(&mut graph.output)
        .chain(&mut graph.value_info);
    values.filter_map(|v| v.name.as_mut()).for_each(swap);
}
