//! Facts in Spanish.

use super::pattern::{Kind, Line, Patterns, line};

const KEEP: &str = r"(?:(?:por favor|oye|hey|rosie|puedes|podrías|quiero que)[, ]+)*(?:recuerda|recuerdes|recordar|acuérdate de|acuerdate de|apunta|anota|no olvides|ten en cuenta|memoriza)(?: que|[,:])? ";
const FIRST_PERSON: &str = r"\b(?:yo|mi|mis|mío|mía|me|he|tengo|soy|estoy)\b";

pub(super) fn patterns() -> Patterns {
    Patterns::new("es", KEEP, FIRST_PERSON, lines(), |words| {
        format!("Dijiste: «{words}».")
    })
}

#[rustfmt::skip]
fn lines() -> Vec<Line> {
    use Kind::{Asked, Many, One, Secret, Taste};
    vec![
        line(One, r"(?:me llamo|mi nombre es|llámame|puedes llamarme) (?<o>{name})", "user", "name", "Te llamas $o."),
        line(One, r"mi (?<r>{rel}) se llama (?<o>{name})", "$r", "name", "Tu $r se llama $o."),
        line(One, r"el nombre de mi (?<r>{rel}) es (?<o>{name})", "$r", "name", "Tu $r se llama $o."),
        line(One, r"mi cumpleaños es (?:el )?(?<o>{few})", "user", "birthday", "Tu cumpleaños es el $o."),
        line(One, r"(?:nací|yo nací) (?:el|en) (?<o>{few})", "user", "birthday", "Tu cumpleaños es el $o."),
        line(One, r"el cumpleaños de mi (?<r>{rel}) es (?:el )?(?<o>{few})", "$r", "birthday", "El cumpleaños de tu $r es el $o."),
        line(One, r"(?:yo )?(?:vivo|vivimos) en (?<o>{few})", "user", "lives_in", "Vives en $o."),
        line(One, r"(?:yo )?trabajo (?<p>en|como|para|de) (?<o>{few})", "user", "works", "Trabajas $p $o."),
        line(Many, r"(?:yo )?(?:soy|también soy) alérgic[oa] (?:a los|a las|a la|al|a) (?<o>{few})", "user", "allergic_to", "Tienes alergia a $o."),
        line(Many, r"tengo alergia (?:a los|a las|a la|al|a) (?<o>{few})", "user", "allergic_to", "Tienes alergia a $o."),
        line(Many, r"mi (?<r>{rel}) es alérgic[oa] (?:a los|a las|a la|al|a) (?<o>{few})", "$r", "allergic_to", "Tu $r tiene alergia a $o."),
        line(Many, r"soy (?<o>vegetarian[oa]|vegan[oa]|diabétic[oa]|celíac[oa]|intolerante a la lactosa|zurd[oa])", "user", "is", "Eres $o."),
        line(One, r"(?:yo )?(?:tomo|bebo|me gusta|prefiero) (?:el|mi) (?<t>café|té|filete) (?<o>{few})", "user", "takes_$t", "Tomas el $t $o."),
        line(One, r"mi (?<t>{rel}) (?:favorit[oa]|preferid[oa]) es (?<o>{few})", "user", "favourite_$t", "Tu $t favorito es $o."),
        line(Secret, r"(?:la|nuestra|mi) (?:contraseña|clave) (?:del|de la|de) (?:wi-?fi|red|internet|wlan) es (?<o>{few})", "house", "wifi_password", "La contraseña del wifi es $o."),
        line(Secret, r"(?:la|el|nuestra|nuestro|mi) (?<w>contraseña|clave|código|pin|combinación) (?:del|de la|de) (?<t>{rel}) es (?<o>{few})", "house", "${t}_$w", "$w de $t: $o."),
        line(One, r"mi (?<t>número de teléfono|teléfono|móvil|correo|correo electrónico|dirección|matrícula|aniversario|médico|dentista|grupo sanguíneo) es (?:el )?(?<o>{few})", "user", "$t", "Tu $t es $o."),
        line(Taste, r"(?:a mí )?no me gustan? (?:nada )?(?<o>{few})", "user", "dislikes", "No te gusta $o."),
        line(Taste, r"(?:odio|detesto) (?<o>{few})", "user", "dislikes", "No te gusta $o."),
        line(Taste, r"(?:a mí )?me (?:gustan?|encantan?) (?:mucho )?(?<o>{few})", "user", "likes", "Te gusta $o."),
        line(Asked, r"mi (?<t>{rel}) es (?<o>{rest})", "user", "$t", "Tu $t es $o."),
    ]
}
