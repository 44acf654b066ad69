//! How people wish for what a tool does (`data/wishes.yaml`): nearer to what is said than any description.

use rosie_core::ToolSpec;
use std::{collections::BTreeMap, sync::OnceLock};

/// What sounds like a wish and is none.
const NONE: &str = "none";

type Wishes = BTreeMap<String, Vec<String>>;

fn wishes() -> &'static Wishes {
    static WISHES: OnceLock<Wishes> = OnceLock::new();
    WISHES.get_or_init(|| parse().unwrap_or_default())
}

fn parse() -> Result<Wishes, String> {
    serde_saphyr::from_str(include_str!("../../data/wishes.yaml")).map_err(|e| e.to_string())
}

fn of(tool: &str) -> &'static [String] {
    wishes().get(tool).map(Vec::as_slice).unwrap_or_default()
}

/// What `tools` are compared by besides their descriptions.
pub(crate) fn compared(tools: &[ToolSpec]) -> Vec<String> {
    let all = tools.iter().map(|tool| tool.name.as_str()).chain([NONE]);
    all.flat_map(of).cloned().collect()
}

/// How like what was said is to each of `tools`, of the likeness to their descriptions and then to what they are
/// [`compared`] by. What is more like something that is no wish is like none of them.
pub(crate) fn likeness(tools: &[ToolSpec], all: &[f32]) -> Vec<f32> {
    let (described, mut wished) = all.split_at(tools.len().min(all.len()));
    let mut best = |tool: &str| {
        let (its, rest) = wished.split_at(of(tool).len().min(wished.len()));
        wished = rest;
        its.iter().copied().fold(0.0, f32::max)
    };
    let of_tools: Vec<f32> = tools.iter().map(|tool| best(&tool.name)).collect();
    let none = best(NONE);
    let merged = described
        .iter()
        .zip(of_tools)
        .map(|(described, wished)| described.max(wished));
    merged.map(|like| if like > none { like } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn tool(name: &str) -> ToolSpec {
        ToolSpec {
            name: name.into(),
            description: String::new(),
            parameters: json!({}),
            acts: true,
            dangerous: false,
            foreign: false,
            confirmation: BTreeMap::new(),
        }
    }

    #[test]
    fn the_nearest_wish_counts_unless_something_else_is_nearer() {
        assert!(parse().unwrap().contains_key(NONE));
        let tools = [tool("HassCancelTimer"), tool("OfAPlugin"), tool("HassTurnOn")];
        let texts = compared(&tools);
        let of = |wish: &str, like: f32, none: f32| {
            let wished = texts.iter().map(|text| match text == wish {
                true => like,
                false if of(NONE).contains(text) => none,
                false => 0.1,
            });
            likeness(&tools, &[0.2, 0.5, 0.3].into_iter().chain(wished).collect::<Vec<_>>())
        };
        assert_eq!(of("drop the timer", 0.7, 0.1), [0.7, 0.5, 0.3]);
        assert_eq!(of("drop the timer", 0.7, 0.6), [0.7, 0.0, 0.0]);
        assert_eq!(of("drop the timer", 0.4, 0.8), [0.0, 0.0, 0.0]);
        assert_eq!(likeness(&tools, &[]), [0.0; 0], "nothing can be compared yet");
    }
}
