//! What a document says, one number a node: two documents with equal outlines hold the same data.
//!
//! The proof of an edit compares outlines, so they keep all that has a meaning and nothing of how
//! it is laid out. Between reading and proving, a document keeps the digest of its outline alone.
//! Both guard against mistakes of ours, not against somebody who looks for collisions: he would
//! need such a mistake first.

use super::Kind;

/// Without this, a zero would stay a zero: the digits of pi's fraction.
const SEED: u64 = 0x243f_6a88_85a3_08d3;
/// Spreads every bit over the whole product; odd: the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What the outline keeps of a node: enough that any change of meaning changes it. `plain` matters
/// because the type of a plain scalar is guessed; `anchor` is 1 where one is written, and for an
/// alias 2 plus the number of anchors since its own.
#[must_use]
pub fn fingerprint(
    kind: Kind,
    depth: usize,
    plain: bool,
    tagged: bool,
    value: &str,
    anchor: usize,
) -> u32 {
    let flags = kind as u64 | u64::from(plain) << 2 | u64::from(tagged) << 3;
    let mut hash = mix(SEED, flags | (depth as u64) << 4 | (anchor as u64) << 32);
    let (words, rest) = value.as_bytes().as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let all = mix(mix(hash, u64::from_le_bytes(last)), value.len() as u64);
    // the upper half of a product depends on all of both factors
    (all >> 32) as u32
}

/// All numbers of an outline, in their order, as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Of nothing.
    pub const EMPTY: Self = Self(SEED);

    /// With the nodes that follow.
    #[must_use]
    pub fn then(self, outline: &[u32]) -> Self {
        let add = |hash, print: &u32| mix(hash, u64::from(*print));
        Self(outline.iter().fold(self.0, add))
    }
}

/// Both halves of a product, folded into one.
fn mix(hash: u64, word: u64) -> u64 {
    let (low, high) = (hash ^ word ^ SPREAD.rotate_left(17)).carrying_mul(SPREAD, 0);
    (low ^ high).wrapping_add(hash.rotate_left(5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn everything_that_has_a_meaning_changes_the_fingerprint() {
        let all = [
            fingerprint(Kind::Scalar, 1, true, false, "", 0),
            fingerprint(Kind::Mapping, 1, true, false, "", 0),
            fingerprint(Kind::Sequence, 1, true, false, "", 0),
            fingerprint(Kind::Alias, 1, true, false, "", 0),
            fingerprint(Kind::Alias, 1, true, false, "", 1),
            fingerprint(Kind::Scalar, 2, true, false, "", 0),
            fingerprint(Kind::Scalar, 1, false, false, "", 0),
            fingerprint(Kind::Scalar, 1, true, true, "", 0),
        ];
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }

    #[test]
    fn a_digest_tells_which_nodes_in_which_order_and_not_in_how_many_parts() {
        let whole = Digest::EMPTY.then(&[1, 2, 3]);
        assert_eq!(Digest::EMPTY.then(&[1]).then(&[]).then(&[2, 3]), whole);
        for other in [
            &[][..],
            &[1, 2],
            &[1, 2, 3, 0],
            &[0, 1, 2, 3],
            &[2, 1, 3],
            &[1, 2, 4],
        ] {
            assert_ne!(Digest::EMPTY.then(other), whole, "{other:?}");
        }
    }

    #[test]
    fn values_that_are_nearly_equal_have_different_fingerprints() {
        let of = |value: &str| fingerprint(Kind::Scalar, 3, true, false, value, 0);
        let mut seen = HashSet::new();
        for length in 0..40 {
            for changed in 0..=length {
                for letter in ['a', 'b', '\0', ' '] {
                    let value: String = (0..length)
                        .map(|n| if n == changed { letter } else { 'x' })
                        .collect();
                    seen.insert((of(&value), value));
                }
            }
        }
        let values: HashSet<&String> = seen.iter().map(|(_, value)| value).collect();
        let prints: HashSet<u32> = seen.iter().map(|(print, _)| *print).collect();
        assert_eq!(prints.len(), values.len());
    }
}
