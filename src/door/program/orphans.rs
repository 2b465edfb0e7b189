//! EDGE: processes that a program left behind: none survives it, and none stays a zombie.
//!
//! The server is the first process of its container and reaps nobody. So whatever loses its parent below us
//! becomes our child, is killed and waited for. They keep our process group, which the server ends when we
//! are killed ourselves.

#[cfg(target_os = "linux")]
use rustix::process::{Pid, Signal, WaitOptions};

/// More generations than this do not come of a program that means well.
#[cfg(target_os = "linux")]
const GENERATIONS: usize = 64;

/// From now on processes below us whose parent ends are our children.
pub(super) fn adopt() {
    #[cfg(target_os = "linux")]
    // an old kernel or a sandbox: then they are left to the server
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends all children of this process, and theirs.
pub(super) fn end() {
    #[cfg(target_os = "linux")]
    for _ in 0..GENERATIONS {
        // there is hardly ever one, and to look through all processes takes as long as there are many
        if rustix::process::wait(WaitOptions::NOHANG).is_err() {
            return;
        }
        let children = children();
        for child in &children {
            let _ = rustix::process::kill_process(*child, Signal::KILL);
        }
        for child in children {
            let _ = rustix::process::waitpid(Some(child), WaitOptions::empty());
        }
    }
}

#[cfg(target_os = "linux")]
fn children() -> Vec<Pid> {
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let Ok(all) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let numbers = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let mine = numbers.filter(|number: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat"));
        stat.is_ok_and(|stat| parent(&stat) == Some(own))
    });
    mine.filter_map(Pid::from_raw).collect()
}

/// `NUMBER (NAME) STATE PARENT …`; the name may be anything.
#[cfg(target_os = "linux")]
fn parent(stat: &str) -> Option<i32> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::parent;

    #[test]
    fn a_parent_is_found_whatever_a_program_is_called() {
        assert_eq!(parent("12 (sh) S 7 12 12 0"), Some(7));
        assert_eq!(parent("12 (a) S 9 (b) S 7 12 12 0"), Some(7));
        assert_eq!(parent("12 (sh"), None);
    }
}
