//! A weather report, whoever it is from.

use jiff::civil::{Date, DateTime};

/// What it is like, in the words of Home Assistant's weather entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Sunny,
    ClearNight,
    PartlyCloudy,
    Cloudy,
    Fog,
    Rainy,
    Pouring,
    Snowy,
    SnowyRainy,
    Hail,
    Lightning,
    LightningRainy,
    Windy,
    Exceptional,
}

impl Condition {
    /// As templates name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sunny => "sunny",
            Self::ClearNight => "clear",
            Self::PartlyCloudy => "partlycloudy",
            Self::Cloudy => "cloudy",
            Self::Fog => "fog",
            Self::Rainy => "rainy",
            Self::Pouring => "pouring",
            Self::Snowy => "snowy",
            Self::SnowyRainy => "sleet",
            Self::Hail => "hail",
            Self::Lightning => "lightning",
            Self::LightningRainy => "storm",
            Self::Windy => "windy",
            Self::Exceptional => "exceptional",
        }
    }

    /// Home Assistant's state of a weather entity, and `condition` of a forecast.
    pub fn of_home(state: &str) -> Option<Self> {
        Some(match state {
            "sunny" | "clear" => Self::Sunny,
            "clear-night" => Self::ClearNight,
            "partlycloudy" => Self::PartlyCloudy,
            "cloudy" => Self::Cloudy,
            "fog" => Self::Fog,
            "rainy" => Self::Rainy,
            "pouring" => Self::Pouring,
            "snowy" => Self::Snowy,
            "snowy-rainy" => Self::SnowyRainy,
            "hail" => Self::Hail,
            "lightning" => Self::Lightning,
            "lightning-rainy" => Self::LightningRainy,
            "windy" | "windy-variant" => Self::Windy,
            "exceptional" => Self::Exceptional,
            _ => return None,
        })
    }

    /// The WMO's code for present weather (table 4677), those that Open-Meteo gives.
    pub fn of_wmo(code: i64, is_day: bool) -> Option<Self> {
        Some(match code {
            0 | 1 if is_day => Self::Sunny,
            0 | 1 => Self::ClearNight,
            2 => Self::PartlyCloudy,
            3 => Self::Cloudy,
            45 | 48 => Self::Fog,
            51 | 53 | 55 | 61 | 63 | 80 | 81 => Self::Rainy,
            65 | 82 => Self::Pouring,
            56 | 57 | 66 | 67 => Self::SnowyRainy,
            71 | 73 | 75 | 77 | 85 | 86 => Self::Snowy,
            95 => Self::LightningRainy,
            96 | 99 => Self::Hail,
            _ => return None,
        })
    }

    pub fn is_wet(self) -> bool {
        self.is_snow()
            || matches!(
                self,
                Self::Rainy | Self::Pouring | Self::Hail | Self::LightningRainy | Self::SnowyRainy
            )
    }

    pub fn is_snow(self) -> bool {
        matches!(self, Self::Snowy | Self::SnowyRainy)
    }
}

/// The weather at a moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Now {
    pub condition: Option<Condition>,
    pub temperature: Option<f64>,
    pub wind: Option<f64>,
}

/// An hour of the forecast, by the house's clock.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hour {
    pub at: DateTime,
    pub condition: Option<Condition>,
    /// Rain, snow and all else, in [`Report::amount_unit`].
    pub amount: Option<f64>,
    /// That any falls, percent.
    pub chance: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Day {
    pub date: Date,
    pub condition: Option<Condition>,
    pub high: Option<f64>,
    pub low: Option<f64>,
    pub amount: Option<f64>,
    pub chance: Option<f64>,
    /// Strongest.
    pub wind: Option<f64>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Report {
    pub now: Option<Now>,
    /// In order; may be empty.
    pub hours: Vec<Hour>,
    pub days: Vec<Day>,
    /// `km/h`
    pub wind_unit: String,
    /// `mm` or `in`
    pub amount_unit: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_of_both_sources_is_known() {
        for state in [
            "clear-night",
            "cloudy",
            "exceptional",
            "fog",
            "hail",
            "lightning",
            "lightning-rainy",
            "partlycloudy",
            "pouring",
            "rainy",
            "snowy",
            "snowy-rainy",
            "sunny",
            "windy",
            "windy-variant",
        ] {
            assert!(Condition::of_home(state).is_some(), "{state}");
        }
        // All of Open-Meteo's table.
        for code in [
            0, 1, 2, 3, 45, 48, 51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 71, 73, 75, 77, 80, 81, 82, 85, 86, 95, 96, 99,
        ] {
            assert!(Condition::of_wmo(code, true).is_some(), "{code}");
        }
        assert_eq!(Condition::of_wmo(0, false), Some(Condition::ClearNight));
        assert_eq!(Condition::of_wmo(4, true), None);
        assert_eq!(Condition::of_home("unavailable"), None);
    }
}
