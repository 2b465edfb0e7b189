//! EDGE: all of stdin, in memory that costs little.
//!
//! A stream of some megabytes is read faster than the memory for it is handed out in small pages,
//! and a block that grows is copied and wiped. So there is one reservation for whatever comes, in
//! large pages where the system has them; what is not written costs nothing. It is kept until the
//! process ends, as the output borrows from it.

use std::borrow::Cow;
use std::io::{self, Read};

use memmap2::MmapMut;

/// More is not read anyway; see `stage::read`.
const MOST: usize = (1 << 30) + (1 << 20);
/// A large page. One begins at a multiple of its size; up to there small pages are as good.
const LARGE_PAGE: usize = 2 << 20;

/// Reads to the end. `None`: it is not UTF-8.
pub(super) fn read() -> io::Result<Option<Cow<'static, str>>> {
    let mut stdin = source()?;
    let Ok(mut memory) = MmapMut::map_anon(MOST + LARGE_PAGE) else {
        // the address space is limited
        let mut bytes = Vec::new();
        stdin.read_to_end(&mut bytes)?;
        return Ok(String::from_utf8(bytes).ok().map(Cow::Owned));
    };
    // text that ends soon after the start of a large page leaves most of it empty: no more than one
    let start = memory.as_ptr().align_offset(LARGE_PAGE);
    #[cfg(target_os = "linux")]
    {
        let (first, length) = (start + LARGE_PAGE, MOST - LARGE_PAGE);
        // a system without large pages has small ones
        let _ = memory.advise_range(memmap2::Advice::HugePage, first, length);
        super::widen(&stdin);
    }
    let mut length = 0;
    while length < MOST {
        match stdin.read(&mut memory[start + length..start + MOST]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let memory: &'static [u8] = Box::leak(Box::new(memory));
    Ok(std::str::from_utf8(&memory[start..start + length])
        .ok()
        .map(Cow::Borrowed))
}

/// Stdin without the buffer of `Stdin`.
#[cfg(unix)]
fn source() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn source() -> io::Result<io::StdinLock<'static>> {
    Ok(io::stdin().lock())
}
