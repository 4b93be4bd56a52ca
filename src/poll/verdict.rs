//! How a source fares after a poll: its state, what is wrong in one line, and what to do about it.
//!
//! States are those of `polling.md`; every one but `ok` and `new` says what an operator can do. Pure.

use super::failure::{Failure, FailureKind};
use super::shown;
use crate::domain::Moment;
use crate::domain::doubt::Doubt;
use crate::domain::source::State;
use crate::read::ReadError;
use chrono::{SecondsFormat, TimeDelta};
use url::Url;

/// State, message and remedy as they are kept and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it fares.
    pub state: State,
    /// One line without secrets; None: nothing is wrong.
    pub message: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
}

impl Verdict {
    fn new(state: State, message: impl Into<String>, remedy: impl Into<String>) -> Verdict {
        Verdict {
            state,
            message: Some(message.into()),
            remedy: Some(remedy.into()),
        }
    }

    /// Nothing is wrong.
    pub fn ok() -> Verdict {
        Verdict {
            state: State::Ok,
            message: None,
            remedy: None,
        }
    }

    /// A request that failed, with the status of the answer if there was one.
    pub fn failed(failure: &Failure, status: Option<u16>) -> Verdict {
        use FailureKind as Kind;
        let (state, remedy) = match failure.kind {
            Kind::Refused => (
                State::Blocked,
                "if this address is meant, set allow_private_networks = true at this source in feeds.toml",
            ),
            Kind::Denied if status == Some(401) => (
                State::Blocked,
                "give it credentials in feeds.toml: headers = { Authorization = \"env:NAME\" }",
            ),
            Kind::Denied | Kind::BotWall => (
                State::Blocked,
                "ask its publisher to let feed readers through; presswire says who it is and does not disguise itself",
            ),
            Kind::TooLarge => (
                State::BrokenXml,
                "raise [poll] max_size in feeds.toml, or ask for a shorter feed",
            ),
            Kind::Dns => (
                State::Unreachable,
                "check the host name in feeds.toml; it is asked again by itself",
            ),
            Kind::Tls => (
                State::Unreachable,
                "tell its publisher; it is asked again by itself",
            ),
            Kind::Redirects => (
                State::Unreachable,
                "open its address in a browser and put the feed's own one into feeds.toml",
            ),
            Kind::Status if status == Some(404) => (
                State::Unreachable,
                "look for the feed's new address (presswire add finds it on a page); it is asked again by itself",
            ),
            Kind::Timeout | Kind::GaveWay => (
                State::Unreachable,
                "nothing, it is asked again by itself; if it is always slow, raise [poll] timeout",
            ),
            Kind::Connect | Kind::Broken | Kind::Status => {
                (State::Unreachable, "nothing, it is asked again by itself")
            }
        };
        Verdict::new(state, failure.what.clone(), remedy)
    }

    /// A body that broke off, of which `entries` could be read.
    pub fn cut(failure: &Failure, entries: usize) -> Verdict {
        let verdict = Verdict::failed(failure, None);
        if entries == 0 {
            return verdict;
        }
        let message = format!("{}; its first {entries} entries were read", failure.what);
        Verdict {
            state: State::BrokenXml,
            message: Some(message),
            ..verdict
        }
    }

    /// A body that is no feed.
    pub fn not_a_feed(why: &ReadError) -> Verdict {
        let announced = match why {
            ReadError::Page { feeds, .. } => feeds.first(),
            _ => None,
        };
        let remedy = match announced.and_then(|feed| feed.parse().ok()) {
            Some(feed) => format!(
                "the page announces a feed: set url = \"{}\" in feeds.toml if that is the one; what was read before is kept",
                shown::address(&feed)
            ),
            None => "open its address in a browser: the feed may have moved, or ask for a login; what was read before is kept".to_owned(),
        };
        Verdict::new(
            State::NotAFeed,
            shown::line(&format!("answers {why}")),
            remedy,
        )
    }

    /// Reading it failed through a fault of ours.
    pub fn fault(what: &str) -> Verdict {
        Verdict::new(
            State::BrokenXml,
            format!("reading it failed: {}", shown::line(what)),
            "a fault of presswire: please report it, with the feed's address",
        )
    }

    /// A document that breaks off by itself.
    pub fn truncated(entries: usize) -> Verdict {
        Verdict::new(
            State::BrokenXml,
            format!("the document breaks off after {entries} entries; those were read"),
            "tell its publisher; what the rest held comes once it is whole",
        )
    }

    /// 410.
    pub fn gone() -> Verdict {
        Verdict::new(
            State::Gone,
            "answers 410: its publisher took it away for good",
            "remove it from feeds.toml, or put its new address there; it is looked at once a month",
        )
    }

    /// 429 or 503 with a time.
    pub fn throttled(status: u16, until: Option<Moment>) -> Verdict {
        let message = match until {
            Some(until) => format!("answers {status} and asks to wait until {}", moment(until)),
            None => format!("answers {status}: it is asked too often"),
        };
        Verdict::new(
            State::Throttled,
            message,
            "nothing, it is asked again later; if this stays, set a longer every for it",
        )
    }

    /// A different feed stands under the old address.
    pub fn replaced(title: &str, held_back: usize) -> Verdict {
        let title = shown::line(title);
        Verdict::new(
            State::Replaced,
            format!(
                "another feed stands here now, “{title}”: no id, no link, no title in common; its {held_back} entries are held back"
            ),
            format!(
                "if it is wanted, set name = \"{}\" at this source in feeds.toml; else remove it",
                title.replace('"', "\\\"")
            ),
        )
    }

    /// Redirects for good.
    pub fn moved(to: &Url, believed: bool) -> Verdict {
        let to = shown::address(to);
        let asked = if believed {
            ", which is asked first by now"
        } else {
            ""
        };
        Verdict::new(
            State::Moved,
            format!("moved for good to {to}{asked}"),
            format!(
                "set url = \"{to}\" at this source in feeds.toml: nothing is announced again by that"
            ),
        )
    }

    /// It redirects to where another source ends, too.
    pub fn shared(to: &Url, other: &str) -> Verdict {
        Verdict::new(
            State::Moved,
            format!(
                "ends at {}, as the source “{other}” does, which is asked for both",
                shown::address(to)
            ),
            "remove one of the two from feeds.toml; what both published stays",
        )
    }

    /// It says that nothing changed although something did.
    pub fn frozen() -> Verdict {
        Verdict::new(
            State::Frozen,
            "says “unchanged” to its own ETag although it has changed",
            "tell its publisher; until the ETag changes it is asked for the whole feed each time",
        )
    }

    /// Nothing new for four times the usual gap.
    pub fn silent(silence: TimeDelta, usual: TimeDelta) -> Verdict {
        let words = |delta: TimeDelta| shown::duration(delta.to_std().unwrap_or_default());
        Verdict::new(
            State::Silent,
            format!(
                "nothing new for {}, where something came every {}",
                words(silence),
                words(usual)
            ),
            "see whether it publishes elsewhere by now",
        )
    }

    /// Answers, but takes long.
    pub fn slow(took: std::time::Duration) -> Verdict {
        Verdict::new(
            State::Slow,
            format!("took {} to answer", shown::duration(took)),
            "nothing; if it fails at times, raise [poll] timeout",
        )
    }

    /// What readers could be fooled by, where nothing else is wrong; it answers and is read all the same.
    pub fn doubted<'d>(self, doubts: impl IntoIterator<Item = &'d Doubt>) -> Verdict {
        let mut doubts = doubts.into_iter();
        let Some(doubt) = doubts.next().filter(|_| self.message.is_none()) else {
            return self;
        };
        let more = match doubts.count() {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        Verdict {
            message: Some(format!("{}{more}", shown::line(&doubt.to_string()))),
            remedy: Some(doubt.remedy().to_owned()),
            ..self
        }
    }

    /// Adds that this may be our own network.
    pub fn perhaps_ours(mut self) -> Verdict {
        if let Some(message) = &mut self.message {
            message.push_str("; no source can be reached, so this is not counted against it");
        }
        self.remedy = Some("check this machine's own network and name server".to_owned());
        self
    }
}

fn moment(at: Moment) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_instead_of_a_feed_is_named_with_its_proposal() {
        let page = ReadError::Page {
            title: Some("Please log in".into()),
            feeds: vec!["https://example.org/feed.xml".into()],
        };
        let verdict = Verdict::not_a_feed(&page);
        assert_eq!(verdict.state, State::NotAFeed);
        assert!(
            verdict
                .message
                .is_some_and(|message| message.contains("Please log in"))
        );
        assert!(
            verdict
                .remedy
                .is_some_and(|remedy| remedy.contains("https://example.org/feed.xml"))
        );
    }

    #[test]
    fn every_failure_says_what_to_do_in_one_line() {
        use FailureKind as Kind;
        for kind in [
            Kind::Refused,
            Kind::Dns,
            Kind::Connect,
            Kind::Tls,
            Kind::Timeout,
            Kind::GaveWay,
            Kind::Broken,
            Kind::TooLarge,
            Kind::Redirects,
            Kind::Denied,
            Kind::BotWall,
            Kind::Status,
        ] {
            let verdict = Verdict::failed(&Failure::new(kind, "it went wrong"), None);
            let remedy = verdict.remedy.expect("a remedy");
            assert!(!remedy.is_empty() && !remedy.contains('\n'), "{kind:?}");
        }
    }
}
