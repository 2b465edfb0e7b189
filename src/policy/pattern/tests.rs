//! What patterns mean: by hand, and all short ones against a definition that is too simple to be wrong.

use super::*;

fn lookup(name: &str) -> Lookup<'static> {
    match name {
        "project" => Lookup::Value("shop"),
        "star" => Lookup::Value("a.b"),
        "unset" => Lookup::NoValue,
        _ => Lookup::Undeclared,
    }
}

fn pattern(text: &str) -> Pattern {
    Pattern::read(text, &lookup).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

#[test]
fn a_star_stays_within_its_segment_and_two_go_on() {
    let yes = [
        ("kvv2/shop/db", "kvv2/shop/db"),
        ("kvv2/*/db", "kvv2/shop/db"),
        ("kvv2/sh*/d*b", "kvv2/shop/db"),
        ("kvv2/{{ project }}/**", "kvv2/shop/db"),
        ("kvv2/{{project}}/**", "kvv2/shop/a/b/c"),
        ("kvv2/team-{{ project }}/*", "kvv2/team-shop/db"),
        ("kvv2/**/db", "kvv2/db"),
        ("kvv2/**/db", "kvv2/a/b/db"),
        ("kvv2/**/a/**", "kvv2/x/a/y/a/z"),
        ("*/**", "kvv2/db"),
        ("kvv2/{{ star }}", "kvv2/a.b"),
    ];
    for (text, name) in yes {
        assert!(pattern(text).matches(name), "{text} means {name}");
    }
    let no = [
        ("kvv2/*", "kvv2/shop/db"),
        ("kvv2/*/db", "kvv2/db"),
        ("kvv2/shop/**", "kvv2/shop"),
        ("kvv2/shop/**", "kvv2/shopping/db"),
        ("kvv2/{{ project }}/**", "kvv2/finance/db"),
        ("kvv2/{{ star }}", "kvv2/axb"),
        ("*/shop/**", "team-a/kvv2/shop/db"),
        ("kvv2/shop/db", "KVV2/shop/db"),
        ("kvv2/shop/db", "kvv2/shop/db/more"),
        ("*/**", "kvv2"),
    ];
    for (text, name) in no {
        assert!(!pattern(text).matches(name), "{text} does not mean {name}");
    }
}

#[test]
fn what_is_no_pattern_is_refused() {
    let malformed = [
        "",
        "/",
        "/kvv2/a",
        "kvv2/a/",
        "kvv2//a",
        "kvv2/../a",
        "kvv2/./a",
        "kvv2/%2e",
        "kvv2/a?",
        "kvv2/a#",
        "kvv2\\a",
        "kvv2/[ab]",
        "kvv2/{a,b}",
        "kvv2/{{ project",
        "kvv2/project }}",
        "kvv2/***",
        "kvv2/a**",
        "kvv2/**a/b",
        "**",
        "**/db",
        "kvv2/ a",
        "kvv2/a ",
        "kvv2/sh\u{43e}p",
    ];
    for text in malformed {
        let fault = Pattern::read(text, &lookup).expect_err(text);
        assert!(matches!(fault, Fault::Malformed(_)), "{text}: {fault:?}");
    }
    let undeclared = Pattern::read("kvv2/{{ projekt }}/*", &lookup).expect_err("undeclared");
    assert_eq!(undeclared, Fault::Undeclared("projekt".to_owned()));
    let unset = Pattern::read("kvv2/{{ unset }}/*", &lookup).expect_err("no value");
    assert_eq!(unset, Fault::NoValue);
}

#[test]
fn the_nearest_pattern_reaches_furthest() {
    assert_eq!(pattern("kvv2/shop/**").reaches("kvv2/finance/db"), 1);
    assert_eq!(pattern("kvv2/*/shared").reaches("kvv2/finance/db"), 2);
    assert_eq!(pattern("other/finance/db").reaches("kvv2/finance/db"), 0);
}

/// The definition: a star takes nothing, or one more.
fn naive(pattern: &[&str], name: &[&str]) -> bool {
    match (pattern, name) {
        ([], _) => name.is_empty(),
        (["**"], _) => !name.is_empty(),
        (["**", rest @ ..], _) => {
            naive(rest, name) || (!name.is_empty() && naive(pattern, &name[1..]))
        }
        ([_, ..], []) => false,
        ([first, rest @ ..], [head, tail @ ..]) => {
            within(first.as_bytes(), head.as_bytes()) && naive(rest, tail)
        }
    }
}

fn within(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], _) => text.is_empty(),
        ([b'*', rest @ ..], _) => {
            within(rest, text) || (!text.is_empty() && within(pattern, &text[1..]))
        }
        ([first, rest @ ..], [head, tail @ ..]) => first == head && within(rest, tail),
        _ => false,
    }
}

/// All sequences of up to `longest` of these words, joined.
fn all(words: &[&str], longest: usize) -> Vec<String> {
    let mut out: Vec<Vec<&str>> = words.iter().map(|word| vec![*word]).collect();
    let mut last = out.clone();
    for _ in 1..longest {
        let longer = last.iter().flat_map(|start| {
            words.iter().map(|word| {
                let mut next = start.clone();
                next.push(word);
                next
            })
        });
        last = longer.collect();
        out.extend(last.clone());
    }
    out.into_iter().map(|words| words.join("/")).collect()
}

#[test]
fn all_short_patterns_mean_what_their_definition_says() {
    let patterns = all(&["a", "*", "a*", "*b*a", "**"], 4);
    let names = all(&["a", "b", "ab", "bba"], 4);
    let mut judged = [0_usize; 2];
    for text in patterns.iter().filter(|text| !text.starts_with("**")) {
        let pattern = pattern(text);
        let parts: Vec<&str> = text.split('/').collect();
        for name in &names {
            let segments: Vec<&str> = name.split('/').collect();
            let wanted = naive(&parts, &segments);
            assert_eq!(pattern.matches(name), wanted, "{text} and {name}");
            judged[usize::from(wanted)] += 1;
        }
    }
    assert!(judged.iter().all(|seen| *seen > 1000), "{judged:?}");
}
