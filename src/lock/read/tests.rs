//! Every mistake of a lock, and the whole text that a person sees; the parts lie beside.
//!
//! A mistake is made in one of the checked-in locks, so that everything else is as it should be.

mod entry;
mod form;
mod generation;
mod source;

use super::read;
use crate::diag::render::render;

const ROTATED: &str = include_str!("../../../fixtures/locks/after-a-rotation.lock");
const BILLING: &str = include_str!("../../../fixtures/locks/every-field.lock");

/// The lock of the orders with one text replaced.
#[track_caller]
fn rotated(from: &str, to: &str) -> String {
    edited(ROTATED, from, to)
}

/// The lock of the billing with one text replaced.
#[track_caller]
fn billing(from: &str, to: &str) -> String {
    edited(BILLING, from, to)
}

#[track_caller]
fn edited(lock: &str, from: &str, to: &str) -> String {
    assert_eq!(lock.matches(from).count(), 1, "{from}");
    lock.replace(from, to)
}

/// What is said of a text that cannot be read.
fn said(text: &str) -> String {
    match read("countersign.lock", text) {
        Ok(_) => String::new(),
        Err(report) => render(&report.sorted(), false),
    }
}

/// `want` starts on a line of its own.
#[track_caller]
fn refused(text: &str, want: &str) {
    let said = said(text);
    assert_eq!(said, want.trim_start_matches('\n'), "\n{said}");
}
