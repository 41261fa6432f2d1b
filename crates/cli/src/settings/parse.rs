//! The forms a value can have: sizes, times, counts, addresses, networks.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use manager::Rate;

/// `25MB`, `512MiB` or a plain number of bytes. The units without an i are decimal.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 9] = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
        ("KB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("B", 1),
    ];
    with_unit(text, &UNITS).ok_or_else(|| "is not a size; write 25MB, 512MiB or a number of bytes".to_owned())
}

/// `30d`, `12h`, `45m`, `10s` or `250ms`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 5] =
        [("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let wrong = || "is not a time; write 30d, 12h, 45m, 10s or 250ms".to_owned();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    with_unit(text, &UNITS).map(Duration::from_millis).ok_or_else(wrong)
}

fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let unit = units.iter().find(|(unit, _)| text.ends_with(unit));
    let (number, factor) =
        unit.map_or((text, 1), |(unit, factor)| (&text[..text.len() - unit.len()], *factor));
    number.trim().parse::<u64>().ok()?.checked_mul(factor)
}

/// A count, or `off` for none.
pub(super) fn count_or_off(text: &str) -> Result<Option<u64>, String> {
    if text == "off" { Ok(None) } else { count(text).map(Some) }
}

/// A whole number of at least one.
pub(crate) fn count(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("is not a number of at least 1".to_owned()),
    }
}

/// `on` or `off`, in the usual spellings.
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "true" | "on" | "yes" | "1" => Ok(true),
        "false" | "off" | "no" | "0" => Ok(false),
        _ => Err("is neither on nor off".to_owned()),
    }
}

/// `127.0.0.1:8080`.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "is not an address; write 127.0.0.1:8080 or [::1]:8080".to_owned())
}

/// `https://media.example.org`, without a path of its own.
pub(crate) fn origin(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.trim_end_matches('/')).unwrap_or_default();
    if host.is_empty() || host.contains(['/', '?', '#', '@', ' ', '"', '\\']) {
        return Err("is not an origin; write https://media.example.org".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// An http or https URL, taken as it is written.
pub(crate) fn url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(char::is_whitespace) => Ok(text.to_owned()),
        _ => Err("is not an http or https URL".to_owned()),
    }
}

/// `https://a.example,https://b.example`, each as a browser names the origin of its pages.
pub(crate) fn origins(text: &str) -> Result<Vec<String>, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let named = origin(part).map_err(|_| {
                format!("has `{part}`, which is not an origin; write https://app.example, or *")
            })?;
            let named = named.to_ascii_lowercase();
            let default = if named.starts_with("https:") { ":443" } else { ":80" };
            Ok(named.strip_suffix(default).unwrap_or(&named).to_owned())
        })
        .collect()
}

/// `10.0.0.0/8,fd00::/8`: networks by address and number of leading bits.
pub(crate) fn networks(text: &str) -> Result<Vec<(IpAddr, u8)>, String> {
    text.split(',').map(str::trim).filter(|network| !network.is_empty()).map(network).collect()
}

/// `off`, or calls a second and how many at once: `100:1000`.
pub(crate) fn rate(text: &str) -> Result<Option<Rate>, String> {
    if text == "off" {
        return Ok(None);
    }
    let parts =
        text.split_once(':').and_then(|(rate, burst)| Some((rate.parse().ok()?, burst.parse().ok()?)));
    match parts {
        Some((per_second, burst)) if per_second > 0 && burst > 0 => Ok(Some(Rate { per_second, burst })),
        _ => Err("is not a rate; write off, or calls a second and at once: 100:1000".to_owned()),
    }
}

fn network(text: &str) -> Result<(IpAddr, u8), String> {
    let wrong = || format!("has `{text}`, which is not a network; write 10.0.0.0/8 or fd00::/8");
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Ok(most), |bits| bits.parse::<u8>().map_err(|_| wrong()))?;
    if bits > most { Err(wrong()) } else { Ok((address, bits)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_have_units() {
        assert_eq!(size("25MB"), Ok(25_000_000));
        assert_eq!(size("1 GiB"), Ok(1 << 30));
        assert_eq!(size("17"), Ok(17));
        assert!(size("lots").is_err() && size("-1").is_err() && size("99999999999TB").is_err());
        assert_eq!(duration("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert!(duration("30").is_err() && duration("soon").is_err());
    }

    #[test]
    fn origins_are_written_as_browsers_do() {
        let read = origins("https://App.example/, http://127.0.0.1:3000,https://b.example:443");
        let browsers = ["https://app.example", "http://127.0.0.1:3000", "https://b.example"];
        assert_eq!(read, Ok(browsers.map(str::to_owned).into()));
        for wrong in ["app.example", "https://a.example/path", "https://a.example,*", "null"] {
            assert!(origins(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn networks_are_addresses_with_bits() {
        assert_eq!(networks("127.0.0.0/8, ::1").map(|list| list.len()), Ok(2));
        assert!(networks("127.0.0.0/33").is_err() && networks("localhost").is_err());
    }
}
