//! One integration that can be set, and does nothing.

use rosie_core::{
    BoxFuture, ErrorCode, Failure,
    appliance::ConfigMistake,
    integrations::{
        Entered, IntegrationAdmin, IntegrationChanged, IntegrationRefused, IntegrationStatus, IntegrationTested,
    },
};
use serde_json::{Value, json};

pub struct FakeIntegrations;

fn status(entered: &Entered) -> IntegrationStatus {
    IntegrationStatus {
        name: "chat".into(),
        title: "Chat".into(),
        schema: json!({ "type": "object", "properties": { "url": { "type": "string", "x-order": 0 } } }),
        values: json!(entered),
        kept: vec!["token".into()],
        set_here: entered.keys().cloned().collect(),
        configured: true,
        testable: true,
        health: Some(crate::fake::engine(rosie_core::engine::EngineHealth::NotSetUp {
            reason: "no account is connected".into(),
        })),
    }
}

fn look(name: &str, entered: &Entered) -> Result<(), IntegrationRefused> {
    match (name, entered.contains_key("wrong")) {
        ("chat", false) => Ok(()),
        ("chat", true) => Err(IntegrationRefused::Mistakes(vec![ConfigMistake {
            key: "chat.wrong".into(),
            message: "unknown key".into(),
        }])),
        _ => Err(IntegrationRefused::Unknown(vec!["chat".into()])),
    }
}

impl IntegrationAdmin for FakeIntegrations {
    fn list(&self) -> Vec<IntegrationStatus> {
        let off = IntegrationStatus {
            configured: false,
            health: None,
            ..status(&Entered::new())
        };
        vec![status(&Entered::new()), off]
    }

    fn change(&self, name: String, entered: Entered) -> BoxFuture<'_, Result<IntegrationChanged, IntegrationRefused>> {
        Box::pin(async move {
            look(&name, &entered)?;
            Ok(IntegrationChanged {
                integration: status(&entered),
                needs_restart: false,
            })
        })
    }

    fn test(&self, name: String, entered: Entered) -> BoxFuture<'_, Result<IntegrationTested, IntegrationRefused>> {
        Box::pin(async move {
            look(&name, &entered)?;
            Ok(IntegrationTested {
                works: !entered.is_empty(),
                message: "nothing answers".into(),
            })
        })
    }
}

/// How it stands with an account after something was done with it.
pub fn account(name: &str, action: &str, arguments: &Value) -> Option<Result<Value, Failure>> {
    let refused = |code, detail| Some(Err(Failure::new(code, detail)));
    match (name, action, arguments["answer"].as_str()) {
        ("away", ..) => refused(ErrorCode::CalendarUnavailable, "nobody answers"),
        ("calendar", "account.finish", Some("early")) => refused(ErrorCode::BadRequest, "no consent page is open"),
        ("calendar", "account.begin", _) => Some(Ok(json!({
            "state": "waiting", "problem": null, "road": arguments["road"], "url": "https://example.org/device",
            "code": "ABCD-EFGH", "expires_in_s": 1800,
        }))),
        ("calendar", ..) => Some(Ok(json!({ "state": "not_connected", "problem": "expired" }))),
        _ => None,
    }
}
