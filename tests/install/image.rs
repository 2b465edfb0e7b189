//! The image, up to the point where an engine would build it: what its file says is what the scripts make, and kustomize
//! and kubectl run it as a function, through a program that does with a mounted folder what Docker does.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::scratch::{Scratch, checkout, version};

fn dockerfile() -> Vec<String> {
    let text = fs::read_to_string(checkout("plugin/image/Dockerfile")).unwrap();
    let text = text.replace("\\\n", " ");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// What follows an instruction, wherever it stands.
fn instructions(word: &str) -> Vec<String> {
    let lines = dockerfile();
    let found = lines.iter().filter_map(|line| line.strip_prefix(word));
    found.map(|rest| rest.trim().to_owned()).collect()
}

/// A folder with the root file system of the image.
fn root() -> Scratch {
    let scratch = Scratch::with(&[]);
    let script = checkout("plugin/image/root.sh");
    scratch.write("certificates", "a bundle\n");
    scratch.prints(&format!(
        "SSL_CERT_FILE=certificates {} bin/countersign image",
        script.display()
    ));
    scratch
}

#[test]
fn the_root_file_system_is_this_and_nothing_else() {
    let scratch = root();
    assert_eq!(
        scratch.list("image"),
        [
            "etc/ssl/certs/ca-certificates.crt",
            "usr/local/bin/countersign",
            "usr/share/doc/countersign/LICENSE"
        ]
    );
    let mode = |name: &str| fs::metadata(scratch.at(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode("image/tmp"), 0o1777);
    assert_eq!(mode("image/usr/local/bin/countersign"), 0o755);
}

#[test]
fn an_image_without_certificates_is_not_made() {
    let scratch = Scratch::with(&[]);
    let script = checkout("plugin/image/root.sh");
    let said = scratch.fails(&format!(
        "SSL_CERT_FILE=absent {} bin/countersign image",
        script.display()
    ));
    assert!(said.contains("error: no certificates"), "{said}");
    assert!(!scratch.at("image").exists());
}

#[test]
fn the_file_starts_the_program_as_nobody_where_the_scripts_put_it() {
    let scratch = root();
    let [entry] = &instructions("ENTRYPOINT")[..] else {
        panic!("one entry point");
    };
    let words: Vec<String> = serde_json::from_str(entry).unwrap();
    assert_eq!(words.len(), 1, "no arguments: a ResourceList is read");
    let program = scratch.at(&format!("image{}", words[0]));
    assert!(fs::metadata(program).unwrap().permissions().mode() & 0o001 != 0);
    let path = instructions("ENV PATH=");
    assert!(words[0].starts_with(&format!("{}/", path[0])), "{path:?}");
    for user in instructions("USER") {
        let numbers: Vec<u32> = user.split(':').map(|n| n.parse().unwrap()).collect();
        assert!(numbers.iter().all(|n| *n > 0), "{user}");
    }
    let folders = instructions("WORKDIR");
    assert!(
        scratch.at(&format!("image{}", folders[1])).is_dir(),
        "{folders:?}"
    );
    let labels = instructions("LABEL");
    let own = format!("org.opencontainers.image.version=\"{}\"", version());
    assert!(labels[0].contains(&own), "{labels:?}");
}

#[test]
fn stages_are_built_from_each_other_and_from_bases_with_a_version() {
    let mut stages: Vec<String> = Vec::new();
    for line in dockerfile() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[0] {
            "ARG" => {
                let (_, base) = words[1].split_once('=').unwrap();
                let tag = base.rsplit_once(':').unwrap().1;
                assert!(tag.starts_with(|c: char| c.is_ascii_digit()), "{base}");
            }
            "FROM" => {
                let own = stages.iter().any(|stage| stage == words[1]);
                assert!(
                    own || words[1] == "scratch" || words[1].starts_with("${"),
                    "{line}"
                );
                stages.push(words[3].to_owned());
            }
            "COPY" => {
                if let Some(from) = words[1].strip_prefix("--from=") {
                    assert!(stages.iter().any(|stage| stage == from), "{line}");
                }
            }
            _ => {}
        }
    }
    assert_eq!(
        stages.last().map(String::as_str),
        Some("countersign"),
        "the usual one"
    );
    let makefile = fs::read_to_string(checkout("Makefile")).unwrap();
    for line in instructions("RUN") {
        for word in line.split_whitespace() {
            let script = word.contains('/') && word.trim_end_matches(".sh") != word;
            assert!(!script || checkout(word).is_file(), "{word}");
        }
        if let Some(verb) = line.strip_prefix("make ") {
            let verb = verb.split(' ').next().unwrap();
            assert!(makefile.contains(&format!("\n{verb}: ")), "make {verb}");
        }
    }
}

#[test]
fn a_program_that_needs_libraries_is_no_image() {
    let scratch = Scratch::with(&[]);
    let check = checkout("plugin/image/check.sh");
    let said = scratch.fails(&format!("{} bin/countersign", check.display()));
    assert!(said.contains("needs libraries"), "{said}");
}

/// Does what Docker does for a function: the entry point alone, in the folder that is mounted, with the variables
/// that are named and no others.
const ENGINE: &str = r#"#!/bin/sh
set -eu
echo "$*" > "$HOME/asked"
variables=
while [ $# -gt 1 ]; do
    case $1 in
    --mount) mount=$2; shift ;;
    -e) variables="$variables $2"; shift ;;
    esac
    shift
done
echo "$1" > "$HOME/image"
source=$(printf %s "$mount" | tr , '\n' | sed -n 's/^source=//p')
cd "$source"
exec env -i $variables "$HOME/bin/countersign"
"#;

#[test]
fn kustomize_and_kubectl_run_the_image_as_a_function_with_the_lock_of_the_layer() {
    let scratch = Scratch::with(&["kustomize", "kubectl"]);
    scratch.write("bin/docker", ENGINE);
    scratch.prints(&format!(
        "chmod +x bin/docker\ncp -r {} prod\ncp -r {} container\necho 'transformers: [../container]' >> prod/kustomization.yaml",
        checkout("examples/argocd-app/orders").display(),
        checkout("plugin/kustomize/container").display(),
    ));
    let lock = scratch.read("prod/countersign.lock");
    let generation = lock
        .lines()
        .find_map(|line| line.strip_prefix("  generation: "));
    let name = format!("name: orders-db-{}", generation.unwrap());
    for tool in ["kustomize build", "kubectl kustomize"] {
        let built = scratch.prints(&format!("{tool} --enable-alpha-plugins prod"));
        assert_eq!(built.matches(&name).count(), 3, "{built}");
        let asked = scratch.read("asked");
        assert!(asked.contains("target=/manifests,readonly"), "{asked}");
        assert!(asked.contains("--network none"), "{asked}");
        assert_eq!(
            scratch.read("image").trim(),
            format!("countersign:{}", version())
        );
    }
}

#[test]
fn what_is_shipped_names_images_that_the_file_says_how_to_build() {
    let text = fs::read_to_string(checkout("plugin/image/Dockerfile")).unwrap();
    for (file, image) in [
        ("argocd/component/sidecar.yaml", "countersign-argocd"),
        ("kustomize/container/function.yaml", "countersign"),
    ] {
        let image = format!("{image}:{}", version());
        assert!(text.contains(&format!("--tag {image} ")), "{image}");
        let shipped = fs::read_to_string(checkout("plugin").join(file)).unwrap();
        assert!(shipped.contains(&format!("image: {image}\n")), "{shipped}");
        let page = fs::read_to_string(checkout("docs/install.md")).unwrap();
        assert!(page.contains(&format!("--tag {image} ")), "{page}");
    }
}
