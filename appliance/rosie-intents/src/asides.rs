//! Commands that something is told around: "draw the curtain the sun's right on my screen", "the lawn's done so back to the
//! dock with the mower".
//!
//! What is told must be a clause of its own: it opens as clauses do, or is parted by a mark or a "so". It names no condition,
//! no time and nobody's speech, does nothing, and what it names of the house is what the command is about. What is left must
//! be a whole command for the home by itself; none that lets somebody in, for a story about a door is soon told.

use crate::context::MatchContext;
use crate::directed::chance_of_a_command;
use crate::kernel::{hangs, plays};
use crate::lists::ADDS;
use crate::loose::{Lexicon, Loose, Tag, Word};
use crate::matcher::Matcher;
use crate::understand::{Said, is_for_the_home};
use crate::understood::Understood;
use rosie_core::{Intent, KnownNames};
use std::cell::LazyCell;

/// Longer talk is none of a command with something told around it.
const MOST_WORDS: usize = 26;
/// Ways to cut a sentence that are tried.
const MOST_CUTS: usize = 8;
/// So likely a command that what is told after it need not look like a clause.
pub(crate) const SURE: f32 = 0.6;
/// Of a clause that opens with an article.
const SHORTEST_CLAUSE: usize = 3;

/// When something is that is told of.
const TIMES: [&[&str]; 10] = [
    &["tonight"],
    &["this", "evening"],
    &["today"],
    &["heute", "abend"],
    &["heute"],
    &["esta", "noche"],
    &["esta", "tarde"],
    &["hoy"],
    &["ce", "soir"],
    &["aujourd", "hui"],
];
/// Covers that keep nobody out.
const INSIDE: [&str; 5] = ["blind", "curtain", "shade", "shutter", "awning"];

impl Matcher {
    /// None where nothing is told, or where the rest is no command for the home.
    pub(crate) fn aside(
        &self,
        said: &Said<'_>,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        let lexicon = self.lexicon.as_ref()?;
        let loose = self.loose(said)?;
        let asked = is_asked(said, lexicon);
        // "… before we all melt": whatever else is said there, it is told.
        let tail = lexicon.tail(&said.words).filter(|(at, after)| {
            let told = &said.words[*at..];
            !loose.counts(told) && tells(&said.words[*after..], lexicon, 0) && loose.house_words(told).is_empty()
        });
        let tail = tail.map(|(at, _)| at);
        let words = untimed(&said.words[..tail.unwrap_or(said.words.len())], lexicon);
        let played = lexicon.plays_a_role(words);
        if said.words.len() > MOST_WORDS || asked || played || lexicon.hangs_on_something(words) {
            return None;
        }
        let context = context.with_known_names();
        let whole = tail.map(|at| (0, at));
        let cuts = whole
            .into_iter()
            .chain(cuts(said, words, lexicon, &loose))
            .take(MOST_CUTS);
        let mut commands = cuts.filter_map(|(start, end)| {
            let command = said.text.get(words.get(start)?.from..words.get(end - 1)?.to)?;
            let kept = kept(&words[..start], &words[start..end], &loose);
            let whole = start == 0 && end == words.len();
            // Where it is not begun with a verb, its ending must say what is done: "heater off".
            let begun = lexicon.begins_a_command(words) || !matches!(lexicon.language.primary(), "es" | "fr");
            if whole && !begun {
                return None;
            }
            kept.into_iter().find_map(|kept| {
                let text = format!("{} {command}", kept.join(" "));
                let own = said.part(&text, &self.language);
                let told = (kept.is_empty() && lexicon.is_statement(&own.words)) || lexicon.is_purpose(&own.words);
                if told || (end < words.len() && lexicon.is_a_subject(&own.words)) {
                    return None;
                }
                let as_said = self.understood_as_said(&own, names, &context, before);
                let understood = as_said.or_else(|| self.seamed(&own))?;
                let ordered = start > 0
                    && words[start - 1].is_mark()
                    && end == words.len()
                    && lexicon.begins_with_a_verb(&words[start..]);
                let sure = |intent: &Intent| {
                    let at_home = is_for_the_home(intent) && !lets_in(intent, &loose, ordered) && !plays(intent);
                    let concluded = end == words.len() && lexicon.concludes(&words[..start]);
                    at_home || ((whole || concluded) && kept.is_empty() && ADDS.contains(&intent.name.as_str()))
                };
                let all = understood.rest.is_none() && !understood.intents.is_empty();
                (all && understood.intents.iter().all(sure)).then(|| self.one_by_one(understood, said.text))
            })
        });
        commands.next()
    }
}

/// The words for what is told of that the command is about, the likeliest first. What names its own place or thing needs none;
/// a place that was told of is never left out.
fn kept(told: &[Word], command: &[Word], loose: &Loose<'_>) -> Vec<Vec<String>> {
    let kept = loose.house_words(told);
    if kept.is_empty() {
        return vec![kept];
    }
    let places = (0..told.len()).any(|at| loose.place_at(&told[at..]).is_some());
    let own = (0..command.len()).any(|at| loose.place_at(&command[at..]).is_some());
    match (own, places) {
        (true, _) => vec![Vec::new()],
        (_, true) => vec![kept],
        _ => vec![kept, Vec::new()],
    }
}

/// Where the command may begin and end, the longest first.
fn cuts(said: &Said<'_>, words: &[Word], lexicon: &Lexicon, loose: &Loose<'_>) -> Vec<(usize, usize)> {
    let count = words.len();
    let chance = LazyCell::new(|| chance_of_a_command(said.text, &lexicon.language));
    let sure = || chance.is_some_and(|chance| chance >= SURE);
    let starts: Vec<usize> = (0..count).filter(|at| begins(said, *at, lexicon, loose)).collect();
    let ends: Vec<usize> = (2..=count)
        .rev()
        .filter(|at| !leaves_out(&words[*at..], lexicon))
        .filter(|at| ends(words, *at, lexicon, loose) || (only_told(words, *at, lexicon, loose) && sure()))
        .collect();
    let does = |(start, end): &(usize, usize)| {
        start + 1 < *end && (*start > 0 || *end < count) && lexicon.does_something(&words[*start..*end])
    };
    let all = starts
        .iter()
        .flat_map(|start| ends.iter().map(move |end| (*start, *end)));
    let mut all: Vec<(usize, usize)> = all.filter(does).collect();
    all.sort_by_key(|(start, end)| (std::cmp::Reverse(end - start), *start));
    all
}

/// Whether what comes before `at` is told, and a command may begin there.
fn begins(said: &Said<'_>, at: usize, lexicon: &Lexicon, loose: &Loose<'_>) -> bool {
    let words = &said.words;
    if at == 0 {
        return true;
    }
    let (told, command) = words.split_at(at);
    let parted = told[at - 1].is_mark() || lexicon.concludes(told);
    let first = lexicon.whole_at(command).map(|phrase| &phrase.tag);
    let begged = matches!(first, Some(Tag::Polite)) && lexicon.begins_a_command(command);
    let ordered = || {
        at >= 2
            && !hangs(words, at)
            && !lexicon.leads_to_a_verb(told)
            && (begged || lexicon.begins_with_a_verb(command))
            && !lexicon.is_complaint(command)
            && (begged
                || command.first().is_some_and(|verb| {
                    lexicon.orders(verb)
                        && (lexicon.articles.contains(&verb.plain) || !lexicon.links.contains(&verb.plain))
                }))
            && (lexicon.is_clause(told) || lexicon.opens_a_clause(told) || surely_orders(said, at, lexicon))
    };
    // "The popcorn is ready | movie night": no verb, after a clause that needs no more.
    let named = || {
        let asked = || {
            (0..command.len()).any(|at| lexicon.begs(&command[at..]))
                && !lexicon.leads_to_a_verb(told)
                && !hangs(words, at)
        };
        let thing = lexicon.articles.contains(&words[at].plain)
            || matches!(first, Some(Tag::Wish | Tag::Also | Tag::All | Tag::Here))
            || !loose.house_words(std::slice::from_ref(&words[at])).is_empty();
        let open = lexicon.articles.contains(&words[at - 1].plain) || lexicon.is_small(&words[at - 1]);
        // "Ein Mann, | der macht …", "und machen | das Licht aus".
        let clause = lexicon.articles.contains(&words[at].plain)
            && words.get(at + 1).is_some_and(|next| {
                lexicon.begins_with_a_verb(&words[at + 1..]) || lexicon.is_clause(std::slice::from_ref(next))
            });
        let done = lexicon.whole_at(&words[at - 1..at]).is_some_and(|phrase| {
            let verb = matches!(phrase.tag, Tag::Do | Tag::Act(_));
            verb && !lexicon.particles.contains(&words[at - 1].plain)
        });
        let told_of = lexicon.is_clause(told) || lexicon.opens_a_clause(told);
        let closed = !open && !clause && !done;
        at >= 2 && thing && closed && (lexicon.rests(told) || (told_of && asked()))
    };
    !words[at].is_mark()
        && (parted || ordered() || named())
        && tells(told, lexicon, 0)
        && !loose.counts(told)
        && loose.house_words(told).len() <= 3
}

/// A form that only orders: "schick", "haz", "encenderlo", "ferme-moi".
fn surely_orders(said: &Said<'_>, at: usize, lexicon: &Lexicon) -> bool {
    let verb = &said.words[at];
    let next = said.words.get(at + 1);
    let hyphen = || next.and_then(|next| said.text.get(verb.to..next.from)) == Some("-");
    match lexicon.language.primary() {
        // "… kein Licht | zu machen" orders nothing.
        "de" => !verb.plain.ends_with(['t', 'e', 'n']) && !lexicon.particles.contains(&verb.plain),
        "es" => matches!(verb.plain.as_str(), "pon" | "haz" | "ve") || lexicon.it.contains(&verb.plain),
        "fr" => hyphen() || matches!(verb.plain.as_str(), "fais" | "mets" | "eteins"),
        _ => false,
    }
}

/// Whether what comes from `at` on is told.
fn ends(words: &[Word], at: usize, lexicon: &Lexicon, loose: &Loose<'_>) -> bool {
    if at == words.len() {
        return true;
    }
    let told = &words[at..];
    let unknown = |word: &Word| {
        !word.is_mark() && !lexicon.knows(word) && loose.house_words(std::slice::from_ref(word)).is_empty()
    };
    let of_article = lexicon.articles.contains(&told[0].plain)
        && told.len() >= SHORTEST_CLAUSE
        && (told.get(1).is_some_and(unknown) || lexicon.is_clause(&told[2..]))
        && is_ended(words, at, lexicon, loose, !unknown(&words[at - 1]));
    let parted = words[at - 1].is_mark();
    // "… and I will scream" is what comes of it.
    let opened = lexicon.opens_a_clause(told) && !lexicon.joins(&words[at - 1]);
    !words[at].is_mark()
        && told.len() >= 2
        && (of_article || parted || opened)
        && !loose.counts(told)
        && tells(told, lexicon, if of_article { SHORTEST_CLAUSE } else { 0 })
        && (loose.house_words(told).is_empty()
            || ((!of_article || lexicon.is_clause(told)) && loose.place_or_thing(told).is_empty()))
}

/// "… but papa's side": what is left out is no story, known or not.
pub(crate) fn leaves_out(told: &[Word], lexicon: &Lexicon) -> bool {
    // "No one's out there" tells why.
    let nobody = told.get(1).is_some_and(|next| next.plain == "one");
    let but = !nobody && told.first().is_some_and(|first| lexicon.but.contains(&first.plain));
    but || lexicon.at(told).any(|phrase| phrase.tag == Tag::Except)
}

/// What comes from `at` on, in a sentence that is surely a command: whatever it tells, unless it goes on with the command.
fn only_told(words: &[Word], at: usize, lexicon: &Lexicon, loose: &Loose<'_>) -> bool {
    let (command, told) = words.split_at(at);
    let last = command.iter().rev().find(|word| !word.is_mark());
    let (Some(last), Some(first)) = (last, told.first()) else {
        return false;
    };
    let named = |word: &Word| !loose.house_words(std::slice::from_ref(word)).is_empty();
    let article = lexicon.articles.contains(&first.plain) && is_ended(words, at, lexicon, loose, true);
    let goes_on = !article
        && !lexicon.opens_a_clause(told)
        && (lexicon.links.contains(&first.plain) || lexicon.knows(first) || named(first));
    let unknown = |word: &Word| !word.is_mark() && !lexicon.knows(word) && !lexicon.is_small(word) && !named(word);
    let open = lexicon.leads(last) || lexicon.articles.contains(&last.plain) || lexicon.joins(last);
    told.len() >= 2
        && !(open || goes_on || first.is_mark())
        && !loose.counts(told)
        && tells(told, lexicon, 0)
        && !lexicon.has_act(told)
        && told.iter().filter(|word| named(word)).count() <= 1
        && (loose.place_or_thing(told).is_empty() || told.iter().any(unknown))
}

/// "… según | el gobierno", "the lights on | the tree": no clause opens after a small word, or one that nobody knows.
fn is_ended(words: &[Word], at: usize, lexicon: &Lexicon, loose: &Loose<'_>, known: bool) -> bool {
    let before = &words[at - 1];
    let small = lexicon.is_small(before) && loose.house_words(std::slice::from_ref(before)).is_empty();
    // "Turn the lights on | the film starts."
    let of_verb = lexicon.particles.contains(&before.plain) && lexicon.begins_with_a_verb(words);
    before.is_mark() || (known && !lexicon.leads(before) && (of_verb || !small))
}

/// Nothing is done in it, and what comes of it hangs on nothing. What `said` words say is known: "the phone rings".
pub(crate) fn tells(told: &[Word], lexicon: &Lexicon, said: usize) -> bool {
    !lexicon.hangs_on_something(told) && (said..told.len()).all(|at| !lexicon.orders_something(told, at))
}

/// Where a clause ends with a time by which nothing is put off.
fn time_at_the_end(words: &[Word]) -> Option<usize> {
    TIMES.iter().find_map(|time| {
        let from = words.len().checked_sub(time.len())?;
        let said = words[from..].iter().zip(*time);
        said.into_iter()
            .all(|(word, said)| word.exact == **said)
            .then_some(from)
    })
}

/// What is told, without its mark and time at the end.
pub(crate) fn without_the_time(told: &[Word]) -> &[Word] {
    let end = told.iter().rposition(|word| !word.is_mark()).map_or(0, |at| at + 1);
    let told = &told[..end];
    &told[..time_at_the_end(told).unwrap_or(end)]
}

/// Without the time at the end of a clause that is told: "warm the room up, we've got visitors tonight".
fn untimed<'w>(words: &'w [Word], lexicon: &Lexicon) -> &'w [Word] {
    let end = words.iter().rposition(|word| !word.is_mark()).map_or(0, |at| at + 1);
    let clause = words[..end].iter().rposition(Word::is_mark).map_or(0, |at| at + 1);
    let time = time_at_the_end(&words[..end]).filter(|from| *from > clause + 2);
    match time.filter(|_| clause > 0 && lexicon.opens_a_clause(&words[clause..])) {
        Some(from) => &words[..from],
        None => words,
    }
}

/// Whether all of it asks something: no command follows, nor does the last clause beg for one ("the sun blinds me, can you shut the
/// blind?").
fn is_asked(said: &Said<'_>, lexicon: &Lexicon) -> bool {
    let words = &said.words;
    let marked = said.text.trim_end().ends_with('?');
    let last = words.iter().rposition(|word| !word.is_mark()).unwrap_or(0);
    let clause = words[..last].iter().rposition(Word::is_mark).map_or(0, |at| at + 1);
    let begged = || clause > 1 && lexicon.begs(&words[clause..]);
    let orders = |at: usize| {
        let next = words.get(at + 1).is_some_and(|verb| lexicon.orders(verb));
        words[at].is_mark() && next && lexicon.begins_with_a_verb(&words[at + 1..])
    };
    let ordered = || (2..words.len()).any(orders);
    match marked {
        true => !begged(),
        false => lexicon.questions(words) && !ordered(),
    }
}

/// Opens what keeps strangers out. Water is let out only where it is `ordered` in a clause of its own.
pub(crate) fn lets_in(intent: &Intent, loose: &Loose<'_>, ordered: bool) -> bool {
    let of = |key: &str| intent.text(key).unwrap_or_default();
    // A cover of no class may be a gate.
    let inside = |class: &str| class.split(',').all(|one| INSIDE.contains(&one));
    let guards = |domain: &str, class: &str| match domain {
        "lock" => true,
        "valve" => !ordered,
        "cover" => !inside(class),
        _ => false,
    };
    let ids = of("name");
    let named = loose
        .things
        .things
        .iter()
        .any(|thing| guards(&thing.domain, &thing.class) && ids.split(',').any(|id| id == thing.id));
    let is_lock = ids.split(',').any(|id| id.starts_with("lock.")) || of("domain") == "lock";
    // A lock that is on is locked, a door that is off is shut.
    let shuts = match is_lock {
        true => "HassTurnOn",
        false => "HassTurnOff",
    };
    intent.name != shuts && (named || guards(&of("domain"), &of("device_class")))
}
