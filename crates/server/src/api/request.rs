//! From an HTTP request to a request of the contract: query, path and JSON body into one typed value, and everything
//! that is wrong with it into violations that name the field.

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use contract::errors::{Code, FieldViolation};
use contract::validate::{malformed, violations};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use validator::Validate;

use crate::error::ApiError;

/// The parts of a request that hold its parameters.
pub(crate) struct Parts<'a> {
    pub(crate) form: Form<'a>,
    /// Parameters of the path, decoded; `a.b` stands for a nested field.
    pub(crate) path: Vec<(String, String)>,
}

/// How parameters beside those of the path are written.
pub(crate) enum Form<'a> {
    /// In the query; a body is not looked at.
    Query(Option<&'a str>),
    /// As a JSON object in the body; no body is the same as `{}`.
    Json,
    /// As a form in the body.
    UrlEncoded,
}

/// Reads and checks a request.
pub(crate) async fn read<T>(parts: Parts<'_>, body: Body, longest: usize) -> Result<T, ApiError>
where
    T: DeserializeOwned + Validate,
{
    let mut fields = match parts.form {
        Form::Query(query) => from_query(query.unwrap_or_default())?,
        Form::Json => from_json(&whole(body, longest).await?)?,
        Form::UrlEncoded => {
            let bytes = whole(body, longest).await?;
            from_query(std::str::from_utf8(&bytes).map_err(|_| not_utf8())?)?
        }
    };
    for (name, value) in parts.path {
        set(&mut fields, &name, Value::String(value), Again::Replaces);
    }
    let request: T = serde_path_to_error::deserialize(Value::Object(fields)).map_err(wrong_type)?;
    let found = violations(&request);
    if found.is_empty() { Ok(request) } else { Err(ApiError::invalid(found)) }
}

fn wrong_type(error: serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let path = error.path().to_string();
    let field = if path == "." { String::new() } else { path };
    ApiError::invalid(vec![malformed(field, error.inner().to_string())])
}

async fn whole(body: Body, longest: usize) -> Result<Bytes, ApiError> {
    to_bytes(body, longest).await.map_err(|error| {
        let too_long = std::error::Error::source(&error)
            .is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        if too_long {
            ApiError::of(Code::PayloadTooLarge)
        } else {
            ApiError::invalid(vec![whole_body("the body ended early")])
        }
    })
}

fn from_json(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(ApiError::invalid(vec![whole_body("the body must be a JSON object")])),
        Err(error) => Err(ApiError::invalid(vec![whole_body(&format!("the body is not JSON: {error}"))])),
    }
}

fn whole_body(description: &str) -> FieldViolation {
    malformed("", description)
}

/// `a=1&b.c=2&d=3&d=4` to `{a: "1", b: {c: "2"}, d: ["3", "4"]}` (CONTRACT 0.6).
fn from_query(query: &str) -> Result<Map<String, Value>, ApiError> {
    let mut fields = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        set(&mut fields, &name, Value::String(value), Again::Adds);
    }
    Ok(fields)
}

fn decoded(text: &str) -> Result<String, ApiError> {
    let spaced = text.replace('+', " ");
    let text = percent_decode_str(&spaced).decode_utf8();
    Ok(text.map_err(|_| not_utf8())?.into_owned())
}

fn not_utf8() -> ApiError {
    ApiError::invalid(vec![malformed("", "the parameters are not UTF-8")])
}

/// What a second value for the same name does.
#[derive(Clone, Copy, PartialEq)]
enum Again {
    /// Makes a list.
    Adds,
    /// Takes the place of the first.
    Replaces,
}

/// No request nests deeper; what lies deeper in a name's dots is part of the name.
const DEEPEST: usize = 4;

/// Sets a possibly nested field.
fn set(fields: &mut Map<String, Value>, name: &str, value: Value, again: Again) {
    let mut level = fields;
    let mut names = name.splitn(DEEPEST, '.').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_some() {
            let nested = level.entry(name).or_insert(Value::Null);
            if !nested.is_object() {
                *nested = Value::Object(Map::new());
            }
            let Value::Object(inner) = nested else { return };
            level = inner;
            continue;
        }
        match level.get_mut(name) {
            Some(Value::Array(list)) if again == Again::Adds => return list.push(value),
            Some(first) if again == Again::Adds => *first = Value::Array(vec![first.take(), value]),
            _ => drop(level.insert(name.to_owned(), value)),
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_string_nests_by_dots_and_repeats_into_lists() {
        let query = "parentFolderId=p%20q&mediaTypes=IMAGE&mediaTypes=VIDEO&sort.fieldName=displayName&paging.limit=5&a=b+c";
        let fields = from_query(query).expect("a query");
        let expected = serde_json::json!({
            "parentFolderId": "p q",
            "mediaTypes": ["IMAGE", "VIDEO"],
            "sort": { "fieldName": "displayName" },
            "paging": { "limit": "5" },
            "a": "b c",
        });
        assert_eq!(Value::Object(fields), expected);
    }

    #[test]
    fn a_query_that_is_not_utf8_is_refused() {
        assert!(from_query("a=%ff").is_err());
    }
}
