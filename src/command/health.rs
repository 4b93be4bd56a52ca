//! `health`: does the daemon that this configuration describes answer `/readyz`?

use super::arguments::Asked;
use super::{Ended, answer, settings};
use crate::config;
use serde::Serialize;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

/// A daemon that takes longer is not well. Docker's own limit is 30 s.
const PATIENCE: Duration = Duration::from_secs(3);

/// What `health --json` says.
#[derive(Serialize)]
struct Report {
    ok: bool,
    url: String,
    status: Option<u16>,
    message: String,
}

/// Only the address to listen on is read: a feeds.toml that was spoilt while the daemon runs on with
/// its last good one must not get the daemon killed.
pub(super) fn health(path: &Path, asked: Asked) -> anyhow::Result<Ended> {
    let address = reachable(config::listen(path, &settings::variable)?);
    let url = format!("http://{address}/readyz");
    let (status, message) = match ask(address) {
        Ok((status, message)) => (Some(status), message),
        Err(error) => (None, error.to_string()),
    };
    let ok = status == Some(200);
    if asked.json {
        answer::print_json(&Report {
            ok,
            url,
            status,
            message,
        })?;
    } else if ok {
        answer::print("ready\n")?;
    } else {
        let status = status
            .map(|status| format!("{status} "))
            .unwrap_or_default();
        answer::say_fault(
            &format!("{url}: {status}{message}"),
            "is the daemon running? `presswire run`",
        );
    }
    Ok(if ok { Ended::Done } else { Ended::Failed })
}

/// The address by which this machine reaches itself.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// Status and first line of the answer's body. One GET without a client: this runs every few
/// seconds in every container, and a TLS stack takes longer to build than the question.
fn ask(address: SocketAddr) -> std::io::Result<(u16, String)> {
    let mut connection = TcpStream::connect_timeout(&address, PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    // In one write: half a request may be answered before the other half is sent.
    let question = format!(
        "GET /readyz HTTP/1.1\r\nHost: {address}\r\nUser-Agent: presswire-health\r\nConnection: close\r\n\r\n"
    );
    connection.write_all(question.as_bytes())?;
    let mut answer = BufReader::new(connection.take(64 * 1024));
    let mut line = String::new();
    answer.read_line(&mut line)?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status =
        status.ok_or_else(|| std::io::Error::other("something else than a web server answered"))?;
    loop {
        line.clear();
        if answer.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
    }
    line.clear();
    // What is said beside the status is a kindness: a body that breaks off changes nothing.
    let _ = answer.read_line(&mut line);
    Ok((status, line.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daemon_on_every_network_is_asked_on_loopback() {
        let asked = |listen: &str| reachable(listen.parse().expect("an address")).to_string();
        assert_eq!(asked("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(asked("[::]:8080"), "[::1]:8080");
        assert_eq!(asked("192.0.2.1:80"), "192.0.2.1:80");
    }
}
