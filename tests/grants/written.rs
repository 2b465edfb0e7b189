//! What `policy generate` wrote: a policy as JSON and as HCL, its roles, its commands.

use std::env;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::shop::Shop;

/// The policy for one purpose, in which there is one.
pub struct Written {
    /// What it is called; several where there are several namespaces.
    pub names: Vec<String>,
    /// As the server takes it.
    pub json: Value,
    /// The same with comments.
    pub hcl: String,
    /// Where its roles are written.
    pub roles: Vec<String>,
}

impl Written {
    /// For some folders of the shop; what several namespaces need of the operator is put together.
    pub fn of(shop: &Shop, folders: &[&str], purpose: &str) -> Written {
        let words = [&["policy", "generate"], folders, &["--for", purpose]].concat();
        let hcl = shop.succeeds(&words);
        let text = shop.succeeds(&[&words[..], &["--format=json"]].concat());
        let all: Value = serde_json::from_str(&text).unwrap();
        let mut policies = all["policies"].as_array().unwrap().clone();
        for one in &policies {
            assert_eq!(one["for"], purpose);
            assert_eq!(one["vaultNamespace"], "team-a");
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let names = policies.iter().map(|one| text(&one["name"])).collect();
        let mut first = policies.remove(0);
        let mut roles = first["roles"].as_array().unwrap().clone();
        for other in policies {
            let paths = first["policy"]["path"].as_object_mut().unwrap();
            paths.extend(other["policy"]["path"].as_object().unwrap().clone());
            roles.extend(other["roles"].as_array().unwrap().clone());
        }
        Written {
            names,
            json: first["policy"].clone(),
            hcl,
            roles: roles.iter().map(|role| text(&role["path"])).collect(),
        }
    }

    /// Runs the commands that stand in the comments, with OpenBao's own program; how many there are.
    pub fn run_commands(&self, shop: &Shop) -> usize {
        let bao = env::var("COUNTERSIGN_TEST_BAO").unwrap();
        let lines = self
            .hcl
            .lines()
            .filter_map(|line| line.strip_prefix("#   "));
        let commands: Vec<&str> = lines.collect();
        for command in &commands {
            let rest = command.strip_prefix("vault ").unwrap();
            if let Some(file) = rest.strip_prefix("policy write ") {
                let file = file.rsplit(' ').next().unwrap();
                fs::write(shop.folder.path().join(file), &self.hcl).unwrap();
            }
            let output = Command::new("sh")
                .args(["-ec", &format!("\"$BAO\" {rest}")])
                .env("BAO", &bao)
                .env("BAO_ADDR", &shop.bao.addr)
                .env("BAO_TOKEN", "root")
                .env("HOME", shop.folder.path())
                .current_dir(shop.folder.path())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{command}: {said}");
        }
        commands.len()
    }
}

/// The policy without each of its capabilities in turn; a path that has one loses its whole block.
pub fn without_each_right(policy: &Value) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    for (path, rule) in policy["path"].as_object().unwrap() {
        let capabilities = rule["capabilities"].as_array().unwrap();
        let mut without = policy.clone();
        without["path"].as_object_mut().unwrap().remove(path);
        out.push((path.clone(), without));
        if capabilities.len() == 1 {
            continue;
        }
        for capability in capabilities {
            let mut without = policy.clone();
            let left = without["path"][path]["capabilities"]
                .as_array_mut()
                .unwrap();
            left.retain(|one| one != capability);
            out.push((format!("{capability} on {path}"), without));
        }
    }
    out
}
