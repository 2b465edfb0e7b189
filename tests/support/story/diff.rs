//! The lines in which two texts differ, with two lines around them.
//!
//! A line that differs only in what cannot be seen (a carriage return, no line break at the end) is
//! shown with `␍` and `␄`.

use std::ops::Range;

use libtest_mimic::Trial;

const AROUND: usize = 2;

/// A unified diff without line numbers; empty for equal texts.
pub fn unified(before: &[u8], after: &[u8]) -> Vec<u8> {
    let (old, new) = (lines(before), lines(after));
    let pairs = common(&old, &new);
    let (mut all, mut from) = (Vec::new(), (0, 0));
    for (a, b) in pairs.into_iter().chain([(old.len(), new.len())]) {
        all.extend(old[from.0..a].iter().map(|line| ('-', line)));
        all.extend(new[from.1..b].iter().map(|line| ('+', line)));
        all.extend(old.get(a).map(|line| (' ', line)));
        from = (a + 1, b + 1);
    }
    let changed: Vec<usize> = (0..all.len()).filter(|n| all[*n].0 != ' ').collect();
    let shown = |n: usize| -> bool {
        let near: Range<usize> = n.saturating_sub(AROUND)..n + AROUND + 1;
        changed.iter().any(|c| near.contains(c))
    };
    let (mut out, mut gap) = (String::new(), true);
    for (n, (sign, line)) in all.iter().enumerate() {
        if shown(n) {
            if gap {
                out.push_str("@@\n");
            }
            out.push(*sign);
            out.push_str(line);
            out.push('\n');
        }
        gap = !shown(n);
    }
    out.into_bytes()
}

fn lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let lines = text
        .split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => line.replace('\r', "␍"),
            None => line.replace('\r', "␍") + "␄",
        });
    lines.collect()
}

/// Indices of a longest common subsequence; the texts of stories are short.
fn common(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            longest[a][b] = if old[a] == new[b] {
                longest[a + 1][b + 1] + 1
            } else {
                longest[a + 1][b].max(longest[a][b + 1])
            };
        }
    }
    let (mut a, mut b, mut pairs) = (0, 0, Vec::new());
    while a < old.len() && b < new.len() {
        if old[a] == new[b] {
            pairs.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if longest[a + 1][b] >= longest[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}

/// The diff itself is what reviewers read.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: a diff shows what changed and a little around it",
        || {
            let got = unified(
                b"a\nb\nc\nd\ne\nf\ng\nh\ni\n",
                b"a\nb\nc\nd\nE\r\nf\ng\nh\ni",
            );
            let want = "@@\n c\n d\n-e\n+E␍\n f\n g\n h\n-i\n+i␄\n";
            assert_eq!(String::from_utf8(got).unwrap(), want);
            assert!(unified(b"a\n", b"a\n").is_empty());
            Ok(())
        },
    )]
}
