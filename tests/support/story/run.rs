//! Runs the programs of a door, as a user would in a shell, and keeps what they show.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::folder::{Door, Scene};
use super::world::World;

/// What a user sees.
pub struct Outcome {
    /// The exit code; of a pipe the first that is not 0.
    pub exit: i32,
    /// As it was printed.
    pub raw: Vec<u8>,
    /// With fixed words for what differs from run to run.
    pub stdout: Vec<u8>,
    /// The same of stderr.
    pub stderr: Vec<u8>,
    /// What was asked of the store.
    pub requests: Vec<u8>,
}

/// Goes through one door.
pub fn run(world: &World, scene: &Scene, door: Door, args: &[String]) -> Outcome {
    let stdin = scene
        .stdin
        .as_ref()
        .map(|file| fs::read(world.app().join(file)).unwrap())
        .unwrap_or_default();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let with = |first: &[&'static str]| -> Vec<&str> {
        first.iter().copied().chain(args.iter().copied()).collect()
    };
    let call =
        |program: &str, args: &[&str], stdin: &[u8]| call(world, &scene.env, program, args, stdin);
    let output = match door {
        Door::Render => call("countersign", &with(&["render"]), &stdin),
        Door::Plain => call("countersign", &args, &stdin),
        Door::Krm => call("countersign", &[], &stdin),
        Door::Kustomize => call(
            "kustomize",
            &with(&["build", "--enable-alpha-plugins", "--enable-exec"]),
            &[],
        ),
        Door::Pipe => {
            let built = call("kustomize", &with(&["build"]), &[]);
            if built.status.success() {
                call("countersign", &["render", "-"], &built.stdout)
            } else {
                built
            }
        }
    };
    outcome(world, output)
}

/// Renders a text that countersign printed before.
pub fn again(world: &World, scene: &Scene, door: Door, text: &[u8]) -> Outcome {
    let args: &[&str] = if door == Door::Krm {
        &[]
    } else {
        &["render", "-"]
    };
    outcome(world, call(world, &scene.env, "countersign", args, text))
}

fn outcome(world: &World, output: Output) -> Outcome {
    Outcome {
        exit: output.status.code().unwrap_or(-1),
        stdout: world.settle(&output.stdout),
        raw: output.stdout,
        stderr: world.settle(&output.stderr),
        requests: world.settle(world.asked().as_bytes()),
    }
}

fn call(
    world: &World,
    env: &BTreeMap<String, String>,
    program: &str,
    args: &[&str],
    stdin: &[u8],
) -> Output {
    let path = world.program(program);
    assert!(
        Path::new(&path).exists(),
        "`{program}` is not among the `tools` of this story"
    );
    let mut child = Command::new(path)
        .args(args)
        .current_dir(world.app())
        .env_clear()
        .envs(world.env())
        .envs(env)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // a program that fails early does not read its input
        scope.spawn(move || pipe.write_all(stdin).ok());
        child.wait_with_output().unwrap()
    })
}
