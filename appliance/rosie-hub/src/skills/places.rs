//! Where in the world what time zone holds: cities by the names of the time-zone database, and what else people say.

use crate::rooms::plain;
use jiff::tz::TimeZone;

/// Places that the database calls otherwise, in Rosie's languages, without accents.
const ELSE: &[(&str, &str)] = &[
    (
        "africa/johannesburg",
        "south africa|sudafrika|sudafrica|afrique du sud|cape town|kapstadt|ciudad del cabo|le cap",
    ),
    ("africa/cairo", "egypt|agypten|egipto|egypte|kairo|el cairo|le caire"),
    ("africa/nairobi", "kenya|kenia"),
    ("america/argentina/buenos_aires", "argentina|argentinien|argentine"),
    ("america/bogota", "colombia|kolumbien|colombie"),
    ("america/chicago", "texas|dallas|houston|austin"),
    ("america/denver", "colorado|salt lake city"),
    ("america/havana", "cuba|kuba|la habana|la havane|havanna"),
    (
        "america/los_angeles",
        "san francisco|california|kalifornien|californie|seattle|san diego|las vegas|silicon valley|portland",
    ),
    (
        "america/mexico_city",
        "mexico|mexiko|mexique|ciudad de mexico|mexiko stadt",
    ),
    (
        "america/new_york",
        "nueva york|boston|washington|miami|philadelphia|florida|atlanta|the east coast|orlando",
    ),
    ("america/phoenix", "arizona"),
    ("america/santiago", "chile|chili"),
    ("america/sao_paulo", "rio de janeiro|rio|brazil|brasil|brasilien|bresil"),
    ("asia/dubai", "the emirates|abu dhabi|emirate"),
    ("asia/ho_chi_minh", "vietnam|hanoi|saigon"),
    ("asia/hong_kong", "hongkong"),
    ("asia/jakarta", "yakarta|java"),
    ("asia/jerusalem", "israel|tel aviv"),
    ("asia/kathmandu", "nepal"),
    (
        "asia/kolkata",
        "india|indien|inde|delhi|new delhi|mumbai|bombay|bangalore|chennai|calcutta|kalkutta",
    ),
    ("asia/manila", "the philippines|philippinen|filipinas|philippines"),
    ("asia/seoul", "korea|south korea|sudkorea|corea|coree|seul"),
    ("asia/shanghai", "china|chine|beijing|peking|pekin|shenzhen|schanghai"),
    ("asia/singapore", "singapur|singapour"),
    ("asia/tokyo", "tokio|japan|japon|osaka|kyoto"),
    ("asia/bangkok", "thailand|tailandia|thailande"),
    ("atlantic/reykjavik", "iceland|island|islandia|islande"),
    (
        "atlantic/canary",
        "the canaries|the canary islands|kanaren|teneriffa|tenerife|gran canaria|canarias|las canarias",
    ),
    ("australia/perth", "western australia"),
    ("australia/sydney", "sidney|australia|australien|australie|canberra"),
    ("europe/athens", "greece|griechenland|grecia|grece|athen|atenas|athenes"),
    (
        "europe/berlin",
        "germany|deutschland|alemania|allemagne|hamburg|munich|munchen|frankfurt|cologne|koln",
    ),
    (
        "europe/brussels",
        "belgium|belgien|belgica|belgique|brussel|bruselas|bruxelles",
    ),
    ("europe/copenhagen", "denmark|danemark|dinamarca|kopenhagen|copenhague"),
    ("europe/dublin", "ireland|irland|irlanda|irlande"),
    ("europe/istanbul", "turkey|turkei|turquia|turquie|estambul"),
    ("europe/kyiv", "ukraine|ucrania|kiev|kiew"),
    ("europe/lisbon", "portugal|lissabon|lisboa|lisbonne"),
    (
        "europe/london",
        "england|britain|great britain|the uk|uk|scotland|inglaterra|angleterre|londres|grossbritannien",
    ),
    ("europe/madrid", "spain|spanien|espana|espagne|barcelona|mallorca"),
    ("europe/moscow", "russia|russland|rusia|russie|moskau|moscu|moscou"),
    ("europe/paris", "france|frankreich|francia"),
    (
        "europe/rome",
        "italy|italien|italia|italie|rom|roma|milan|mailand|venice|venedig",
    ),
    ("europe/stockholm", "sweden|schweden|suecia|suede|estocolmo"),
    ("europe/vienna", "austria|osterreich|autriche|wien|viena|vienne"),
    (
        "europe/warsaw",
        "poland|polen|polonia|pologne|warschau|varsovia|varsovie",
    ),
    (
        "europe/zurich",
        "switzerland|die schweiz|der schweiz|schweiz|suiza|la suisse|suisse|geneva|genf|basel|bern",
    ),
    (
        "pacific/auckland",
        "new zealand|neuseeland|nueva zelanda|nouvelle zelande|wellington",
    ),
    ("pacific/honolulu", "hawaii|hawai"),
];

/// Lower case, without accents.
fn folded(text: &str) -> String {
    let letter = |c: char| match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        c => c,
    };
    plain(text).replace('ß', "ss").chars().map(letter).collect()
}

/// The time zone of a place, by its name in any of Rosie's languages; None where nobody knows it.
pub(super) fn zone_of(place: &str) -> Option<TimeZone> {
    let place = folded(place.trim_matches(|c: char| !c.is_alphanumeric()));
    let said = place.strip_prefix("the ").unwrap_or(&place);
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let called = |name: &&String| {
        let city = name.rsplit('/').next().unwrap_or_default().replace('_', " ");
        name.contains('/') && !name.starts_with("Etc/") && folded(&city) == said
    };
    let aliases = |(_, all): &&(&str, &str)| all.split('|').any(|one| one == place || one == said);
    let zone = match ELSE.iter().find(aliases) {
        Some((zone, _)) => names.iter().find(|name| name.eq_ignore_ascii_case(zone)),
        None => names.iter().find(called),
    };
    TimeZone::get(zone?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cities_and_countries_have_their_time() {
        for (place, zone) in [
            ("Tokyo", "Asia/Tokyo"),
            ("Tokio", "Asia/Tokyo"),
            ("Nueva York", "America/New_York"),
            ("New York?", "America/New_York"),
            ("Los Angeles", "America/Los_Angeles"),
            ("München", "Europe/Berlin"),
            ("der Schweiz", "Europe/Zurich"),
        ] {
            assert_eq!(zone_of(place).unwrap().iana_name(), Some(zone), "{place}");
        }
        for nowhere in ["here", "the kitchen", "", "GMT", "the oven"] {
            assert!(zone_of(nowhere).is_none(), "{nowhere}");
        }
    }

    #[test]
    fn every_zone_that_is_named_is_in_the_database() {
        for (zone, names) in ELSE {
            let first = names.split('|').next().unwrap();
            let found = zone_of(first).unwrap_or_else(|| panic!("{zone}"));
            assert!(found.iana_name().unwrap().eq_ignore_ascii_case(zone), "{zone}");
        }
    }
}
