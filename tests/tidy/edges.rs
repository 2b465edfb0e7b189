//! Where the program touches files, the environment, the network, other programs and clocks.

use crate::project::{none, program};

/// What touches the world, and the files that may; a folder ends in `/`.
#[rustfmt::skip]
const EDGES: &[(&str, &[&str])] = &[
