//! What backups are called: those that were made here tell when in their name.

use super::EXTENSION;

/// A name that is no path.
pub fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let stem = name.strip_suffix(EXTENSION).and_then(|stem| stem.strip_suffix('.'));
    stem.is_some_and(|stem| (1..=100).contains(&stem.len()) && stem.chars().all(plain))
}

/// `rosie-20261128-033000.rosie-backup`
pub fn is_own(name: &str) -> bool {
    let stem = name
        .strip_prefix("rosie-")
        .and_then(|name| name.strip_suffix(EXTENSION)?.strip_suffix('.'));
    let shape = |(i, c): (usize, char)| if i == 8 { c == '-' } else { c.is_ascii_digit() };
    stem.is_some_and(|stem| stem.len() == 15 && stem.chars().enumerate().all(shape))
}

/// The time that such a name tells.
pub fn time_of(name: &str) -> Option<u64> {
    let stem = is_own(name).then(|| name.get("rosie-".len()..)?.get(..15))??;
    let moment = jiff::civil::DateTime::strptime("%Y%m%d-%H%M%S", stem).ok()?;
    let moment = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    u64::try_from(moment.timestamp().as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path_and_may_tell_a_time() {
        for bad in [
            "",
            ".rosie-backup",
            "../x.rosie-backup",
            "a b.rosie-backup",
            "x.zip",
            "x.rosie-backup.part",
        ] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_name("from-the-attic_2.rosie-backup"));
        assert_eq!(time_of("rosie-20261128-033000.rosie-backup"), Some(1_795_836_600_000));
        for none in [
            "rosie-20261328-033000.rosie-backup",
            "rosie-20261128-0330.rosie-backup",
            "x.rosie-backup",
        ] {
            assert_eq!(time_of(none), None, "{none}");
        }
    }
}
