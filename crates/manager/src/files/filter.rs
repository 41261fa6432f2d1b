//! What lists and queries may filter and sort by.

use catalog::find::SortBy;
use contract::enums::{MediaType, State};
use contract::errors::{Code, FieldViolation};
use contract::files::Sorting;
use contract::formats::Kind;
use contract::validate::unsupported;
use serde_json::Value;

/// What can't be filtered or sorted by.
pub(super) type Wrong = Box<FieldViolation>;

/// A filter, read and checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) kinds: Vec<Kind>,
    pub(super) private: Option<bool>,
    pub(super) state: Option<State>,
}

const FIELDS: [&str; 3] = ["displayName", "updatedDate", "sizeInBytes"];
const ORDERS: [&str; 2] = ["ASC", "DESC"];

/// What to sort by, and whether the largest comes first. `field` is where the request says so.
pub(super) fn sorting(
    field: &str,
    sort: Option<&Sorting>,
    otherwise: (SortBy, bool),
) -> Result<(SortBy, bool), Wrong> {
    let Some(sort) = sort else { return Ok(otherwise) };
    let wrong = |name: &str, value: &str, allowed: &[&str]| {
        Box::new(unsupported(Code::UnsupportedSortValue, format!("{field}.{name}"), value, allowed))
    };
    let by = match sort.field_name.as_deref() {
        None | Some("") => otherwise.0,
        Some("displayName") => SortBy::Name,
        Some("updatedDate") => SortBy::Updated,
        Some("sizeInBytes") => SortBy::Size,
        Some(other) => return Err(wrong("fieldName", other, &FIELDS)),
    };
    let descending = match sort.order.as_deref() {
        // An order that isn't given is ascending as soon as a field is (CONTRACT 1.3 (17)).
        None | Some("") => sort.field_name.is_none() && otherwise.1,
        Some("ASC") => false,
        Some("DESC") => true,
        Some(other) => return Err(wrong("order", other, &ORDERS)),
    };
    Ok((by, descending))
}

/// The kinds that a list of media types names.
pub(super) fn kinds(field: &str, types: &[String]) -> Result<Vec<Kind>, Wrong> {
    types.iter().map(|name| kind(field, name)).collect()
}

fn kind(field: &str, name: &str) -> Result<Kind, Wrong> {
    let found = Kind::ALL
        .into_iter()
        .find(|kind| kind.media_type() != MediaType::Other && kind.media_type().name() == name);
    found.ok_or_else(|| {
        let allowed = MediaType::FILTERABLE.map(MediaType::name);
        Box::new(unsupported(Code::UnsupportedMediaType, field, name, &allowed))
    })
}

/// Reads a query's filter (CONTRACT 1.3 (17)). `$and` joins filters, as the published query builder writes it.
pub(super) fn read(filter: Option<&Value>) -> Result<Filter, Wrong> {
    let mut read = Filter::default();
    match filter {
        None | Some(Value::Null) => {}
        Some(filter) => add(&mut read, filter, 0)?,
    }
    Ok(read)
}

fn wrong(field: &str, value: &Value, allowed: &[&str]) -> Wrong {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Box::new(unsupported(Code::UnsupportedFilterValue, format!("query.filter{field}"), &text, allowed))
}

fn add(read: &mut Filter, filter: &Value, depth: usize) -> Result<(), Wrong> {
    const NAMES: [&str; 4] = ["private", "mediaType", "state", "$and"];
    let Some(fields) = filter.as_object() else { return Err(wrong("", filter, &["an object"])) };
    for (name, condition) in fields {
        let at = format!(".{name}");
        match name.as_str() {
            "$and" => {
                let list = condition.as_array().filter(|_| depth < 4);
                for filter in list.ok_or_else(|| wrong(&at, condition, &["a list of filters"]))? {
                    add(read, filter, depth + 1)?;
                }
            }
            "private" => {
                let value = equal(&at, condition)?;
                read.private = Some(value.as_bool().ok_or_else(|| wrong(&at, value, &["true", "false"]))?);
            }
            "state" => {
                let value = equal(&at, condition)?;
                read.state = Some(match value.as_str() {
                    Some("OK") => State::Ok,
                    Some("DELETED") => State::Deleted,
                    _ => return Err(wrong(&at, value, &["OK", "DELETED"])),
                });
            }
            "mediaType" => {
                let asked = media_types(&at, condition)?;
                // Two conditions must both hold.
                read.kinds = if read.kinds.is_empty() {
                    asked
                } else {
                    read.kinds.iter().copied().filter(|kind| asked.contains(kind)).collect()
                };
            }
            other => return Err(wrong("", &Value::from(other), &NAMES)),
        }
    }
    Ok(())
}

/// The value of a condition that can only be equality.
fn equal<'a>(at: &str, condition: &'a Value) -> Result<&'a Value, Wrong> {
    match condition.as_object() {
        None => Ok(condition),
        Some(operators) => match operators.iter().next() {
            Some((operator, value)) if operator == "$eq" && operators.len() == 1 => Ok(value),
            _ => Err(wrong(at, condition, &["$eq"])),
        },
    }
}

fn media_types(at: &str, condition: &Value) -> Result<Vec<Kind>, Wrong> {
    let list = match condition
        .as_object()
        .and_then(|operators| operators.get("$in").filter(|_| operators.len() == 1))
    {
        Some(Value::Array(list)) if !list.is_empty() => list.as_slice(),
        Some(other) => return Err(wrong(at, other, &["a list of media types"])),
        None if condition.as_object().is_some_and(|operators| !operators.contains_key("$eq")) => {
            return Err(wrong(at, condition, &["$eq", "$in"]));
        }
        None => std::slice::from_ref(equal(at, condition)?),
    };
    let field = format!("query.filter{at}");
    list.iter()
        .map(|name| match name.as_str() {
            Some(name) => kind(&field, name),
            None => Err(wrong(at, name, &MediaType::FILTERABLE.map(MediaType::name))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filters_are_read_in_every_form_the_clients_write() {
        let images = Filter { kinds: vec![Kind::Image], ..Filter::default() };
        for filter in [
            json!({ "mediaType": "IMAGE" }),
            json!({ "mediaType": { "$eq": "IMAGE" } }),
            json!({ "mediaType": { "$in": ["IMAGE"] } }),
            json!({ "$and": [{ "mediaType": "IMAGE" }, { "mediaType": { "$in": ["IMAGE", "VIDEO"] } }] }),
        ] {
            assert_eq!(read(Some(&filter)), Ok(images.clone()), "{filter}");
        }
        let both = json!({ "private": { "$eq": true }, "state": "DELETED" });
        let expected = Filter { private: Some(true), state: Some(State::Deleted), kinds: vec![] };
        assert_eq!(read(Some(&both)), Ok(expected));
        assert_eq!(read(None), Ok(Filter::default()));
    }

    #[test]
    fn what_cannot_be_filtered_by_is_named() {
        for (filter, code) in [
            (json!({ "displayName": "a" }), "UNSUPPORTED_FILTER_VALUE"),
            (json!({ "private": "x" }), "UNSUPPORTED_FILTER_VALUE"),
            (json!({ "private": { "$ne": true } }), "UNSUPPORTED_FILTER_VALUE"),
            (json!({ "state": "GONE" }), "UNSUPPORTED_FILTER_VALUE"),
            (json!({ "mediaType": { "$in": [] } }), "UNSUPPORTED_FILTER_VALUE"),
            (json!({ "mediaType": { "$gt": "IMAGE" } }), "UNSUPPORTED_FILTER_VALUE"),
            (json!({ "mediaType": "OTHER" }), "UNSUPPORTED_MEDIA_TYPE"),
            (json!({ "mediaType": { "$in": ["IMAGE", "FOO"] } }), "UNSUPPORTED_MEDIA_TYPE"),
            (json!([]), "UNSUPPORTED_FILTER_VALUE"),
        ] {
            assert_eq!(read(Some(&filter)).expect_err("refused").rule_name, code, "{filter}");
        }
    }
}
