//! The description of the API, made from the table of routes; only the shapes of answers are written by hand.

use super::routes::{self, Content, Operation, QueryValue, Route, Shape};
use crate::access::{Need, SESSION};
use bytes::Bytes;
use rosie_proto::{ClientMessage, ServerMessage};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Shapes of core's types and of the gateway's own answers; a test holds them against what is really answered.
const SCHEMAS: &str = include_str!("schemas.json");
const MEMORY_SCHEMAS: &str = include_str!("memory.json");
const LOG_SCHEMAS: &str = include_str!("logs.json");
const MODEL_SCHEMAS: &str = include_str!("models.json");
const UPDATE_SCHEMAS: &str = include_str!("updates.json");
const NETWORK_SCHEMAS: &str = include_str!("network.json");
const BACKUP_SCHEMAS: &str = include_str!("backups.json");
const CERTIFICATE_SCHEMAS: &str = include_str!("certificate.json");
const INTEGRATION_SCHEMAS: &str = include_str!("integrations.json");
const PLUGIN_SCHEMAS: &str = include_str!("plugins.json");
const SPEAKER_SCHEMAS: &str = include_str!("speakers.json");
const ACCESS_SCHEMAS: &str = include_str!("access.json");

/// Replies that come of who asks, and not of what is asked.
const SIGN_IN: &str = "There is an owner, and nobody who is known asks.";
const NOT_FOR_YOU: &str = "Not for whoever asks.";

pub(crate) struct OpenApi(Bytes);

impl OpenApi {
    pub fn build() -> Result<Self, serde_json::Error> {
        Ok(Self(Bytes::from(serde_json::to_vec(&describe()?)?)))
    }

    pub fn document(&self) -> Bytes {
        self.0.clone()
    }
}

fn describe() -> Result<Value, serde_json::Error> {
    let paths: Map<String, Value> = routes::all()
        .map(|route| (route.path.to_owned(), describe_route(route)))
        .collect();
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Rosie",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The HTTP API of a Rosie appliance. Every refusal has the form of `Error`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas()?, "securitySchemes": {
            "session": {
                "type": "apiKey", "in": "cookie", "name": SESSION,
                "description": "Of POST /api/v1/access/session. Changes want the header x-rosie-csrf, too.",
            },
            "password": {"type": "http", "scheme": "basic", "description": "The name and the password of a person."},
            "token": {"type": "http", "scheme": "bearer", "description": "A token, or the key of a paired endpoint."},
        }},
    }))
}

fn schemas() -> Result<Map<String, Value>, serde_json::Error> {
    let mut schemas: Map<String, Value> = serde_json::from_str(SCHEMAS)?;
    schemas.extend(serde_json::from_str::<Map<String, Value>>(ACCESS_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(MEMORY_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(LOG_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(MODEL_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(PLUGIN_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(BACKUP_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(UPDATE_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(NETWORK_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(CERTIFICATE_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(INTEGRATION_SCHEMAS)?);
    schemas.extend(serde_json::from_str::<Map<String, Value>>(SPEAKER_SCHEMAS)?);
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    generator.subschema_for::<ClientMessage>();
    generator.subschema_for::<ServerMessage>();
    schemas.extend(generator.take_definitions(true));
    Ok(schemas)
}

fn describe_route(route: &Route) -> Value {
    let mut item: Map<String, Value> = Map::new();
    if let Some((_, name, _)) = route.parameter() {
        let parameter = json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
        item.insert("parameters".into(), json!([parameter]));
    }
    for operation in route.operations {
        item.insert(
            operation.method.as_str().to_ascii_lowercase(),
            describe_operation(operation),
        );
    }
    Value::Object(item)
}

fn describe_operation(operation: &Operation) -> Value {
    let mut replies: Map<String, Value> = Map::new();
    for reply in operation.replies {
        let mut described = json!({"description": reply.when});
        if let Some(content) = describe_content(reply.content) {
            described["content"] = content;
        }
        replies.insert(reply.status.to_string(), described);
    }
    if !matches!(operation.need, Need::Anyone | Need::Talk) {
        for (status, when) in [("401", SIGN_IN), ("403", NOT_FOR_YOU)] {
            let refusal = json!({"description": when, "content": describe_content(Content::Json("Error"))});
            replies.entry(status).or_insert(refusal);
        }
    }
    replies.insert(
        "default".into(),
        json!({
            "description": "A refusal that any route may give: a wrong Host, too many headers, too many requests, a fault.",
            "content": describe_content(Content::Json("Error")),
        }),
    );
    let mut described = json!({"operationId": operation.id, "summary": operation.summary, "responses": replies});
    described["security"] = describe_need(operation.need);
    if !operation.query.is_empty() {
        described["parameters"] = operation.query.iter().map(describe_query).collect();
    }
    match operation.body {
        // The one text body is the configuration, which may also be JSON.
        Some(Content::Text) => {
            described["requestBody"] = json!({"required": true, "content": {
                "application/yaml": {"schema": {"type": "string"}},
                "application/json": {"schema": {"type": "object"}},
            }});
        }
        Some(content) => {
            described["requestBody"] = json!({"required": true, "content": describe_content(content)});
        }
        None => {}
    }
    described
}

/// One of these; the empty one is nobody in particular.
fn describe_need(need: Need) -> Value {
    match need {
        Need::Anyone => json!([]),
        Need::Talk | Need::Figures => json!([{}, {"session": []}, {"password": []}, {"token": []}]),
        Need::Known | Need::Read | Need::Control | Need::Admin | Need::OwnKey => {
            json!([{"session": []}, {"password": []}, {"token": []}])
        }
    }
}

fn describe_query(value: &QueryValue) -> Value {
    let schema = match value.shape {
        Shape::Text => json!({"type": "string"}),
        Shape::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Shape::Number => json!({"type": "integer", "minimum": 0}),
    };
    json!({"name": value.name, "in": "query", "required": value.required, "description": value.what, "schema": schema})
}

fn describe_content(content: Content) -> Option<Value> {
    match content {
        Content::Json(name) => {
            Some(json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}))
        }
        Content::AnyJson => Some(json!({"application/json": {"schema": {"type": "object"}}})),
        Content::Text => Some(json!({"text/plain": {"schema": {"type": "string"}}})),
        Content::File => Some(json!({
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"},
            },
            "multipart/form-data": {"schema": {
                "type": "object", "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "name": {"description": "Instead of the file's own.", "type": "string"},
                    "tags": {"description": "Separated by commas.", "type": "string"},
                    "visible_to": {"type": "string"},
                },
            }},
        })),
        Content::Bytes => Some(json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})),
        Content::Archive => Some(json!({
            "application/gzip": {"schema": {"type": "string", "format": "binary"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {"$ref": "#/components/schemas/PluginFolder"}},
        })),
        Content::Authority => Some(json!({"application/x-x509-ca-cert": {"schema": {"type": "string"}}})),
        Content::Sound => Some(json!({"audio/wav": {"schema": {"type": "string", "format": "binary"}}})),
        Content::Nothing => None,
    }
}
