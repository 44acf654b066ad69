//! A sentence's commands as frames: what is done, to which words for things, with what is left open filled from the
//! neighbours ("turn on the kitchen lamp *and the hall lamp*").

use super::{
    lexicon::Lexicon,
    tag::{Act, Tag},
    tags::{Part, Tagged},
    words::Word,
};

/// What a thing is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Without a unit: what it is follows from the thing.
    Number(f64),
    Percent(f64),
    Degrees(f64),
    Colour(String),
    White(f64),
}

/// A word for a thing or a place; several where it is not clear which was heard.
pub type Noun = Vec<String>;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    pub acts: Vec<Act>,
    pub values: Vec<Value>,
    pub nouns: Vec<Noun>,
    /// Things and places that are left out.
    pub except: Vec<Vec<Noun>>,
    /// What is in this room is left out.
    pub except_here: bool,
    pub all: bool,
    /// "In the whole house" was said.
    pub whole_house: bool,
    /// A verb that makes something without more said: "mach Licht".
    pub makes: bool,
    pub everything: bool,
    pub here: bool,
    pub wish: bool,
    pub polite: bool,
    pub modal: bool,
    /// "Make", without a meaning of its own.
    pub make: bool,
    /// "Pon", "mets": whoever puts a lamp wants it on.
    pub put: bool,
    /// Something that is only done where it is wished for.
    pub wished: bool,
    /// A verb without a meaning of its own ("make"), or one that has one.
    pub verb: bool,
    pub also: bool,
    pub again: bool,
    pub it: bool,
    /// "The two lamps": so many are named.
    pub counted: bool,
    /// "The one in the attic": of the kind that was named before.
    pub one: bool,
    /// The verb stands after the things.
    pub verb_last: bool,
    /// A part of the whole is said ("a third").
    pub part: bool,
    /// "By twenty percent": from how it is.
    pub by: bool,
    /// It begins with "and".
    pub joined: bool,
    /// Words, for what is said of a part that is not understood.
    pub from: usize,
    pub to: usize,
}

/// What is said once for several: "the bedroom to 19 and the living room to 21 *degrees*", "dim the bedroom and the kitchen
/// *to 30 percent*". `placed`: whether a frame names a place.
pub fn said_once(frames: &[Frame], placed: impl Fn(&Frame) -> bool) -> Vec<Frame> {
    let mut all = frames.to_vec();
    for at in (1..all.len()).rev() {
        let (before, rest) = all.split_at_mut(at);
        let (first, next) = (&mut before[at - 1], &mut rest[0]);
        if next.make || next.verb || !placed(first) || !placed(next) {
            continue;
        }
        if let ([Value::Number(number)], [unit]) = (&first.values[..], &next.values[..]) {
            let number = *number;
            match unit {
                Value::Degrees(_) => first.values = vec![Value::Degrees(number)],
                Value::Percent(_) => first.values = vec![Value::Percent(number)],
                _ => {}
            }
        }
        let steps = |act: &Act| matches!(act, Act::Darker | Act::Brighter | Act::Raise | Act::Lower);
        let stepped = !first.acts.is_empty() && first.acts.iter().all(steps);
        if stepped && first.values.is_empty() && next.acts.is_empty() && next.values.len() == 1 {
            first.values = next.values.clone();
            next.acts = first.acts.clone();
        }
    }
    all
}

impl Frame {
    pub fn does_nothing(&self) -> bool {
        self.acts.is_empty() && self.values.is_empty()
    }

    /// "It's too dark": nothing but how something is.
    pub fn is_how_it_is(&self) -> bool {
        let bare = self.nouns.is_empty() && self.values.is_empty() && !self.verb_last;
        bare && !self.acts.is_empty() && self.acts.iter().all(Act::is_of_state)
    }

    /// "Three quarters down": how far open it is then.
    pub fn closing(&self) -> Option<Value> {
        let down = !self.acts.is_empty() && self.acts.iter().all(|act| matches!(act, Act::Close | Act::Lower));
        match self.values[..] {
            [Value::Percent(part)] if down && self.part => Some(Value::Percent(100.0 - part)),
            _ => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.does_nothing()
            && self.nouns.is_empty()
            && self.except.is_empty()
            && !(self.all || self.everything || self.here || self.also || self.it)
    }
}

/// A word of "everywhere", "all over the house".
fn is_of_the_house(word: &Word) -> bool {
    const HOUSE: [&str; 14] = [
        "house",
        "everywhere",
        "haus",
        "hauses",
        "wohnung",
        "uberall",
        "casa",
        "vivienda",
        "partes",
        "maison",
        "partout",
        "logement",
        "appartement",
        "apartment",
    ];
    HOUSE.contains(&word.plain.as_str())
}

/// "By twenty percent", "um ein Drittel".
/// "20 percent darker": by so much, too.
fn is_compared(said: &[Word], to: usize) -> bool {
    const COMPARED: [&str; 15] = [
        "darker", "dimmer", "brighter", "lighter", "louder", "quieter", "dunkler", "heller", "lauter", "leiser",
        "plus", "moins", "mas", "menos", "softer",
    ];
    said.get(to).is_some_and(|word| COMPARED.contains(&word.plain.as_str()))
}

fn is_by(said: &[Word], at: usize) -> bool {
    let before = &said[at.saturating_sub(2)..at];
    before.iter().any(|word| matches!(word.plain.as_str(), "by" | "um"))
}

/// None where the words are no command.
pub fn frames(tagged: &[Tagged], said: &[Word], lexicon: &Lexicon) -> Option<Vec<Frame>> {
    let mut all: Vec<Frame> = Vec::new();
    let mut now = Frame::default();
    let mut leaving_out = false;
    let mut at = 0;
    while at < tagged.len() {
        let Tagged { part, from, to } = &tagged[at];
        at += 1;
        if matches!(part, Part::Tag(Tag::And)) {
            finish(&mut all, &mut now, &mut leaving_out);
            now.joined = true;
            continue;
        }
        if now.to == 0 {
            now.from = *from;
        }
        now.to = *to;
        let word = &said[*from];
        match part {
            Part::Tag(Tag::Refuse) => return None,
            Part::Tag(Tag::Act(act)) => {
                now.verb_last |= !now.nouns.is_empty();
                now.verb = true;
                // "Apágala" has what it means in it.
                now.it |= lexicon.it.contains(&word.plain);
                if !now.acts.contains(act) {
                    now.acts.push(*act);
                }
            }
            Part::Wished(act) => {
                now.wished = true;
                if !now.acts.contains(act) {
                    now.acts.push(*act);
                }
            }
            Part::Number(number) => {
                let unit = tagged.get(at).map(|next| &next.part);
                if unit.is_some_and(|next| counts_things(*number, next, lexicon)) {
                    now.counted = true;
                    continue;
                }
                // "And the TV in twenty": twenty of what?
                let is_in = |word: &Word| matches!(word.plain.as_str(), "in" | "dans");
                let has_unit = matches!(unit, Some(Part::Tag(Tag::Percent | Tag::Degrees)));
                if !has_unit && *from > 0 && is_in(&said[from - 1]) {
                    return None;
                }
                let after = tagged.get(at).filter(|_| has_unit).map_or(*to, |unit| unit.to);
                now.by |= is_by(said, *from) || (has_unit && is_compared(said, after));
                let value = match unit {
                    Some(Part::Tag(Tag::Percent)) => Value::Percent(*number),
                    Some(Part::Tag(Tag::Degrees)) => Value::Degrees(*number),
                    _ => Value::Number(*number),
                };
                at += usize::from(!matches!(value, Value::Number(_)));
                now.values.push(value);
            }
            Part::Tag(Tag::Level(level)) => {
                now.by |= is_by(said, *from);
                now.part |= (10.0..=90.0).contains(level);
                now.values.push(Value::Percent(*level));
            }
            Part::Tag(Tag::Colour(colour)) => now.values.push(Value::Colour(colour.clone())),
            Part::Tag(Tag::White(kelvin)) => now.values.push(Value::White(*kelvin)),
            Part::Tag(Tag::Percent | Tag::Degrees) => return None,
            Part::Tag(Tag::Except) => {
                leaving_out = true;
                now.except.push(Vec::new());
            }
            Part::Tag(Tag::Only) => {
                now.everything = true;
                leaving_out = true;
                now.except.push(Vec::new());
            }
            Part::Tag(Tag::Everything) => now.everything = true,
            Part::Tag(Tag::All) => {
                now.all = true;
                now.whole_house |= said[*from..*to].iter().any(is_of_the_house);
            }
            Part::Tag(Tag::Wish) => now.wish = true,
            Part::Tag(Tag::Polite) => now.polite = true,
            Part::Tag(Tag::Modal) => now.modal = true,
            Part::Tag(Tag::Do) => {
                now.it |= lexicon.it.contains(&word.plain);
                now.verb = true;
                now.make = true;
                now.makes |= matches!(
                    word.plain.as_str(),
                    "mach" | "mache" | "machst" | "machen" | "fais" | "faites" | "haz"
                );
                // "Mets la lampe", and not "passe à table".
                let mut next = said[*to..].iter().take(4);
                let thing = next.any(|word| lexicon.articles.contains(&word.plain));
                now.put |= thing && lexicon.placing.contains(&word.plain);
            }
            Part::Tag(Tag::Also) => now.also = true,
            Part::Tag(Tag::Here) if leaving_out => now.except_here = true,
            Part::Tag(Tag::Here) => now.here = true,
            Part::Tag(Tag::It) => now.it = true,
            Part::Tag(Tag::Link) => {
                now.it |= lexicon.it.contains(&word.plain);
                now.one |= now.nouns.is_empty() && (*from..*to).any(|at| lexicon.is_one(&said[at..]));
            }
            Part::Tag(Tag::Filler) => {
                let words: Vec<&str> = said[*from..*to].iter().map(|word| word.plain.as_str()).collect();
                now.again |= lexicon.again.contains(&words.join(" "));
            }
            Part::Tag(Tag::And | Tag::Kind(_)) => {}
            Part::Noun(noun) => match now.except.last_mut().filter(|_| leaving_out) {
                Some(out) => out.push(noun.clone()),
                None => now.nouns.push(noun.clone()),
            },
        }
    }
    finish(&mut all, &mut now, &mut leaving_out);
    (!all.is_empty()).then(|| shared(all))
}

/// "Two lamps": a number of things, and no value.
fn counts_things(number: f64, next: &Part, lexicon: &Lexicon) -> bool {
    let counted = |word: &String| {
        let kind = lexicon.kind_words.get(word).map(|at| &lexicon.kinds[*at]);
        kind.is_some_and(|kind| matches!(kind.domain.as_str(), "light" | "cover" | "switch" | "fan" | "lock"))
    };
    let few = (2.0..=6.0).contains(&number) && number.fract() == 0.0;
    few && matches!(next, Part::Noun(words) if words.iter().all(counted))
}

/// Ends a command. "Except the hall *and the kitchen*" goes on with what is left out.
fn finish(all: &mut Vec<Frame>, now: &mut Frame, leaving_out: &mut bool) {
    let done = std::mem::take(now);
    let goes_on = done.does_nothing() && !done.nouns.is_empty() && !done.verb && done.except.is_empty();
    *leaving_out = false;
    if let Some(before) = all.last_mut().filter(|before| goes_on && !before.except.is_empty()) {
        before.except.push(done.nouns);
        before.to = done.to;
        return;
    }
    // "Turn off everything, except the TV": a comma before it.
    if let Some(before) = all.last_mut()
        && done.nouns.is_empty()
        && done.does_nothing()
        && !done.except.is_empty()
    {
        before.except.extend(done.except);
        before.except_here |= done.except_here;
        before.to = done.to;
        return;
    }
    if !done.is_empty() {
        all.push(done);
    }
}

/// What one command leaves open and its neighbour says.
fn shared(mut all: Vec<Frame>) -> Vec<Frame> {
    // "The heater in the office, *switch it off*."
    for at in (1..all.len()).rev() {
        let refers = all[at].it && all[at].nouns.is_empty() && !all[at].does_nothing();
        if refers && all[at - 1].does_nothing() && !all[at - 1].nouns.is_empty() {
            let said = all.remove(at);
            all[at - 1].acts = said.acts;
            all[at - 1].values = said.values;
        }
    }
    // "The kitchen and the hall lights *off*": what is done is said last.
    for at in (0..all.len().saturating_sub(1)).rev() {
        // "Put on the lamp and the fan, and close the blind": the verb before them is theirs.
        let begun = at > 0 && !all[at - 1].does_nothing() && all[at - 1].verb && !all[at - 1].verb_last;
        let own = all[at + 1].verb && !all[at + 1].verb_last && !all[at + 1].nouns.is_empty();
        if all[at].does_nothing() && !all[at].also && !(begun && own) {
            let next = all[at + 1].clone();
            all[at].acts = next.acts;
            all[at].values = next.values;
            all[at].wish |= next.wish;
            all[at].verb_last = next.verb_last;
        }
    }
    // "Let some sun in *and open the blind*": said twice.
    for at in (0..all.len().saturating_sub(1)).rev() {
        let alone = all[at].nouns.is_empty()
            && all[at].values.is_empty()
            && !(all[at].it || all[at].here || all[at].everything);
        if alone && !all[at].acts.is_empty() && all[at].acts == all[at + 1].acts && !all[at + 1].nouns.is_empty() {
            let gone = all.remove(at);
            all[at].joined = gone.joined;
        }
    }
    // "The bedroom to 18 degrees *and the bathroom to 22*".
    for at in 1..all.len() {
        let before = all[at - 1].values.first().cloned();
        if let [Value::Number(number)] = all[at].values[..]
            && !all[at].verb
        {
            match before {
                Some(Value::Degrees(_)) => all[at].values = vec![Value::Degrees(number)],
                Some(Value::Percent(_)) => all[at].values = vec![Value::Percent(number)],
                _ => {}
            }
        }
    }
    for at in 1..all.len() {
        // "… and put the lamp": whoever says a verb again means something else.
        if all[at].does_nothing() && !all[at].nouns.is_empty() && !all[at].make {
            let before = all[at - 1].clone();
            all[at].acts = before.acts;
            all[at].values = before.values;
            all[at].wish |= before.wish;
            all[at].all |= before.all;
            all[at].also = false;
        }
    }
    all
}
