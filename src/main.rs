//! argv in; bytes and an exit code out, once.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use countersign::cli::args::{Cli, Command, Common};
use countersign::cli::{exit, explain, settings};
use countersign::diag::{Code, Diagnostic, Report, render::render};
use countersign::door::{files, krm, kustomize, origin};
use countersign::stage::write::Rendered;
use countersign::stage::{Request, Shape};

/// Freed memory is wiped, also that of libraries: values pass through TLS and HTTP buffers.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    countersign::cli::harden::harden();
    let cli = Cli::parse();
    countersign::cli::harden::log(cli.common.verbose);
    match cli.command {
        None if io::stdin().is_terminal() => {
            say(&Cli::command().render_help().to_string());
            ExitCode::from(exit::code(countersign::diag::codes::Fault::Config))
        }
        None => function(&cli.common),
        Some(Command::Render { paths, configs }) => {
            let shape = Shape::Stream;
            let request = files::inputs(&paths, &configs).map(|inputs| Request { inputs, shape });
            let mut rendered = match &request {
                Ok(request) => run(request, &cli.common),
                Err(report) => Err(report.clone()),
            };
            for folder in paths.iter().filter(|path| *path != Path::new("-")) {
                if kustomize::file_of(folder).is_some() {
                    origin::find(said(&mut rendered), folder, &folder.display().to_string());
                }
            }
            finish(rendered, None)
        }
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
        let diagnostic = Diagnostic::error(Code::NotAResourceList, "stdin is not a ResourceList")
            .hint("for a stream of manifests run `countersign render -`; a KRM function is run by kustomize or kpt.");
        return finish(Err(diagnostic.into()), None);
    }
    let name = krm::function_name(&text).unwrap_or_else(|| "countersign".to_owned());
    let request = krm::request(text);
    let mut rendered = run(&request, common);
    // kustomize runs a function in the folder of the kustomization that lists it
    origin::find(said(&mut rendered), Path::new("."), files::STDIN);
    finish(rendered, Some(&name))
}

fn run<'r>(request: &'r Request, common: &Common) -> Result<Rendered<'r>, Report> {
    let chosen = settings::store(&common.store)?;
    let mut rendered = countersign::render(request, chosen.store.as_ref())?;
    if rendered.asked {
        rendered.warnings.extend(chosen.warnings);
    }
    Ok(rendered)
}

/// What there is to say, whichever way it went.
fn said<'r>(rendered: &'r mut Result<Rendered<'_>, Report>) -> &'r mut [Diagnostic] {
    match rendered {
        Ok(rendered) => &mut rendered.warnings,
        Err(report) => &mut report.diagnostics,
    }
}

/// Everything on stdout, or the report on stderr and nothing on stdout.
fn finish(rendered: Result<Rendered<'_>, Report>, function: Option<&str>) -> ExitCode {
    let colour = io::stderr().is_terminal();
    // kustomize does not say which function failed, so each message does
    let text = |diagnostics: &[Diagnostic]| {
        let each = diagnostics
            .iter()
            .map(|d| render(std::slice::from_ref(d), colour));
        let named = each.map(|text| match function {
            Some(name) => format!("{name}: {text}"),
            None => text,
        });
        named.collect::<Vec<_>>().join("\n")
    };
    match rendered {
        Ok(rendered) => {
            let warnings = Report {
                diagnostics: rendered.warnings.clone(),
            }
            .sorted();
            say(&text(&warnings));
            #[cfg(target_os = "linux")]
            files::widen(&io::stdout());
            let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
            match rendered.write_to(&mut out) {
                // memory is not freed piece by piece: the process ends here
                Ok(()) => std::process::exit(0),
                Err(error) => cannot_write(error.kind()),
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
    say(&render(&diagnostic, false));
    ExitCode::from(exit::of(&diagnostic))
}

fn say(text: &str) {
    // nobody is left to tell when stderr is closed
    let _ = io::stderr().write_all(text.as_bytes());
}
