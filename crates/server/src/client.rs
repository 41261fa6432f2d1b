//! Where a request comes from.
//!
//! Anybody can write `X-Forwarded-For`. So it is read only while whoever has passed the request on is a proxy that the
//! operator trusts: from the right, where the nearest proxy wrote, up to the first address that is none of them.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::FORWARDED;
use axum::http::{HeaderMap, HeaderName};
use manager::Network;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client that a request comes from; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl ClientAddress {
    /// The peer, or the client for which proxies in `trusted` pass a request on.
    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> ClientAddress {
        let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
        let mut address = peer.to_canonical();
        if !is_trusted(address) {
            return ClientAddress(address);
        }
        for hop in hops(headers) {
            // What can't be read was not written by a proxy that does what it should; nothing before it counts.
            let Some(hop) = hop else { break };
            address = hop;
            if !is_trusted(address) {
                break;
            }
        }
        ClientAddress(address)
    }
}

/// The addresses that a request was passed on for, the last one first; `None`: not an address.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let standard = !headers.contains_key(&X_FORWARDED_FOR);
    let read = move |element: &str| {
        let node = if standard { forwarded_for(element) } else { Some(element) };
        node.and_then(address)
    };
    // A header that comes several times is one list.
    let lines: Vec<_> = headers.get_all(if standard { FORWARDED } else { X_FORWARDED_FOR }).iter().collect();
    lines
        .into_iter()
        .rev()
        .flat_map(move |line| line.to_str().unwrap_or_default().rsplit(',').map(read).collect::<Vec<_>>())
}

/// The node of `for=` in an element of `Forwarded` (RFC 7239, section 4).
fn forwarded_for(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    Some(node.trim_matches('"'))
}

/// An address with or without brackets and a port.
fn address(node: &str) -> Option<IpAddr> {
    let node = node.trim();
    let bare = node.strip_prefix('[').and_then(|node| node.strip_suffix(']')).unwrap_or(node);
    let parsed = bare.parse().ok().or_else(|| Some(node.parse::<SocketAddr>().ok()?.ip()));
    parsed.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn seen(peer: &str, headers: &[(HeaderName, &'static str)]) -> String {
        let trusted = [
            Network::new("10.0.0.0".parse().expect("an address"), 8),
            Network::new("fd00::".parse().expect("an address"), 8),
        ];
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_static(value));
        }
        ClientAddress::of(peer.parse().expect("an address"), &map, &trusted).0.to_string()
    }

    #[test]
    fn headers_of_a_stranger_are_ignored() {
        assert_eq!(seen("203.0.113.7", &[(X_FORWARDED_FOR, "192.0.2.1")]), "203.0.113.7");
        assert_eq!(seen("203.0.113.7", &[(FORWARDED, "for=192.0.2.1")]), "203.0.113.7");
        assert_eq!(seen("::ffff:203.0.113.7", &[]), "203.0.113.7");
    }

    #[test]
    fn the_right_most_address_that_is_no_proxy_counts() {
        let by = |value| seen("10.0.0.1", &[(X_FORWARDED_FOR, value)]);
        assert_eq!(by("192.0.2.1"), "192.0.2.1");
        assert_eq!(by("198.51.100.9, 192.0.2.1, 10.0.0.2"), "192.0.2.1");
        assert_eq!(by("fd00::5"), "fd00::5");
        assert_eq!(by("192.0.2.1:4711,fd00::5"), "192.0.2.1");
        assert_eq!(by("[2001:db8::17]:4711, ::ffff:10.1.2.3"), "2001:db8::17");
        let twice = [(X_FORWARDED_FOR, "192.0.2.1"), (X_FORWARDED_FOR, "192.0.2.2, 10.0.0.3")];
        assert_eq!(seen("::ffff:10.0.0.1", &twice), "192.0.2.2");
    }

    #[test]
    fn nothing_before_what_can_not_be_read_counts() {
        let by = |value| seen("10.0.0.1", &[(X_FORWARDED_FOR, value)]);
        assert_eq!(by("192.0.2.1, unknown"), "10.0.0.1");
        assert_eq!(by("192.0.2.1, nonsense, 10.0.0.2"), "10.0.0.2");
        assert_eq!(by(""), "10.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read_where_the_usual_one_is_missing() {
        let by = |value| seen("10.0.0.1", &[(FORWARDED, value)]);
        assert_eq!(by("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60");
        assert_eq!(by("for=192.0.2.43, For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
        assert_eq!(by("for=192.0.2.43, for=_hidden"), "10.0.0.1");
        let both = [(FORWARDED, "for=192.0.2.43"), (X_FORWARDED_FOR, "192.0.2.60")];
        assert_eq!(seen("10.0.0.1", &both), "192.0.2.60");
    }
}
