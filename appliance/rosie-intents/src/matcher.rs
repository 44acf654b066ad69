//! The matcher: templates in, then text in and intents out.

use crate::arithmetic::Calculator;
use crate::compile::{Options, compile};
use crate::context::MatchContext;
use crate::grammar::Grammar;
use crate::guard::HomeWords;
use crate::later::MOMENT;
use crate::loose::Lexicon;
use crate::matching::Tools;
use crate::names::PreparedNames;
use crate::numbers::{self, NumberWords};
use crate::respond::Responder;
use crate::skip::SkipWords;
use crate::source::Source;
use crate::text::Folding;
use crate::{IntentsError, builtin};
use rosie_core::{Intent, KnownNames, Language};
use std::sync::{Arc, Mutex, PoisonError};

/// Gathers sources of templates for one language.
#[derive(Debug, Clone)]
pub struct MatcherBuilder {
    language: Language,
    sources: Vec<Source>,
    without: Vec<String>,
    dynamic: Vec<String>,
}

impl MatcherBuilder {
    /// Adds the data of `home-assistant-intents` (the JSON text of one language).
    pub fn add_data_json(mut self, json: &str) -> Result<Self, IntentsError> {
        self.sources.push(Source::from_json("home-assistant-intents", json)?);
        Ok(self)
    }

    /// Adds templates that a person wrote; `file` names them in errors. Later ones win where both give a response,
    /// and see the rules and lists of earlier ones.
    pub fn add_templates_yaml(mut self, file: &str, yaml: &str) -> Result<Self, IntentsError> {
        self.sources.push(Source::from_yaml(file, yaml)?);
        Ok(self)
    }

    /// The same in JSON.
    pub fn add_templates_json(self, file: &str, json: &str) -> Result<Self, IntentsError> {
        self.add_templates_yaml(file, json)
    }

    /// Adds Rosie's own templates, if there are any for this language.
    pub fn add_own_templates(self) -> Result<Self, IntentsError> {
        builtin::templates(&self.language)
            .iter()
            .try_fold(self, |builder, (file, yaml)| builder.add_templates_yaml(file, yaml))
    }

    /// Leaves out an intent of the sources.
    pub fn without_intent(mut self, name: &str) -> Self {
        self.without.push(name.into());
        self
    }

    /// A further list whose values come with [`KnownNames`] (`name`, `area` and `floor` always do).
    pub fn dynamic_list(mut self, name: &str) -> Self {
        self.dynamic.push(name.into());
        self
    }

    /// Compiles everything.
    pub fn build(mut self) -> Result<Matcher, IntentsError> {
        let moments = self.moments()?.map(Box::new);
        self.without.push(MOMENT.to_owned());
        let lexicon = Lexicon::of(&self.language)?;
        self.compiled(lexicon, moments)
    }

    /// A matcher of times alone, where there are sentences for them.
    fn moments(&self) -> Result<Option<Matcher>, IntentsError> {
        if !self.sources.iter().any(|source| source.intents.contains_key(MOMENT)) {
            return Ok(None);
        }
        let mut alone = self.clone();
        for source in &mut alone.sources {
            source.intents.retain(|name, _| name == MOMENT);
            source.responses = Default::default();
            source.skip_words.clear();
        }
        alone.compiled(None, None).map(Some)
    }

    fn compiled(self, lexicon: Option<Lexicon>, moments: Option<Box<Matcher>>) -> Result<Matcher, IntentsError> {
        let ignore_spaces = self.sources.iter().any(|s| s.settings.ignore_whitespace);
        let folding = Folding::of(&self.language, ignore_spaces);
        let options = Options {
            folding,
            without: &self.without,
            dynamic: &self.dynamic,
        };
        let grammar = compile(&self.sources, &options)?;
        let all = |pick: fn(&Source) -> &Vec<String>| -> Vec<String> {
            self.sources.iter().flat_map(pick).cloned().collect()
        };
        let home = HomeWords::new(
            &all(|s| &s.room_words),
            &all(|s| &s.device_words),
            &all(|s| &s.never_in_names),
            &all(|s| &s.articles),
            folding,
        );
        let dangling = all(|s| &s.dangling_words)
            .iter()
            .map(|w| folding.literal(w).into_iter().collect())
            .collect();
        Ok(Matcher {
            tools: Tools {
                numbers: NumberWords::of(&self.language, folding),
                calculator: Calculator::with(&self.language, folding),
                grouping: numbers::grouping(&self.language),
            },
            skip: SkipWords::new(self.sources.iter().flat_map(|s| &s.skip_words), folding),
            responder: Responder::new(&self.language, &self.sources)?,
            lexicon,
            moments,
            grammar,
            folding,
            home,
            dangling,
            language: self.language,
            prepared: Mutex::default(),
        })
    }
}

/// Templates of one language, compiled. Shared between threads; matching borrows it only.
#[derive(Debug)]
pub struct Matcher {
    pub(crate) language: Language,
    pub(crate) grammar: Grammar,
    pub(crate) folding: Folding,
    pub(crate) tools: Tools,
    pub(crate) skip: SkipWords,
    pub(crate) home: HomeWords,
    pub(crate) dangling: Vec<String>,
    pub(crate) responder: Responder,
    /// For loose sentences, where the language has the words.
    pub(crate) lexicon: Option<Lexicon>,
    /// For commands at a later time.
    pub(crate) moments: Option<Box<Matcher>>,
    /// The names of the last call, prepared: houses change seldom.
    prepared: Mutex<Option<(KnownNames, Arc<PreparedNames>)>>,
}

impl Matcher {
    /// An empty builder.
    pub fn builder(language: &Language) -> MatcherBuilder {
        MatcherBuilder {
            language: language.clone(),
            sources: vec![],
            without: vec![],
            dynamic: ["name", "area", "floor", "chat_target", "contact"]
                .map(String::from)
                .to_vec(),
        }
    }

    /// What Rosie uses: the data of `home-assistant-intents` if given (less the chat that Rosie answers herself), then
    /// Rosie's own templates, then those of a person as (file, YAML text).
    pub fn standard(
        language: &Language,
        data_json: Option<&str>,
        own: &[(String, String)],
    ) -> Result<Self, IntentsError> {
        let mut builder = Self::builder(language).without_intent("HassRespond");
        if let Some(json) = data_json {
            builder = builder.add_data_json(json)?;
        }
        builder = builder.add_own_templates()?;
        for (file, yaml) in own {
            builder = builder.add_templates_yaml(file, yaml)?;
        }
        builder.build()
    }

    pub fn language(&self) -> &Language {
        &self.language
    }

    /// The names of the intents that can come out.
    pub fn intents(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.grammar.blocks.iter().map(|b| b.intent.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// How many sentences and how many different parts they are made of.
    pub fn size(&self) -> (usize, usize) {
        (self.grammar.sentences.len(), self.grammar.exprs.len())
    }

    /// Prepares a house's names for [`Matcher::match_prepared`].
    pub fn prepare_names(&self, names: &KnownNames) -> PreparedNames {
        PreparedNames::new(names, self.folding, self.lexicon.as_ref())
    }

    /// The best reading of a text. The names are prepared once and kept until other ones come.
    pub fn match_text(&self, text: &str, names: &KnownNames, context: &MatchContext) -> Option<Intent> {
        self.match_prepared(text, &self.prepared(names), context)
    }

    /// All readings of a text, best first.
    pub fn match_all(&self, text: &str, names: &KnownNames, context: &MatchContext) -> Vec<Intent> {
        self.match_all_prepared(text, &self.prepared(names), context)
    }

    pub fn match_prepared(&self, text: &str, names: &PreparedNames, context: &MatchContext) -> Option<Intent> {
        self.match_all_prepared(text, names, context).into_iter().next()
    }

    pub(crate) fn prepared(&self, names: &KnownNames) -> Arc<PreparedNames> {
        let mut kept = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, prepared)) = kept.as_ref()
            && known == names
        {
            return prepared.clone();
        }
        let prepared = Arc::new(self.prepare_names(names));
        *kept = Some((names.clone(), prepared.clone()));
        prepared
    }
}
