//! countersign: a secret change in Kubernetes becomes a reviewed pull request.
//!
//! One pipeline, one direction: **read → plan → resolve → mint → rewrite → stamp → write**. The
//! stages do no I/O; `door`, the stores, `cli` and `main` are the edges.

pub mod cli;
pub mod config;
pub mod diag;
pub mod door;
pub mod hash;
pub mod kube;
pub mod stage;
pub mod value;
pub mod vault;
pub mod yaml;

use diag::Report;
use stage::plan::Runner;
use stage::write::Rendered;
use stage::{Request, mint, plan, read, resolve, rewrite, stamp, write};
use vault::Store;

/// The program: manifests and configs in, manifests with their secrets out; or everything that is
/// wrong, and nothing out.
pub fn render<'r>(request: &'r Request, store: &dyn Store) -> Result<Rendered<'r>, Report> {
    let mut bundle = read::read(request)?;
    let plan = plan::plan(
        &mut bundle,
        Runner {
            address: store.address(),
        },
    )?;
    let resolved = resolve::resolve(&bundle, &plan, store)?;
    let minted = mint::mint(&bundle, &plan, &resolved)?;
    let links = rewrite::rewrite(&bundle, &plan, &minted)?;
    let stamps = stamp::stamp(&bundle, &plan, &minted, &links)?;
    write::write(bundle, plan, minted, links, stamps)
}
