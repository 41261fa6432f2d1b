//! `/openapi.json`, made from the table of routes and the types of the contract.

use contract::errors::{Code, ErrorEnvelope};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::api::Api;
use crate::api::endpoint::{Asks, Endpoint};
use crate::error::status_of;
use crate::routes::{Route, Routes};

/// Errors that any call of the API can get.
const ANY: [Code; 8] = [
    Code::InvalidValue,
    Code::Unauthenticated,
    Code::PermissionDenied,
    Code::ResourceExhausted,
    Code::PayloadTooLarge,
    Code::StorageFull,
    Code::Unavailable,
    Code::Internal,
];

/// Those of them that only calls with a caller can get.
const CALLERS: [Code; 2] = [Code::Unauthenticated, Code::PermissionDenied];

/// The whole description, for the server at `public_url`.
pub(crate) fn document(routes: &Routes, public_url: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let envelope = schemas.subschema_for::<ErrorEnvelope>();
    let envelope = json!({ "application/json": { "schema": envelope } });
    let mut paths = Map::new();
    for (api, prefix) in mounts(routes) {
        for endpoint in &api.endpoints {
            let operation = of_endpoint(endpoint, api, prefix, &mut schemas, &envelope);
            add(&mut paths, &plain(&format!("{prefix}{}", endpoint.path)), endpoint.verb.as_str(), operation);
        }
    }
    for route in routes.other.iter().chain(&routes.content) {
        for verb in route.verbs {
            add(&mut paths, &plain(route.path), verb.as_str(), of_route(route, verb.as_str(), &envelope));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "media-manager",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A self-hosted media manager that speaks the protocol of the Wix Media Manager. A path that is \
                not here answers 404 with `NOT_FOUND`, a verb that a path doesn't take 405 with `METHOD_NOT_ALLOWED`.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": public_url }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": {
                "apiKey": {
                    "type": "apiKey", "in": "header", "name": "Authorization",
                    "description": "An API key, an access token or a session token, bare or after `Bearer`.",
                },
            },
        },
    })
}

/// Each API with each of its prefixes.
fn mounts(routes: &Routes) -> impl Iterator<Item = (&Api, &'static str)> {
    routes.apis.iter().flat_map(|api| api.prefixes.iter().map(move |prefix| (api, *prefix)))
}

/// A path as OpenAPI writes it: without catch-alls (`{*name}`), and with plain names for nested fields (`{file.id}`).
fn plain(path: &str) -> String {
    path.replace("{*", "{").replace("{file.id}", "{fileId}")
}

fn add(paths: &mut Map<String, Value>, path: &str, verb: &str, operation: Value) {
    let item = paths.entry(path).or_insert_with(|| json!({}));
    item[verb.to_ascii_lowercase()] = operation;
}

fn of_endpoint(
    endpoint: &Endpoint,
    api: &Api,
    prefix: &str,
    schemas: &mut SchemaGenerator,
    envelope: &Value,
) -> Value {
    let request = (endpoint.request)(schemas);
    let reply = (endpoint.reply)(schemas);
    let mut parameters = path_parameters(endpoint.path);
    if matches!(endpoint.asks, Asks::Right(_)) {
        parameters.push(json!({
            "name": "wix-site-id", "in": "header", "required": false, "schema": { "type": "string" },
            "description": "The site that the call is about; needed when the caller has several.",
        }));
    }
    let any = ANY.into_iter().filter(|code| endpoint.asks != Asks::Nobody || !CALLERS.contains(code));
    let codes: Vec<Code> = endpoint.errors.iter().copied().chain(any).collect();
    let mut operation = json!({
        "operationId": operation_id(endpoint, api, prefix),
        "summary": endpoint.summary,
        "tags": [api.tag],
        "description": description(endpoint),
        "security": if endpoint.asks == Asks::Nobody { json!([]) } else { json!([{ "apiKey": [] }]) },
        "responses": responses(&[(200, "Done.")], &codes, Some(json!({ "application/json": { "schema": reply } })), envelope),
    });
    if endpoint.verb == axum::http::Method::GET {
        parameters.extend(query_parameters(request.as_value(), schemas, "", endpoint.path));
    } else {
        operation["requestBody"] =
            json!({ "required": false, "content": { "application/json": { "schema": request } } });
    }
    operation["parameters"] = Value::Array(parameters);
    operation
}

fn description(endpoint: &Endpoint) -> String {
    let name = endpoint.name;
    match endpoint.asks {
        Asks::Nobody => format!("`{name}`; asks for no caller."),
        Asks::User => format!("`{name}`; for a user who is signed in."),
        Asks::Right(method) => format!(
            "`{name}`, permission `{}`; any of the scopes {}, or the role {} or a higher one.",
            method.permission(),
            method.scopes().join(", "),
            method.role().name()
        ),
    }
}

fn operation_id(endpoint: &Endpoint, api: &Api, prefix: &str) -> String {
    // Two APIs have methods of the same names.
    let mut id = match api.tag {
        "Communication Channels" => format!("channels_{}", endpoint.name),
        _ => endpoint.name.to_owned(),
    };
    let canonical = prefix == api.prefixes[0];
    let tail = format!(
        "{}{}",
        if canonical { "" } else { prefix },
        if older(endpoint) { endpoint.path } else { "" }
    );
    for word in tail.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        id.push('_');
        id.push_str(word);
    }
    id
}

/// Whether the path is one of the older ones, which take their id from the path.
fn older(endpoint: &Endpoint) -> bool {
    endpoint.path.contains("{file")
}

fn path_parameters(path: &str) -> Vec<Value> {
    let path = plain(path);
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect()
}

/// The fields of a request as query parameters, nested ones with dots (CONTRACT 0.6).
fn query_parameters(schema: &Value, schemas: &SchemaGenerator, prefix: &str, path: &str) -> Vec<Value> {
    let schema = resolved(schema, schemas);
    let Some(fields) = schema["properties"].as_object() else { return Vec::new() };
    let mut parameters = Vec::new();
    for (name, field) in fields {
        let inner = resolved(unwrapped(field), schemas);
        let name = format!("{prefix}{name}");
        if path.contains(&format!("{{{name}}}")) {
            continue;
        }
        if inner["properties"].is_object() {
            parameters.extend(query_parameters(&inner, schemas, &format!("{name}."), path));
        } else {
            let mut shown = field.clone();
            let description = shown.as_object_mut().and_then(|shown| shown.remove("description"));
            parameters.push(json!({
                "name": name, "in": "query", "required": false, "schema": shown,
                "description": description.unwrap_or_default(),
            }));
        }
    }
    parameters
}

/// The schema behind `anyOf: [it, null]`, which is how an optional struct is written.
fn unwrapped(schema: &Value) -> &Value {
    schema["anyOf"].as_array().and_then(|options| options.first()).unwrap_or(schema)
}

fn resolved(schema: &Value, schemas: &SchemaGenerator) -> Value {
    let name = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    name.and_then(|name| schemas.definitions().get(name)).unwrap_or(schema).clone()
}

fn of_route(route: &Route, verb: &str, envelope: &Value) -> Value {
    let mut parameters = path_parameters(route.path);
    parameters.extend(route.query.iter().map(|(name, required)| {
        json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" } })
    }));
    let mut operation = json!({
        "operationId": if route.verbs.len() == 1 { route.name.to_owned() } else { format!("{}_{}", route.name, verb.to_ascii_lowercase()) },
        "summary": route.summary,
        "tags": ["Bytes"],
        "parameters": parameters,
        "responses": responses(route.replies, route.errors, None, envelope),
    });
    if route.needs_key {
        operation["security"] = json!([{ "apiKey": [] }]);
    }
    if route.takes_bytes && verb != "OPTIONS" {
        let content = json!({ "*/*": { "schema": { "type": "string", "format": "binary" } } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

fn responses(good: &[(u16, &str)], codes: &[Code], content: Option<Value>, envelope: &Value) -> Value {
    let mut responses = Map::new();
    for (status, meaning) in good {
        let mut response = json!({ "description": meaning });
        if let Some(content) = &content {
            response["content"] = content.clone();
        }
        responses.insert(status.to_string(), response);
    }
    for code in codes {
        let status = status_of(code.class()).as_u16().to_string();
        let line = format!("`{}`: {}", code.name(), code.meaning());
        match responses.get_mut(&status) {
            Some(response) if response["content"] == *envelope => {
                let described = response["description"].as_str().unwrap_or_default().to_owned();
                response["description"] = format!("{described}\n\n{line}").into();
            }
            _ => drop(responses.insert(status, json!({ "description": line, "content": envelope }))),
        }
    }
    Value::Object(responses)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Every `$ref` in a document.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_route_field_and_error_is_in_it() {
        let routes = Routes::all();
        let document = document(&routes, "http://localhost");
        let paths = document["paths"].as_object().expect("there are paths");
        let mut mounted = 0;
        for (api, prefix) in mounts(&routes) {
            for endpoint in &api.endpoints {
                let verb = endpoint.verb.as_str().to_ascii_lowercase();
                let operation = &paths[&plain(&format!("{prefix}{}", endpoint.path))][&verb];
                assert!(operation["responses"]["200"]["content"].is_object(), "{}", endpoint.name);
                for code in endpoint.errors {
                    let status = status_of(code.class()).as_u16().to_string();
                    let described =
                        operation["responses"][&status]["description"].as_str().unwrap_or_default();
                    assert!(
                        described.contains(&format!("`{}`", code.name())),
                        "{} {}",
                        endpoint.name,
                        code.name()
                    );
                }
                mounted += 1;
            }
        }
        for route in routes.other.iter().chain(&routes.content) {
            for verb in route.verbs {
                assert!(
                    paths[&plain(route.path)][verb.as_str().to_ascii_lowercase()].is_object(),
                    "{}",
                    route.path
                );
                mounted += 1;
            }
        }
        let described: usize = paths.values().filter_map(Value::as_object).map(Map::len).sum();
        assert_eq!(described, mounted, "nothing is described that isn't mounted");

        let text = document.to_string();
        for code in Code::ALL {
            assert!(text.contains(&format!("`{}`", code.name())), "{} is in no reply", code.name());
        }
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 50);
        for reference in found {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        let operations = paths.values().filter_map(Value::as_object).flat_map(Map::values);
        let mut ids = HashSet::new();
        for id in operations.filter_map(|operation| operation["operationId"].as_str()) {
            assert!(ids.insert(id), "{id} is there twice");
        }
    }
}
