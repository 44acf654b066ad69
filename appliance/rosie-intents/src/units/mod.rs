//! Units people convert between when they cook, travel and measure. Factors: the International System, the
//! international yard and pound of 1959, and the customary (US) measures of volume.

mod names;
mod table;

use crate::spoken;
use rosie_core::Language;

/// A converted measure, ready to be said.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    pub value: f64,
    /// "5 miles".
    pub from: String,
    /// "8.05 kilometres".
    pub to: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    #[error("there is no unit `{0}`")]
    Unknown(String),
    /// Their names in the plural, to say so.
    #[error("{from} and {to} do not measure the same")]
    Incompatible { from: String, to: String },
    #[error("no number")]
    NotFinite,
}

/// The amount in another unit; units by id (`mile`, `kilometre`, `celsius`; [`ids`] lists them).
pub fn convert(amount: f64, from: &str, to: &str) -> Result<f64, UnitError> {
    let unit = |id: &str| table::find(id).ok_or_else(|| UnitError::Unknown(id.to_owned()));
    let (source, target) = (unit(from)?, unit(to)?);
    if source.kind != target.kind {
        return Err(UnitError::Incompatible {
            from: from.to_owned(),
            to: to.to_owned(),
        });
    }
    let value = (amount * source.factor + source.offset - target.offset) / target.factor;
    if value.is_finite() {
        Ok(value)
    } else {
        Err(UnitError::NotFinite)
    }
}

/// Converts and words it. An `Incompatible` error carries the units' names in the language.
pub fn answer(amount: f64, from: &str, to: &str, language: &Language) -> Result<Conversion, UnitError> {
    let value = convert(amount, from, to).map_err(|e| match e {
        UnitError::Incompatible { .. } => UnitError::Incompatible {
            from: names::plural(from, language),
            to: names::plural(to, language),
        },
        other => other,
    })?;
    // 0.1 + 0.2 is 0.3 to people.
    let value = if (value - value.round()).abs() < 1e-9 {
        value.round()
    } else {
        value
    };
    Ok(Conversion {
        value,
        from: said(amount, from, language),
        to: said(value, to, language),
    })
}

/// "1 mile", "8.05 kilometres".
pub fn said(amount: f64, unit: &str, language: &Language) -> String {
    let number = spoken::rounded(amount, language);
    // What is said decides: 1.004 is said as 1.
    let one = number == "1" || (language.primary() == "fr" && amount.abs() < 2.0);
    let name = if one {
        names::singular(unit, language)
    } else {
        names::plural(unit, language)
    };
    format!("{number} {name}")
}

/// All unit ids.
pub fn ids() -> impl Iterator<Item = &'static str> {
    table::UNITS.iter().map(|u| u.id)
}
