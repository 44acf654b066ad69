//! What a sentence asks for, all of it: by a template, or loosely, or in parts; after what was asked before.

use crate::asked::does;
use crate::context::MatchContext;
use crate::effort::Effort;
use crate::loose::{Loose, Word};
use crate::matcher::Matcher;
use crate::names::PreparedNames;
use crate::parts::as_rooms;
use crate::understood::{Understood, acts};
use rosie_core::{Intent, KnownNames, Language, Slot, SlotValue};

/// Slot of what a timer of Home Assistant's does when it ends ("tell me the time in ten minutes").
const LATER: &str = "conversation_command";
/// Slot of sentences without a verb ("nappies on the shopping list").
const BARE: &str = "bare";
/// What begins so asks for things.
const ASKING_ITEMS: [&str; 14] = [
    "what",
    "anything",
    "something",
    "nothing",
    "which",
    "how",
    "was",
    "irgendwas",
    "noch",
    "que",
    "algo",
    "quoi",
    "qu",
    "quelque",
];
/// More words are none that only name a thing.
const LONGEST_ITEM: usize = 4;

/// Intents whose words go on to the end, whatever they say: "remind me to call mum and turn off the oven".
const SPEECHES: [&str; 1] = ["RosieRemind"];
/// Said before anything else: "excuse me", "good morning".
pub(crate) const TALK: [&str; 5] = [
    "RosieRepeat",
    "RosieThanks",
    "RosieGreeting",
    "RosieHowAreYou",
    "RosieGoodbye",
];
/// Words of what a timer is called.
const LONGEST_NAME: usize = 5;
/// More commands in one breath are a speech.
pub(crate) const MOST: usize = 8;

/// Those that the next sentence may go on from.
pub fn of_the_home(intents: &[Intent]) -> Vec<Intent> {
    let asks = |intent: &Intent| matches!(intent.name.as_str(), "HassGetState" | "HassClimateGetTemperature");
    let home = intents.iter().filter(|intent| acts(intent) || asks(intent));
    home.cloned().collect()
}

/// Something is done in the home, and nothing else.
pub(crate) fn is_for_the_home(intent: &Intent) -> bool {
    // Without a name it is Rosie's own volume.
    acts(intent) && (!intent.name.starts_with("HassSetVolume") || intent.slots.contains_key("name"))
}

/// One sentence and where it is said.
pub(crate) struct Said<'a> {
    pub text: &'a str,
    pub words: Vec<Word>,
    pub names: &'a PreparedNames,
    pub strict: MatchContext,
}

impl Said<'_> {
    /// Other words, said in the same place.
    pub fn part<'p>(&'p self, text: &'p str, language: &Language) -> Said<'p> {
        Said {
            text,
            words: Loose::words(text, language),
            names: self.names,
            strict: self.strict.clone(),
        }
    }
}

impl Matcher {
    pub(crate) fn wanted_as_said(
        &self,
        text: &str,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        let taken_back = || self.taken_back(text, names, context);
        let and_then = || self.but_then(text, names, context, before);
        let all = taken_back()
            .or_else(|| self.understood_in_words(text, names, context, before))
            .or_else(and_then)?;
        let all = Self::unless_never_mind(all)
            .in_the_scale_of(text)
            .of_all(text, &self.language);
        let mut all = self.unless_asked(all, text, names, context)?;
        all.intents = self.where_it_is(all.intents, text, names, context);
        if all.intents.iter().any(does) && self.is_left(&all, text, names, context) {
            return None;
        }
        (!self.goes_too_far(text, &all.intents)).then_some(all)
    }

    pub(crate) fn understood_in_words(
        &self,
        text: &str,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        let prepared = self.prepared(names);
        let said = self.said(text, &prepared, context);
        let mut understood = self.understood_as_said(&said, names, context, before);
        if let (Some(all), Some(loose)) = (&mut understood, self.loose(&said)) {
            as_rooms(&mut all.intents, &loose);
        }
        // Where a name is not known, more may have been said than what is to be done.
        let unknown = |intent: &Intent| acts(intent) && intent.slots.values().any(|slot| slot.unresolved);
        let sure = |all: &Understood| !all.intents.iter().any(unknown);
        if understood.as_ref().is_some_and(sure) {
            let lexicon = self.lexicon.as_ref();
            let all = understood.map(|all| self.one_by_one(all, text).without_reasons(text).without_repeats());
            return all.map(|all| all.addressed(lexicon, &said.words));
        }
        self.kernel(&said, names, context, before)
            .or_else(|| self.told_around(&said, names, context, before))
            .or_else(|| self.seamed(&said))
            .or(understood)
            .map(|all| all.without_reasons(text).without_repeats())
    }

    pub(crate) fn said<'a>(&self, text: &'a str, names: &'a PreparedNames, context: &MatchContext) -> Said<'a> {
        Said {
            text,
            words: Loose::words(text, &self.language),
            names,
            strict: context.with_known_names(),
        }
    }

    pub(crate) fn understood_as_said(
        &self,
        said: &Said<'_>,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        if !Effort::goes_on() {
            return None;
        }
        let (text, prepared) = (said.text, said.names);
        if let Some(later) = self.later(said, names, context, before) {
            return Some(later);
        }
        let loose = self.loose(said);
        let taken = loose.as_ref().and_then(|loose| loose.take(&said.words));
        if let (Some(loose), Some(taken)) = (&loose, &taken)
            && !before.is_empty()
            && let Some(intents) = loose.follow(taken, before)
        {
            return Some(Understood { intents, rest: None });
        }
        if let Some(loose) = loose.as_ref().filter(|_| !before.is_empty())
            && let Some(intents) = loose.follow_but(&said.words, before)
        {
            return Some(Understood { intents, rest: None });
        }
        if let Some(loose) = loose.as_ref().filter(|_| !before.is_empty()) {
            let others = || loose.others(&said.words, before).map(|intent| vec![intent]);
            if let Some(intents) = loose.amended(&said.words, before).or_else(others) {
                return Some(Understood { intents, rest: None });
            }
        }
        let whole = || match (&loose, &taken) {
            (Some(loose), Some(taken)) => loose.intents(taken, is_question(text)).filter(|all| all.len() <= MOST),
            _ => None,
        };
        let commanded = || {
            self.lexicon
                .as_ref()
                .is_none_or(|lexicon| lexicon.begins_a_command(&said.words))
        };
        let refused = || loose.as_ref().is_some_and(|loose| loose.refuses(&said.words));
        let strict = self
            .by_template(text, &said.words, said)
            .filter(|intent| self.commands_something(intent, names, context));
        if let Some(intent) = strict {
            let any_words = intent.slots.values().any(|slot| slot.unresolved);
            if SPEECHES.contains(&intent.name.as_str()) {
                return Some(Understood {
                    intents: vec![intent],
                    rest: None,
                });
            }
            if let Some(parts) = any_words.then(|| self.parts(said)).flatten() {
                return Some(parts);
            }
            // "Play {anything}" is understood worst of all.
            if any_words
                && intent.name == "HassMediaSearchAndPlay"
                && let Some(intents) = whole()
            {
                return Some(Understood { intents, rest: None });
            }
            // "Set the bedroom to 21": Home Assistant's data take it for how bright it is to be.
            let dims = intent.name == "HassLightSet" && !intent.slots.contains_key("name");
            let warms = |all: &Vec<Intent>| all.iter().all(|one| one.name == "HassClimateSetTemperature");
            if dims && let Some(intents) = whole().filter(warms) {
                return Some(Understood { intents, rest: None });
            }
            // "All the lights off": Home Assistant's data take it for a question.
            let plain = intent.name == "HassGetState" && !is_question(text) && !self.asks(said);
            if plain && let Some(intents) = whole().filter(|all| all.iter().all(acts)) {
                return Some(Understood { intents, rest: None });
            }
            // "The garage door open?" asks how it is.
            let asks = is_question(text) && !commanded() && !taken.as_ref().is_some_and(|taken| taken.is_polite());
            return (!(acts(&intent) && (refused() || asks))).then(|| Understood {
                intents: vec![intent],
                rest: None,
            });
        }
        if let Some(intents) = whole() {
            return Some(Understood { intents, rest: None });
        }
        if let Some(parts) = self.parts(said) {
            return Some(parts);
        }
        let asked = || loose.as_ref().and_then(|loose| loose.ask(&said.words));
        if let Some(intent) = asked().or_else(|| self.listed(said)) {
            return Some(Understood {
                intents: vec![intent],
                rest: None,
            });
        }
        if !context.unresolved_names {
            return None;
        }
        let intent = self.match_prepared(text, prepared, context)?;
        if !self.commands_something(&intent, names, context) || !self.does_something(&intent, &said.words, said) {
            return None;
        }
        (!(acts(&intent) && (refused() || is_question(text) || !commanded()))).then(|| Understood {
            intents: vec![intent],
            rest: None,
        })
    }

    fn asks(&self, said: &Said<'_>) -> bool {
        let lexicon = self.lexicon.as_ref();
        lexicon.is_none_or(|lexicon| lexicon.questions(&said.words) || lexicon.asks.opens(&said.words))
    }

    /// The best reading by a template that says what is done: "the office fan" does not, though Home Assistant's data take it.
    pub(crate) fn by_template(&self, text: &str, words: &[Word], said: &Said<'_>) -> Option<Intent> {
        let intent = self.match_prepared(text, said.names, &said.strict);
        intent.filter(|intent| self.does_something(intent, words, said))
    }

    fn does_something(&self, intent: &Intent, words: &[Word], said: &Said<'_>) -> bool {
        match intent.name.as_str() {
            _ if intent.slots.contains_key(BARE) => self.is_item(intent),
            "RosieRemember" => !is_reminiscence(said.text),
            name if name.ends_with("Timer") => intent.slots.get("name").is_none_or(|slot| self.is_name(slot)),
            "HassMediaSearchAndPlay" => {
                let lexicon = self.lexicon.as_ref();
                let sure = ["name", "media_class"]
                    .iter()
                    .any(|slot| intent.slots.contains_key(*slot));
                let puts = || lexicon.is_some_and(|lexicon| lexicon.puts(words, said.text));
                // "Mets le film sur pause, on sonne."
                let pauses = || lexicon.is_some_and(|lexicon| lexicon.pauses(words));
                sure || !(puts() || pauses() || self.is_in_the_house(intent, said))
            }
            _ => {
                let says = |loose: Loose<'_>| !loose.only_names(words) || (is_on(intent) && loose.is_light(words));
                !acts(intent) || is_named_alone(intent) || self.loose(said).is_none_or(says)
            }
        }
    }

    /// "Lance la machine à café": what is to be played is a thing of the house.
    fn is_in_the_house(&self, intent: &Intent, said: &Said<'_>) -> bool {
        let query = intent.text("search_query").unwrap_or_default();
        let words = Loose::words(&query, &self.language);
        self.loose(said)
            .is_some_and(|loose| loose.names_something(&words) && !loose.place_or_thing(&words).is_empty())
    }

    /// False for "I am cooking so turn on the lamp and set a" as what a timer is called.
    fn is_name(&self, slot: &Slot) -> bool {
        let words = Loose::words(&slot.spoken, &self.language);
        let commands = self.lexicon.as_ref().is_some_and(|lexicon| lexicon.has_act(&words));
        !slot.unresolved || (words.len() <= LONGEST_NAME && !(words.len() > 2 && commands))
    }

    /// False for "I want the timer to ring in ten minutes" read as something to be done later that nobody can do.
    fn commands_something(&self, intent: &Intent, names: &KnownNames, context: &MatchContext) -> bool {
        match intent.slot(LATER) {
            Some(SlotValue::Text(command)) => {
                let known = context.with_known_names();
                self.understand(command, names, &known, &[]).is_some()
            }
            _ => true,
        }
    }

    /// Whether what is to be put on a list without a verb is a thing, and no question or story.
    fn is_item(&self, intent: &Intent) -> bool {
        let item = intent.text("item").unwrap_or_default();
        let words: Vec<String> = item
            .split(|c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '-'))
            .map(|word| self.folding.literal(word).into_iter().collect())
            .collect();
        let does = |word: &str| {
            let words = Loose::words(word, &self.language);
            self.lexicon
                .as_ref()
                .is_some_and(|lexicon| lexicon.begins_a_command(&words))
        };
        // "What's left on the list", "anything else on the list" ask.
        let asks = words.first().is_some_and(|word| ASKING_ITEMS.contains(&word.as_str()));
        words.len() <= LONGEST_ITEM && !asks && !words.iter().any(|word| self.home.never.contains(word) || does(word))
    }

    /// Whether `text` says that nothing is to be done, or not now, or by somebody else ("I never", "yesterday", "his").
    pub fn refuses(&self, text: &str, names: &KnownNames) -> bool {
        let said = Said {
            text,
            words: Loose::words(text, &self.language),
            names: &self.prepared(names),
            strict: MatchContext::default(),
        };
        self.loose(&said).is_some_and(|loose| loose.refuses(&said.words))
    }

    /// Whether `text` begins with a verb of the home's ("turn the lights on at seven").
    pub fn begins_a_command(&self, text: &str) -> bool {
        let words = Loose::words(text, &self.language);
        let lexicon = self.lexicon.as_ref();
        lexicon.is_some_and(|lexicon| lexicon.begins_a_command(&words))
    }

    /// Whether anything in `text` is a word for doing something in the home ("carry on", "brighter").
    pub fn has_command(&self, text: &str) -> bool {
        let words = Loose::words(text, &self.language);
        self.lexicon.as_ref().is_some_and(|lexicon| lexicon.has_act(&words))
    }

    /// Whether a word is a number.
    pub fn is_number(&self, word: &str) -> bool {
        let chars: Vec<char> = word.to_lowercase().chars().collect();
        let numbers = self.tools.numbers.as_ref();
        numbers.is_some_and(|numbers| numbers.read(&chars, 0).iter().any(|(end, _)| *end == chars.len()))
    }

    pub(crate) fn loose<'a>(&'a self, said: &'a Said<'_>) -> Option<Loose<'a>> {
        Some(Loose {
            lexicon: self.lexicon.as_ref()?,
            things: &said.names.things,
            numbers: self.tools.numbers.as_ref(),
            known: [&self.home.rooms, &self.home.devices],
            own: said.strict.values.get("area").map(|area| area.value.as_str()),
        })
    }
}

fn is_on(intent: &Intent) -> bool {
    intent.name == "HassTurnOn" && !intent.slots.contains_key("name")
}

/// What is done by saying its name: "movie night", "good night".
fn is_named_alone(intent: &Intent) -> bool {
    let id = intent.text("name").unwrap_or_default();
    ["scene.", "script.", "button.", "input_button."]
        .iter()
        .any(|domain| id.starts_with(domain))
}

/// "Remember when dad …" recalls something, and is not to be kept.
fn is_reminiscence(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    [
        "remember when ",
        "remember the time ",
        "remember the day ",
        "remember how we ",
    ]
    .iter()
    .any(|beginning| text.starts_with(beginning))
}

fn is_question(text: &str) -> bool {
    text.trim_end().ends_with(['?', '？'])
}
