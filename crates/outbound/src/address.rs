//! Which addresses may be connected to: global ones, and those that the operator allows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Addresses that share their leading bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// The network of `address` with `bits` leading bits; more bits than the address has are as many as it has.
    pub fn new(address: IpAddr, bits: u8) -> Network {
        Network { address, bits }
    }

    /// Whether an address is of this network.
    pub fn contains(&self, other: IpAddr) -> bool {
        match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => same_start(own.octets(), other.octets(), self.bits),
            (IpAddr::V6(own), IpAddr::V6(other)) => same_start(own.octets(), other.octets(), self.bits),
            _ => false,
        }
    }
}

fn same_start<const N: usize>(a: [u8; N], b: [u8; N], bits: u8) -> bool {
    let (whole, rest) = (usize::from(bits / 8).min(N), bits % 8);
    let partial = match (a.get(whole), b.get(whole)) {
        (Some(a), Some(b)) if rest > 0 => (a ^ b) >> (8 - rest) == 0,
        _ => true,
    };
    a[..whole] == b[..whole] && partial
}

/// The decision whether an address may be connected to.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    allowed: Vec<Network>,
}

impl Rules {
    /// Global addresses, and these networks.
    pub fn new(allowed: Vec<Network>) -> Rules {
        Rules { allowed }
    }

    /// Whether `address` may be connected to. One with a zone is local, whatever else it says.
    pub fn admit(&self, address: SocketAddr) -> bool {
        let zoned = matches!(address, SocketAddr::V6(v6) if v6.scope_id() != 0);
        !zoned && self.admit_ip(address.ip())
    }

    pub(crate) fn admit_ip(&self, address: IpAddr) -> bool {
        let address = unwrapped(address);
        let listed = self.allowed.iter().any(|network| network.contains(address));
        listed || is_global(address)
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, 6to4 or translated (NAT64). Others stay.
fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let o = v6.octets();
    let tail = || IpAddr::V4(Ipv4Addr::new(o[12], o[13], o[14], o[15]));
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => tail(),
        // `::` and `::1` are themselves; the rest of `::/96` are IPv4 addresses in an old spelling.
        [0, 0, 0, 0, 0, 0, high, low] if (high, low) != (0, 0) && (high, low) != (0, 1) => tail(),
        [0x2002, ..] => IpAddr::V4(Ipv4Addr::new(o[2], o[3], o[4], o[5])),
        _ => address,
    }
}

/// IPv4 networks that are not global, by the special-purpose registry of the IANA (RFC 6890 and its updates).
const LOCAL_V4: [(Ipv4Addr, u8); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    (Ipv4Addr::new(255, 255, 255, 255), 32),
];

/// Of the one global range of IPv6, `2000::/3`, the networks that are set apart.
const LOCAL_V6: [(Ipv6Addr, u8); 4] = [
    // Protocol assignments, Teredo and ORCHID among them.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            !LOCAL_V4.iter().any(|(network, bits)| same_start(network.octets(), v4.octets(), *bits))
        }
        IpAddr::V6(v6) => {
            let apart =
                LOCAL_V6.iter().any(|(network, bits)| same_start(network.octets(), v6.octets(), *bits));
            v6.octets()[0] >> 5 == 1 && !apart
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(rules: &Rules, address: &str) -> bool {
        rules.admit_ip(address.parse().expect("an address"))
    }

    #[test]
    fn only_global_addresses_are_admitted_however_they_are_wrapped() {
        let rules = Rules::default();
        for global in
            ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]
        {
            assert!(admitted(&rules, global), "{global}");
        }
        // 64:ff9b::/96 is how a network without IPv4 reaches it.
        assert!(admitted(&rules, "64:ff9b::101:101"));
        for local in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.19.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:a9fe:a9fe",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "100::1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!admitted(&rules, local), "{local}");
        }
    }

    #[test]
    fn a_network_that_is_allowed_is_admitted_in_every_spelling_and_no_more_of_it() {
        let rules = Rules::new(vec![
            Network::new("127.0.0.2".parse().expect("an address"), 31),
            Network::new("fd00::".parse().expect("an address"), 8),
        ]);
        for allowed in ["127.0.0.2", "127.0.0.3", "::ffff:127.0.0.2", "2002:7f00:2::", "fd00::1", "fdff::1"] {
            assert!(admitted(&rules, allowed), "{allowed}");
        }
        for other in ["127.0.0.1", "127.0.0.4", "fc00::1", "::1"] {
            assert!(!admitted(&rules, other), "{other}");
        }
        let zoned: SocketAddr = "[fd00::1%3]:80".parse().expect("an address with a zone");
        assert!(!rules.admit(zoned));
    }
}
