//! argv in; bytes and an exit code out.
fn main() {}
