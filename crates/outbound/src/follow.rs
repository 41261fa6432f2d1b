//! Redirects: each hop is a URL like the first one, and another origin learns nothing of what was meant for the first.

use bytes::Bytes;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, StatusCode};
use url::Url;

use crate::client::{Client, Response};
use crate::error::Error;

/// Redirects that are followed.
pub const MOST_REDIRECTS: usize = 5;

/// What to fetch.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// `GET` or `HEAD`.
    pub method: Method,
    /// From where.
    pub url: Url,
    /// Headers for the origin of `url` alone.
    pub own: HeaderMap,
    /// Headers for every hop.
    pub any: HeaderMap,
}

impl Client {
    /// Fetches, following redirects.
    pub async fn fetch(&self, fetch: &Fetch) -> Result<Response, Error> {
        let mut url = fetch.url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let mut headers = fetch.any.clone();
            if url.origin() == fetch.url.origin() {
                headers.extend(fetch.own.clone());
            }
            let response = self.send(fetch.method.clone(), &url, headers, Bytes::new()).await?;
            match next(&response)? {
                Some(target) => url = target,
                None => return Ok(response),
            }
        }
        Err(Error::TooManyRedirects)
    }
}

/// Where a redirect leads.
fn next(response: &Response) -> Result<Option<Url>, Error> {
    let redirects = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    if !redirects {
        return Ok(None);
    }
    let target = response.header(LOCATION).and_then(|target| response.url().join(target).ok());
    target.map(Some).ok_or_else(|| Error::Url("the source redirects to something that is no URL".to_owned()))
}
