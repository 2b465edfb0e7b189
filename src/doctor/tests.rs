//! What findings say of facts that no story can bring about, and how they are printed.

use serde_json::Value;

use super::login;
use super::operator::{Emitted, emitted};
use super::schema::Definitions;
use super::server::{self, Circumstances};
use super::tools::{Here, Tool};
use super::{Finding, Findings, Group, Severity, json, operator, text, tools};
use crate::diag::{Code, Diagnostic, Place};
use crate::json_schema::check;
use crate::vault::Refusal;
use crate::vault::inspect::{Asker, Health, Holder};

const SCHEMA: &str = include_str!("../../docs/doctor.schema.json");
const NOON: i64 = 1_795_262_400;

fn health(change: impl FnOnce(&mut Health)) -> Vec<String> {
    let mut health = Health {
        initialized: true,
        version: "2.7.2".into(),
        clock: Some(NOON),
        ..Health::default()
    };
    change(&mut health);
    let around = Circumstances {
        is_tls: true,
        is_needed: true,
        now: NOON,
    };
    told(server::findings(&Ok(health), &around))
}

fn told(findings: Vec<Finding>) -> Vec<String> {
    let each = findings.into_iter();
    each.map(|one| format!("{} {}", one.severity.word(), one.message))
        .collect()
}

#[test]
fn a_server_is_told_by_its_state_and_its_clock() {
    let well = [
        "ok a Vault or OpenBao 2.7.2 answers",
        "ok its certificate is accepted",
        "ok it is unsealed and active",
        "ok its clock and that of this machine agree",
    ];
    assert_eq!(health(|_| {}), well);
    assert_eq!(health(|h| h.sealed = true)[2], "error it is sealed");
    let new = health(|h| h.initialized = false);
    assert_eq!(new[2], "error it is not initialised");
    let standby = health(|h| h.standby = true);
    assert!(
        standby[2].starts_with("note it is a standby"),
        "{standby:?}"
    );
    let ahead = health(|h| h.clock = Some(NOON + 600));
    let said = "warning its clock is 10 minutes ahead of that of this machine";
    assert_eq!(ahead[3], said);
    let behind = health(|h| h.clock = Some(NOON - 61));
    let said = "warning its clock is 61 seconds behind that of this machine";
    assert_eq!(behind[3], said);
    assert_eq!(health(|h| h.clock = None).len(), 3);
}

#[test]
fn a_token_that_ends_or_is_counted_is_told() {
    let of = |ttl, uses| {
        let holder = Holder {
            name: "ci".into(),
            entity: None,
            policies: vec!["reader".into()],
            ttl,
            uses,
        };
        Ok(Some(holder))
    };
    let said = |held: &_| told(login::findings(&Asker::default(), held, true));
    assert_eq!(
        said(&of(Some(1800), None)),
        [
            "ok the runner's token is that of `ci` with the policy `reader`, and ends in 30 minutes",
            "warning it ends in 30 minutes"
        ]
    );
    let counted = of(None, Some(1));
    assert_eq!(said(&counted)[1], "warning it is good for 1 more request");
    assert!(!login::may_be_asked_with(&counted));
    assert!(login::may_be_asked_with(&of(None, None)));
    assert!(login::may_be_asked_with(&Ok(None)));
}

#[test]
fn what_a_function_needs_is_looked_for_on_path() {
    let kustomizations = [("prod".to_owned(), true)];
    let tool = |said: &str| Tool {
        found: !said.is_empty(),
        said: said.into(),
    };
    let found = |kustomize: &str, kubectl: &str, here| {
        let facts = tools::Facts {
            kustomize: tool(kustomize),
            kubectl: tool(kubectl),
            helm: Tool::default(),
            here,
            plugin_home: Some(false),
            kustomizations: &kustomizations,
            charts: &["chart".to_owned()],
            hooks: &[],
        };
        let found = told(tools::findings(&facts)).into_iter();
        found
            .filter(|one| !one.starts_with("note"))
            .collect::<Vec<_>>()
    };
    let rest = [
        "warning `chart` is a chart, and there is no `helm` on PATH",
        "warning `KUSTOMIZE_PLUGIN_HOME` names no folder",
    ];
    let here = "ok `countersign` on PATH is this program";
    let well = found("v5.8.1", "", Here::This);
    assert_eq!(well, ["ok `kustomize` is 5.8", here, rest[0], rest[1]]);
    let old = found("{kustomize/v4.5.7}", "x", Here::Other);
    assert_eq!(
        old[..2],
        [
            "error `kustomize` is 4.5, and runs functions in another way",
            "warning `countersign` on PATH is another program than this one"
        ]
    );
    let none = found("", "", Here::Absent);
    assert_eq!(
        none[..2],
        [
            "error neither `kustomize` nor `kubectl` is on PATH",
            "error `countersign` is not on PATH, where kustomize looks for the function"
        ]
    );
}

#[test]
fn fields_are_looked_for_as_deep_as_they_are() {
    let stream = "apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultAuth\nmetadata: {name: a}\nspec:\n  kubernetes: {role: r, audiences: [a]}\n  params: {any: thing}\n  list: [{known: 1, other: 2}]\n---\napiVersion: v1\nkind: Service\n";
    let definition = |version: &str, fields: &str| {
        format!(
            "kind: CustomResourceDefinition\nspec:\n  group: secrets.hashicorp.com\n  names: {{kind: VaultAuth}}\n  versions:\n  - {{name: {version}, served: true, schema: {{openAPIV3Schema: {{properties: {{spec: {fields}}}}}}}}}\n"
        )
    };
    let against = |definitions: &str| {
        let mut objects = Emitted::default();
        emitted(stream, &mut objects);
        let definitions = Definitions::read(definitions).unwrap();
        told(operator::findings(&objects, Some(&definitions)))
    };
    let fields = "{properties: {kubernetes: {properties: {role: {}}}, params: {additionalProperties: {type: string}}, list: {items: {properties: {known: {}}}}}}";
    assert_eq!(
        against(&definition("v1beta1", fields)),
        [
            "error the definition of `VaultAuth` does not know `spec.kubernetes.audiences`",
            "error the definition of `VaultAuth` does not know `spec.list[].other`"
        ]
    );
    let all = "{x-kubernetes-preserve-unknown-fields: true}";
    let well = "ok the definition of `VaultAuth` knows every field that is emitted";
    assert_eq!(against(&definition("v1beta1", all)), [well]);
    let old = "error the definition of `VaultAuth` does not serve `secrets.hashicorp.com/v1beta1`";
    assert_eq!(against(&definition("v1alpha1", all)), [old]);
    let none = "error the cluster has no definition of `VaultAuth`";
    assert_eq!(against("kind: ConfigMap\n"), [none]);
}

#[test]
fn what_came_from_outside_cannot_act_on_a_terminal() {
    let mut findings = Findings::default();
    let message = "`kv/\u{1b}[2J` is away\n::error::`x`";
    findings.push(Finding::new(Group::Tools, "x", Severity::Error, message).hint("##[group]"));
    let text = text::text(&findings);
    assert!(text.contains(r"`kv/\u{1b}[2J` is away"), "{text}");
    let mut lines = text.lines().map(str::trim_start);
    assert!(lines.all(|line| !line.starts_with("::")), "{text}");
    assert!(!text.contains("##["), "{text}");
    assert!(!json::json(&findings).contains("##["));
}

#[test]
fn the_schema_describes_what_is_printed() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut findings = Findings::default();
    let refusal = Refusal::new(Code::Sealed, "sealed", "unseal it.");
    let (group, severity) = (Group::Server, Severity::Error);
    findings.push(Finding::refused(group, "state", severity, &refusal).why("x"));
    let place = Place {
        file: Some("a.yaml".into()),
        line: 2,
        column: 3,
        ..Place::default()
    };
    let stale = Diagnostic::error(Code::LockStale, "stale").at(place);
    findings.push(Finding::said(Group::Lock, "lock", stale));
    let printed: Value = serde_json::from_str(&json::json(&findings)).unwrap();
    assert_eq!(check(&schema, "", &printed).wrong, Vec::<String>::new());
    assert_eq!(schema["properties"]["schemaVersion"]["enum"][0], 1);
    let of_one = &schema["$defs"]["finding"];
    let words = |field: &str| {
        let words = of_one["properties"][field]["enum"].as_array().unwrap();
        words
            .iter()
            .map(|word| word.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(printed["findings"][1]["place"], "a.yaml:2:3");
    let severities = [
        Severity::Ok,
        Severity::Note,
        Severity::Warning,
        Severity::Error,
    ];
    assert_eq!(words("severity"), severities.map(Severity::word));
    let groups = [
        Group::Runner,
        Group::Server,
        Group::Login,
        Group::Build,
        Group::Access,
        Group::Lock,
        Group::Operator,
        Group::Tools,
    ];
    assert_eq!(words("group"), groups.map(Group::word));
}
