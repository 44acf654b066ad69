//! Facts in German, with the verb at the end too ("merk dir, dass meine Tochter Ada heißt").

use super::pattern::{Kind, Line, Patterns, line};

const KEEP: &str = r"(?:(?:bitte|hey|ok|okay|rosie|kannst du|könntest du|du sollst)[, ]+)*(?:merke?(?: dir)?|notiere?(?: dir)?|behalte?|vergiss nicht|denk daran|schreib dir auf)(?: bitte| mal| für mich)*(?:[,:]? dass|[,:])? ";
const FIRST_PERSON: &str = r"\b(?:ich|mein|meine|meinen|meinem|meiner|meines|mir|mich)\b";

pub(super) fn patterns() -> Patterns {
    Patterns::new("de", KEEP, FIRST_PERSON, lines(), |words| {
        format!("Du hast gesagt: „{words}“.")
    })
}

#[rustfmt::skip]
fn lines() -> Vec<Line> {
    use Kind::{Asked, Many, One, Secret, Taste};
    vec![
        line(One, r"(?:ich hei(?:ß|ss)e|mein name ist|nenn mich|ich bin der|ich bin die) (?<o>{name})", "user", "name", "Du heißt $o."),
        line(One, r"ich (?<o>{name}) hei(?:ß|ss)e", "user", "name", "Du heißt $o."),
        line(One, r"mein(?<e>e|er|en)? (?<r>{rel}) hei(?:ß|ss)t (?<o>{name})", "$r", "name", "Dein$e $r heißt $o."),
        line(One, r"mein(?<e>e|er|en)? (?<r>[\p{L}-]+) (?<o>{name}) hei(?:ß|ss)t", "$r", "name", "Dein$e $r heißt $o."),
        line(One, r"der name mein(?<e>er|es) (?<r>{rel}) ist (?<o>{name})", "$r", "name", "Der Name dein$e $r ist $o."),
        line(One, r"(?:mein geburtstag ist|ich habe) (?:am )?(?<o>{few}?)(?: geburtstag)?(?: habe)?", "user", "birthday", "Du hast am $o Geburtstag."),
        line(One, r"ich (?:bin|wurde) am (?<o>{few}) geboren(?: bin| wurde)?", "user", "birthday", "Du bist am $o geboren."),
        line(One, r"mein(?<e>e|er|en)? (?<r>{rel}) hat am (?<o>{few}) geburtstag", "$r", "birthday", "Dein$e $r hat am $o Geburtstag."),
        line(One, r"(?:ich wohne|wir wohnen|ich lebe|wir leben) (?<p>in|im|am|an|auf|bei) (?<o>{few})", "user", "lives_in", "Du wohnst $p $o."),
        line(One, r"(?:ich|wir) (?<p>in|im|am|an|auf|bei) (?<o>{few}) (?:wohnen|wohne|leben|lebe)", "user", "lives_in", "Du wohnst $p $o."),
        line(One, r"ich arbeite (?<p>bei|als|in|im|für|am) (?<o>{few})", "user", "works", "Du arbeitest $p $o."),
        line(Many, r"ich bin (?:auch )?allergisch (?:gegen|auf) (?<o>{few})", "user", "allergic_to", "Du bist allergisch gegen $o."),
        line(Many, r"ich (?:bin )?(?:gegen|auf) (?<o>{few}) allergisch(?: bin)?", "user", "allergic_to", "Du bist allergisch gegen $o."),
        line(Many, r"mein(?<e>e|er|en)? (?<r>{rel}) ist (?:auch )?allergisch (?:gegen|auf) (?<o>{few})", "$r", "allergic_to", "Dein$e $r ist allergisch gegen $o."),
        line(Many, r"ich bin (?<o>vegetarier|vegetarierin|vegetarisch|vegan|veganer|veganerin|diabetiker|diabetikerin|laktoseintolerant|linkshänder|linkshänderin)", "user", "is", "Du bist $o."),
        line(One, r"ich (?:trinke|nehme|mag|esse) meinen? (?<t>kaffee|tee|espresso|steak|ei|toast) (?:am liebsten |immer )?(?<o>{few})", "user", "takes_$t", "Du nimmst $t $o."),
        line(One, r"ich meinen? (?<t>kaffee|tee|espresso|steak|ei|toast) (?:am liebsten |immer )?(?<o>{few}) (?:trinke|nehme|mag|esse)", "user", "takes_$t", "Du nimmst $t $o."),
        line(One, r"mein(?<e>e)? lieblings(?<t>[\p{L}-]+) ist (?<o>{few})", "user", "favourite_$t", "Dein$e Lieblings$t ist $o."),
        line(Secret, r"(?:das|unser|mein) (?:wlan|w-lan|wifi|wi-fi|netzwerk|internet)[- ]?(?:passwort|kennwort|schlüssel|code) (?:ist|lautet|hei(?:ß|ss)t) (?<o>{few})", "house", "wifi_password", "Das WLAN-Passwort ist $o."),
        line(Secret, r"(?:das|unser|mein) (?:wlan|w-lan|wifi|wi-fi|netzwerk|internet)[- ]?(?:passwort|kennwort|schlüssel|code) (?<o>{few}) (?:ist|lautet|hei(?:ß|ss)t)", "house", "wifi_password", "Das WLAN-Passwort ist $o."),
        line(Secret, r"das (?:passwort|kennwort) (?:für das|vom|des) (?:wlans?|w-lans?|wifis?|netzwerks?) (?:ist|lautet) (?<o>{few})", "house", "wifi_password", "Das WLAN-Passwort ist $o."),
        line(Secret, r"(?:der|die|das|unser|unsere|mein|meine) (?<t>[\p{L}]+)[- ]?(?<w>passwort|code|pin|kombination) (?:ist|lautet) (?<o>{few})", "house", "${t}_$w", "$t-$w: $o."),
        line(One, r"mein(?<e>e)? (?<t>telefonnummer|handynummer|e-mail-adresse|adresse|schuhgröße|autokennzeichen|kennzeichen|auto|hochzeitstag|hausarzt|zahnarzt|blutgruppe) (?:ist|lautet) (?:am )?(?<o>{few})", "user", "$t", "Dein$e $t ist $o."),
        line(Taste, r"ich (?:mag|liebe) (?:wirklich )?(?:keinen?|keine) (?<o>{few})", "user", "dislikes", "Du magst kein $o."),
        line(Taste, r"ich mag (?<o>{few}) (?:gar |überhaupt )?nicht", "user", "dislikes", "Du magst $o nicht."),
        line(Taste, r"ich (?:hasse|verabscheue) (?<o>{few})", "user", "dislikes", "Du magst $o nicht."),
        line(Taste, r"ich (?:mag|liebe) (?<o>{few}?)(?: sehr| gern| gerne)?", "user", "likes", "Du magst $o."),
        line(Asked, r"mein(?<e>e)? (?<t>[\p{L}-]+) (?:ist|lautet) (?<o>{rest})", "user", "$t", "Dein$e $t ist $o."),
        line(Asked, r"mein(?<e>e)? (?<t>[\p{L}-]+) (?<o>{rest}) (?:ist|lautet)", "user", "$t", "Dein$e $t ist $o."),
    ]
}
