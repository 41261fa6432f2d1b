//! From where a file is fetched, and what is sent along.

use std::fmt;

use contract::errors::Code;
use outbound::header::{HeaderMap, HeaderName, HeaderValue};
use outbound::{Fetch, Method, Url};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Result, internal, invalid};

/// Headers that a caller may send along, and bytes in all of their names and values.
const MOST_HEADERS: usize = 50;
const MOST_HEADER_BYTES: usize = 8 * 1024;
/// Parameters that a caller may add, and bytes of the URL with them.
const MOST_PARAMS: usize = 100;
const MOST_URL_BYTES: usize = 16 * 1024;

/// Headers that say how the fetch itself works, which is ours to say.
const OURS: [&str; 14] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-range",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// From where, and with what. Parameters and headers may be secrets: nothing here is ever printed but the host.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Source {
    url: Url,
    params: Vec<(String, String)>,
    headers: Vec<(String, String)>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("host", &self.host()).finish_non_exhaustive()
    }
}

impl Source {
    /// Reads what a caller gave.
    pub(super) fn read(
        url: &str,
        params: Option<&Map<String, Value>>,
        headers: Option<&Map<String, Value>>,
    ) -> Result<Source> {
        let wrong = |field: &str, text: &str| invalid(Code::InvalidValue, field, text);
        let url = Url::parse(url).map_err(|error| wrong("url", &format!("`url` is no URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(wrong("url", "`url` must be an http or https URL"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "url",
                "`url` has credentials in front of its host; send them in `urlHeaders`",
            ));
        }
        let params = pairs("urlParams", params, MOST_PARAMS)?;
        let headers = pairs("urlHeaders", headers, MOST_HEADERS)?;
        if headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MOST_HEADER_BYTES {
            let text = format!("`urlHeaders` may have at most {MOST_HEADER_BYTES} bytes");
            return Err(wrong("urlHeaders", &text));
        }
        for (name, value) in &headers {
            if OURS.contains(&name.to_ascii_lowercase().as_str()) {
                let text = format!("`{name}` is set by the fetch itself and can't be sent along");
                return Err(wrong("urlHeaders", &text));
            }
            if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
                return Err(wrong("urlHeaders", "`urlHeaders` has a name or value that no header can have"));
            }
        }
        let source = Source { url, params, headers };
        if source.whole_url().as_str().len() > MOST_URL_BYTES {
            let text = format!("`url` and `urlParams` together may have at most {MOST_URL_BYTES} bytes");
            return Err(wrong("urlParams", &text));
        }
        Ok(source)
    }

    /// The host, the one part that may be named in a log.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// What the last part of the path calls the file.
    pub(super) fn file_name(&self) -> Option<String> {
        file_name(&self.url)
    }

    fn whole_url(&self) -> Url {
        let mut url = self.url.clone();
        if !self.params.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.params);
        }
        url
    }

    /// The request; `any` are headers of ours.
    pub(super) fn fetch(&self, method: Method, any: HeaderMap) -> Result<Fetch> {
        let mut own = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name).map_err(internal)?;
            own.append(name, HeaderValue::try_from(value).map_err(internal)?);
        }
        Ok(Fetch { method, url: self.whole_url(), own, any })
    }
}

/// What the last part of a URL's path calls the file.
pub(super) fn file_name(url: &Url) -> Option<String> {
    let last = url.path_segments()?.next_back()?;
    let decoded = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    crate::names::made_to_fit(&decoded)
}

/// The pairs of an object whose values are texts, numbers, flags, or lists of them.
fn pairs(field: &str, object: Option<&Map<String, Value>>, most: usize) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for (name, value) in object.into_iter().flatten() {
        let values = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in values {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                _ => {
                    let text = format!("`{field}.{name}` must be a text");
                    return Err(invalid(Code::InvalidValue, field, text));
                }
            };
            pairs.push((name.clone(), text));
        }
    }
    if pairs.len() > most {
        return Err(invalid(Code::InvalidValue, field, format!("`{field}` may have at most {most} entries")));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).expect("an object")
    }

    #[test]
    fn parameters_join_those_of_the_url_and_headers_are_the_callers_own() {
        let params = object(r#"{ "token": "a&b", "page": 2, "tag": ["x", "y"] }"#);
        let headers = object(r#"{ "X-Key": "k" }"#);
        let source =
            Source::read("https://a.example/p/a%20b.jpg?v=1", Some(&params), Some(&headers)).expect("good");
        let fetch = source.fetch(Method::GET, HeaderMap::new()).expect("a fetch");
        assert_eq!(fetch.url.as_str(), "https://a.example/p/a%20b.jpg?v=1&token=a%26b&page=2&tag=x&tag=y");
        assert_eq!(fetch.own["x-key"], "k");
        assert_eq!(source.file_name().as_deref(), Some("a b.jpg"));
        assert_eq!(format!("{source:?}"), r#"Source { host: "a.example", .. }"#);
    }

    #[test]
    fn what_could_turn_the_fetch_into_another_one_is_refused() {
        for url in ["ftp://a.example/", "file:///etc/passwd", "https://u:p@a.example/", "http://", "nonsense"]
        {
            assert!(Source::read(url, None, None).is_err(), "{url}");
        }
        for headers in [
            r#"{ "Host": "b" }"#,
            r#"{ "range": "bytes=0-" }"#,
            r#"{ "a": "b\r\nc: d" }"#,
            r#"{ "a b": "c" }"#,
            r#"{ "a": { "b": "c" } }"#,
            r#"{ "a": null }"#,
        ] {
            assert!(Source::read("https://a.example/", None, Some(&object(headers))).is_err(), "{headers}");
        }
    }
}
