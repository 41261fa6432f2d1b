//! Why a request to the outside failed.

/// Why a request to the outside failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL can't be asked at all; the text says why.
    #[error("{0}")]
    Url(String),
    /// It leads to an address that is not to be connected to.
    #[error("the address of {host} is not one that this server connects to")]
    Refused {
        /// Host of the URL.
        host: String,
    },
    /// Too many redirects.
    #[error("the source redirects more than {} times", crate::MOST_REDIRECTS)]
    TooManyRedirects,
    /// No connection: the name is not known, nobody answers, or the certificate is not trusted.
    #[error("no connection to {host}: {reason}")]
    Unreachable {
        /// Host of the URL.
        host: String,
        /// What lies behind it.
        reason: String,
    },
    /// Nothing came for too long.
    #[error("{host} takes too long to answer")]
    TimedOut {
        /// Host of the URL.
        host: String,
    },
    /// The connection broke, or what came over it was not HTTP.
    #[error("the connection to {host} broke off: {reason}")]
    Broken {
        /// Host of the URL.
        host: String,
        /// What lies behind it.
        reason: String,
    },
}

/// The answer of the resolver when every address of a name is refused.
#[derive(Debug, thiserror::Error)]
#[error("no address of this name may be connected to")]
pub(crate) struct NoneAdmitted;

impl Error {
    /// From an error of the client, about `host`.
    pub(crate) fn of(error: &reqwest::Error, host: &str) -> Error {
        let host = host.to_owned();
        let causes = || {
            std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source())
        };
        if causes().any(|cause| cause.is::<NoneAdmitted>()) {
            return Error::Refused { host };
        }
        if error.is_timeout() {
            return Error::TimedOut { host };
        }
        // The innermost cause is the one that tells something; those around it repeat the URL.
        let reason = causes().last().map(ToString::to_string).unwrap_or_default();
        if error.is_connect() { Error::Unreachable { host, reason } } else { Error::Broken { host, reason } }
    }
}
