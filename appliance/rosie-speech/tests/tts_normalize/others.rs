//! The other languages: what espeak-ng does not read by itself.

use super::check;
use proptest::prelude::*;
use rosie_core::Language;
use rosie_speech::tts::normalize::normalize;

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
