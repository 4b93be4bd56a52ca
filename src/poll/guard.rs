//! Which addresses may be asked: nothing private, unless the operator says so.
//!
//! A feed address, a redirect and a name server are all words of strangers, and each can point into
//! our own network. So every hop is looked at twice: [`refuse_host`] before anything is sent (an
//! address that stands in the URL is never resolved, so no resolver would see it), and [`Resolver`]
//! on what a name resolves to, so that the address which was checked is the address which is dialled.
//! Ranges: the IANA special-purpose registries (RFC 6890 and after).

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// What a fetch may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses only.
    Public,
    /// Private ones too, but only at the origin of the source's own address: not where it redirects to.
    OwnOrigin,
    /// Everything: `[poll] allow_private_networks`.
    Everything,
}

/// An address that is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("private address refused ({kind})")]
pub struct Refused {
    /// What kind of address it is.
    pub kind: &'static str,
}

/// Refuses a URL whose host is an address that is not public. A name passes: [`Resolver`] looks at
/// what it stands for.
///
/// `Url` has already read decimal, octal, hex and shortened forms into an [`Ipv4Addr`].
///
/// # Errors
/// [`Refused`] with the kind of address.
pub fn refuse_host(url: &Url) -> Result<(), Refused> {
    match url.host() {
        Some(Host::Ipv4(address)) => refuse(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => refuse(IpAddr::V6(address)),
        // RFC 6761 §6.3: whatever a name server says, this is the machine itself.
        Some(Host::Domain(name)) if is_localhost(name) => Err(Refused { kind: "localhost" }),
        Some(Host::Domain(_)) => Ok(()),
        None => Err(Refused { kind: "no host" }),
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || name
            .len()
            .checked_sub(".localhost".len())
            .and_then(|at| name.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(".localhost"))
}

/// Refuses an address that is not public, however it is wrapped up.
///
/// ```
/// use presswire::poll::guard::refuse;
/// assert!(refuse("93.184.216.34".parse().unwrap()).is_ok());
/// assert!(refuse("64:ff9b::7f00:1".parse().unwrap()).is_err()); // 127.0.0.1 behind NAT64
/// ```
///
/// # Errors
/// [`Refused`] with the kind of address.
pub fn refuse(address: IpAddr) -> Result<(), Refused> {
    let kind = match address {
        IpAddr::V4(address) => special_v4(address),
        IpAddr::V6(address) => special_v6(address),
    };
    kind.map_or(Ok(()), |kind| Err(Refused { kind }))
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = address.octets();
    Some(match (a, b, c) {
        (0, ..) => "this network",
        (10, ..) | (192, 168, _) => "private network",
        (172, 16..=31, _) => "private network",
        (100, 64..=127, _) => "shared address space",
        (127, ..) => "loopback",
        (169, 254, _) => "link-local",
        (192, 0, 0) | (192, 31, 196) | (192, 52, 193) | (192, 175, 48) => "protocol assignment",
        (192, 88, 99) => "6to4 relay",
        (198, 18..=19, _) => "benchmarking",
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => "documentation",
        (224..=239, ..) => "multicast",
        (240..=255, ..) => "reserved",
        _ => return None,
    })
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    let s = address.segments();
    // Two segments as the IPv4 address that they carry.
    let inner = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        special_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("unspecified"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("loopback"),
        // v4-mapped, v4-translated (RFC 2765), v4-compatible (deprecated).
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0, 0, 0, 0, 0, 0, high, low] => inner(high, low),
        // NAT64: the well-known prefix carries an address, the local one (RFC 8215) is private as such.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => inner(high, low),
        [0x64, 0xff9b, ..] => Some("local NAT64"),
        // 6to4 (RFC 3056) and Teredo (RFC 4380: the client's address is inverted).
        [0x2002, high, low, ..] => inner(high, low),
        [0x2001, 0, server_high, server_low, _, _, high, low] => {
            inner(!high, !low).or_else(|| inner(server_high, server_low))
        }
        // ISATAP interface identifiers (RFC 5214).
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => {
            inner(high, low).or_else(|| special_v6_prefix(s))
        }
        _ => special_v6_prefix(s),
    }
}

fn special_v6_prefix(s: [u16; 8]) -> Option<&'static str> {
    match s[0] {
        0x100 if s[1..4] == [0, 0, 0] => Some("discard-only"),
        0x2001 if s[1] < 0x200 => Some("protocol assignment"),
        0x2001 if s[1] == 0xdb8 => Some("documentation"),
        0x3fff if s[1] < 0x1000 => Some("documentation"),
        0x5f00 => Some("segment routing"),
        0xfc00..=0xfdff => Some("unique local"),
        0xfe80..=0xfebf => Some("link-local"),
        0xfec0..=0xfeff => Some("site-local"),
        0xff00..=0xffff => Some("multicast"),
        // Nothing outside 2000::/3 is given out as global unicast.
        first if first & 0xe000 != 0x2000 => Some("not global unicast"),
        _ => None,
    }
}

/// The system's name server, with the addresses left out that may not be asked.
#[derive(Clone, Copy, Debug)]
pub struct Resolver {
    /// Private addresses are left in.
    pub private_allowed: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let private_allowed = self.private_allowed;
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found = found.into_iter();
            if private_allowed {
                return Ok(Box::new(found) as Addrs);
            }
            Ok(Box::new(public_of(found)?) as Addrs)
        })
    }
}

/// The public ones of `found`.
///
/// # Errors
/// [`Refused`] where there are some, but none is public.
fn public_of(
    found: impl Iterator<Item = SocketAddr>,
) -> Result<std::vec::IntoIter<SocketAddr>, Refused> {
    let mut refused = None;
    let public: Vec<SocketAddr> = found
        .filter(|address| match refuse(address.ip()) {
            Ok(()) => true,
            Err(why) => {
                refused = Some(why);
                false
            }
        })
        .collect();
    match refused {
        Some(why) if public.is_empty() => Err(why),
        _ => Ok(public.into_iter()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        refuse(text.parse().expect("an address")).is_err()
    }

    #[test]
    fn special_addresses_in_every_wrapping_are_refused() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:0:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.1.2.3",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "4000::1",
            "2a00::5efe:7f00:1",
            "2a00::200:5efe:10.0.0.1",
        ] {
            assert!(refused(text), "{text} passed");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for text in [
            "1.1.1.1",
            "93.184.216.34",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "64:ff9b::1.1.1.1",
            "2002:101:101::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(!refused(text), "{text} refused");
        }
    }

    #[test]
    fn hosts_written_oddly_are_seen_through() {
        for url in [
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost:81/",
            "http://①②⑦.0.0.1/",
            "http://169.254.169.254/latest/meta-data",
        ] {
            let url: Url = url.parse().expect("a URL");
            assert!(refuse_host(&url).is_err(), "{url} passed");
        }
        assert!(refuse_host(&"http://example.org/".parse().expect("a URL")).is_ok());
        assert!(refuse_host(&"http://notlocalhost/".parse().expect("a URL")).is_ok());
    }

    #[test]
    fn mixed_answers_keep_the_public_ones_only() {
        let both: [SocketAddr; 2] = [([127, 0, 0, 1], 0).into(), ([1, 1, 1, 1], 0).into()];
        let left: Vec<_> = public_of(both.into_iter())
            .expect("one is public")
            .collect();
        assert_eq!(left, [SocketAddr::from(([1, 1, 1, 1], 0))]);
        let inside: [SocketAddr; 1] = [([10, 0, 0, 1], 0).into()];
        assert!(public_of(inside.into_iter()).is_err());
    }
}
