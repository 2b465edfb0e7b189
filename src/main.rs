//! argv in; bytes and an exit code out, once.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use countersign::cli::args::{Cli, Command, Common, HelmArgs, PluginCommand, PolicyCommand};
use countersign::cli::{exit, explain, manual, schemas, settings};
use countersign::command::{self, Done, Output};
use countersign::diag::{Code, Diagnostic, Report, render};
use countersign::door::helm::messages;
use countersign::door::{files, krm, legacy};

/// Freed memory is wiped, also that of libraries: values pass through TLS and HTTP buffers.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    countersign::cli::harden::harden();
    if let Some(arguments) = legacy::arguments() {
        // the environment is the runner's, the arguments are the repository's
        let common = Cli::parse_from(["countersign"]).common;
        countersign::cli::harden::log(common.verbose);
        return plugin(&arguments, &common);
    }
    let cli = Cli::parse();
    countersign::cli::harden::log(cli.common.verbose);
    match cli.command {
        None if io::stdin().is_terminal() => {
            say(&Cli::command().render_help().to_string());
            ExitCode::from(exit::code(countersign::diag::codes::Fault::Config))
        }
        None => function(&cli.common),
        Some(Command::Render {
            paths,
            configs,
            release,
        }) => finish(
            command::render::render(&paths, &configs, &release, &cli.common),
            None,
        ),
        Some(Command::Helm(args)) => post_renderer(&args, &cli.common),
        Some(Command::Init(args)) => finish(command::init::init(&args), None),
        Some(Command::Lock(args)) => finish(command::lock::lock(&args, &cli.common), None),
        Some(Command::Plan(args)) => {
            let done = command::plan::plan(&args, &cli.common, io::stdout().is_terminal());
            let failed = done.is_err();
            let code = finish(done, None);
            // 2 says that something rolls
            if failed && args.exit_code {
                return ExitCode::FAILURE;
            }
            code
        }
        Some(Command::Outdated(args)) => {
            finish(command::outdated::outdated(&args, &cli.common), None)
        }
        Some(Command::Uses(args)) => finish(command::uses::uses(&args, &cli.common), None),
        Some(Command::Prune(args)) => finish(command::prune::prune(&args, &cli.common), None),
        Some(Command::Policy(PolicyCommand::Generate(args))) => finish(
            command::policy::generate::generate(&args, &cli.common),
            None,
        ),
        Some(Command::Policy(PolicyCommand::Check(args))) => {
            finish(command::policy::check::check(&args, &cli.common), None)
        }
        Some(Command::Missing(args)) => finish(command::missing::missing(&args, &cli.common), None),
        Some(Command::Fill(args)) => finish(command::fill::fill(&args, &cli.common), None),
        Some(Command::Doctor(args)) => finish(command::doctor::doctor(&args, &cli.common), None),
        Some(Command::Argocd(command)) => {
            let done = command::argocd::argocd(command, &cli.common);
            // all of it is shown on Argo CD's page
            deliver(done, None, &|text| say(&render::bounded(text.to_owned())))
        }
        Some(Command::Schema { of }) => put(schemas::schema(&of).unwrap_or_default().as_bytes()),
        Some(Command::Plugin(PluginCommand::Install(args))) => {
            finish(command::plugin::install(&args), None)
        }
        Some(Command::Completions { shell }) => put(&manual::completions(shell)),
        Some(Command::Man { folder }) => finish(command::man::man(&folder), None),
        Some(Command::Explain { code }) => match explain::explain(&code) {
            Ok(text) => put(text.as_bytes()),
            Err(text) => {
                say(&text);
                ExitCode::from(exit::code(countersign::diag::codes::Fault::Config))
            }
        },
    }
}

/// A KRM function.
fn function(common: &Common) -> ExitCode {
    let text = match files::stdin() {
        Ok(text) => text,
        Err(diagnostic) => return finish(Err(diagnostic.into()), None),
    };
    if !krm::is_resource_list(&text) {
        // what Helm hands over says so; Helm 3 gives a program no word of its own
        let way = if text.contains("# Source: ") {
            "a post-renderer is `countersign helm`: with Helm 3 say `--post-renderer-args helm` as well; a stream of manifests is for `countersign render -`."
        } else {
            "for a stream of manifests run `countersign render -`; a KRM function is run by kustomize or kpt."
        };
        let diagnostic =
            Diagnostic::error(Code::NotAResourceList, "stdin is not a ResourceList").hint(way);
        return finish(Err(diagnostic.into()), None);
    }
    let name = krm::function_name(&text).unwrap_or_else(|| "countersign".to_owned());
    finish(command::function::function(text, common), Some(&name))
}

/// A post-renderer of Helm, which keeps most of what is said to itself.
fn post_renderer(args: &HelmArgs, common: &Common) -> ExitCode {
    let plugin = settings::helm_plugin();
    let done = command::helm::helm(args, common);
    // Helm 3 shows what a post-renderer said that failed
    let shown = done.is_err() && !plugin;
    deliver(done, None, &|text| {
        say(text);
        match &args.messages {
            Some(file) => {
                if let Err(problem) = messages::append(file, text) {
                    say(&render::render(&[problem], false));
                }
            }
            None if shown => {}
            None => messages::tell(text, plugin),
        }
    })
}

/// A legacy exec plugin of kustomize.
fn plugin(arguments: &[OsString], common: &Common) -> ExitCode {
    let list = legacy::config(arguments)
        .and_then(|config| Ok(legacy::resource_list(&config, &files::stdin()?)));
    let list = match list {
        Ok(list) => list,
        Err(diagnostic) => return finish(Err(diagnostic.into()), None),
    };
    let name = krm::function_name(&list).unwrap_or_else(|| "countersign".to_owned());
    finish(command::function::function(list, common), Some(&name))
}

/// Everything on stdout, or the report on stderr and nothing on stdout.
fn finish(done: Result<Done, Report>, function: Option<&str>) -> ExitCode {
    deliver(done, function, &say)
}

/// The same, where what is said is heard.
fn deliver(done: Result<Done, Report>, function: Option<&str>, say: &dyn Fn(&str)) -> ExitCode {
    let colour = io::stderr().is_terminal();
    let text = |diagnostics: &[Diagnostic]| render::report(diagnostics, function, colour);
    match done {
        Ok(Done { output, said, exit }) => {
            say(&text(&Report { diagnostics: said }.sorted()));
            let written = match output {
                Output::Text(text) => put(text.as_bytes()),
                Output::Manifests(rendered) => {
                    #[cfg(target_os = "linux")]
                    files::widen(&io::stdout());
                    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
                    match rendered.write_to(&mut out) {
                        // memory is not freed piece by piece: the process ends here
                        Ok(()) => std::process::exit(0),
                        Err(error) => cannot_write(error.kind()),
                    }
                }
            };
            match exit {
                Some(code) if written == ExitCode::SUCCESS => ExitCode::from(code),
                _ => written,
            }
        }
        Err(report) => {
            let diagnostics = report.sorted();
            if function.is_some() {
                put(krm::failure(&diagnostics).as_bytes());
            }
            say(&text(&diagnostics));
            ExitCode::from(exit::of(&diagnostics))
        }
    }
}

fn put(bytes: &[u8]) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cannot_write(error.kind()),
    }
}

fn cannot_write(kind: io::ErrorKind) -> ExitCode {
    if kind == io::ErrorKind::BrokenPipe {
        // `| head` has seen enough
        return ExitCode::FAILURE;
    }
    let diagnostic = [Diagnostic::error(
        Code::WriteFailed,
        format!("stdout cannot be written: {kind}"),
    )];
    say(&render::render(&diagnostic, false));
    ExitCode::from(exit::of(&diagnostic))
}

fn say(text: &str) {
    // nobody is left to tell when stderr is closed
    let _ = io::stderr().write_all(text.as_bytes());
}
