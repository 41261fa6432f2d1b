//! What lists and queries may filter and sort by.

use catalog::find::SortBy;
use catalog::folders::Root;
use contract::enums::{MediaType, RootFolder, State};
use contract::errors::{Code, FieldViolation};
use contract::files::Sorting;
use contract::formats::Kind;
use contract::validate::unsupported;
use serde_json::Value;

use super::NEWEST_FIRST;

/// What can't be filtered or sorted by.
pub(crate) type Wrong = Box<FieldViolation>;

/// By which fields something can be filtered and sorted.
pub(crate) struct Fields {
    filters: &'static [&'static str],
    sorts: &'static [(&'static str, SortBy)],
}

/// Those of files (CONTRACT 1.3 (17)).
pub(crate) const FILES: Fields = Fields {
    filters: &["private", "mediaType", "state", "$and"],
    sorts: &[("displayName", SortBy::Name), ("updatedDate", SortBy::Updated), ("sizeInBytes", SortBy::Size)],
};

/// Those of folders (CONTRACT 2).
pub(crate) const FOLDERS: Fields = Fields {
    filters: &["state", "$and"],
    sorts: &[("displayName", SortBy::Name), ("updatedDate", SortBy::Updated)],
};

/// A filter, read and checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) private: Option<bool>,
    pub(crate) state: Option<State>,
    /// Whether its conditions exclude each other, so that nothing fits it.
    pub(crate) fits_nothing: bool,
}

impl Filter {
    /// The trees that a query looks through: those of live things, or the trash when it asks for deleted ones.
    pub(crate) fn trees(&self) -> Vec<Root> {
        match self.state {
            _ if self.fits_nothing => Vec::new(),
            Some(State::Deleted) => vec![Root::Trash],
            _ => vec![Root::Media, Root::Visitor],
        }
    }
}

const ORDERS: [&str; 2] = ["ASC", "DESC"];

/// What to sort by, and whether the largest comes first. `field` is where the request says so.
pub(crate) fn sorting(field: &str, sort: Option<&Sorting>, fields: &Fields) -> Result<(SortBy, bool), Wrong> {
    let Some(sort) = sort else { return Ok(NEWEST_FIRST) };
    let wrong = |name: &str, value: &str, allowed: &[&str]| {
        Box::new(unsupported(Code::UnsupportedSortValue, format!("{field}.{name}"), value, allowed))
    };
    let by = match sort.field_name.as_deref() {
        None | Some("") => NEWEST_FIRST.0,
        Some(asked) => match fields.sorts.iter().find(|(name, _)| *name == asked) {
            Some((_, by)) => *by,
            None => {
                let names: Vec<&str> = fields.sorts.iter().map(|(name, _)| *name).collect();
                return Err(wrong("fieldName", asked, &names));
            }
        },
    };
    let descending = match sort.order.as_deref() {
        // An order that isn't given is ascending as soon as a field is (CONTRACT 1.3 (17)).
        None | Some("") => sort.field_name.is_none() && NEWEST_FIRST.1,
        Some("ASC") => false,
        Some("DESC") => true,
        Some(other) => return Err(wrong("order", other, &ORDERS)),
    };
    Ok((by, descending))
}

/// The tree that a search looks through.
pub(crate) fn tree(root: Option<RootFolder>) -> Root {
    match root.unwrap_or_default() {
        RootFolder::MediaRoot => Root::Media,
        RootFolder::TrashRoot => Root::Trash,
        RootFolder::VisitorUploadsRoot => Root::Visitor,
    }
}

/// The kinds that a list of media types names.
pub(crate) fn kinds(field: &str, types: &[String]) -> Result<Vec<Kind>, Wrong> {
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
pub(crate) fn read(filter: Option<&Value>, fields: &Fields) -> Result<Filter, Wrong> {
    let mut read = Filter::default();
    match filter {
        None | Some(Value::Null) => {}
        Some(filter) => add(&mut read, filter, fields, 0)?,
    }
    Ok(read)
}

fn wrong(field: &str, value: &Value, allowed: &[&str]) -> Wrong {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Box::new(unsupported(Code::UnsupportedFilterValue, format!("query.filter{field}"), &text, allowed))
}

fn add(read: &mut Filter, filter: &Value, allowed: &Fields, depth: usize) -> Result<(), Wrong> {
    let Some(fields) = filter.as_object() else { return Err(wrong("", filter, &["an object"])) };
    for (name, condition) in fields {
        let at = format!(".{name}");
        if !allowed.filters.contains(&name.as_str()) {
            return Err(wrong("", &Value::from(name.as_str()), allowed.filters));
        }
        match name.as_str() {
            "$and" => {
                let list = condition.as_array().filter(|_| depth < 4);
                for filter in list.ok_or_else(|| wrong(&at, condition, &["a list of filters"]))? {
                    add(read, filter, allowed, depth + 1)?;
                }
            }
            "private" => {
                let value = equal(&at, condition)?;
                let private = value.as_bool().ok_or_else(|| wrong(&at, value, &["true", "false"]))?;
                read.fits_nothing |= read.private.replace(private).is_some_and(|before| before != private);
            }
            "state" => {
                let value = equal(&at, condition)?;
                let state = match value.as_str() {
                    Some("OK") => State::Ok,
                    Some("DELETED") => State::Deleted,
                    _ => return Err(wrong(&at, value, &["OK", "DELETED"])),
                };
                read.fits_nothing |= read.state.replace(state).is_some_and(|before| before != state);
            }
            _ => {
                let asked = media_types(&at, condition)?;
                // Two conditions must both hold.
                read.kinds = if read.kinds.is_empty() {
                    asked
                } else {
                    read.kinds.iter().copied().filter(|kind| asked.contains(kind)).collect()
                };
                read.fits_nothing |= read.kinds.is_empty();
            }
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
            assert_eq!(read(Some(&filter), &FILES), Ok(images.clone()), "{filter}");
        }
        let both = json!({ "private": { "$eq": true }, "state": "DELETED" });
        let expected = Filter { private: Some(true), state: Some(State::Deleted), ..Filter::default() };
        assert_eq!(read(Some(&both), &FILES), Ok(expected));
        assert_eq!(read(None, &FILES), Ok(Filter::default()));
    }

    #[test]
    fn conditions_that_exclude_each_other_look_nowhere() {
        for filter in [
            json!({ "$and": [{ "mediaType": "IMAGE" }, { "mediaType": "VIDEO" }] }),
            json!({ "$and": [{ "mediaType": "IMAGE" }, { "mediaType": "VIDEO" }, { "mediaType": "VIDEO" }] }),
            json!({ "private": true, "$and": [{ "private": false }] }),
            json!({ "$and": [{ "state": "OK" }, { "state": "DELETED" }] }),
        ] {
            assert_eq!(read(Some(&filter), &FILES).map(|read| read.trees()), Ok(vec![]), "{filter}");
        }
        let twice =
            json!({ "private": true, "$and": [{ "private": true }, { "state": "OK" }, { "state": "OK" }] });
        let live = vec![Root::Media, Root::Visitor];
        assert_eq!(read(Some(&twice), &FILES).map(|read| read.trees()), Ok(live));
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
            assert_eq!(read(Some(&filter), &FILES).expect_err("refused").rule_name, code, "{filter}");
        }
    }

    #[test]
    fn folders_are_filtered_by_state_and_sorted_by_name_and_date_alone() {
        let deleted = Filter { state: Some(State::Deleted), ..Filter::default() };
        assert_eq!(read(Some(&json!({ "state": "DELETED" })), &FOLDERS), Ok(deleted));
        let refused = read(Some(&json!({ "private": true })), &FOLDERS).expect_err("refused");
        assert_eq!(refused.data.expect("facts")["allowedValues"], json!(["state", "$and"]));
        let by = |name: &str| Sorting { field_name: Some(name.into()), order: None };
        assert_eq!(sorting("sort", Some(&by("displayName")), &FOLDERS), Ok((SortBy::Name, false)));
        assert!(sorting("sort", Some(&by("sizeInBytes")), &FOLDERS).is_err());
        assert!(sorting("sort", Some(&by("sizeInBytes")), &FILES).is_ok());
    }
}
