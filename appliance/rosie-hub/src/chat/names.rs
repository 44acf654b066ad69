//! Who can be written to, and how they are called: channels and people.

use super::mattermost::{Channel, Me, Person};
use crate::integration::View;
use rosie_core::{CallContext, KnownName, KnownNames, ToolCall, dialog::EntityState};
use std::{collections::BTreeMap, sync::Arc};

/// The list of sentence templates.
const LIST: &str = "chat_target";
/// Likeness from which a model's word for somebody is taken for a name.
const ALIKE: f64 = 0.85;

/// Who is meant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    Channel(String),
    Person(String),
    /// Through the webhook, into the channel of that name; empty: its own.
    Hook(String),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Targets {
    /// As it is said, who is meant.
    all: Vec<(String, Target)>,
    /// Names by username.
    people: BTreeMap<String, String>,
}

impl Targets {
    pub fn of(called: &BTreeMap<String, String>, channels: &[Channel], people: &[Person], me: &Me) -> Self {
        let mut this = Self::default();
        for (said, name) in called {
            let known = channels
                .iter()
                .find(|channel| channel.name == *name || channel.title == *name);
            if let Some(channel) = known {
                this.add(said, Target::Channel(channel.id.clone()));
            }
        }
        for channel in channels.iter().filter(|channel| !channel.direct) {
            this.add(&channel.title, Target::Channel(channel.id.clone()));
            this.add(&channel.name.replace('-', " "), Target::Channel(channel.id.clone()));
        }
        for person in people.iter().filter(|person| person.id != me.id) {
            for name in [&person.name, &person.first_name, &person.username] {
                this.add(name, Target::Person(person.id.clone()));
            }
            this.people.insert(person.username.clone(), person.name.clone());
        }
        this
    }

    /// Those that a webhook reaches.
    pub fn of_hook(called: &BTreeMap<String, String>) -> Self {
        let mut this = Self::default();
        for (said, name) in called {
            this.add(said, Target::Hook(name.clone()));
        }
        this
    }

    /// The first one of a name keeps it.
    fn add(&mut self, said: &str, target: Target) {
        let said = said.trim();
        if !said.is_empty()
            && !self
                .all
                .iter()
                .any(|(known, _)| known.to_lowercase() == said.to_lowercase())
        {
            self.all.push((said.to_owned(), target));
        }
    }

    /// By what it is called; a model may spell a name a little otherwise.
    pub fn find(&self, meant: &str) -> Option<(&str, &Target)> {
        let meant = meant.trim().trim_start_matches(['@', '~', '#']).to_lowercase();
        let bare = ["the ", "our ", "my "]
            .iter()
            .find_map(|article| meant.strip_prefix(article));
        let bare = bare.unwrap_or(&meant);
        let like = |said: &str| strsim::normalized_levenshtein(&said.to_lowercase(), bare);
        let best = self.all.iter().max_by(|a, b| like(&a.0).total_cmp(&like(&b.0)))?;
        (like(&best.0) >= ALIKE).then_some((best.0.as_str(), &best.1))
    }

    pub fn name_of(&self, username: &str) -> Option<String> {
        self.people.get(username).cloned()
    }

    pub fn view(&self) -> Arc<dyn View> {
        let name = |(said, _): &(String, Target)| KnownName {
            spoken: said.clone(),
            value: said.clone(),
            context: BTreeMap::new(),
        };
        Arc::new(Seen(KnownNames::from([(
            LIST.to_owned(),
            self.all.iter().map(name).collect(),
        )])))
    }
}

/// Names alone.
pub(super) struct Seen(pub KnownNames);

impl View for Seen {
    fn names(&self) -> KnownNames {
        self.0.clone()
    }

    fn entities(&self) -> Vec<EntityState> {
        Vec::new()
    }

    fn confirmation(&self, _: &ToolCall, _: &CallContext) -> Option<BTreeMap<String, String>> {
        None
    }
}
