//! What holds for every run of every story, whatever it is about.

use libtest_mimic::Trial;
use serde_yaml::Value;

use super::folder::Door;
use super::needles::Needles;
use super::run::{Outcome, Stage, again, run};
use super::times::without_quotes;
use super::working_copy::WorkingCopy;
use super::world::written_path;
use super::{diff, reader, untouched, writes, written};

/// The user's files before and after a run.
type Files<'a> = (&'a WorkingCopy, &'a WorkingCopy);

/// Checks all of them; the first that is broken is told.
pub fn hold(stage: &Stage, files: Files, outcome: &Outcome) -> Result<(), String> {
    let door = stage.scene.door;
    let mut needles = Needles::of(&stage.world.stores()).and(&stage.given());
    if stage.scene.fills {
        needles = needles.and(&stage.world.written(&outcome.requests));
    }
    writes::law(door, outcome.exit, files, &needles, stage.scene.audit_log())?;
    no_secret_on_stderr(outcome, &needles)?;
    if outcome.exit != 0 && !stage.scene.prints {
        nothing_after_a_failure(door, outcome)?;
    }
    if outcome.exit != 0 || door == Door::Plain {
        no_secret_on_stdout(outcome, &needles)?;
    } else {
        secrets_only_in_data(outcome, &needles)?;
        untouched::law(stage, &outcome.raw)?;
        own_output_is_unchanged(stage, outcome, &needles)?;
        written::law(stage, outcome)?;
    }
    if stage.scene.fills {
        nothing_is_left_to_write(stage, outcome, &needles)?;
    } else {
        twice_the_same(stage, files, outcome)?;
    }
    for (other, args) in &stage.scene.same {
        the_other_door(stage, *other, args, outcome)?;
    }
    Ok(())
}

fn no_secret_on_stderr(outcome: &Outcome, needles: &Needles) -> Result<(), String> {
    match needles.found_in(&String::from_utf8_lossy(&outcome.stderr)) {
        Some(how) => Err(format!("law: no secret on stderr, but there is {how}")),
        None => Ok(()),
    }
}

fn no_secret_on_stdout(outcome: &Outcome, needles: &Needles) -> Result<(), String> {
    match needles.found_in(&String::from_utf8_lossy(&outcome.raw)) {
        Some(how) => Err(format!(
            "law: no secret on stdout but in a build, but there is {how}"
        )),
        None => Ok(()),
    }
}

fn nothing_after_a_failure(door: Door, outcome: &Outcome) -> Result<(), String> {
    if outcome.raw.is_empty() {
        return Ok(());
    }
    // kpt shows the `results` of a function that failed
    let list = serde_yaml::from_slice::<Value>(&outcome.raw)
        .ok()
        .filter(|_| door == Door::Krm);
    match list.as_ref().and_then(|list| list["items"].as_sequence()) {
        Some(items) if items.is_empty() => Ok(()),
        _ => Err("law: nothing on stdout after a failure, but there is something".to_owned()),
    }
}

fn secrets_only_in_data(outcome: &Outcome, needles: &Needles) -> Result<(), String> {
    let text = String::from_utf8_lossy(&outcome.raw);
    let mut objects = reader::objects(&outcome.raw)
        .map_err(|at| format!("law: a second reader understands the output, but not {at}"))?;
    objects.iter_mut().for_each(reader::without_data);
    let rest = format!("{objects:?}");
    let comments: Vec<&str> = text
        .lines()
        .filter_map(|line| line.find('#').map(|at| &line[at..]))
        .collect();
    match needles
        .found_in(&rest)
        .or_else(|| needles.found_in(&comments.join("\n")))
    {
        Some(how) => Err(format!(
            "law: secrets stand only in `data` of a Secret, but elsewhere there is {how}"
        )),
        None => Ok(()),
    }
}

fn own_output_is_unchanged(
    stage: &Stage,
    outcome: &Outcome,
    needles: &Needles,
) -> Result<(), String> {
    let mut before = outcome.raw.clone();
    // the first pass over an unfinished output may change it, the second may not
    let stamped = stage.scene.door != Door::Stock;
    for last in [stamped && !stage.scene.unfinished, true] {
        let pass = again(stage, &without_results(&before));
        no_secret_on_stderr(&pass, needles)?;
        if pass.exit != 0 {
            let said = String::from_utf8_lossy(&pass.stderr);
            return Err(format!(
                "law: our own output can be rendered again, but:\n{said}"
            ));
        }
        let (old, new) = (without_results(&before), without_results(&pass.raw));
        if last {
            return same(
                "law: our own output is not changed by another pass, but:",
                &old,
                &new,
            );
        }
        if old == new && stamped {
            return Err(
                "the story is said to be `unfinished`, but another pass changes nothing".to_owned(),
            );
        }
        before = pass.raw;
    }
    Ok(())
}

/// What a runner of functions hands on: it keeps `results`, which stand on one line, for itself.
fn without_results(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.starts_with(b"results: ["))
        .collect::<Vec<_>>()
        .concat()
}

/// The same files, too: what the first run wrote is taken back before the second.
fn twice_the_same(stage: &Stage, (before, after): Files, outcome: &Outcome) -> Result<(), String> {
    let app = stage.world.app();
    before.restore(&app);
    let second = run(stage, stage.scene.door, &stage.scene.args);
    let again = WorkingCopy::of(&app);
    after.restore(&app);
    let wrote = |after: &WorkingCopy| {
        before.diff(after, |bytes| stage.world.settle(&without_quotes(bytes)))
    };
    let law = "law: the same input gives the same bytes, but:";
    same(law, &outcome.stdout, &second.stdout)?;
    same(law, &outcome.stderr, &second.stderr)?;
    same(law, &outcome.requests, &second.requests)?;
    same(law, &wrote(after), &wrote(&again))
}

/// What was written is not written again, nor is anything else; whether that is an error is the
/// story's business.
fn nothing_is_left_to_write(
    stage: &Stage,
    outcome: &Outcome,
    needles: &Needles,
) -> Result<(), String> {
    let wrote = |outcome: &Outcome| {
        let requests = String::from_utf8_lossy(&outcome.requests).into_owned();
        requests.lines().any(|line| written_path(line).is_some())
    };
    if !wrote(outcome) {
        return Err("the story is said to `fill`, but nothing is written".to_owned());
    }
    let second = run(stage, stage.scene.door, &stage.scene.args);
    no_secret_on_stderr(&second, needles)?;
    no_secret_on_stdout(&second, needles)?;
    if wrote(&second) {
        let requests = String::from_utf8_lossy(&second.requests).into_owned();
        return Err(format!(
            "law: what was filled is not written again, but:\n{requests}"
        ));
    }
    Ok(())
}

fn the_other_door(
    stage: &Stage,
    door: Door,
    args: &[String],
    outcome: &Outcome,
) -> Result<(), String> {
    let other = run(stage, door, args);
    if other.exit != outcome.exit {
        let said = String::from_utf8_lossy(&other.stderr);
        return Err(format!(
            "the door {door:?} ends with {}, not {}:\n{said}",
            other.exit, outcome.exit
        ));
    }
    let sorted = |text: &[u8]| -> Result<Vec<u8>, String> {
        let objects = reader::objects(text)?;
        // as JSON the keys are sorted
        let json = objects.iter().map(|o| serde_json::to_value(o).unwrap());
        let mut all: Vec<String> = json.map(|o| format!("{o:#}\n")).collect();
        all.sort();
        Ok(all.join("---\n").into_bytes())
    };
    let law = format!(
        "{:?} (-) and {door:?} (+) give the same objects, but:",
        stage.scene.door
    );
    same(&law, &sorted(&outcome.raw)?, &sorted(&other.raw)?)
}

fn same(law: &str, first: &[u8], second: &[u8]) -> Result<(), String> {
    if first == second {
        return Ok(());
    }
    Err(format!(
        "{law}\n{}",
        String::from_utf8_lossy(&diff::unified(first, second))
    ))
}

/// Planted faults, each of which its law has to see.
pub fn self_tests() -> Vec<Trial> {
    let store = "mounts: {kv: {engine: kv-v1, secrets: {a: {k: s3cr3t-password}}}}";
    let of = |exit: i32, stdout: &str, stderr: &str| Outcome {
        exit,
        raw: stdout.into(),
        stdout: stdout.into(),
        stderr: stderr.into(),
        requests: Vec::new(),
    };
    let within = "apiVersion: v1\nkind: Secret\ndata: {k: czNjcjN0LXBhc3N3b3Jk}\n";
    vec![
        Trial::test("harness: a secret on stderr is seen", move || {
            let needles = Needles::of(&[store.to_owned()]);
            assert!(
                no_secret_on_stderr(&of(1, "", "cannot read `czNjcjN0LXBhc3N3b3Jk`"), &needles)
                    .is_err()
            );
            assert!(no_secret_on_stderr(&of(1, "", "cannot read it"), &needles).is_ok());
            Ok(())
        }),
        Trial::test("harness: a secret outside of `data` is seen", move || {
            let needles = Needles::of(&[store.to_owned()]);
            assert!(secrets_only_in_data(&of(0, within, ""), &needles).is_ok());
            for leak in [
                "metadata: {name: s3cr3t-password}\n",
                "# s3cr3t-password\n",
                "stringData: {k: s3cr3t-password}\n",
            ] {
                assert!(
                    secrets_only_in_data(&of(0, &format!("{within}{leak}"), ""), &needles).is_err(),
                    "{leak}"
                );
            }
            Ok(())
        }),
        Trial::test("harness: output after a failure is seen", move || {
            assert!(nothing_after_a_failure(Door::Render, &of(1, "kind: Secret\n", "")).is_err());
            assert!(
                nothing_after_a_failure(Door::Krm, &of(1, "items: [{kind: Secret}]\n", ""))
                    .is_err()
            );
            assert!(nothing_after_a_failure(Door::Krm, &of(1, "items: []\n", "")).is_ok());
            Ok(())
        }),
    ]
}
