//! The table of known devices, `data/models.yaml`.

use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    Landscape,
    Portrait,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub codename: String,
    pub name: String,
    #[serde(default)]
    pub panel: Option<(u32, u32)>,
    #[serde(default)]
    pub orientation: Option<Orientation>,
    #[serde(default)]
    pub density: Option<u32>,
    pub amazon: bool,
    pub known: Vec<String>,
}

/// By codename; whatever is not in the table is the last one, `generic`.
pub fn find(codename: &str) -> Model {
    let models: Vec<Model> =
        serde_saphyr::from_str(include_str!("../data/models.yaml")).expect("the table is read in a test");
    let mut models = models.into_iter();
    models
        .find(|model| model.codename == codename || model.codename == "generic")
        .expect("the last one stands for all, which a test holds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        for codename in ["checkers", "cronos", "crown", "rook"] {
            let model = find(codename);
            assert_eq!(model.codename, codename);
            assert!(model.amazon && model.panel.is_some() && model.density.is_some());
            assert!(!model.known.is_empty(), "{codename}");
        }
        let other = find("gta4xlwifi");
        assert_eq!(other.codename, "generic");
        assert_eq!(
            (other.density, other.orientation),
            (None, None),
            "a tablet stays as its owner has it"
        );
    }
}
