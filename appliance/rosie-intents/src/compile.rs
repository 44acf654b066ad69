//! From sources to a [`Grammar`].

use crate::IntentsError;
use crate::context::plain_value;
use crate::grammar::{
    Block, Expr, ExprId, Filter, FilterId, Grammar, Interner, List, ListId, ListValue, Range, Sentence,
};
use crate::source::{self, ListSource, Source, ValueSource};
use crate::template::{self, ListReference, Template};
use crate::text::Folding;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Recursion while matching is as deep as an expression; this keeps it far from a thread's stack.
const MAX_EXPR_DEPTH: u16 = 600;
/// No data comes near; a template that does is a mistake.
const MAX_EXPRS: usize = 2_000_000;

pub struct Options<'a> {
    pub folding: Folding,
    pub without: &'a [String],
    pub dynamic: &'a [String],
}

/// Compiles all sources. A source sees its own rules and lists first, then those of the sources before it.
pub fn compile(sources: &[Source], options: &Options<'_>) -> Result<Grammar, IntentsError> {
    let mut interner = Interner::default();
    interner.filter(Filter::default());
    for number in 0..sources.len() {
        let mut compiler = Compiler {
            interner: &mut interner,
            sources: &sources[..=number],
            options,
            cache: HashMap::new(),
            lists: HashMap::new(),
        };
        compiler.source(&sources[number])?;
    }
    Ok(interner.grammar)
}

struct Compiler<'a> {
    interner: &'a mut Interner,
    /// The last is the one being compiled.
    sources: &'a [Source],
    options: &'a Options<'a>,
    /// Compiled rules outside of blocks with rules of their own.
    cache: HashMap<(String, FilterId), ExprId>,
    lists: HashMap<String, ListId>,
}

/// Where names are looked up while one template is compiled.
struct Scope<'a> {
    block: Option<&'a source::Block>,
    filter: FilterId,
    /// Rules being expanded, to find circles.
    open: Vec<String>,
    block_lists: HashMap<String, ListId>,
}

impl Compiler<'_> {
    fn source(&mut self, source: &Source) -> Result<(), IntentsError> {
        for (intent, data) in &source.intents {
            if self.options.without.contains(intent) {
                continue;
            }
            for (number, block) in data.data.iter().enumerate() {
                self.block(&source.file, intent, number, block)?;
            }
        }
        Ok(())
    }

    fn block(&mut self, file: &str, intent: &str, number: usize, block: &source::Block) -> Result<(), IntentsError> {
        let filter = self.interner.filter(Filter {
            requires: block.requires_context.clone(),
            excludes: block.excludes_context.clone(),
        });
        let slots = block
            .slots
            .iter()
            .filter_map(|(k, v)| Some((k.clone(), plain_value(v)?)))
            .collect();
        let folding = self.options.folding;
        self.interner.grammar.blocks.push(Block {
            intent: intent.to_owned(),
            slots,
            response: block.response.clone().unwrap_or_else(|| "default".into()),
            filter,
            required_keywords: block
                .required_keywords
                .iter()
                .map(|w| folding.literal(w).into_iter().collect())
                .collect(),
            priority: block.metadata.get("priority").and_then(Value::as_i64).unwrap_or(0),
        });
        let id = (self.interner.grammar.blocks.len() - 1) as u32;
        let mut scope = Scope {
            block: Some(block),
            filter,
            open: vec![],
            block_lists: HashMap::new(),
        };
        for sentence in &block.sentences {
            let complain = |what: String| IntentsError::Template {
                file: file.to_owned(),
                place: format!("intents.{intent}.data[{number}]"),
                template: sentence.clone(),
                what,
            };
            let tree = template::parse(sentence).map_err(complain)?;
            let expr = self.template(&tree, &mut scope).map_err(complain)?;
            if self.interner.depth(expr) > MAX_EXPR_DEPTH {
                return Err(complain(
                    "with its rules expanded it is too long or too deeply nested".into(),
                ));
            }
            let (wild_start, wild_end) = self.wild_edges(&tree, &mut scope);
            self.interner.grammar.sentences.push(Sentence {
                expr,
                block: id,
                wild_start,
                wild_end,
            });
        }
        Ok(())
    }

    /// Whether the first and the last part are wildcards.
    fn wild_edges(&mut self, tree: &Template, scope: &mut Scope<'_>) -> (bool, bool) {
        let mut is_wild = |item: Option<&Template>| match item {
            Some(Template::List(reference)) => self
                .list(reference, scope)
                .is_ok_and(|id| matches!(self.interner.grammar.lists[id as usize], List::Wildcard)),
            _ => false,
        };
        match tree {
            Template::Sequence(items) => (is_wild(items.first()), is_wild(items.last())),
            Template::List(_) => (is_wild(Some(tree)), is_wild(Some(tree))),
            _ => (false, false),
        }
    }

    fn template(&mut self, tree: &Template, scope: &mut Scope<'_>) -> Result<ExprId, String> {
        if self.interner.grammar.exprs.len() > MAX_EXPRS {
            return Err("the templates together are too large".into());
        }
        Ok(match tree {
            Template::Text(text) => {
                let chars = self.options.folding.literal(text);
                if chars.is_empty() {
                    self.interner.add(Expr::Empty)
                } else {
                    self.interner.add(Expr::Literal(chars.into()))
                }
            }
            Template::Sequence(items) => {
                let ids = items
                    .iter()
                    .map(|i| self.template(i, scope))
                    .collect::<Result<Vec<_>, _>>()?;
                let empty = self.interner.add(Expr::Empty);
                ids.into_iter()
                    .rev()
                    .fold(empty, |rest, first| self.interner.then(first, rest))
            }
            Template::Any(items) => {
                let ids = items
                    .iter()
                    .map(|i| self.template(i, scope))
                    .collect::<Result<Vec<_>, _>>()?;
                self.interner.any(ids)
            }
            Template::Permutation(items) => {
                let ids = items
                    .iter()
                    .map(|i| self.template(i, scope))
                    .collect::<Result<Vec<_>, _>>()?;
                self.permutation(&ids)
            }
            Template::List(reference) => {
                let list = self.list(reference, scope)?;
                let slot = self.interner.slot(&reference.slot);
                let with_context = match &self.interner.grammar.lists[list as usize] {
                    List::Dynamic(_) => true,
                    List::Values(values) => values.iter().any(|v| !v.context.is_empty()),
                    _ => false,
                };
                let filter = if with_context { scope.filter } else { 0 };
                let ListReference {
                    capture, before_space, ..
                } = *reference;
                self.interner.add(Expr::List {
                    list,
                    slot,
                    filter,
                    capture,
                    before_space,
                })
            }
            Template::Rule(name) => self.rule(name, scope)?,
        })
    }

    /// Any of the parts first, then the others in any order; equal rests share one node, so n parts need 2^n.
    fn permutation(&mut self, ids: &[ExprId]) -> ExprId {
        let full = (1usize << ids.len()) - 1;
        let mut done: Vec<ExprId> = vec![self.interner.add(Expr::Empty)];
        for left in 1..=full {
            let choices = (0..ids.len())
                .filter(|i| left & (1 << i) != 0)
                .map(|i| self.interner.then(ids[i], done[left & !(1 << i)]))
                .collect();
            let id = self.interner.any(choices);
            done.push(id);
        }
        done[full]
    }

    fn rule(&mut self, name: &str, scope: &mut Scope<'_>) -> Result<ExprId, String> {
        if scope.open.iter().any(|open| open == name) {
            return Err(format!("the rule <{name}> contains itself"));
        }
        let sources = self.sources;
        let own = scope.block.and_then(|b| b.expansion_rules.get(name));
        let body = own.or_else(|| sources.iter().rev().find_map(|s| s.expansion_rules.get(name)));
        let Some(body) = body else {
            return Err(format!("there is no rule <{name}>"));
        };
        // A block's own rules and lists may change what the rules of all mean inside it.
        let local = scope
            .block
            .is_some_and(|b| !b.expansion_rules.is_empty() || !b.lists.is_empty());
        let key = (name.to_owned(), scope.filter);
        if !local && let Some(&id) = self.cache.get(&key) {
            return Ok(id);
        }
        let tree = template::parse(body).map_err(|what| format!("rule <{name}>: {what}"))?;
        scope.open.push(name.to_owned());
        let id = self
            .template(&tree, scope)
            .map_err(|what| format!("in rule <{name}>: {what}"))?;
        scope.open.pop();
        if self.interner.depth(id) > MAX_EXPR_DEPTH {
            return Err(format!("the rule <{name}> is too long or too deeply nested"));
        }
        if !local {
            self.cache.insert(key, id);
        }
        Ok(id)
    }

    fn list(&mut self, reference: &ListReference, scope: &mut Scope<'_>) -> Result<ListId, String> {
        let name = reference.list.as_str();
        if let Some(list) = scope.block.and_then(|b| b.lists.get(name)) {
            if let Some(&id) = scope.block_lists.get(name) {
                return Ok(id);
            }
            let id = self.add_list(name, list, scope)?;
            scope.block_lists.insert(name.to_owned(), id);
            return Ok(id);
        }
        if let Some(&id) = self.lists.get(name) {
            return Ok(id);
        }
        let sources = self.sources;
        let id = if let Some(list) = sources.iter().rev().find_map(|s| s.lists.get(name)) {
            self.add_list(name, list, scope)?
        } else if self.options.dynamic.iter().any(|d| d == name) {
            self.push_list(List::Dynamic(name.to_owned()))
        } else if let Some(range) = inline_range(name) {
            self.push_list(List::Range(range))
        } else {
            return Err(format!("there is no list {{{name}}}"));
        };
        self.lists.insert(name.to_owned(), id);
        Ok(id)
    }

    fn push_list(&mut self, list: List) -> ListId {
        self.interner.grammar.lists.push(list);
        (self.interner.grammar.lists.len() - 1) as ListId
    }

    fn add_list(&mut self, name: &str, list: &ListSource, scope: &mut Scope<'_>) -> Result<ListId, String> {
        let compiled = match (&list.values, &list.range) {
            (Some(values), None) => {
                let mut compiled = Vec::with_capacity(values.len());
                for value in values {
                    compiled.extend(
                        self.list_value(value, scope)
                            .map_err(|what| format!("in list {{{name}}}: {what}"))?,
                    );
                }
                List::Values(compiled)
            }
            (None, Some(range)) => {
                List::Range(checked_range(range).map_err(|what| format!("list {{{name}}}: {what}"))?)
            }
            (None, None) if list.wildcard => List::Wildcard,
            (None, None) if list.sum => List::Sum,
            _ => {
                return Err(format!(
                    "list {{{name}}} needs one of `values`, `range`, `wildcard: true` or `sum: true`"
                ));
            }
        };
        Ok(self.push_list(compiled))
    }

    fn list_value(&mut self, value: &ValueSource, scope: &mut Scope<'_>) -> Result<Option<ListValue>, String> {
        let (input, out, context) = match value {
            ValueSource::Text(text) => (text, None, BTreeMap::new()),
            ValueSource::Full {
                input, out, context, ..
            } => {
                let plain = |(k, v): (&String, &Value)| Some((k.clone(), plain_value(v)?.to_string()));
                (input, plain_value(out), context.iter().filter_map(plain).collect())
            }
        };
        if input.trim().is_empty() {
            return Ok(None);
        }
        let tree = template::parse(input).map_err(|what| format!("value `{input}`: {what}"))?;
        if contains_list(&tree) {
            return Err(format!(
                "value `{input}` contains a list; only text and rules without lists may stand there"
            ));
        }
        let expr = self.template(&tree, scope)?;
        if !self.interner.grammar.traits[expr as usize].plain {
            return Err(format!("value `{input}` contains a rule with a list"));
        }
        let text_out = matches!(value, ValueSource::Text(t) if !t.contains(['(', '[', '<', '|']));
        let out = if text_out {
            Some(rosie_core::SlotValue::Text(input.clone()))
        } else {
            out
        };
        Ok(Some(ListValue { expr, out, context }))
    }
}

fn contains_list(tree: &Template) -> bool {
    match tree {
        Template::List(_) => true,
        Template::Sequence(items) | Template::Any(items) | Template::Permutation(items) => {
            items.iter().any(contains_list)
        }
        Template::Text(_) | Template::Rule(_) => false,
    }
}

/// `{1..10:slot}` and `{0..100,5:slot}`.
fn inline_range(name: &str) -> Option<Range> {
    let (from, rest) = name.split_once("..")?;
    let (to, step) = rest.split_once(',').unwrap_or((rest, "1"));
    let (from, to, step) = (from.parse().ok()?, to.parse().ok()?, step.parse().ok()?);
    let range = Range {
        from,
        to,
        step,
        multiplier: 1.0,
        fractions: None,
        digits: true,
        words: true,
    };
    (from <= to && step > 0).then_some(range)
}

fn checked_range(range: &source::RangeSource) -> Result<Range, String> {
    if range.from > range.to {
        return Err(format!("`from: {}` is above `to: {}`", range.from, range.to));
    }
    if range.step <= 0 {
        return Err(format!("`step: {}` must be 1 or more", range.step));
    }
    if !range.digits && !range.words {
        return Err("`digits` and `words` cannot both be false".into());
    }
    Ok(Range {
        from: range.from,
        to: range.to,
        step: range.step,
        multiplier: range.multiplier.unwrap_or(1.0),
        fractions: range.fractions,
        digits: range.digits,
        words: range.words,
    })
}
