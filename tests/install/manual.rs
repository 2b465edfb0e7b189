//! Manual pages, as `man` shows them.

use crate::scratch::Scratch;

#[test]
fn each_command_has_a_page_that_man_can_show() {
    let scratch = Scratch::with(&[]);
    let told = scratch.prints("countersign man share/man/man1");
    let pages = scratch.list("share/man/man1");
    assert_eq!(
        told,
        format!("{} pages are in `share/man/man1`\n", pages.len())
    );
    for page in [
        "countersign.1",
        "countersign-lock.1",
        "countersign-policy-generate.1",
    ] {
        assert!(pages.iter().any(|name| name == page), "{page}: {pages:?}");
    }
    for page in &pages {
        let roff = scratch.read(&format!("share/man/man1/{page}"));
        let command = page.trim_end_matches(".1");
        assert!(roff.contains(&format!("\n.TH {command} 1 ")), "{roff}");
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION"] {
            assert!(
                roff.contains(&format!("\n.SH {section}\n")),
                "{page}: {section}"
            );
        }
    }
}

#[test]
fn groff_has_nothing_to_complain_about() {
    let scratch = Scratch::with(&[]);
    scratch.prints("countersign man pages");
    let here = scratch.shell("command -v groff").status.success();
    for page in scratch.list("pages") {
        if here {
            let lines = format!("groff -k -man -Tutf8 -ww pages/{page} 2>&1 >shown");
            assert_eq!(scratch.prints(&lines), "", "{page}");
            assert!(scratch.read("shown").contains("countersign"), "{page}");
        } else {
            // a line that begins with a dot is a request; every one that stands here is known
            let known = [
                ".ie", ".el", ".TH", ".SH", ".TP", ".br", ".RS", ".RE", ".PP", ".IP",
            ];
            let roff = scratch.read(&format!("pages/{page}"));
            let requests = roff.lines().filter(|line| line.starts_with('.'));
            for line in requests {
                let request = line.split(' ').next().unwrap_or_default();
                assert!(known.contains(&request), "{page}: {line}");
            }
        }
    }
}

#[test]
fn pages_are_written_again_where_they_are_the_same_and_nothing_else_is_touched() {
    let scratch = Scratch::with(&[]);
    scratch.prints(
        "countersign man pages\ncountersign man pages\necho mine > pages/countersign-lock.1",
    );
    let said = scratch.fails("countersign man pages");
    assert!(
        said.contains("error[write-failed]: `pages/countersign-lock.1` is there"),
        "{said}"
    );
    assert_eq!(scratch.read("pages/countersign-lock.1"), "mine\n");
}
