//! Facts in English.

use super::pattern::{Kind, Line, Patterns, capitalised, line};

const KEEP: &str = r"(?:(?:please|hey|ok|okay|rosie|can you|could you|would you|i want you to)[, ]+)*(?:remember|note(?: down)?|keep in mind|do not forget|don't forget|make a note|memori[sz]e)(?: (?:that|this|for me))*[,:]? ";
const FIRST_PERSON: &str = r"\b(?:i|i'm|i've|i'd|my|me|mine|myself)\b";

pub(super) fn patterns() -> Patterns {
    Patterns::new("en", KEEP, FIRST_PERSON, lines(), note)
}

#[rustfmt::skip]
fn lines() -> Vec<Line> {
    use Kind::{Asked, Many, One, Secret, Taste};
    vec![
        line(One, r"(?:my name is|my name's|i'm called|i am called|call me|you can call me) (?<o>{name})", "user", "name", "Your name is $o."),
        line(One, r"my (?<r>{rel})(?:'s|s') name(?: is|'s) (?<o>{name})", "$r", "name", "Your $r's name is $o."),
        line(One, r"my (?<r>{rel}) (?:is|was) (?:called|named) (?<o>{name})", "$r", "name", "Your $r's name is $o."),
        line(One, r"the name of my (?<r>{rel}) is (?<o>{name})", "$r", "name", "Your $r's name is $o."),
        line(One, r"(?:my birthday is|my birthday's|i was born)(?: on| in)? (?:the )?(?<o>{few})", "user", "birthday", "Your birthday is $o."),
        line(One, r"my (?<r>{rel})(?:'s|s') birthday is (?:on )?(?:the )?(?<o>{few})", "$r", "birthday", "Your $r's birthday is $o."),
        line(One, r"(?:i|we) live (?<p>in|at|on|near) (?<o>{few})", "user", "lives_in", "You live $p $o."),
        line(One, r"my (?<r>{rel}) lives (?<p>in|at|on|near) (?<o>{few})", "$r", "lives_in", "Your $r lives $p $o."),
        line(One, r"i work (?<p>at|for|as|in) (?<o>{few})", "user", "works", "You work $p $o."),
        line(Many, r"(?:i'm|i am) (?:also )?allergic to (?<o>{few})", "user", "allergic_to", "You are allergic to $o."),
        line(Many, r"i have an? (?<o>{rel}) allergy", "user", "allergic_to", "You are allergic to $o."),
        line(Many, r"my (?<r>{rel}) is (?:also )?allergic to (?<o>{few})", "$r", "allergic_to", "Your $r is allergic to $o."),
        line(Many, r"(?:i'm|i am) (?:an? )?(?<o>vegetarian|vegan|pescatarian|diabetic|celiac|coeliac|lactose intolerant|left-handed|colou?r-?blind)", "user", "is", "You are $o."),
        line(One, r"i (?:usually |always )?(?:take|drink|have|like|prefer) my (?<t>coffee|tea|espresso|steak|eggs|toast|porridge) (?<o>{few})", "user", "takes_$t", "You take your $t $o."),
        line(One, r"my (?:favou?rite) (?<t>{rel}) (?:is|are) (?<o>{few})", "user", "favourite_$t", "Your favourite $t is $o."),
        line(One, r"my (?<r>{rel})(?:'s|s') favou?rite (?<t>{rel}) is (?<o>{few})", "$r", "favourite_$t", "Your $r's favourite $t is $o."),
        line(Secret, r"(?:the|our|my) (?:wi-?fi|wi fi|wireless|wlan|network|internet) (?:password|key|code|passphrase) is (?<o>{few})", "house", "wifi_password", "The wifi password is $o."),
        line(Secret, r"(?:the|our|my) (?:password|passphrase|key|code) (?:for|of|to) (?:the |our )?(?:wi-?fi|wi fi|wireless|network) is (?<o>{few})", "house", "wifi_password", "The wifi password is $o."),
        line(Secret, r"(?:the|our|my) (?<t>{rel}) (?<w>password|code|pin|combination) is (?<o>{few})", "house", "${t}_$w", "The $t $w is $o."),
        line(One, r"my (?<t>phone number|mobile number|email|email address|e-mail address|address|shoe size|licen[cs]e plate|car|anniversary|wedding anniversary|doctor|dentist|blood type) is (?:on )?(?<o>{few})", "user", "$t", "Your $t is $o."),
        line(Taste, r"i (?:really |also )?(?:don't|do not) (?:really )?(?:like|enjoy) (?<o>{few})", "user", "dislikes", "You don't like $o."),
        line(Taste, r"i (?:really |also )?(?:hate|dislike|can't stand) (?<o>{few})", "user", "dislikes", "You don't like $o."),
        line(Taste, r"i (?:really |also )?(?:like|love|enjoy|adore) (?<o>{few})", "user", "likes", "You like $o."),
        line(Asked, r"my (?<t>{rel}) (?:is|are) (?<o>{rest})", "user", "$t", "Your $t is $o."),
    ]
}

/// Turns the words round: "I parked my car in row B" becomes "You parked your car in row B."
fn note(words: &str) -> String {
    let turned: Vec<String> = words
        .split(' ')
        .map(|word| {
            let bare = word.trim_end_matches([',', '.', ';', ':', '!']);
            let end = &word[bare.len()..];
            let other = match bare.to_lowercase().as_str() {
                "i" | "me" => "you",
                "i'm" => "you're",
                "i've" => "you've",
                "i'd" => "you'd",
                "i'll" => "you'll",
                "my" => "your",
                "mine" => "yours",
                "myself" => "yourself",
                "am" => "are",
                _ => bare,
            };
            format!("{other}{end}")
        })
        .collect();
    format!("{}.", capitalised(&turned.join(" ")))
}
