//! When a source is asked again: a pure rule from what happened to a moment.
//!
//! The operator's rhythm is the base. A source's own `every` or `cron` is kept as it is; `[poll]`'s
//! gives way to what the publisher asks for (`max-age`, `ttl`, `sy:*`, `skipHours`, all lower bounds
//! up to a day) and to what we observed ourselves, never to the dates of entries. Failures double the
//! interval up to a day and never end it. Answers to RFC 9110 §10.2.3, RFC 9111 §4.2, the RSS 2.0
//! specification (`ttl`, `skipHours`, `skipDays`) and the RSS 1.0 syndication module.

use super::Moment;
use chrono::{Datelike, TimeDelta, Timelike};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest interval that a hint, an observation or a failure can lead to.
pub const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// The longest wait that a publisher can ask for with `Retry-After`.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// How often an address that answered 410 is looked at again.
pub const GONE_PROBE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The least wait after a poll that was given up for others: by then they have been asked.
const SOON: Duration = Duration::from_secs(60);

/// Before so much was observed, nothing is concluded from silence.
const OBSERVED_FOR: Duration = Duration::from_secs(24 * 3600);
const OBSERVED_POLLS: u32 = 20;

/// A source that was silent for so long is asked again after an eighth of it: a new entry waits for
/// at most an eighth of the time that it took to come.
const SHARE_OF_SILENCE: u32 = 8;

/// How far a source of `[poll]`'s cron may come after the cron's moment, lest all come at once.
const CRON_SPREAD: Duration = Duration::from_secs(60);

/// The operator's rhythm.
#[derive(Clone, Debug)]
pub enum Beat {
    /// At this interval.
    Every(Duration),
    /// By a cron expression in a time zone; boxed, since it is 600 bytes.
    Cron(Box<Cron>, Tz),
}

impl Beat {
    /// A beat by a cron expression of six fields (five are taken to begin with second 0).
    ///
    /// # Errors
    /// The parser's words.
    pub fn cron(expression: &str, zone: Tz) -> Result<Beat, String> {
        let parser = CronParser::builder()
            .seconds(Seconds::Optional)
            .year(Year::Disallowed)
            .build();
        let cron = parser.parse(expression).map_err(|why| why.to_string())?;
        Ok(Beat::Cron(Box::new(cron), zone))
    }

    /// The first moment of this beat after `after`; None where a cron never comes again (30 February).
    fn next(&self, after: Moment) -> Option<Moment> {
        match self {
            Beat::Every(interval) => after.checked_add_signed(delta(*interval)),
            Beat::Cron(cron, zone) => {
                let local = after.with_timezone(zone);
                cron.find_next_occurrence(&local, false)
                    .ok()
                    .map(|at| at.to_utc())
            }
        }
    }

    /// The interval from `now`'s next moment to the one after it.
    pub fn interval(&self, now: Moment) -> Duration {
        match self {
            Beat::Every(interval) => *interval,
            Beat::Cron(..) => {
                let next = self.next(now);
                let after = next.and_then(|next| self.next(next));
                let gap = next
                    .zip(after)
                    .and_then(|(next, after)| (after - next).to_std().ok());
                gap.unwrap_or(LONGEST)
            }
        }
    }
}

/// What the operator wants.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The rhythm in force.
    pub beat: Beat,
    /// It is the source's own, not `[poll]`'s.
    pub own: bool,
    /// No source is asked more often.
    pub min_every: Duration,
}

/// What the publisher says about being asked; lower bounds, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hints {
    /// How much longer the answer is fresh: HTTP `max-age` or `Expires`, less `Age`.
    #[serde(skip)]
    pub fresh_for: Option<Duration>,
    /// RSS `ttl`, `sy:updatePeriod` by `sy:updateFrequency`.
    pub interval_s: Option<u64>,
    /// RSS `skipHours`, 0 to 23, GMT.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`, 0 = Monday, GMT.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_days: Vec<u8>,
}

/// What we saw ourselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Habit {
    /// Failures in a row, those left out that may be our own network's.
    pub failures: u32,
    /// Polls answered well, ever.
    pub polls: u32,
    /// Since when nothing new came: the last poll that brought something, else the first one.
    pub quiet_since: Option<Moment>,
    /// Polls answered well since then.
    pub quiet_polls: u32,
}

impl Habit {
    /// The habit after a poll that was answered well and brought `new` entries.
    pub fn answered(self, now: Moment, new: usize) -> Habit {
        let first = self.quiet_since.is_none();
        let reset = first || new > 0;
        Habit {
            failures: 0,
            polls: self.polls.saturating_add(1),
            quiet_since: if reset { Some(now) } else { self.quiet_since },
            quiet_polls: if reset {
                0
            } else {
                self.quiet_polls.saturating_add(1)
            },
        }
    }

    /// The habit after a failure that counts.
    pub fn failed(self) -> Habit {
        Habit {
            failures: self.failures.saturating_add(1),
            ..self
        }
    }
}

/// How the poll at hand ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Answered well; the habit knows it already.
    Answered,
    /// Failed; the habit knows it already, unless it did not count.
    Failed,
    /// 429 or 503: wait until then, or at least twice as long as usual.
    Throttled(Option<Moment>),
    /// 410.
    Gone,
    /// Answered well, from where another source is asked anyway.
    Shared,
    /// Given up by ourselves, since it hung while others were waiting.
    Interrupted,
}

/// Two numbers in [0, 1) that keep sources apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Jitter {
    /// Fixed for a source: a hash of it.
    pub offset: f64,
    /// Drawn anew for each poll.
    pub dice: f64,
}

/// When to ask next.
///
/// Never before `now + min_every`; at most a day ahead, but where the operator's own interval is
/// longer (then with a tenth of jitter), the publisher says wait, or the source is gone or another
/// one under a second address.
///
/// ```
/// use presswire::domain::schedule::*;
/// use std::time::Duration;
/// let now = "2026-11-21T12:00:00Z".parse().unwrap();
/// let policy = Policy {
///     beat: Beat::Every(Duration::from_secs(1800)),
///     own: false,
///     min_every: Duration::from_secs(300),
/// };
/// let hints = Hints { interval_s: Some(3600), ..Hints::default() };
/// let next = next_poll_at(now, Ending::Answered, &hints, &policy, &Habit::default(), Jitter::default());
/// assert!(next >= "2026-11-21T13:00:00Z".parse::<presswire::domain::Moment>().unwrap());
/// ```
pub fn next_poll_at(
    now: Moment,
    ending: Ending,
    hints: &Hints,
    policy: &Policy,
    habit: &Habit,
    jitter: Jitter,
) -> Moment {
    let usual = policy.beat.interval(now).max(policy.min_every);
    let next = match ending {
        Ending::Answered => answered(now, usual, hints, policy, habit, jitter),
        Ending::Failed => later(policy, now, backed_off(usual, habit.failures), jitter),
        Ending::Throttled(Some(until)) => {
            let asked = until.min(now + delta(LONGEST_RETRY_AFTER));
            asked.max(policy.beat.next(now).unwrap_or(asked)) + spread(usual, jitter.dice)
        }
        Ending::Throttled(None) => later(
            policy,
            now,
            backed_off(usual, habit.failures.max(2)),
            jitter,
        ),
        Ending::Gone => now + delta(GONE_PROBE) + spread(LONGEST, jitter.offset),
        Ending::Interrupted => {
            let soon = policy.min_every.max(SOON);
            now + delta(soon) + spread(soon, jitter.dice)
        }
        Ending::Shared => now + delta(LONGEST.max(usual)) + spread(LONGEST, jitter.offset),
    };
    let next = match (ending, &policy.beat) {
        (Ending::Answered | Ending::Failed, Beat::Every(_)) => {
            let most = if usual < LONGEST {
                LONGEST
            } else {
                usual + usual / 10
            };
            next.min(now + delta(most))
        }
        _ => next,
    };
    next.max(now + delta(policy.min_every))
}

fn answered(
    now: Moment,
    usual: Duration,
    hints: &Hints,
    policy: &Policy,
    habit: &Habit,
    jitter: Jitter,
) -> Moment {
    if policy.own {
        return match &policy.beat {
            Beat::Every(_) => now + delta(usual) + phase(now, usual, jitter.offset),
            cron @ Beat::Cron(..) => about(cron, now, policy.min_every),
        };
    }
    let asked = Duration::from_secs(hints.interval_s.unwrap_or_default())
        .max(hints.fresh_for.unwrap_or_default())
        .min(LONGEST);
    let wait = asked
        .max(stretched(now, usual, habit))
        .max(policy.min_every);
    let next = match &policy.beat {
        Beat::Every(_) => {
            let wait = wait.max(usual);
            now + delta(wait) + phase(now, wait, jitter.offset)
        }
        cron @ Beat::Cron(..) => {
            about(cron, now, wait) + delta(CRON_SPREAD.min(usual / 10).mul_f64(jitter.offset))
        }
    };
    past_skipped(next, hints)
}

/// The interval that a long silence leads to: the usual one until enough was observed.
fn stretched(now: Moment, usual: Duration, habit: &Habit) -> Duration {
    let quiet = habit
        .quiet_since
        .and_then(|since| (now - since).to_std().ok())
        .unwrap_or_default();
    if quiet < OBSERVED_FOR || habit.quiet_polls < OBSERVED_POLLS {
        return Duration::ZERO;
    }
    (quiet / SHARE_OF_SILENCE).clamp(usual.min(LONGEST), LONGEST)
}

/// The usual interval after the first failure, twice as long after each further one, up to a day.
fn backed_off(usual: Duration, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(20);
    usual.saturating_mul(1 << doublings).min(LONGEST.max(usual))
}

/// After `wait`, with a tenth of jitter; by cron, at the first of its moments from then on.
fn later(policy: &Policy, now: Moment, wait: Duration, jitter: Jitter) -> Moment {
    match &policy.beat {
        Beat::Every(_) if wait == LONGEST => now + delta(wait) - spread(wait, jitter.dice),
        Beat::Every(_) => now + delta(wait) + spread(wait, jitter.dice),
        cron @ Beat::Cron(..) => {
            let usual = cron.interval(now);
            about(cron, now, wait.saturating_sub(usual).max(policy.min_every))
        }
    }
}

/// The first occurrence of `cron` about `wait` after `now`. One that comes a little too soon is moved,
/// not skipped: a poll begins some moments after the occurrence that it is for, so `ttl` 60 under an
/// hourly cron would become two hours, and `*/5` under `min_every` 5 min ten minutes.
fn about(cron: &Beat, now: Moment, wait: Duration) -> Moment {
    let next = cron.next(now + delta(wait.mul_f64(0.9)));
    next.map_or(now + delta(LONGEST), |at| at.max(now + delta(wait)))
}

fn spread(interval: Duration, share: f64) -> TimeDelta {
    delta(interval.mul_f64(0.1 * share.clamp(0.0, 1.0)))
}

/// What leads a source towards its own place in the interval, a tenth of the interval at a time and
/// always later, never sooner: 2,000 sources that all began at one start are spread after ten rounds,
/// and stay so. A source that is up to a tenth past its place stays where it is.
fn phase(now: Moment, interval: Duration, offset: f64) -> TimeDelta {
    let interval_ms = i64::try_from(interval.as_millis())
        .unwrap_or(i64::MAX)
        .max(1);
    let place = delta(interval.mul_f64(offset.clamp(0.0, 1.0))).num_milliseconds();
    let ahead = (place - now.timestamp_millis()).rem_euclid(interval_ms);
    let tenth = interval_ms / 10;
    if ahead > interval_ms - tenth {
        return TimeDelta::zero();
    }
    TimeDelta::milliseconds(ahead.min(tenth))
}

/// The first moment from `at` on that lies in no skipped hour or day; `at` where all are skipped.
fn past_skipped(at: Moment, hints: &Hints) -> Moment {
    let skipped = |at: Moment| {
        let hour = u8::try_from(at.hour()).unwrap_or_default();
        let day = u8::try_from(at.weekday().num_days_from_monday()).unwrap_or_default();
        hints.skip_hours.contains(&hour) || hints.skip_days.contains(&day)
    };
    let mut candidate = at;
    for _ in 0..24 * 8 {
        if !skipped(candidate) {
            return candidate;
        }
        let into_hour = i64::from(candidate.minute() * 60 + candidate.second());
        candidate += TimeDelta::seconds(3600 - into_hour);
    }
    at
}

fn delta(duration: Duration) -> TimeDelta {
    // A century is as good as never, and can still be added to any date.
    const MOST: TimeDelta = TimeDelta::days(36_500);
    TimeDelta::from_std(duration).unwrap_or(MOST).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const MINUTE: Duration = Duration::from_secs(60);

    fn moment(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    /// A Saturday noon.
    fn now() -> Moment {
        moment("2026-11-21T12:00:00Z")
    }

    fn every(interval: Duration, own: bool) -> Policy {
        Policy {
            beat: Beat::Every(interval),
            own,
            min_every: 5 * MINUTE,
        }
    }

    fn cron(expression: &str, own: bool, zone: Tz) -> Policy {
        let beat = Beat::cron(expression, zone).expect("a cron expression");
        Policy {
            beat,
            own,
            min_every: 5 * MINUTE,
        }
    }

    fn minutes_until(next: Moment) -> f64 {
        (next - now()).as_seconds_f64() / 60.0
    }

    fn after(ending: Ending, hints: &Hints, policy: &Policy, habit: &Habit) -> f64 {
        minutes_until(next_poll_at(
            now(),
            ending,
            hints,
            policy,
            habit,
            Jitter::default(),
        ))
    }

    fn between(value: f64, low: f64, high: f64) {
        assert!(
            (low..=high).contains(&value),
            "{value} is not in {low}..={high}"
        );
    }

    #[test]
    fn quiet_publisher_is_asked_at_the_operators_interval() {
        let next = after(
            Ending::Answered,
            &Hints::default(),
            &every(HOUR / 2, false),
            &Habit::default(),
        );
        between(next, 30.0, 33.0);
    }

    #[test]
    fn hints_are_lower_bounds_up_to_a_day() {
        let policy = every(HOUR / 2, false);
        let next = |hints: Hints| after(Ending::Answered, &hints, &policy, &Habit::default());
        between(
            next(Hints {
                interval_s: Some(7200),
                ..Hints::default()
            }),
            120.0,
            132.0,
        );
        between(
            next(Hints {
                interval_s: Some(60),
                ..Hints::default()
            }),
            30.0,
            33.0,
        );
        between(
            next(Hints {
                fresh_for: Some(HOUR),
                ..Hints::default()
            }),
            60.0,
            66.0,
        );
        between(
            next(Hints {
                fresh_for: Some(HOUR * 999),
                ..Hints::default()
            }),
            1440.0,
            1584.0,
        );
        between(
            next(Hints {
                interval_s: Some(u64::MAX),
                ..Hints::default()
            }),
            1440.0,
            1584.0,
        );
    }

    #[test]
    fn own_rhythm_is_kept_whatever_the_publisher_says() {
        let hints = Hints {
            interval_s: Some(7200),
            fresh_for: Some(HOUR * 5),
            ..Hints::default()
        };
        between(
            after(
                Ending::Answered,
                &hints,
                &every(HOUR / 4, true),
                &Habit::default(),
            ),
            15.0,
            16.5,
        );
        let daily = cron("0 30 14 * * *", true, Tz::UTC);
        between(
            after(Ending::Answered, &hints, &daily, &Habit::default()),
            150.0,
            150.0,
        );
    }

    #[test]
    fn nothing_is_sooner_than_min_every() {
        between(
            after(
                Ending::Answered,
                &Hints::default(),
                &every(MINUTE, true),
                &Habit::default(),
            ),
            5.0,
            5.5,
        );
        let secondly = cron("* * * * * *", true, Tz::UTC);
        between(
            after(
                Ending::Answered,
                &Hints::default(),
                &secondly,
                &Habit::default(),
            ),
            5.0,
            5.1,
        );
    }

    #[test]
    fn skipped_hours_and_days_are_waited_out_in_gmt() {
        let policy = every(HOUR / 2, false);
        let next = |hints: Hints| {
            let jitter = Jitter::default();
            next_poll_at(
                now(),
                Ending::Answered,
                &hints,
                &policy,
                &Habit::default(),
                jitter,
            )
        };
        let hours = Hints {
            skip_hours: vec![12, 13, 14],
            ..Hints::default()
        };
        assert_eq!(next(hours), moment("2026-11-21T15:00:00Z"));
        let weekend = Hints {
            skip_days: vec![5, 6],
            ..Hints::default()
        };
        assert_eq!(
            next(weekend),
            now() + TimeDelta::days(1),
            "a day is the most"
        );
        let all = Hints {
            skip_hours: (0..24).collect(),
            ..Hints::default()
        };
        between(minutes_until(next(all)), 30.0, 33.0);
    }

    #[test]
    fn silence_stretches_only_after_a_day_and_twenty_polls() {
        let policy = every(HOUR / 2, false);
        let quiet = |hours: i64, polls: u32| Habit {
            quiet_since: Some(now() - TimeDelta::hours(hours)),
            quiet_polls: polls,
            polls,
            failures: 0,
        };
        let next = |habit: Habit| after(Ending::Answered, &Hints::default(), &policy, &habit);
        between(next(quiet(23, 46)), 30.0, 33.0);
        between(next(quiet(48, 19)), 30.0, 33.0);
        between(next(quiet(48, 96)), 360.0, 396.0);
        between(next(quiet(9999, 500)), 1440.0, 1440.0);
        let woken = quiet(9999, 500).answered(now(), 1);
        between(next(woken), 30.0, 33.0);
    }

    #[test]
    fn failures_double_up_to_a_day_and_never_end() {
        let policy = every(HOUR / 2, false);
        let next = |failures| {
            let habit = Habit {
                failures,
                ..Habit::default()
            };
            after(Ending::Failed, &Hints::default(), &policy, &habit)
        };
        between(next(1), 30.0, 33.0);
        between(next(2), 60.0, 66.0);
        between(next(3), 120.0, 132.0);
        between(next(7), 1440.0, 1440.0);
        between(next(u32::MAX), 1440.0, 1440.0);
        between(next(0), 30.0, 33.0);
    }

    #[test]
    fn throttled_waits_as_asked_or_twice_as_long() {
        let policy = every(HOUR / 2, true);
        let next = |until| {
            after(
                Ending::Throttled(until),
                &Hints::default(),
                &policy,
                &Habit::default(),
            )
        };
        between(next(Some(now() + TimeDelta::hours(30))), 1800.0, 1803.0);
        between(next(Some(now() + TimeDelta::days(400))), 10_080.0, 10_083.0);
        between(next(Some(now() + TimeDelta::seconds(5))), 30.0, 33.0);
        between(next(None), 60.0, 66.0);
    }

    #[test]
    fn gone_is_probed_once_a_month() {
        let policy = every(HOUR / 2, true);
        let next = after(Ending::Gone, &Hints::default(), &policy, &Habit::default());
        between(next, 30.0 * 1440.0, 31.0 * 1440.0);
    }

    #[test]
    fn source_that_ends_where_another_does_is_asked_daily() {
        let policy = every(HOUR / 2, true);
        let next = after(
            Ending::Shared,
            &Hints::default(),
            &policy,
            &Habit::default(),
        );
        between(next, 1440.0, 1584.0);
    }

    #[test]
    fn poll_given_up_for_others_is_made_up_for_soon() {
        let policy = cron("0 7 * * *", true, Tz::UTC);
        let (hints, habit) = (Hints::default(), Habit::default().failed());
        between(
            after(Ending::Interrupted, &hints, &policy, &habit),
            5.0,
            5.5,
        );
    }

    #[test]
    fn cron_is_in_its_zone_over_the_change_of_the_clock() {
        let seven = cron("0 7 * * *", true, Tz::Europe__Berlin);
        let next = |from: &str| {
            let jitter = Jitter {
                offset: 0.9,
                dice: 0.9,
            };
            next_poll_at(
                moment(from),
                Ending::Answered,
                &Hints::default(),
                &seven,
                &Habit::default(),
                jitter,
            )
        };
        assert_eq!(next("2026-10-24T12:00:00Z"), moment("2026-10-25T06:00:00Z"));
        assert_eq!(next("2026-03-28T12:00:00Z"), moment("2026-03-29T05:00:00Z"));
    }

    #[test]
    fn cron_in_the_lost_hour_and_in_the_doubled_one_comes_once_a_day() {
        let all = |expression: &str, from: &str, until: &str| {
            let policy = cron(expression, true, Tz::Europe__Berlin);
            let (mut at, until) = (moment(from), moment(until));
            let mut seen = Vec::new();
            loop {
                let (hints, habit) = (Hints::default(), Habit::default());
                at = next_poll_at(
                    at,
                    Ending::Answered,
                    &hints,
                    &policy,
                    &habit,
                    Jitter::default(),
                );
                if at >= until {
                    return seen;
                }
                seen.push(at.format("%d %H:%M").to_string());
            }
        };
        // 02:30 does not exist on the last Sunday of March …
        let lost = all("30 2 * * *", "2026-03-27T12:00:00Z", "2026-03-31T00:00:00Z");
        assert_eq!(lost.len(), 3, "{lost:?}");
        assert!(lost[1].starts_with("29 0"), "{lost:?}");
        // … and exists twice on that of October.
        let doubled = all("30 2 * * *", "2026-10-23T12:00:00Z", "2026-10-27T00:00:00Z");
        assert_eq!(doubled, ["24 00:30", "25 00:30", "26 01:30"]);
        // Hours go on as they pass.
        let hourly = all("0 * * * *", "2026-10-24T22:30:00Z", "2026-10-25T03:30:00Z");
        assert_eq!(
            hourly,
            ["24 23:00", "25 00:00", "25 01:00", "25 02:00", "25 03:00"]
        );
    }

    #[test]
    fn cron_as_frequent_as_min_every_keeps_its_beat() {
        let policy = cron("*/5 * * * *", true, Tz::UTC);
        let mut at = now() + TimeDelta::milliseconds(600);
        for n in 1..=12 {
            let (hints, habit) = (Hints::default(), Habit::default());
            let next = next_poll_at(
                at,
                Ending::Answered,
                &hints,
                &policy,
                &habit,
                Jitter::default(),
            );
            assert!(next - at >= TimeDelta::minutes(5), "{n}");
            at = next + TimeDelta::milliseconds(20);
        }
        between(minutes_until(at), 60.0, 60.1);
    }

    #[test]
    fn general_cron_is_spread_by_a_minute_at_most() {
        let policy = cron("0 0 * * * *", false, Tz::UTC);
        let next = |offset| {
            let jitter = Jitter { offset, dice: 0.0 };
            let hints = Hints::default();
            minutes_until(next_poll_at(
                now(),
                Ending::Answered,
                &hints,
                &policy,
                &Habit::default(),
                jitter,
            ))
        };
        between(next(0.0), 60.0, 60.0);
        between(next(0.99), 60.9, 61.0);
    }

    #[test]
    fn cron_that_never_comes_is_asked_daily() {
        let never = cron("0 0 0 30 2 *", true, Tz::UTC);
        between(
            after(
                Ending::Answered,
                &Hints::default(),
                &never,
                &Habit::default(),
            ),
            1440.0,
            1440.0,
        );
    }

    #[test]
    fn sources_of_one_start_spread_over_the_interval() {
        let policy = every(HOUR, false);
        let mut at: Vec<Moment> = vec![now(); 10];
        for _ in 0..12 {
            for (n, at) in at.iter_mut().enumerate() {
                let jitter = Jitter {
                    offset: n as f64 / 10.0,
                    dice: 0.0,
                };
                *at = next_poll_at(
                    *at,
                    Ending::Answered,
                    &Hints::default(),
                    &policy,
                    &Habit::default(),
                    jitter,
                );
            }
        }
        let mut minutes: Vec<u32> = at.iter().map(|at| at.minute()).collect();
        minutes.sort_unstable();
        minutes.dedup();
        assert_eq!(minutes.len(), 10, "{minutes:?}");
    }

    proptest! {
        #[test]
        fn next_poll_lies_within_its_bounds(
            every_s in 1_u64..200_000, own: bool, interval_s in proptest::option::of(any::<u64>()),
            fresh_s in proptest::option::of(any::<u32>()), skip_hours in proptest::collection::vec(0_u8..24, 0..24),
            skip_days in proptest::collection::vec(0_u8..7, 0..7), failures: u32, quiet_h in 0_i64..100_000,
            quiet_polls: u32, offset in 0.0..1.0, dice in 0.0..1.0, failed: bool,
        ) {
            let policy = every(Duration::from_secs(every_s), own);
            let hints = Hints {
                interval_s, skip_hours, skip_days,
                fresh_for: fresh_s.map(|s| Duration::from_secs(s.into())),
            };
            let quiet_since = Some(now() - TimeDelta::hours(quiet_h));
            let habit = Habit { failures, polls: 5, quiet_since, quiet_polls };
            let ending = if failed { Ending::Failed } else { Ending::Answered };
            let next = next_poll_at(now(), ending, &hints, &policy, &habit, Jitter { offset, dice });
            let usual = every_s.max(300);
            let most = if usual < 24 * 3600 { 24 * 3600 } else { usual * 11 / 10 + 1 };
            prop_assert!(next >= now() + TimeDelta::minutes(5));
            prop_assert!(next <= now() + TimeDelta::seconds(i64::try_from(most).unwrap_or(i64::MAX)));
        }
    }
}
