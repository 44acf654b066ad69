//! What belongs to the house alone, searched for in every byte that a cloud was sent.

use crate::common::{FakeServer, Script};
use rosie_core::{
    BoxFuture, CallContext, CancelFlag, ConversationId, Failure, KnownName, KnownNames, Language, ToolCall,
    ToolOutcome, ToolResult, ToolSpec, TurnId, UserId,
    dialog::{Dialog, DialogEvent, EntityState, Hub, Question, Reply, Tier},
    engine::{EngineHealth, EngineInfo},
    memory::{Collection, Exchange, Forget, Memory, Recall, Recollection, Remember, Speaker},
};
use rosie_dialog::{
    DialogConfig, LanguageSources, Languages, RosieDialog,
    llm::{Limits, LlmConfig, LlmEngine, LocalModel, ProviderKind, RemoteModel},
};
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// None of it may leave the house.
const SECRETS: [&str; 8] = [
    "violet7341",
    "Hideaway",
    "Safe door",
    "unlocked",
    "Ada",
    "Open the safe",
    "OpenSafe",
    "piano",
];

struct Home;

impl Hub for Home {
    fn handle(&self, call: ToolCall, _: CallContext) -> BoxFuture<'_, ToolOutcome> {
        let data = match call.name.as_str() {
            "SafeState" => json!({ "state": "unlocked", "code": "violet7341" }),
            _ => json!({}),
        };
        Box::pin(async move {
            Ok(ToolResult {
                response: "default".into(),
                data,
                effects: Vec::new(),
            })
        })
    }

    fn names(&self) -> KnownNames {
        let named = |spoken: &str, value: &str| KnownName {
            spoken: spoken.into(),
            value: value.into(),
            context: Default::default(),
        };
        KnownNames::from([
            ("area".to_owned(), vec![named("Hideaway", "kitchen")]),
            ("name".to_owned(), vec![named("Safe door", "lock.safe")]),
        ])
    }

    fn tools(&self) -> Vec<ToolSpec> {
        let tool = |name: &str, description: &str, acts| ToolSpec {
            name: name.into(),
            description: description.into(),
            parameters: json!({ "type": "object", "properties": {} }),
            acts,
            dangerous: false,
            foreign: false,
            confirmation: Default::default(),
        };
        vec![
            tool("OpenSafe", "Open the safe.", true),
            tool("SafeState", "Tells whether the sky over the safe is open.", false),
        ]
    }

    fn entities(&self) -> Vec<EntityState> {
        vec![EntityState {
            id: "lock.safe".into(),
            names: vec!["Safe door".into(), "sky door".into()],
            room: Some("kitchen".into()),
            state: Some("unlocked".into()),
        }]
    }
}

/// Remembers one thing, whatever is asked, if it is told to.
struct Remembers(bool);

impl Memory for Remembers {
    fn record(&self, _: Exchange) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async { Ok(()) })
    }
    fn recall(&self, _: Recall) -> BoxFuture<'_, Result<Vec<Recollection>, Failure>> {
        let found = self.0.then(|| Recollection {
            collection: Collection::Facts,
            id: "1".into(),
            text: "Your daughter Ada has piano at four, the code is violet7341.".into(),
            score: 0.9,
            unix_ms: 0,
            room: None,
            speaker: None,
            source: None,
        });
        Box::pin(async move { Ok(found.into_iter().collect()) })
    }
    fn remember(&self, _: Remember) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async { Ok(String::new()) })
    }
    fn known_about(&self, _: Option<UserId>, _: usize) -> BoxFuture<'_, Result<Vec<String>, Failure>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn forget(&self, _: Forget) -> BoxFuture<'_, Result<usize, Failure>> {
        Box::pin(async { Ok(0) })
    }
    fn history(&self, _: &ConversationId, _: usize) -> Result<Vec<(Speaker, String)>, Failure> {
        Ok(Vec::new())
    }
    fn info(&self) -> EngineInfo {
        EngineInfo {
            engine: "fake".into(),
            model: String::new(),
            health: EngineHealth::Ready,
            queue_depth: 0,
            dropped: 0,
            restarts: 0,
        }
    }
}

struct House {
    dialog: RosieDialog,
    local: FakeServer,
    cloud: FakeServer,
}

fn model(server: &FakeServer) -> RemoteModel {
    RemoteModel {
        provider: ProviderKind::OpenAiCompatible,
        address: ProviderKind::OpenAiCompatible.address(&server.address).unwrap(),
        model: "tiny".into(),
        api_key: None,
        context: 4096,
        limits: Limits {
            retry: Duration::ZERO,
            ..Limits::default()
        },
    }
}

impl House {
    async fn new(local: Script, remembers: bool, private_to_cloud: bool) -> Self {
        let local = FakeServer::start([local]).await;
        let cloud = FakeServer::start([Script::Words(vec!["From ", "afar."])]).await;
        let config = LlmConfig {
            local: Some(LocalModel::Address(model(&local))),
            cloud: Some(model(&cloud)),
            cloud_allowed: true,
            ..LlmConfig::default()
        };
        let engine = LlmEngine::start(config, &TaskTracker::new(), &CancellationToken::new()).unwrap();
        let sources = LanguageSources {
            languages: vec![Language::new("en")],
            data: None,
            own: None,
            more: Vec::new(),
        };
        let (languages, _) = Languages::load(&sources);
        let mut config = DialogConfig::default();
        config.routing.cloud_enabled = true;
        config.routing.private_to_cloud = private_to_cloud;
        let dialog = RosieDialog::new(Arc::new(Home), languages, Arc::new(engine), config)
            .with_memory(Arc::new(Remembers(remembers)), TaskTracker::new());
        while dialog.llm().health != EngineHealth::Ready {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self { dialog, local, cloud }
    }

    async fn ask(&self, text: &str) -> (Result<Reply, Failure>, String) {
        let said = Arc::new(Mutex::new(String::new()));
        let heard = said.clone();
        let sink = Box::new(move |event| {
            if let DialogEvent::Delta(words) = event {
                heard.lock().unwrap().push_str(&words);
            }
        });
        let question = Question {
            turn_id: TurnId(1),
            text: text.to_owned(),
            language: Language::new("en"),
            room: "kitchen".into(),
            endpoint: "kitchen-1".into(),
            conversation: "c".into(),
            user: None,
            cancel: CancelFlag::new(),
        };
        let reply = self.dialog.answer(question, sink).await;
        let said = said.lock().unwrap().clone();
        (reply, said)
    }

    /// Everything that the cloud was sent, heads and bodies.
    fn sent(&self) -> String {
        let asked = self.cloud.asked.lock().unwrap();
        asked.iter().map(|(head, body)| format!("{head}\n{body}\n")).collect()
    }

    fn nothing_leaked(&self) {
        let sent = self.sent();
        for secret in SECRETS {
            assert!(!sent.contains(secret), "{secret} left the house: {sent}");
        }
    }
}

fn down() -> Script {
    Script::Status(500, String::new(), "")
}

#[tokio::test]
async fn a_general_question_falls_over_to_the_cloud_without_anything_of_the_house() {
    let house = House::new(down(), true, false).await;
    let (reply, _) = house.ask("why is the sky blue").await;
    assert_eq!(reply.unwrap().tier, Tier::Cloud);
    let told = house
        .local
        .asked
        .lock()
        .unwrap()
        .iter()
        .map(|(_, body)| body.to_string())
        .collect::<String>();
    assert!(told.contains("violet7341"), "the house's own model is told: {told}");
    assert!(house.sent().contains("why is the sky blue"));
    house.nothing_leaked();
}

#[tokio::test]
async fn with_the_owners_word_the_cloud_gets_it_too() {
    let house = House::new(down(), true, true).await;
    assert_eq!(house.ask("why is the sky blue").await.0.unwrap().tier, Tier::Cloud);
    let sent = house.sent();
    assert!(sent.contains("violet7341") && sent.contains("OpenSafe"), "{sent}");
}

#[tokio::test]
async fn what_was_said_in_private_stays_out_and_what_leans_on_it_stays_in() {
    let house = House::new(Script::Words(vec!["She likes violet7341."]), false, false).await;
    house.ask("what does my daughter Ada like").await.0.unwrap();
    // The cloud is asked first about this.
    let (reply, _) = house.ask("compare the novels of Austen and Eliot").await;
    assert_eq!(reply.unwrap().tier, Tier::Cloud);
    house.nothing_leaked();
    // What the cloud said itself it may read again, and the private talk before it still not.
    house.ask("write a poem about novels").await.0.unwrap();
    assert!(house.sent().contains("From afar."), "{}", house.sent());
    house.nothing_leaked();
    let before = house.cloud.asked.lock().unwrap().len();
    let (reply, _) = house.ask("compare that with what she likes").await;
    assert_eq!(reply.unwrap().tier, Tier::Local);
    assert_eq!(house.cloud.asked.lock().unwrap().len(), before);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_gone_on_with_outside_only_where_nothing_private_went_into_it() {
    let house = House::new(Script::Dies(vec!["The sky is violet7341"]), true, false).await;
    let (reply, said) = house.ask("why is the sky blue").await;
    assert!(reply.is_err() && said == "The sky is violet7341", "{said}");
    assert!(house.cloud.asked.lock().unwrap().is_empty());
    let house = House::new(Script::Dies(vec!["Air scatters"]), false, false).await;
    let (reply, said) = house.ask("who invented the telephone").await;
    assert_eq!(
        (reply.unwrap().tier, said.as_str()),
        (Tier::Cloud, "Air scatters From afar.")
    );
    house.nothing_leaked();
}

#[tokio::test]
async fn what_only_the_house_can_do_or_know_is_not_asked_outside() {
    let house = House::new(down(), false, false).await;
    let (reply, _) = house.ask("open the safe and write a poem about it").await;
    assert!(reply.is_err(), "{reply:?}");
    // What is known of the home needs no model.
    let reply = house.ask("is the safe door locked").await.0.unwrap();
    assert_eq!((reply.tier, reply.text.as_str()), (Tier::Local, "Safe door: unlocked."));
    assert!(house.cloud.asked.lock().unwrap().is_empty());
    house.nothing_leaked();
}
