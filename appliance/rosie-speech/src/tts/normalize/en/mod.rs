//! English, read out completely: what comes out has no digit left.
//!
//! The order matters: what is written in a fixed form (addresses, dates, times, money) goes before its parts.

mod addresses;
mod dates;
mod money;
mod numbers;
mod times;
mod units;
mod words;

use super::rules::Rules;
pub use dates::say_date;
use std::sync::LazyLock;
pub use times::say_time;

static BEFORE_DATES: LazyLock<Rules> = LazyLock::new(|| Rules::new(&[addresses::RULES, words::SHORT_FORMS].concat()));
static DATES: [LazyLock<Rules>; 2] = [
    LazyLock::new(|| Rules::new(&[dates::DAY_FIRST, dates::RULES].concat())),
    LazyLock::new(|| Rules::new(&[dates::MONTH_FIRST, dates::RULES].concat())),
];
static AFTER_DATES: LazyLock<Rules> = LazyLock::new(|| {
    let tables = [dates::DECADES, times::RULES, money::RULES, numbers::BEFORE_UNITS];
    Rules::new(&tables.concat())
});
static LAST: LazyLock<Rules> = LazyLock::new(|| Rules::new(&[dates::YEARS, numbers::RULES, words::LAST].concat()));

/// `month_first`: how `3/4/2024` is meant.
pub fn read(text: &str, month_first: bool) -> String {
    let text = words::calm(text);
    let text = BEFORE_DATES.apply(&text);
    let text = DATES[usize::from(month_first)].apply(&text);
    let text = AFTER_DATES.apply(&text);
    let text = units::read(&text);
    LAST.apply(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        let all = [
            addresses::RULES,
            words::SHORT_FORMS,
            dates::DAY_FIRST,
            dates::MONTH_FIRST,
            dates::RULES,
            dates::DECADES,
            times::RULES,
            money::RULES,
            numbers::BEFORE_UNITS,
            dates::YEARS,
            numbers::RULES,
            words::LAST,
        ]
        .concat();
        assert_eq!(Rules::new(&all).len(), all.len());
    }
}
