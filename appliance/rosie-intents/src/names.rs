//! The names of a house, prepared once: one tree of letters a list, so that finding all names that begin at a place
//! costs as much as the longest of them, however many there are.

use crate::context::{is_excluded, meets};
use crate::grammar::Filter;
use crate::loose::{Lexicon, Things};
use crate::text::{Folding, normalise, same_char};
use rosie_core::{KnownName, KnownNames};
use std::collections::BTreeMap;

/// Names ready for matching. Make with [`crate::Matcher::prepare_names`]; only good for matchers of the same folding.
#[derive(Debug, Clone, Default)]
pub struct PreparedNames {
    pub(crate) things: Things,
    lists: BTreeMap<String, NameTree>,
}

#[derive(Debug, Clone, Default)]
pub struct NameTree {
    names: Vec<KnownName>,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    children: Vec<(char, u32)>,
    /// Names that end here.
    names: Vec<u32>,
}

impl PreparedNames {
    pub(crate) fn new(known: &KnownNames, folding: Folding, lexicon: Option<&Lexicon>) -> Self {
        let lists = known
            .iter()
            .map(|(list, names)| (list.clone(), NameTree::new(names, folding)))
            .collect();
        let things = lexicon.map(|lexicon| Things::new(known, lexicon)).unwrap_or_default();
        Self { things, lists }
    }

    pub fn list(&self, name: &str) -> Option<&NameTree> {
        self.lists.get(name)
    }

    /// Whether some name goes on after these letters.
    pub fn any_longer(&self, chars: &[char]) -> bool {
        self.lists.values().any(|tree| tree.has_longer(chars))
    }

    pub fn is_empty(&self) -> bool {
        self.lists.values().all(|l| l.names.is_empty())
    }
}

impl NameTree {
    fn new(names: &[KnownName], folding: Folding) -> Self {
        let mut tree = Self {
            names: names.to_vec(),
            nodes: vec![Node::default()],
        };
        for (i, name) in names.iter().enumerate() {
            let spoken: String = normalise(&name.spoken).into_iter().collect();
            let letters = folding.literal(&spoken);
            if !letters.is_empty() {
                tree.insert(&letters, i as u32);
            }
        }
        tree
    }

    fn insert(&mut self, letters: &[char], name: u32) {
        let mut at = 0;
        for &c in letters {
            at = match self.nodes[at].children.iter().find(|(l, _)| *l == c) {
                Some(&(_, child)) => child as usize,
                None => {
                    let child = self.nodes.len();
                    self.nodes.push(Node::default());
                    self.nodes[at].children.push((c, child as u32));
                    child
                }
            };
        }
        self.nodes[at].names.push(name);
    }

    pub fn name(&self, index: u32) -> &KnownName {
        &self.names[index as usize]
    }

    /// Calls `found(end, name)` for every name that begins at `at`.
    pub fn find(&self, chars: &[char], at: usize, found: &mut impl FnMut(usize, u32)) {
        self.walk(0, chars, at, found);
    }

    fn walk(&self, node: usize, chars: &[char], at: usize, found: &mut impl FnMut(usize, u32)) {
        let node = &self.nodes[node];
        for &name in &node.names {
            found(at, name);
        }
        if let Some(&c) = chars.get(at) {
            for &(letter, child) in &node.children {
                if same_char(c, letter) {
                    self.walk(child as usize, chars, at + 1, found);
                }
            }
        }
    }

    /// Whether these letters are a name.
    pub fn has(&self, chars: &[char]) -> bool {
        let length = chars.iter().rposition(|c| *c != ' ').map_or(0, |last| last + 1);
        let mut found = false;
        self.find(&chars[..length], 0, &mut |end, _| found |= end >= length);
        found && length > 0
    }

    /// Whether a name goes on after these words ("lamp" in a house with a "lamp left").
    pub fn has_longer(&self, chars: &[char]) -> bool {
        let mut at = 0;
        for &c in chars {
            match self.nodes[at].children.iter().find(|(l, _)| same_char(c, *l)) {
                Some(&(_, child)) => at = child as usize,
                None => return false,
            }
        }
        self.nodes[at].children.iter().any(|(l, _)| matches!(l, ' ' | '-'))
    }
}

impl Filter {
    /// Whether a block takes a name with this context. What the name does not say is not held against it.
    pub fn takes(&self, context: &BTreeMap<String, String>) -> bool {
        self.requires
            .iter()
            .all(|(key, demand)| context.get(key).is_none_or(|actual| meets(demand, actual)))
            && self
                .excludes
                .iter()
                .all(|(key, demand)| context.get(key).is_none_or(|actual| !is_excluded(demand, actual)))
    }
}
