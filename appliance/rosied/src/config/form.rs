//! The schema of one section, as a page draws a form of it: whole in itself, in the order of the types, keys marked.

use super::{Config, Document, document::SECRETS};
use serde_json::{Map, Value, json};

/// What a `$ref` refers to, or the schema itself.
pub fn resolve<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let name = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|r| r.rsplit('/').next());
    name.and_then(|name| root.get("$defs")?.get(name)).unwrap_or(schema)
}

/// The schema of a section: each property has its default, `x-order` (its place), and where it is a key `writeOnly`.
pub fn section(name: &str) -> Value {
    let root = Document::schema();
    let mut schema = whole(&root["properties"][name], root);
    let default = Config::default();
    // A JSON tree forgets the order of the types' fields; the text of the defaults has it.
    let text = serde_json::to_string(&default).unwrap_or_default();
    let text = text.split_once(&format!("\"{name}\":")).map_or("", |(_, rest)| rest);
    let mut default = serde_json::to_value(&default).unwrap_or_default()[name].take();
    for (key, property) in properties(&mut schema) {
        property["x-order"] = json!(text.find(&format!("\"{key}\":")));
        property["default"] = default[key.as_str()].take();
        if SECRETS.contains(&key.as_str()) {
            property["writeOnly"] = json!(true);
            property["format"] = json!("password");
        }
    }
    let mut places: Vec<u64> = properties(&mut schema)
        .filter_map(|(_, p)| p["x-order"].as_u64())
        .collect();
    places.sort_unstable();
    for (_, property) in properties(&mut schema) {
        let place = property["x-order"]
            .as_u64()
            .and_then(|at| places.binary_search(&at).ok());
        property["x-order"] = json!(place);
    }
    schema
}

fn properties(schema: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    schema["properties"].as_object_mut().into_iter().flat_map(Map::iter_mut)
}

/// Without references; of two descriptions the outer one, which says what it is here.
fn whole(schema: &Value, root: &Value) -> Value {
    let target = resolve(schema, root);
    let mut all = match target {
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| (key.clone(), whole(inner, root)))
            .collect(),
        Value::Array(items) => return items.iter().map(|inner| whole(inner, root)).collect(),
        other => return other.clone(),
    };
    if let (Some(outer), false) = (schema.as_object(), std::ptr::eq(schema, target)) {
        let outer = outer.iter().filter(|(key, _)| *key != "$ref");
        Map::extend(&mut all, outer.map(|(key, inner)| (key.clone(), inner.clone())));
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_form_has_the_fields_of_the_types_in_their_order() {
        let schema = section("mqtt");
        let mut order: Vec<(u64, &String)> = schema["properties"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, property)| (property["x-order"].as_u64().unwrap(), name))
            .collect();
        order.sort();
        let names: Vec<&str> = order.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names[..5], ["url", "username", "password", "ca_file", "version"]);
        assert_eq!(names.len(), 11);
        assert_eq!(schema["properties"]["password"]["writeOnly"], true);
        assert_eq!(schema["properties"]["url"].get("writeOnly"), None);
        assert_eq!(schema["properties"]["topic"]["default"], "rosie");
        assert!(!schema.to_string().contains("$ref"), "{schema}");
        let versions = &schema["properties"]["version"];
        assert!(
            versions.to_string().contains("3.1.1") && versions["description"].is_string(),
            "{versions}"
        );
        let satellite = &section("wyoming")["properties"]["satellites"]["items"];
        assert!(
            satellite["properties"]["address"]["description"].is_string(),
            "{satellite}"
        );
    }
}
