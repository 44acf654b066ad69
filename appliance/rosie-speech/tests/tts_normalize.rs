//! What is read for numbers, times, units and the like: one line a case, and properties for any text at all.

use proptest::prelude::*;
use rosie_core::Language;
use rosie_speech::tts::normalize::normalize;

fn check(language: &str, cases: &[(&str, &str)]) {
    let language = Language::new(language);
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, words)| (text, words, normalize(text, &language)))
        .filter(|(_, words, read)| read != *words)
        .map(|(text, words, read)| format!("{text:?}\n   read {read:?}\n   not  {words:?}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn english_numbers() {
    check(
        "en",
        &[
            ("I have 3 cats.", "I have three cats."),
            ("0", "zero"),
            (
                "There are 1,234 items.",
                "There are one thousand two hundred thirty-four items.",
            ),
            ("1000000 people", "one million people"),
            ("It is 3.14.", "It is three point one four."),
            ("0.05 is small", "zero point zero five is small"),
            (".5 of it", "point five of it"),
            ("-5 outside", "minus five outside"),
            ("It's -3.5 now", "It's minus three point five now"),
            ("The 1st, 2nd and 23rd.", "The first, second and twenty-third."),
            ("the 100th time", "the one hundredth time"),
            ("the 21st century", "the twenty-first century"),
            ("agent 007", "agent zero zero seven"),
            ("pages 5-10", "pages five to ten"),
            ("pages 5–10", "pages five to ten"),
            ("2 to 3 weeks", "two to three weeks"),
            ("We won 3-2.", "We won three to two."),
            (
                "12345678901234",
                "one two three four five six seven eight nine zero one two three four",
            ),
            ("1/2 cup", "one half cup"),
            ("3/4 of them", "three quarters of them"),
            ("2 1/2 cups", "two and a half cups"),
            ("1½ hours", "one and a half hours"),
            ("½ a cup", "one half a cup"),
            ("2¾ inches", "two and three quarters inches"),
            ("1 1/8 of it", "one and an eighth of it"),
            ("24/7 support", "twenty-four seven support"),
            ("a 50/50 chance", "a fifty fifty chance"),
            ("2/3 majority", "two thirds majority"),
            ("10+ people", "ten plus people"),
            ("~5 people", "about five people"),
            ("#5 on the list", "number five on the list"),
            ("No. 7", "number seven"),
            ("call 911", "call nine one one"),
            ("Your PIN is 4821.", "Your PIN is four eight two one."),
            ("room 101", "room one oh one"),
            ("flight 370", "flight three seventy"),
            ("a 5-minute walk", "a five minute walk"),
            ("COVID-19", "COVID nineteen"),
            ("an MP3 file", "an MP three file"),
            ("a 4K TV", "a four K TV"),
            ("5G and 3D", "five G and three D"),
            ("H2O", "H two O"),
            ("1920x1080", "nineteen twenty by ten eighty"),
        ],
    );
}

#[test]
fn english_arithmetic() {
    check(
        "en",
        &[
            ("3 + 4 = 7", "three plus four equals seven"),
            ("10 - 4 = 6", "ten minus four equals six"),
            ("6 × 7 = 42", "six times seven equals forty-two"),
            ("6 * 7", "six times seven"),
            ("8 ÷ 2", "eight divided by two"),
            ("8 / 2", "eight divided by two"),
            ("2^10", "two to the power of ten"),
            ("x² + 1", "x squared plus one"),
            ("5² = 25", "five squared equals twenty-five"),
            ("√16 = 4", "the square root of sixteen equals four"),
            ("x ≤ 5", "x is at most five"),
            ("3 < 5", "three is less than five"),
            ("5 > 3", "five is greater than three"),
            ("<5 minutes", "less than five minutes"),
            ("5 ± 2", "five plus or minus two"),
            ("-4 + -3", "minus four plus minus three"),
        ],
    );
}

#[test]
fn english_times_and_dates() {
    check(
        "en",
        &[
            ("It's 4:35 PM.", "It's four thirty-five P.M."),
            ("at 4:35 p.m. today", "at four thirty-five P.M. today"),
            ("at 16:35", "at sixteen thirty-five"),
            ("It is 9:00.", "It is nine o'clock."),
            ("at 7 o'clock", "at seven o'clock"),
            ("at 7pm", "at seven P.M"),
            ("at 7:05 am", "at seven oh five A.M"),
            ("at 12:00", "at twelve o'clock"),
            ("at 0:00", "at midnight"),
            ("at 00:30", "at zero thirty"),
            ("9am-5pm", "nine A.M to five P.M"),
            ("from 9:00-17:30", "from nine o'clock to seventeen thirty"),
            ("1:02:03", "one hour, two minutes and three seconds"),
            ("0:05:30 left", "five minutes and thirty seconds left"),
            ("a 16:9 screen", "a sixteen to nine screen"),
            ("on 2024-03-05", "on March fifth, twenty twenty-four"),
            (
                "2024-03-05T14:30:00Z",
                "March fifth, twenty twenty-four at fourteen thirty",
            ),
            ("3/5/2024", "March fifth, twenty twenty-four"),
            ("on 12/25", "on December twenty-fifth"),
            ("March 5, 2024", "March fifth, twenty twenty-four"),
            ("March 5th", "March fifth"),
            ("5 March 2024", "the fifth of March, twenty twenty-four"),
            ("the 4th of July", "the fourth of July"),
            ("March 2024", "March twenty twenty-four"),
            ("Jan. 3", "January third"),
            ("Sat, Mar 9", "Saturday, March ninth"),
            ("July 4-6", "July fourth to sixth"),
            ("in 1984", "in nineteen eighty-four"),
            ("in 2005", "in two thousand five"),
            ("since 1900", "since nineteen hundred"),
            ("1939-1945", "nineteen thirty-nine to nineteen forty-five"),
            ("2019–2024", "twenty nineteen to twenty twenty-four"),
            ("the 1990s", "the nineteen nineties"),
            ("the '80s", "the eighties"),
            ("in his 30s", "in his thirties"),
            ("in 30s", "in thirty seconds"),
            ("the 2000s", "the two thousands"),
            ("2000 steps", "two thousand steps"),
            (
                "Today is Saturday, November 22.",
                "Today is Saturday, November twenty-second.",
            ),
        ],
    );
    check("en-GB", &[("3/5/2024", "May third, twenty twenty-four")]);
}

#[test]
fn english_units_and_money() {
    check(
        "en",
        &[
            ("5 km", "five kilometers"),
            ("1 km", "one kilometer"),
            ("5km away", "five kilometers away"),
            ("It's 21°C.", "It's twenty-one degrees Celsius."),
            ("70°F today", "seventy degrees Fahrenheit today"),
            ("-3 °C", "minus three degrees Celsius"),
            ("1°", "one degree"),
            ("a 90° turn", "a ninety degree turn"),
            ("70 mph", "seventy miles per hour"),
            ("100 km/h", "one hundred kilometers per hour"),
            ("3 kg", "three kilograms"),
            ("1.5 l of milk", "one point five liters of milk"),
            ("50%", "fifty percent"),
            ("3.5 %", "three point five percent"),
            ("60 W", "sixty watts"),
            ("2.4 GHz", "two point four gigahertz"),
            ("16 GB of RAM", "sixteen gigabytes of RAM"),
            ("20 m²", "twenty square meters"),
            ("5 ft 3 in", "five foot three"),
            ("a 5 km run", "a five kilometer run"),
            ("6 ft", "six feet"),
            ("5'10\"", "five foot ten"),
            ("12 oz", "twelve ounces"),
            ("5-10 km", "five to ten kilometers"),
            ("10 mg/day", "ten milligrams per day"),
            ("3 kWh", "three kilowatt hours"),
            ("1013 hPa", "one thousand thirteen hectopascals"),
            ("20-25°C", "twenty to twenty-five degrees Celsius"),
            ("10s", "ten seconds"),
            ("30 min", "thirty minutes"),
            ("2 hrs", "two hours"),
            ("5 in the morning", "five in the morning"),
            ("$3.50", "three dollars and fifty cents"),
            ("$1", "one dollar"),
            ("$0.99", "ninety-nine cents"),
            ("$1.01", "one dollar and one cent"),
            (
                "$1,234.56",
                "one thousand two hundred thirty-four dollars and fifty-six cents",
            ),
            ("12 €", "twelve euros"),
            ("€12.50", "twelve euros and fifty cents"),
            ("£5.20", "five pounds and twenty pence"),
            ("$2.5 million", "two point five million dollars"),
            ("$3bn", "three billion dollars"),
            ("-$5", "minus five dollars"),
            ("$5-10", "five to ten dollars"),
            ("$5/month", "five dollars per month"),
            ("100 USD", "one hundred dollars"),
            ("¥500", "five hundred yen"),
            ("50¢", "fifty cents"),
        ],
    );
}

#[test]
fn english_words_and_addresses() {
    check(
        "en",
        &[
            ("Dr. Smith", "Doctor Smith"),
            ("Mr. and Mrs. Jones", "Mister and Missus Jones"),
            ("St. John", "Saint John"),
            ("12 Main St.", "twelve Main Street."),
            ("on Elm Dr. today", "on Elm Drive today"),
            ("fruit, e.g. apples", "fruit, for example, apples"),
            ("i.e. now", "that is, now"),
            ("apples, pears, etc.", "apples, pears, et cetera."),
            ("cats vs. dogs", "cats versus dogs"),
            ("approx. 5", "approximately five"),
            ("w/ milk", "with milk"),
            ("salt & pepper", "salt and pepper"),
            ("and/or", "and or"),
            ("he/she", "he or she"),
            ("TCP/IP", "TCP IP"),
            ("Henry VIII", "Henry the eighth"),
            ("World War II", "World War two"),
            ("Acme Inc. sells", "Acme Incorporated sells"),
            ("the LED is on", "the L.E.D is on"),
            ("THIS IS VERY LOUD", "this is very loud"),
            ("NASA and FBI", "NASA and FBI"),
            ("max. 5", "maximum five"),
            ("see p. 5", "see page five"),
            ("https://www.example.com/help/", "example dot com slash help"),
            ("Visit example.com.", "Visit example dot com."),
            (
                "https://example.com/a/very/long/path/that/nobody?wants=to&hear",
                "example dot com",
            ),
            ("info@example.com", "info at example dot com"),
            (
                "john_doe-x@mail.example.org",
                "john underscore doe dash x at mail dot example dot org",
            ),
            (
                "192.168.1.1",
                "one hundred ninety-two dot one hundred sixty-eight dot one dot one",
            ),
            ("version 1.2.3", "version one point two point three"),
            ("v2.0", "version two point zero"),
            ("readme.txt", "readme dot txt"),
            ("555-1234", "five five five, one two three four"),
            ("(555) 123-4567", "five five five, one two three, four five six seven"),
            (
                "+1 555 123 4567",
                "plus one, five five five, one two three, four five six seven",
            ),
            ("#winning", "hashtag winning"),
            ("Wait — what?", "Wait, what?"),
            ("this (really) works", "this, really, works"),
            ("it works (really).", "it works, really."),
            ("\"quoted\" text", "quoted text"),
            ("wait… what", "wait... what"),
            ("it’s", "it's"),
            ("a  b \t c", "a b c"),
        ],
    );
}

#[test]
fn german() {
    check(
        "de",
        &[
            ("5 km", "5 Kilometer"),
            ("Es sind 21°C.", "Es sind 21 Grad Celsius."),
            ("-3 °C", "minus 3 Grad Celsius"),
            ("1,5 l Milch", "1,5 Liter Milch"),
            ("50 %", "50 Prozent"),
            ("100 km/h", "100 Kilometer pro Stunde"),
            ("3 €", "3 Euro"),
            ("12,50 €", "12 Euro 50"),
            ("0,99 €", "99 Cent"),
            ("16:35 Uhr", "16 Uhr 35"),
            ("um 16:35", "um 16 Uhr 35"),
            ("um 9:00 Uhr", "um 9 Uhr"),
            ("am 05.03.2024", "am fünften März 2024"),
            ("der 3.5.", "der dritte Mai"),
            ("2024-03-05", "fünfte März 2024"),
            ("z.B. Äpfel", "zum Beispiel Äpfel"),
            ("d. h. jetzt", "das heißt jetzt"),
            ("usw.", "und so weiter"),
            ("Dr. Müller", "Doktor Müller"),
            ("Nr. 5", "Nummer 5"),
            ("ca. 10 Min.", "circa 10 Minuten"),
            ("5-10 Tage", "5 bis 10 Tage"),
            ("3 + 4 = 7", "3 plus 4 gleich 7"),
            ("8 / 2", "8 geteilt durch 2"),
            ("Hauptstr. 5", "Hauptstraße 5"),
            ("Tom & Jerry", "Tom und Jerry"),
            ("info@beispiel.de", "info ät beispiel Punkt de"),
            ("2,5 Mio. €", "2,5 Millionen Euro"),
        ],
    );
}

#[test]
fn spanish() {
    check(
        "es",
        &[
            ("5 km", "5 kilómetros"),
            ("1 km", "1 kilómetro"),
            ("Hace 21°C.", "Hace 21 grados Celsius."),
            ("-3 °C", "menos 3 grados Celsius"),
            ("1,5 l", "1,5 litros"),
            ("50 %", "50 por ciento"),
            ("100 km/h", "100 kilómetros por hora"),
            ("3 €", "3 euros"),
            ("1 €", "1 euro"),
            ("12,50 €", "12 euros con 50"),
            ("0,99 €", "99 céntimos"),
            ("a las 16:35", "a las 16 y 35"),
            ("a la 1:20", "a la una y 20"),
            ("a las 9:00", "a las 9 en punto"),
            ("el 5/3/2024", "el 5 de marzo de 2024"),
            ("el 1/3/2024", "el uno de marzo de 2024"),
            ("Sr. García", "señor García"),
            ("la Dra. Pérez", "la doctora Pérez"),
            ("p. ej. manzanas", "por ejemplo manzanas"),
            ("etc.", "etcétera"),
            ("EE. UU.", "Estados Unidos"),
            ("nº 5", "número 5"),
            ("3 + 4 = 7", "3 más 4 es igual a 7"),
            ("5-10 días", "5 a 10 días"),
            ("¿Qué hora es?", "Qué hora es?"),
            ("info@ejemplo.es", "info arroba ejemplo punto es"),
        ],
    );
}

#[test]
fn french() {
    check(
        "fr",
        &[
            ("5 km", "5 kilomètres"),
            ("1 km", "1 kilomètre"),
            ("Il fait 21°C.", "Il fait 21 degrés Celsius."),
            ("-3 °C", "moins 3 degrés Celsius"),
            ("1,5 l", "1,5 litres"),
            ("50 %", "50 pour cent"),
            ("100 km/h", "100 kilomètres heure"),
            ("3 €", "3 euros"),
            ("12,50 €", "12 euros 50"),
            ("0,99 €", "99 centimes"),
            ("à 16h35", "à 16 heures 35"),
            ("à 16:35", "à 16 heures 35"),
            ("à 9:00", "à 9 heures"),
            ("à 12:00", "à midi"),
            ("le 05/03/2024", "le 5 mars 2024"),
            ("le 01/03/2024", "le premier mars 2024"),
            ("M. Dupont", "monsieur Dupont"),
            ("Mme Dupont", "madame Dupont"),
            ("p. ex. des pommes", "par exemple des pommes"),
            ("etc.", "et cetera"),
            ("n° 5", "numéro 5"),
            ("le 1er étage", "le premier étage"),
            ("la 2e fois", "la deuxième fois"),
            ("3 + 4 = 7", "3 plus 4 égale 7"),
            ("8 / 2", "8 divisé par 2"),
            ("5-10 jours", "5 à 10 jours"),
        ],
    );
}

#[test]
fn other_languages_keep_their_words() {
    check("pl", &[("Jest 5 °C (zimno).", "Jest 5 °C, zimno.")]);
}

proptest! {
    #[test]
    fn any_text_is_read_in_bounded_length(text in "\\PC{0,300}", tag in "(en|en-GB|de|es|fr|pl)") {
        let read = normalize(&text, &Language::new(&tag));
        prop_assert!(read.len() <= 80 * text.len() + 80, "{} bytes from {}", read.len(), text.len());
    }

    #[test]
    fn english_leaves_no_digit(text in "[0-9A-Za-z $€£%°:/.,+=x()#'\"-]{0,60}") {
        let read = normalize(&text, &Language::new("en"));
        prop_assert!(!read.chars().any(|c| c.is_ascii_digit()), "{text:?} is read {read:?}");
    }

    #[test]
    fn any_number_is_read(n in any::<i64>(), part in 0u32..1000) {
        let read = normalize(&format!("{n}.{part}"), &Language::new("en"));
        prop_assert!(read.chars().all(|c| c.is_ascii_lowercase() || c == ' ' || c == '-'), "{read}");
    }
}
