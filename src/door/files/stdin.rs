//! EDGE: all of stdin, in memory that costs little.
//!
//! A stream of some megabytes is read faster than the memory for it is handed out in small pages,
//! and a block that grows is copied and wiped. So there is one reservation for whatever comes, in
//! large pages where the system has them; what is not written costs nothing. It is kept until the
//! process ends, as the output borrows from it.

use std::borrow::Cow;
use std::io::{self, Read};

use memmap2::MmapMut;
use zeroize::Zeroizing;

/// More is not read anyway; see `stage::read`.
const MOST: usize = (1 << 30) + (1 << 20);
/// Up to here small pages are as good.
const SMALL: usize = 1 << 18;
/// A large page.
const LARGE: usize = 1 << 21;
/// Files of this size are read by two threads: most of the time goes into clearing new memory.
#[cfg(unix)]
const WORTH_A_THREAD: usize = 2 * LARGE;

/// Reads to the end. `None`: it is not UTF-8.
pub(super) fn read() -> io::Result<Option<Cow<'static, str>>> {
    let mut stdin = source()?;
    let Ok(memory) = MmapMut::map_anon(LARGE + MOST) else {
        // the address space is limited
        let mut bytes = Vec::new();
        stdin.read_to_end(&mut bytes)?;
        return Ok(String::from_utf8(bytes).ok().map(Cow::Owned));
    };
    let memory = Box::leak(Box::new(memory));
    // where a large page may begin, `SMALL` bytes in
    let large = memory[SMALL..].as_ptr().align_offset(LARGE).min(LARGE);
    #[cfg(unix)]
    let rest = file::rest(&mut stdin)?.map(|rest| rest.min(MOST));
    #[cfg(target_os = "linux")]
    {
        // a last large page that would stay empty costs more memory than it saves time
        let filled = |rest: usize| (rest + LARGE / 8).saturating_sub(SMALL) / LARGE * LARGE;
        let length = rest.map_or(MOST, filled).min(MOST - SMALL);
        // a system without large pages has small ones
        let _ = memory.advise_range(memmap2::Advice::HugePage, SMALL + large, length);
    }
    let memory = &mut memory[large..][..MOST];
    #[cfg(target_os = "linux")]
    super::widen(&stdin);
    #[cfg(unix)]
    let mut length = match rest {
        Some(rest) if rest >= WORTH_A_THREAD => file::read(&mut stdin, &mut memory[..rest])?,
        _ => 0,
    };
    #[cfg(not(unix))]
    let mut length = 0;
    while length < MOST {
        match stdin.read(&mut memory[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let text = std::str::from_utf8(&memory[..length]);
    Ok(text.ok().map(Cow::Borrowed))
}

/// Reads values to the end, at most so many bytes, in memory that is wiped. `None`: it is not UTF-8.
pub(super) fn values(most: usize) -> io::Result<Option<Zeroizing<String>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    source()?.take(most as u64).read_to_end(&mut bytes)?;
    Ok(match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Some(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            None
        }
    })
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

/// A large file has a beginning and a middle: two threads read from there.
#[cfg(unix)]
mod file {
    use std::fs::File;
    use std::io::{self, Seek, SeekFrom};
    use std::os::unix::fs::FileExt;
    use std::thread;

    use super::{LARGE, SMALL};

    /// How much of a file is left to be read; nothing is said of anything else.
    pub(super) fn rest(file: &mut File) -> io::Result<Option<usize>> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(None);
        }
        let rest = metadata.len().saturating_sub(file.stream_position()?);
        Ok(Some(usize::try_from(rest).unwrap_or(usize::MAX)))
    }

    /// Fills `memory` from a file that holds as much, and leaves it positioned behind that.
    pub(super) fn read(file: &mut File, memory: &mut [u8]) -> io::Result<usize> {
        let from = file.stream_position()?;
        // no page is cleared twice
        let middle = SMALL + (memory.len() / 2 / LARGE) * LARGE;
        let (first, second) = memory.split_at_mut(middle);
        let shared = &*file;
        let (first, second) = thread::scope(|scope| {
            let other = scope.spawn(|| fill(shared, from + middle as u64, second));
            let first = fill(shared, from, first);
            (first, other.join())
        });
        let mut length = first?;
        if length == middle {
            length += second.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        // a file that shrank meanwhile ends where the first gap is
        file.seek(SeekFrom::Start(from + length as u64))?;
        Ok(length)
    }

    /// Reads until `into` is full or the file ends.
    fn fill(file: &File, from: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        while length < into.len() {
            match file.read_at(&mut into[length..], from + length as u64) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(length)
    }
}
