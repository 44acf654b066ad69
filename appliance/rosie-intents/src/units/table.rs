//! Units and their sizes in the base unit of their kind.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Length,
    Area,
    Mass,
    Volume,
    Temperature,
    Speed,
    Time,
    Data,
    Energy,
}

pub(super) struct Unit {
    pub id: &'static str,
    pub kind: Kind,
    /// Base units in one of this.
    pub factor: f64,
    /// Base units at its zero.
    pub offset: f64,
}

const fn unit(id: &'static str, kind: Kind, factor: f64) -> Unit {
    Unit {
        id,
        kind,
        factor,
        offset: 0.0,
    }
}

use Kind::*;

pub(super) const UNITS: [Unit; 59] = [
    unit("millimetre", Length, 0.001),
    unit("centimetre", Length, 0.01),
    unit("decimetre", Length, 0.1),
    unit("metre", Length, 1.0),
    unit("kilometre", Length, 1000.0),
    unit("inch", Length, 0.0254),
    unit("foot", Length, 0.3048),
    unit("yard", Length, 0.9144),
    unit("mile", Length, 1609.344),
    unit("nautical_mile", Length, 1852.0),
    unit("square_metre", Area, 1.0),
    unit("square_kilometre", Area, 1e6),
    unit("hectare", Area, 1e4),
    unit("acre", Area, 4046.8564224),
    unit("square_foot", Area, 0.09290304),
    unit("square_mile", Area, 2589988.110336),
    unit("milligram", Mass, 1e-6),
    unit("gram", Mass, 0.001),
    unit("kilogram", Mass, 1.0),
    unit("tonne", Mass, 1000.0),
    unit("ounce", Mass, 0.028349523125),
    unit("pound", Mass, 0.45359237),
    unit("stone", Mass, 6.35029318),
    unit("millilitre", Volume, 0.001),
    unit("centilitre", Volume, 0.01),
    unit("decilitre", Volume, 0.1),
    unit("litre", Volume, 1.0),
    unit("cubic_metre", Volume, 1000.0),
    unit("teaspoon", Volume, 0.00492892159375),
    unit("tablespoon", Volume, 0.01478676478125),
    unit("fluid_ounce", Volume, 0.0295735295625),
    unit("cup", Volume, 0.2365882365),
    unit("pint", Volume, 0.473176473),
    unit("quart", Volume, 0.946352946),
    unit("gallon", Volume, 3.785411784),
    Unit {
        id: "celsius",
        kind: Temperature,
        factor: 1.0,
        offset: 273.15,
    },
    Unit {
        id: "fahrenheit",
        kind: Temperature,
        factor: 5.0 / 9.0,
        offset: 459.67 * 5.0 / 9.0,
    },
    unit("kelvin", Temperature, 1.0),
    unit("metre_per_second", Speed, 1.0),
    unit("kilometre_per_hour", Speed, 1.0 / 3.6),
    unit("mile_per_hour", Speed, 0.44704),
    unit("knot", Speed, 1852.0 / 3600.0),
    unit("millisecond", Time, 0.001),
    unit("second", Time, 1.0),
    unit("minute", Time, 60.0),
    unit("hour", Time, 3600.0),
    unit("day", Time, 86400.0),
    unit("week", Time, 604800.0),
    unit("month", Time, 2629746.0),
    unit("year", Time, 31556952.0),
    unit("bit", Data, 0.125),
    unit("byte", Data, 1.0),
    unit("kilobyte", Data, 1e3),
    unit("megabyte", Data, 1e6),
    unit("gigabyte", Data, 1e9),
    unit("terabyte", Data, 1e12),
    unit("joule", Energy, 1.0),
    unit("calorie", Energy, 4184.0),
    unit("kilowatt_hour", Energy, 3.6e6),
];

pub(super) fn find(id: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|u| u.id == id)
}
