//! When a request is repeated, and how long to wait before.
//!
//! Whether repeating is safe at all is for the request to say. Pure but for the jitter.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// How often, and how patiently.
pub struct Policy {
    /// Repetitions after the first try.
    pub retries: u32,
    /// Before the first repetition; doubled for each further one.
    pub pause: Duration,
}

impl Policy {
    /// The pause of the official client.
    pub fn new(retries: u32) -> Self {
        Self {
            retries,
            pause: Duration::from_secs(1),
        }
    }

    /// How long to wait after the try `attempt` (from 0); `None`: do not try again.
    pub fn wait(&self, attempt: u32, retry_after: Option<u64>) -> Option<Duration> {
        if attempt >= self.retries {
            return None;
        }
        if let Some(seconds) = retry_after {
            // The server rounds down, so its own number may still be too early.
            let wait = Duration::from_secs(seconds.saturating_add(1));
            return Some(wait.saturating_add(Duration::from_secs_f64(jitter() / 2.0)));
        }
        let pause = self
            .pause
            .saturating_mul(2_u32.saturating_pow(attempt.min(8)));
        Some(pause + pause.mul_f64(jitter() / 2.0))
    }
}

/// 412: not caught up yet; 429: too many; 5xx: overloaded. 501 is an uninitialised server.
pub fn is_worth_repeating(status: u16) -> bool {
    matches!(status, 412 | 429 | 500 | 502..=599)
}

/// Something between 0 and 1 that differs between runs, so that many builds do not retry in step.
fn jitter() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let policy = Policy::new(2);
        let millis = |attempt, after| policy.wait(attempt, after).map(|wait| wait.as_millis());
        assert!((1000..=1500).contains(&millis(0, None).unwrap()));
        assert!((2000..=3000).contains(&millis(1, None).unwrap()));
        assert_eq!(millis(2, None), None);
        assert!((1000..=1500).contains(&millis(0, Some(0)).unwrap()));
        assert!((5000..=5500).contains(&millis(1, Some(4)).unwrap()));
        assert!(policy.wait(0, Some(u64::MAX)).is_some());
        assert_eq!(millis(2, Some(0)), None);
        assert_eq!(Policy::new(0).wait(0, None), None);
    }

    #[test]
    fn only_passing_failures_are_repeated() {
        for status in [412, 429, 500, 502, 503, 504] {
            assert!(is_worth_repeating(status), "{status}");
        }
        for status in [200, 204, 307, 400, 403, 404, 405, 472, 473, 501] {
            assert!(!is_worth_repeating(status), "{status}");
        }
    }
}
