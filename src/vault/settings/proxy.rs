//! Which proxy stands between the runner and its server, as Go's client decides it.
//!
//! The client's own variables win and ignore `NO_PROXY`; unlike Go's client, none of them is for this
//! machine itself: what is asked here must not leave it. Proxy addresses may hold a password, so messages name only the variable.

use std::net::IpAddr;

use reqwest::Url;

use super::{Variables, setting};
use crate::vault::Refusal;

/// A proxy, with the variable that named it.
pub struct Proxy {
    /// For messages.
    pub variable: String,
    /// May hold user and password.
    pub url: Url,
}

/// The proxy for an address, if any.
pub fn choose(variables: &Variables, address: &Url) -> Result<Option<Proxy>, Refusal> {
    let own = variables
        .get("PROXY_ADDR")
        .or_else(|| variables.get("HTTP_PROXY"));
    if let Some((variable, text)) = own {
        let proxy = parse(variable, &text)?;
        return Ok((!is_loopback(address)).then_some(proxy));
    }
    if is_loopback(address) {
        return Ok(None);
    }
    let names = match address.scheme() {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let Some((variable, text)) = variables.first(&names) else {
        return Ok(None);
    };
    let exceptions = variables.first(&["NO_PROXY", "no_proxy"]);
    if exceptions.is_some_and(|(_, list)| excepts(&list, address)) {
        return Ok(None);
    }
    parse(variable, &text).map(Some)
}

fn parse(variable: String, text: &str) -> Result<Proxy, Refusal> {
    let known = |url: &Url| {
        matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.host_str().is_some()
    };
    // `proxy:3128` is taken as `http://proxy:3128`, as Go does.
    let url = if text.contains("://") {
        Url::parse(text)
    } else {
        Url::parse(&format!("http://{text}"))
    };
    match url.ok().filter(known) {
        Some(url) => Ok(Proxy { variable, url }),
        None => Err(setting(
            format!("`{variable}` is not the address of a proxy"),
            "write it as `http://proxy.example.com:3128`.",
        )),
    }
}

/// Whether an address is on this machine.
pub fn is_loopback(address: &Url) -> bool {
    match host(address) {
        Host::Ip(ip) => ip.to_canonical().is_loopback(),
        Host::Name(name) => name.trim_end_matches('.') == "localhost",
    }
}

enum Host {
    Ip(IpAddr),
    Name(String),
}

fn host(address: &Url) -> Host {
    let text = address.host_str().unwrap_or_default();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .map_or_else(|_| Host::Name(text.to_owned()), Host::Ip)
}

/// Whether a `NO_PROXY` list names the address: `*`, names, `.suffixes`, addresses and networks,
/// each with an optional port.
fn excepts(list: &str, address: &Url) -> bool {
    let port = address.port_or_known_default();
    let host = host(address);
    list.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .any(|entry| {
            let entry = entry.to_ascii_lowercase();
            if entry == "*" {
                return true;
            }
            if let Host::Ip(ip) = host
                && let Some((network, bits)) = entry.split_once('/')
            {
                return in_network(ip, network, bits);
            }
            let (name, wanted) = split_port(&entry);
            if wanted.is_some() && wanted != port {
                return false;
            }
            match &host {
                Host::Ip(ip) => name.parse() == Ok(*ip),
                Host::Name(host) => names(name, host),
            }
        })
}

fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some((ip, port)) = entry
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        return (
            ip,
            port.strip_prefix(':').and_then(|port| port.parse().ok()),
        );
    }
    match entry.split_once(':') {
        Some((name, port)) if !port.contains(':') => (name, port.parse().ok()),
        _ => (entry, None),
    }
}

/// `example.com` names itself and what is below; `.example.com` only what is below.
fn names(entry: &str, host: &str) -> bool {
    let entry = entry.strip_prefix('*').unwrap_or(entry);
    match entry.strip_prefix('.') {
        Some(_) => host.ends_with(entry),
        None => {
            host == entry
                || host
                    .strip_suffix(entry)
                    .is_some_and(|rest| rest.ends_with('.'))
        }
    }
}

fn in_network(ip: IpAddr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else {
        return false;
    };
    let (left, right, width) = match (ip, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return false,
    };
    let Some(host_bits) = u32::checked_sub(width, bits) else {
        return false;
    };
    // A shift by all bits is no number: then every address is in the network.
    (left ^ right).checked_shr(host_bits).unwrap_or(0) == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_stands_between_a_machine_and_itself() {
        let chosen = |variable: &str, address: &str| {
            let env = |name: &str| (name == variable).then(|| "http://proxy:3128".to_owned());
            let address = Url::parse(address).unwrap();
            let proxy = choose(&Variables::new(&env), &address).ok().unwrap();
            proxy.is_some()
        };
        let (http, https) = (["HTTP_PROXY", "http_proxy"], ["HTTPS_PROXY", "https_proxy"]);
        let own = [
            "VAULT_HTTP_PROXY",
            "BAO_HTTP_PROXY",
            "VAULT_PROXY_ADDR",
            "BAO_PROXY_ADDR",
        ];
        for (scheme, standard) in [("http", http), ("https", https)] {
            for variable in standard.iter().chain(&own) {
                for here in [
                    "localhost",
                    "LOCALHOST",
                    "localhost.",
                    "127.0.0.1",
                    "127.1.2.3",
                    "127.1",
                    "2130706433",
                    "[::1]",
                    "[::ffff:127.0.0.1]",
                ] {
                    let address = format!("{scheme}://{here}:8200");
                    assert!(!chosen(variable, &address), "{variable} {address}");
                }
                for there in [
                    "vault.example.com",
                    "localhost.example.com",
                    "10.0.0.1",
                    "[fd00::1]",
                ] {
                    let address = format!("{scheme}://{there}:8200");
                    assert!(chosen(variable, &address), "{variable} {address}");
                }
            }
        }
    }

    #[test]
    fn no_proxy_lists_are_read_as_go_reads_them() {
        let excepted = |list: &str, address: &str| excepts(list, &Url::parse(address).unwrap());
        for (list, address, want) in [
            ("*", "https://vault.example.com:8200", true),
            ("example.com", "https://vault.example.com", true),
            ("example.com", "https://example.com", true),
            ("example.com", "https://badexample.com", false),
            (".example.com", "https://vault.example.com", true),
            (".example.com", "https://example.com", false),
            ("*.example.com", "https://vault.example.com", true),
            (
                "a, VAULT.example.com:8200",
                "https://vault.example.com:8200",
                true,
            ),
            (
                "vault.example.com:8201",
                "https://vault.example.com:8200",
                false,
            ),
            ("10.0.0.0/8", "https://10.1.2.3:8200", true),
            ("10.0.0.0/8", "https://11.1.2.3:8200", false),
            ("0.0.0.0/0", "https://11.1.2.3:8200", true),
            ("10.0.0.0/99", "https://10.1.2.3:8200", false),
            ("10.1.2.3", "https://10.1.2.3:8200", true),
            ("fd00::/8", "https://[fd00::1]:8200", true),
            ("fd00::1", "https://[fd00::1]:8200", true),
            ("[fd00::1]:8200", "https://[fd00::1]:8200", true),
            ("", "https://vault.example.com", false),
        ] {
            assert_eq!(excepted(list, address), want, "{list} {address}");
        }
    }
}
