//! Facts in French.

use super::pattern::{Kind, Line, Patterns, line};

const KEEP: &str = r"(?:(?:s'il te plaît|s'il vous plaît|hé|rosie|peux-tu|pourrais-tu|tu peux)[, ]+)*(?:souviens-toi|souviens toi|rappelle-toi|rappelle toi|retiens|retenir|note|notez|n'oublie pas|mémorise|te souvenir)(?: bien)?(?: que| qu'|[,:])? ?";
const FIRST_PERSON: &str = r"\b(?:je|j'|j|mon|ma|mes|moi|me|m')";

pub(super) fn patterns() -> Patterns {
    Patterns::new("fr", KEEP, FIRST_PERSON, lines(), |words| {
        format!("Tu as dit : « {words} ».")
    })
}

#[rustfmt::skip]
fn lines() -> Vec<Line> {
    use Kind::{Asked, Many, One, Secret, Taste};
    vec![
        line(One, r"(?:je m'appelle|mon nom est|mon prénom est|appelle-moi) (?<o>{name})", "user", "name", "Tu t'appelles $o."),
        line(One, r"(?<m>mon|ma) (?<r>{rel}) s'appelle (?<o>{name})", "$r", "name", "$r : s'appelle $o."),
        line(One, r"le (?:nom|prénom) de (?:mon|ma) (?<r>{rel}) est (?<o>{name})", "$r", "name", "$r : s'appelle $o."),
        line(One, r"mon anniversaire est (?:le )?(?<o>{few})", "user", "birthday", "Ton anniversaire est le $o."),
        line(One, r"je suis née? (?:le|en) (?<o>{few})", "user", "birthday", "Tu es né(e) le $o."),
        line(One, r"l'anniversaire de (?:mon|ma) (?<r>{rel}) est (?:le )?(?<o>{few})", "$r", "birthday", "Anniversaire ($r) : le $o."),
        line(One, r"(?:j'habite|nous habitons|on habite|je vis|nous vivons) (?<p>à|au|en|aux|dans|chez) (?<o>{few})", "user", "lives_in", "Tu habites $p $o."),
        line(One, r"je travaille (?<p>chez|comme|à|au|pour|dans) (?<o>{few})", "user", "works", "Tu travailles $p $o."),
        line(Many, r"je suis (?:aussi )?allergique (?<p>aux|au|à la|à l'|à) ?(?<o>{few})", "user", "allergic_to", "Tu es allergique $p $o."),
        line(Many, r"(?:mon|ma) (?<r>{rel}) est allergique (?<p>aux|au|à la|à l'|à) ?(?<o>{few})", "$r", "allergic_to", "$r : allergique $p $o."),
        line(Many, r"je suis (?<o>végétarien|végétarienne|végane?|diabétique|intolérante? au lactose|gaucher|gauchère)", "user", "is", "Tu es $o."),
        line(One, r"je (?:prends|bois|préfère) (?:mon|le) (?<t>café|thé|steak) (?<o>{few})", "user", "takes_$t", "Tu prends ton $t $o."),
        line(One, r"(?:mon|ma) (?<t>{rel}) (?:préférée?|favorite?) est (?<o>{few})", "user", "favourite_$t", "$t, ton choix préféré : $o."),
        line(Secret, r"(?:le|notre|mon) (?:mot de passe|code) (?:du|de la|de) (?:wi-?fi|réseau|internet|box) est (?<o>{few})", "house", "wifi_password", "Le mot de passe du wifi est $o."),
        line(Secret, r"(?:le|notre|mon) (?<w>mot de passe|code|pin) (?:du|de la|de l'|de) ?(?<t>{rel}) est (?<o>{few})", "house", "${t}_$w", "$w ($t) : $o."),
        line(One, r"(?:mon|ma) (?<t>numéro de téléphone|téléphone|portable|adresse|adresse e-mail|e-mail|plaque|voiture|médecin|dentiste|groupe sanguin|pointure) est (?:le )?(?<o>{few})", "user", "$t", "$t : $o."),
        line(Taste, r"je n'aime pas (?:du tout )?(?:le |la |les |l')?(?<o>{few})", "user", "dislikes", "Tu n'aimes pas $o."),
        line(Taste, r"je (?:déteste|hais) (?:le |la |les |l')?(?<o>{few})", "user", "dislikes", "Tu n'aimes pas $o."),
        line(Taste, r"j'(?:aime|adore) (?:beaucoup |bien )?(?:le |la |les |l')?(?<o>{few})", "user", "likes", "Tu aimes $o."),
        line(Asked, r"(?:mon|ma) (?<t>{rel}) est (?<o>{rest})", "user", "$t", "$t : $o."),
    ]
}
