//! Why a request failed, in one line for people and one word for the code that decides what follows.

use super::guard::Refused;
use super::shown;
use http::StatusCode;
use std::error::Error;

/// What failed; decides state, remedy and whether it may be our own network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The address is private and may not be asked.
    Refused,
    /// The name is not found.
    Dns,
    /// No connection.
    Connect,
    /// No secure connection.
    Tls,
    /// No answer in time.
    Timeout,
    /// Others were waiting, and it did not get on.
    GaveWay,
    /// Not HTTP, or broken off.
    Broken,
    /// Larger than `max_size`.
    TooLarge,
    /// Redirects that are not followed.
    Redirects,
    /// 401, 403, 407, 451.
    Denied,
    /// A page that wants to see a browser.
    BotWall,
    /// Any other status.
    Status,
}

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For code.
    pub kind: FailureKind,
    /// For people: one line, no secrets.
    pub what: String,
}

impl Failure {
    /// A failure of a kind, in words.
    pub fn new(kind: FailureKind, what: impl Into<String>) -> Failure {
        Failure {
            kind,
            what: what.into(),
        }
    }

    pub(super) fn timeout(what: impl Into<String>) -> Failure {
        Failure::new(FailureKind::Timeout, what)
    }

    pub(super) fn of_refusal(why: Refused) -> Failure {
        Failure::new(FailureKind::Refused, why.to_string())
    }

    pub(super) fn of_status(status: StatusCode) -> Failure {
        let kind = match status.as_u16() {
            401 | 403 | 407 | 451 => FailureKind::Denied,
            _ => FailureKind::Status,
        };
        Failure::new(kind, format!("answers {}", named(status)))
    }

    /// Of a request that got no response.
    pub(super) fn of_request(why: &reqwest::Error) -> Failure {
        if let Some(refused) = find::<Refused>(why) {
            return Failure::of_refusal(*refused);
        }
        if let Some(tls) = find::<rustls::Error>(why) {
            return Failure::new(
                FailureKind::Tls,
                format!("no secure connection: {}", tls_words(tls)),
            );
        }
        let cause = innermost(why);
        // tokio-rustls has no type for this.
        if cause == "tls handshake eof" {
            let what = "no secure connection: it hangs up at once";
            return Failure::new(FailureKind::Tls, what);
        }
        if chain(why).any(|layer| layer.to_string() == "dns error") {
            return Failure::new(FailureKind::Dns, format!("its name is not found: {cause}"));
        }
        match (why.is_timeout(), why.is_connect()) {
            (true, true) => Failure::timeout("no connection within 10 s"),
            (true, false) => Failure::timeout("no answer in time"),
            (false, true) => Failure::new(FailureKind::Connect, format!("no connection: {cause}")),
            (false, false) => {
                Failure::new(FailureKind::Broken, format!("no proper answer: {cause}"))
            }
        }
    }

    /// Of a response that broke off.
    pub(super) fn of_body(why: &reqwest::Error) -> Failure {
        Failure::new(
            FailureKind::Broken,
            format!("the answer breaks off: {}", innermost(why)),
        )
    }

    /// Whether a publisher was reached: then our own network is there.
    pub fn came_from_publisher(&self) -> bool {
        !self.could_be_ours() && !matches!(self.kind, FailureKind::Refused | FailureKind::GaveWay)
    }

    /// Whether our own network being down looks like this.
    pub fn could_be_ours(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Dns | FailureKind::Connect | FailureKind::Timeout
        )
    }
}

fn named(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

fn tls_words(why: &rustls::Error) -> String {
    use rustls::CertificateError as Certificate;
    match why {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            Certificate::Expired | Certificate::ExpiredContext { .. } => {
                "its certificate has expired".into()
            }
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                "its certificate is not valid yet".into()
            }
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                "its certificate is for another name".into()
            }
            Certificate::UnknownIssuer => "its certificate's issuer is not known".into(),
            Certificate::Revoked => "its certificate was revoked".into(),
            other => shown::line(&format!("its certificate is not accepted ({other})")),
        },
        other => shown::line(&other.to_string()),
    }
}

/// The error and its causes, outermost first; what an `io::Error` wraps counts as its cause.
fn chain<'a>(why: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(why), |&layer| {
        match layer
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
        {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => layer.source(),
        }
    })
}

fn find<'a, E: Error + 'static>(why: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(why).find_map(|layer| layer.downcast_ref::<E>())
}

/// The last cause's words: reqwest's own repeat the address with everything in it.
fn innermost(why: &reqwest::Error) -> String {
    let last = chain(why).last();
    match last {
        Some(cause) if cause.downcast_ref::<reqwest::Error>().is_none() => {
            shown::line(&cause.to_string())
        }
        _ => "no reason given".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_told_apart() {
        let kind = |code| Failure::of_status(StatusCode::from_u16(code).expect("a status")).kind;
        assert_eq!(kind(403), FailureKind::Denied);
        assert_eq!(kind(500), FailureKind::Status);
        assert_eq!(
            Failure::of_status(StatusCode::NOT_FOUND).what,
            "answers 404 Not Found"
        );
    }

    #[test]
    fn causes_inside_io_errors_are_found() {
        let inner = std::io::Error::other(Refused { kind: "loopback" });
        assert_eq!(
            find::<Refused>(&inner).map(|refused| refused.kind),
            Some("loopback")
        );
    }
}
