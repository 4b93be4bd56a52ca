//! What a source's polls remember from one to the next, beside what the database has columns for.
//!
//! Kept as JSON in the source's row, in the same transaction as everything else of the poll. What
//! can't be read (an older or newer presswire wrote it) counts as nothing remembered.

use crate::domain::Moment;
use crate::domain::doubt::Doubt;
use crate::domain::schedule::{Habit, Hints};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use url::Url;

/// How often a source is asked without validators, to see whether its 304 can be believed.
const LOOK_EVERY: TimeDelta = TimeDelta::days(7);

/// A permanent redirect is believed once it was the same for so long …
const BELIEVED_AFTER: TimeDelta = TimeDelta::days(7);
/// … and so often.
const BELIEVED_TIMES: u32 = 3;

/// Gaps between new entries that are remembered, and the least that make a habit.
const GAPS: usize = 8;
const HABIT: usize = 5;

/// Doubts that are remembered, and for how long they are told.
const DOUBTS: usize = 5;
const DOUBTED_FOR: TimeDelta = TimeDelta::days(7);

/// A source is silent after so many times its usual gap …
const SILENT_GAPS: i32 = 4;
/// … and never before.
const SILENT_AT_LEAST: TimeDelta = TimeDelta::days(1);

/// One source's memory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// For the schedule.
    pub habit: Habit,
    /// What the last document and answer asked for.
    pub hints: Hints,
    /// Where it redirects for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// When a whole body last came without our validators having been sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<Moment>,
    /// It said 304 although it had changed: asked without validators until its ETag changes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// Minutes between the last polls that brought something new, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps_min: Vec<u32>,
    /// What of it was to be doubted lately, and when it was last seen; newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<(Moment, Doubt)>,
}

/// A permanent redirect, as far as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Where to.
    pub to: Url,
    /// Since when it was always the same.
    pub since: Moment,
    /// How often, to a feed that we know.
    pub times: u32,
    /// The new address is asked first.
    pub believed: bool,
}

impl Memory {
    /// What a row holds. What was noted under a clock that was ahead of `now` counts as noted now: it
    /// would keep the weekly look and a move's week waiting for as long as that clock was ahead.
    pub fn restore(json: Option<&str>, now: Moment) -> Memory {
        let mut memory: Memory = json
            .and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default();
        let since = memory.moved.as_mut().map(|moved| &mut moved.since);
        let noted = [&mut memory.looked_at, &mut memory.habit.quiet_since];
        let doubted = memory.doubts.iter_mut().map(|(at, _)| at);
        for at in noted.into_iter().flatten().chain(since).chain(doubted) {
            *at = now.min(*at);
        }
        memory
    }

    /// For the row.
    pub fn keep(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Whether the source is to be asked without validators.
    pub fn looks_unconditionally(&self, now: Moment) -> bool {
        self.frozen || self.looked_at.is_some_and(|at| now - at >= LOOK_EVERY)
    }

    /// Notes that a whole body came to a request without validators.
    pub fn looked(&mut self, now: Moment) {
        self.looked_at = Some(now);
    }

    /// Notes a good answer with `new` entries that were not known, `first` of the source or not.
    pub fn answered(&mut self, now: Moment, new: usize, first: bool) {
        if let (true, false, Some(since)) = (new > 0, first, self.habit.quiet_since) {
            let minutes = (now - since).num_minutes().clamp(1, i64::from(u32::MAX));
            self.gaps_min
                .push(u32::try_from(minutes).unwrap_or(u32::MAX));
            let surplus = self.gaps_min.len().saturating_sub(GAPS);
            self.gaps_min.drain(..surplus);
        }
        self.habit = self.habit.answered(now, new);
    }

    /// Notes what is to be doubted of what it brought; gives those that were not doubted already.
    pub fn doubt(&mut self, now: Moment, doubts: &[Doubt]) -> Vec<Doubt> {
        self.doubts.retain(|(at, _)| now - *at < DOUBTED_FOR);
        let mut new = Vec::new();
        // The first one weighs most, so it is to stand first.
        for doubt in doubts.iter().rev() {
            let before = self.doubts.len();
            self.doubts.retain(|(_, known)| !doubt.replaces(known));
            if self.doubts.len() == before {
                new.push(doubt.clone());
            }
            self.doubts.insert(0, (now, doubt.clone()));
        }
        self.doubts.truncate(DOUBTS);
        new
    }

    /// What was lately to be doubted, newest first.
    pub fn doubted(&self, now: Moment) -> impl Iterator<Item = &Doubt> {
        let lately = self.doubts.iter();
        let lately = lately.filter(move |(at, _)| now - *at < DOUBTED_FOR);
        lately.map(|(_, doubt)| doubt)
    }

    /// How long it has been silent, where that is four times its usual gap: (silence, usual gap).
    pub fn silence(&self, now: Moment) -> Option<(TimeDelta, TimeDelta)> {
        if self.gaps_min.len() < HABIT {
            return None;
        }
        let sum: i64 = self.gaps_min.iter().map(|gap| i64::from(*gap)).sum();
        let usual = TimeDelta::minutes(sum / self.gaps_min.len() as i64);
        let silence = now - self.habit.quiet_since?;
        (silence > SILENT_AT_LEAST && silence > usual * SILENT_GAPS).then_some((silence, usual))
    }

    /// Notes where a good answer came from: `to` if permanent redirects alone led there from `own`.
    /// A move is believed after a week of the same answer, with entries that we know, on the same
    /// registrable domain; any other answer forgets it.
    pub fn redirected(&mut self, now: Moment, own: &Url, to: Option<&Url>, familiar: bool) {
        let Some(to) = to.filter(|to| *to != own) else {
            self.moved = None;
            return;
        };
        let moved = match self.moved.take().filter(|moved| moved.to == *to) {
            Some(moved) => Moved {
                times: moved.times.saturating_add(u32::from(familiar)),
                ..moved
            },
            None => Moved {
                to: to.clone(),
                since: now,
                times: u32::from(familiar),
                believed: false,
            },
        };
        let old_enough = now - moved.since >= BELIEVED_AFTER && moved.times >= BELIEVED_TIMES;
        let believed = moved.believed || (old_enough && same_domain(own, to));
        self.moved = Some(Moved { believed, ..moved });
    }
}

/// Whether two addresses belong to one registrable domain.
fn same_domain(one: &Url, other: &Url) -> bool {
    let (Some(one), Some(other)) = (one.host_str(), other.host_str()) else {
        return false;
    };
    let registrable = |host: &str| psl::domain_str(host).map(str::to_owned);
    one == other || (registrable(one).is_some() && registrable(one) == registrable(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Moment {
        "2026-11-21T12:00:00Z".parse().expect("a moment")
    }

    fn url(text: &str) -> Url {
        text.parse().expect("an address")
    }

    #[test]
    fn move_is_believed_after_a_week_on_the_same_domain() {
        let (own, to) = (
            url("https://a.example.org/feed"),
            url("https://www.example.org/feed"),
        );
        let mut memory = Memory::default();
        for day in [0, 3, 6] {
            memory.redirected(now() + TimeDelta::days(day), &own, Some(&to), true);
            assert!(
                memory.moved.as_ref().is_some_and(|moved| !moved.believed),
                "day {day}"
            );
        }
        memory.redirected(now() + TimeDelta::days(7), &own, Some(&to), true);
        assert!(memory.moved.as_ref().is_some_and(|moved| moved.believed));
        let kept = Memory::restore(memory.keep().as_deref(), now() + TimeDelta::days(7));
        assert_eq!(kept.moved, memory.moved);
    }

    #[test]
    fn move_that_flaps_leads_elsewhere_or_to_strangers_is_not_believed() {
        let own = url("https://a.example.org/feed");
        let far = url("https://example.net/feed");
        let mut memory = Memory::default();
        for day in 0..30 {
            memory.redirected(now() + TimeDelta::days(day), &own, Some(&far), true);
        }
        assert!(
            memory.moved.as_ref().is_some_and(|moved| !moved.believed),
            "another domain"
        );
        let near = [url("https://b.example.org/"), url("https://c.example.org/")];
        for day in 0..30 {
            let to = &near[usize::try_from(day % 2).expect("small")];
            memory.redirected(now() + TimeDelta::days(day), &own, Some(to), true);
        }
        assert!(
            memory.moved.as_ref().is_some_and(|moved| moved.times == 1),
            "flapping"
        );
        for day in 0..30 {
            memory.redirected(now() + TimeDelta::days(day), &own, Some(&near[0]), false);
        }
        assert!(
            memory.moved.as_ref().is_some_and(|moved| !moved.believed),
            "a feed we don't know"
        );
        memory.redirected(now(), &own, None, true);
        assert_eq!(memory.moved, None);
    }

    #[test]
    fn silence_needs_a_habit_and_four_gaps() {
        let mut memory = Memory::default();
        let mut at = now();
        memory.answered(at, 20, true);
        for _ in 0..HABIT {
            at += TimeDelta::days(1);
            memory.answered(at, 1, false);
        }
        assert_eq!(memory.gaps_min, [1440; HABIT]);
        assert_eq!(memory.silence(at + TimeDelta::days(4)), None);
        assert!(
            memory
                .silence(at + TimeDelta::days(4) + TimeDelta::minutes(1))
                .is_some()
        );
        memory.gaps_min.truncate(HABIT - 1);
        assert_eq!(memory.silence(at + TimeDelta::days(400)), None);
    }

    #[test]
    fn weekly_look_is_unconditional() {
        let mut memory = Memory::default();
        assert!(!memory.looks_unconditionally(now()));
        memory.looked(now());
        assert!(!memory.looks_unconditionally(now() + TimeDelta::days(6)));
        assert!(memory.looks_unconditionally(now() + TimeDelta::days(7)));
    }

    #[test]
    fn unreadable_memory_is_none() {
        let restored = Memory::restore(Some("{\"habit\": 7}"), now());
        assert_eq!(restored, Memory::default());
        assert_eq!(Memory::restore(None, now()), Memory::default());
    }

    #[test]
    fn moments_of_a_clock_that_was_ahead_count_as_now() {
        let ahead = now() + TimeDelta::days(3650);
        let (own, to) = (url("https://example.org/a"), url("https://example.org/b"));
        let mut memory = Memory::default();
        memory.answered(ahead, 1, true);
        memory.looked(ahead);
        memory.redirected(ahead, &own, Some(&to), true);
        let restored = Memory::restore(memory.keep().as_deref(), now());
        assert_eq!(restored.habit.quiet_since, Some(now()));
        assert_eq!(restored.looked_at, Some(now()));
        assert_eq!(restored.moved.map(|moved| moved.since), Some(now()));
    }
}
