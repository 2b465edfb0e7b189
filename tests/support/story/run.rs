//! Runs the programs of a door, as a user would in a shell, and keeps what they show.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use libtest_mimic::Trial;

use super::folder::{Door, Scene};
use super::needles::MARKER;
use super::times;
use super::versions;
use super::world::World;

/// One run in its surroundings, to be gone through several times.
pub struct Stage<'a> {
    /// Where.
    pub world: &'a World,
    /// What.
    pub scene: &'a Scene,
    /// All variables.
    pub env: BTreeMap<String, String>,
}

impl Stage<'_> {
    /// Values that the run is given on stdin.
    pub fn given(&self) -> Vec<String> {
        let Some(file) = &self.scene.stdin else {
            return Vec::new();
        };
        let text = fs::read_to_string(self.world.app().join(file)).unwrap_or_default();
        let words = text.split(|c: char| c.is_whitespace() || "\"'{},".contains(c));
        let marked = words.filter(|word| word.starts_with(MARKER));
        marked.map(str::to_owned).collect()
    }
}

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
pub fn run(stage: &Stage, door: Door, args: &[String]) -> Outcome {
    let stdin = stage.scene.stdin.as_ref();
    let stdin = stdin
        .map(|file| fs::read(stage.world.app().join(file)).unwrap())
        .unwrap_or_default();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let with = |first: &[&'static str]| -> Vec<&str> {
        first.iter().copied().chain(args.iter().copied()).collect()
    };
    let call = |program: &str, args: &[&str], stdin: &[u8]| call(stage, program, args, stdin);
    let output = match door {
        Door::Render => call("countersign", &with(&["render"]), &stdin),
        Door::Plain => call("countersign", &args, &stdin),
        Door::Krm => call("countersign", &[], &stdin),
        Door::Kustomize => call(
            "kustomize",
            &with(&["build", "--enable-alpha-plugins", "--enable-exec"]),
            &[],
        ),
        Door::Stock => {
            let mut built = stock(stage, &args.join(" ")).into_iter();
            let (first, output) = built.next().expect("`tools` names kustomize or kubectl");
            for (other, again) in built {
                let same = (&output.stdout, output.status.success());
                let both = format!("{first} and {other} build the same");
                assert!(same == (&again.stdout, again.status.success()), "{both}");
            }
            output
        }
        Door::Helm3 | Door::Helm4 => {
            let (helm, first) = match door {
                Door::Helm3 => ("helm", &["--post-renderer-args=helm"][..]),
                _ => ("helm4", &[][..]),
            };
            let (before, after) = sides(&args);
            let after: Vec<String> = after
                .iter()
                .map(|arg| format!("--post-renderer-args={arg}"))
                .collect();
            let after: Vec<&str> = after.iter().map(String::as_str).collect();
            let renderer = &["--post-renderer=countersign"][..];
            call(helm, &[before, renderer, first, &after].concat(), &[])
        }
        Door::Pipe => {
            let (before, after) = sides(&args);
            let built = call("kustomize", &[&["build"], before].concat(), &[]);
            if built.status.success() {
                call(
                    "countersign",
                    &[&["render", "-"], after].concat(),
                    &built.stdout,
                )
            } else {
                built
            }
        }
    };
    outcome(stage.world, door, output)
}

/// The arguments on both sides of a `|`.
fn sides<'a, 'b>(args: &'a [&'b str]) -> (&'a [&'b str], &'a [&'b str]) {
    let end = args.iter().position(|arg| *arg == "|");
    let end = end.unwrap_or(args.len());
    (&args[..end], args.get(end + 1..).unwrap_or_default())
}

/// Renders a text that countersign printed before.
pub fn again(stage: &Stage, text: &[u8]) -> Outcome {
    let args: &[&str] = if stage.scene.door == Door::Krm {
        &[]
    } else {
        &["render", "-"]
    };
    let output = call(stage, "countersign", args, text);
    outcome(stage.world, stage.scene.door, output)
}

fn outcome(world: &World, door: Door, output: Output) -> Outcome {
    let stdout = match door {
        Door::Kustomize => times::without_quotes(&output.stdout),
        Door::Helm4 => versions::as_parted_by_helm_4(output.stdout.clone()),
        _ => output.stdout.clone(),
    };
    Outcome {
        exit: output.status.code().unwrap_or(-1),
        stdout: world.settle(&stdout),
        raw: output.stdout,
        stderr: world.settle(&output.stderr),
        requests: world.settle(world.asked().as_bytes()),
    }
}

/// What the tools of a story make of a kustomization by themselves, on a PATH without countersign.
pub fn stock(stage: &Stage, folder: &str) -> Vec<(&'static str, Output)> {
    let verbs = [("kustomize", "build"), ("kubectl", "kustomize")];
    let there = verbs
        .into_iter()
        .filter(|(tool, _)| stage.world.program(tool).exists());
    let env = [("PATH".to_owned(), String::new())];
    let alone = Stage {
        env: stage.env.clone().into_iter().chain(env).collect(),
        ..*stage
    };
    there
        .map(|(tool, verb)| (tool, call(&alone, tool, &[verb, folder], &[])))
        .collect()
}

/// Runs one program.
pub fn call(stage: &Stage, program: &str, args: &[&str], stdin: &[u8]) -> Output {
    let path = stage.world.program(program);
    assert!(
        Path::new(&path).exists(),
        "`{program}` is not among the `tools` of this story"
    );
    let mut command = Command::new(path);
    command.env_clear();
    if program == "helm4" {
        command.env("HELM_PLUGINS", stage.world.plugins());
    }
    let mut child = command
        .args(args)
        .current_dir(stage.world.app())
        .envs(&stage.env)
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

/// Arguments have to reach the program that they are for.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test("harness: a pipe has two sides", || {
        assert_eq!(sides(&["a", "b"]), (&["a", "b"][..], &[][..]));
        assert_eq!(
            sides(&["a", "|", "--lock=a"]),
            (&["a"][..], &["--lock=a"][..])
        );
        Ok(())
    })]
}
