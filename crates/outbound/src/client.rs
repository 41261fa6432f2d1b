//! One request to one URL, over a connection to an address that was checked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_LENGTH, HeaderMap};
use reqwest::{Method, StatusCode};
use url::{Host, Url};

use crate::address::Rules;
use crate::error::{Error, NoneAdmitted};

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a name to be resolved and a connection to be made.
    pub connect: Duration,
    /// For the next byte.
    pub idle: Duration,
}

/// The client. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    rules: Arc<Rules>,
}

impl Client {
    /// A client that connects where `rules` admit it. Fails when the system's certificates can't be used.
    pub fn new(rules: Rules, timeouts: Timeouts) -> Result<Client, Error> {
        let rules = Arc::new(rules);
        let http = reqwest::Client::builder()
            .user_agent(concat!("media-manager/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(Admitted(rules.clone())))
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.idle)
            .pool_idle_timeout(Duration::from_secs(30))
            .build();
        let http = http.map_err(|error| Error::Url(format!("no HTTP client can be made: {error}")))?;
        Ok(Client { http, rules })
    }

    /// Sends one request; redirects are answers like others. `url` is checked before anything else.
    pub async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response, Error> {
        let host = self.check(url)?;
        let mut request = self.http.request(method, url.clone()).headers(headers);
        if !body.is_empty() {
            request = request.body(body);
        }
        match request.send().await {
            Ok(inner) => Ok(Response { inner, host }),
            Err(error) => Err(Error::of(&error, &host)),
        }
    }

    /// The host of a URL that may be asked. Names are resolved and checked when the connection is made; an address that
    /// is spelled out, in whatever way, never comes by the resolver, so it is checked here.
    fn check(&self, url: &Url) -> Result<String, Error> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Url("only http and https URLs can be fetched".to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Url(
                "the URL has credentials in front of its host; send them as a header".to_owned(),
            ));
        }
        let host = url.host().ok_or_else(|| Error::Url("the URL has no host".to_owned()))?;
        let literal = match host {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        };
        let host = host.to_string();
        if literal.is_some_and(|address| !self.rules.admit_ip(address)) {
            return Err(Error::Refused { host });
        }
        Ok(host)
    }
}

/// Resolves names, and gives out only what may be connected to: between the check and the connection nothing is asked
/// again.
struct Admitted(Arc<Rules>);

impl Resolve for Admitted {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<SocketAddr> = found.filter(|address| rules.admit(*address)).collect();
            if admitted.is_empty() {
                return Err(NoneAdmitted.into());
            }
            Ok(Box::new(admitted.into_iter()) as Addrs)
        })
    }
}

/// The head of an answer, and its body as it comes.
#[derive(Debug)]
pub struct Response {
    inner: reqwest::Response,
    host: String,
}

impl Response {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.inner.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// A header, if it is there and a text.
    pub fn header(&self, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// What `Content-Length` says, also where there is no body.
    pub fn content_length(&self) -> Option<u64> {
        self.header(CONTENT_LENGTH)?.parse().ok()
    }

    /// Where it came from, after redirects.
    pub fn url(&self) -> &Url {
        self.inner.url()
    }

    /// The next bytes as they were sent, `None` at the end. A body shorter than it was announced is [`Error::Broken`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.inner.chunk().await.map_err(|error| Error::of(&error, &self.host))
    }
}
