//! What each command does.

use crate::args::{Args, Command, Config as ConfigCommand, Delete, Inspect, Part, Pdf, Reread, Scene, Sheets};
use crate::progress::Teller;
use crate::{keeping, print};
use anyhow::{Context as _, Result};
use scantrail_config::{Config, Reading};
use scantrail_daemon::api::{
    BatchRequest, DeletionAnswer, Depth, LedgerAnswer, Reply, Request, RosterRequest, SheetsAnswer,
};
use scantrail_daemon::{DaemonError, Exit, Health, Inspector, Scorer, Wanted, client};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where the configuration is looked for when nobody says.
const SYSTEM_CONFIG: &str = "/etc/scantrail/scantrail.toml";
const LOCAL_CONFIG: &str = "scantrail.toml";

/// Log lines go to stderr: warnings for commands, more for the daemon or when asked.
pub(crate) fn logging(args: &Args) {
    let level = match (args.quiet, args.verbose, &args.command) {
        (true, ..) => "error",
        (_, 0, Command::Serve) => "info",
        (_, 0, _) => "error",
        (_, 1, _) => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("SCANTRAIL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}

/// A file the configuration is read from.
fn config_path(args: &Args) -> Result<PathBuf> {
    if let Some(path) = &args.config {
        return Ok(path.clone());
    }
    for path in [SYSTEM_CONFIG, LOCAL_CONFIG] {
        if Path::new(path).try_exists().with_context(|| format!("cannot look for `{path}`"))? {
            return Ok(PathBuf::from(path));
        }
    }
    Err(DaemonError::Refused {
        what: "there is no configuration here".to_owned(),
        hint: Some("name it with --config FILE, or make a data folder with: scantrail init DIR --school NAME".into()),
        exit: Exit::Configuration,
    }
    .into())
}

pub(crate) fn load(args: &Args) -> Result<Config> {
    let path = config_path(args)?;
    scantrail_config::load(&path).map_err(|faults| print::Faulty(faults.to_string()).into())
}

/// Does what the arguments say.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    match &args.command {
        Command::Init { dir, school } => {
            let config = scantrail_daemon::init(dir, school)?;
            print::initialised(args, &config)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve => {
            scantrail_daemon::serve(load(args)?, |address| print::serving(&address))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Devices => {
            let devices = scantrail_daemon::devices(&load(args)?)?;
            print::devices(args, &devices)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Models { .. } => {
            let folder = load(args)?.reading.models;
            print::models(args, &folder, &scantrail_daemon::models(&folder))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor => {
            let checked = scantrail_daemon::doctor(&load(args)?);
            print::doctor(args, &checked)?;
            let broken = checked.iter().any(|one| one.state == Health::Broken);
            Ok(if broken { ExitCode::from(Exit::Failed as u8) } else { ExitCode::SUCCESS })
        }
        Command::Rebuild { dry_run } => {
            let mut teller = Teller::new(args);
            let built = scantrail_daemon::rebuild(load(args)?, *dry_run, &mut teller)?;
            drop(teller);
            print::rebuilt(args, &built)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Inspect(inspect) => inspecting(args, inspect),
        Command::Sheets(Sheets::Score { images }) => scoring(args, images),
        Command::Config(ConfigCommand::Check) => {
            let path = config_path(args)?;
            load(args)?;
            print::sound(args, &path)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Pdf(pdf) => handing_on(args, pdf),
        Command::Ledger(ledger) => match ledger.proof()? {
            Some(proof) => {
                let holds = print::ledger::proved(args, &proof)?;
                Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(Exit::Storage as u8) })
            }
            None => asking(args),
        },
        Command::Export(export) => keeping::export(args, export),
        Command::OpenPack(open) => keeping::open_pack(args, open),
        Command::Backups { dest } => keeping::backups(args, dest.as_deref()),
        Command::Restore(restore) => keeping::restore(args, restore),
        _ => asking(args),
    }
}

/// Writes a document, or nothing at all.
fn handing_on(args: &Args, pdf: &Pdf) -> Result<ExitCode> {
    let mut teller = Teller::new(args);
    let reply = client::save(load(args)?, &pdf.request(), &mut teller, &pdf.out)?;
    drop(teller);
    match &reply {
        Reply::Pdf(document) => print::documents::written(args, document, &pdf.out)?,
        other => print::reply(args, other)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Commands that work on an open data folder.
fn asking(args: &Args) -> Result<ExitCode> {
    let request = request(&args.command)?;
    let mut teller = Teller::new(args);
    let reply = client::ask(load(args)?, &request, &mut teller)?;
    drop(teller);
    if let (Reply::Sheets(SheetsAnswer::Printed(printed)), Command::Sheets(asked)) = (&reply, &args.command)
        && let Some(out) = asked.out()
    {
        #[expect(clippy::disallowed_methods, reason = "a print-out for the person who asked, not school data")]
        std::fs::write(out, &printed.pdf).with_context(|| format!("cannot write `{}`", out.display()))?;
        print::sheets::printed(args, printed, Some(out))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let (Reply::Deletion(DeletionAnswer::Certificate(made)), Command::Delete(Delete::Certificate { out, .. })) =
        (&reply, &args.command)
    {
        client::keep_bytes(&made.pdf, out)?;
        client::keep(&made.json, &out.with_extension("json"))?;
        print::certified(args, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let (Reply::Text(read), Command::Text(asked)) = (&reply, &args.command)
        && let Some(out) = &asked.out
    {
        client::keep(&read.text, out)?;
        print::documents::kept(args, read, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let (Reply::Ledger(answer), Command::Ledger(asked)) = (&reply, &args.command) {
        asked.keep(answer)?;
    }
    print::reply(args, &reply)?;
    Ok(exit_code(args, &reply))
}

fn exit_code(args: &Args, reply: &Reply) -> ExitCode {
    let strict = match &args.command {
        Command::Scan(scan) => scan.strict,
        Command::Ingest(ingest) => ingest.strict,
        _ => false,
    };
    match reply {
        Reply::Ledger(LedgerAnswer::Verified(found)) if !found.problems.is_empty() => {
            ExitCode::from(Exit::Storage as u8)
        }
        Reply::Verify(found) if !found.problems.is_empty() => ExitCode::from(Exit::Storage as u8),
        Reply::Backup(made) if !made.damaged.is_empty() => ExitCode::from(Exit::Storage as u8),
        Reply::TakenIn(batches) if strict && batches.iter().any(|b| b.counts.held + b.counts.quarantined > 0) => {
            ExitCode::from(Exit::Held as u8)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    paths.iter().map(|path| path.canonicalize().map_err(|source| missing(path, source))).collect()
}

/// A file that was named cannot be read.
pub(crate) fn missing(path: &Path, source: std::io::Error) -> anyhow::Error {
    DaemonError::Outside { doing: "read", path: path.to_owned(), source }.into()
}

fn request(command: &Command) -> Result<Request> {
    Ok(match command {
        Command::Scan(scan) => Request::Scan {
            device: scan.device.clone(),
            profile: scan.profile.clone(),
            class: scan.work.class.clone(),
            subject: scan.work.subject.clone(),
            title: scan.work.title.clone(),
            resume: scan.resume.clone(),
            options: scan.options.clone(),
            stack: absolute(&scan.stack)?,
            dpi: scan.dpi,
            language: scan.work.language.clone(),
        },
        Command::Ingest(ingest) => Request::Ingest {
            paths: absolute(&ingest.paths)?,
            resume: ingest.resume.clone(),
            flow: ingest.scene.flow(ingest.pictures).word().to_owned(),
            shows: ingest.scene.shows().word().to_owned(),
            items: ingest.scene.items,
            mat: ingest.scene.mat.as_deref().map(std::path::absolute).transpose()?,
            class: ingest.work.class.clone(),
            subject: ingest.work.subject.clone(),
            title: ingest.work.title.clone(),
            language: ingest.work.language.clone(),
        },
        Command::Pupils(pupils) => pupils.request()?,
        Command::Classes(classes) => Request::Roster(classes.request()),
        Command::Calendar { year } => Request::Roster(RosterRequest::Calendar { year: year.clone() }),
        Command::Sheets(sheets) => Request::Sheets(sheets.request()?),
        Command::Batches { limit } => Request::Batch(BatchRequest::List { limit: *limit }),
        Command::Batch(batch) => Request::Batch(batch.request()),
        Command::Review(review) => Request::Review(review.request()),
        Command::Move(page) => Request::Review(page.request()),
        Command::Delete(delete) => Request::Deletion(delete.request()),
        Command::Retention(retention) => Request::Deletion(retention.request()),
        Command::LegalHold(hold) => Request::Deletion(hold.request()),
        Command::Reconcile(reconcile) => Request::Reconcile(reconcile.request()?),
        Command::Search(search) => Request::Search {
            words: search.typed(),
            pupil: search.pupil.clone(),
            class: search.class.clone(),
            subject: search.subject.clone(),
            from: search.from.clone(),
            to: search.to.clone(),
            shows: search.shows.clone(),
            skip: search.skip,
        },
        Command::Reread(Reread { pages, batch, language }) => {
            Request::Reread { pages: pages.clone(), batch: batch.clone(), language: language.clone() }
        }
        Command::Trail { pupil } => Request::Trail { pupil: pupil.clone() },
        Command::Pdf(pdf) => pdf.request(),
        Command::Backup(backup) => backup.request()?,
        Command::ImportPack(import) => import.request()?,
        Command::Text(text) => text.request(),
        Command::Verify { quick, kept } => {
            Request::Verify { depth: if *quick { Depth::Quick } else { Depth::Full }, checkpoints: kept.checkpoints()? }
        }
        Command::Ledger(ledger) => Request::Ledger(ledger.request()?),
        Command::Status => Request::Status,
        Command::Init { .. }
        | Command::Serve
        | Command::Devices
        | Command::Models { .. }
        | Command::Doctor
        | Command::Rebuild { .. }
        | Command::Export(_)
        | Command::OpenPack(_)
        | Command::Backups { .. }
        | Command::Restore(_)
        | Command::Inspect(_)
        | Command::Config(_) => {
            unreachable!("these commands need no open data folder and were handled before")
        }
    })
}

/// Looks at images; a file that cannot be read is told and the others are still looked at.
fn inspecting(args: &Args, inspect: &Inspect) -> Result<ExitCode> {
    let Scene { items, mat, .. } = &inspect.scene;
    let flow = inspect.scene.flow(inspect.pictures);
    inspect.scene.shows().goes_with(flow, *items, mat.is_some()).map_err(DaemonError::usage)?;
    let reading = Reading {
        language: inspect.language.clone(),
        languages: Vec::new(),
        again: false,
        models: inspect.models.clone(),
        threads: scantrail_config::defaults::THREADS,
    };
    let mut inspector = Inspector::new(&reading)?;
    if let Some(mat) = &inspect.scene.mat {
        inspector.learn_mat(mat)?;
    }
    let here = PathBuf::from(".");
    let wanted = Wanted {
        flow,
        shows: inspect.scene.shows(),
        items: inspect.scene.items,
        pages: inspect.out.as_deref(),
        overlay: inspect.overlay.then(|| inspect.out.as_deref().unwrap_or(&here)),
    };
    let mut code = ExitCode::SUCCESS;
    for image in &inspect.images {
        match inspector.inspect(image, &wanted) {
            Ok(pages) => {
                for page in &pages {
                    print::inspection(args, page, &parts(inspect))?;
                }
            }
            Err(error) => code = print::failure(&anyhow::Error::from(error).context(image.display().to_string())),
        }
    }
    if let Some(out) = &inspect.out {
        inspector.contact_sheet(out)?;
    }
    Ok(code)
}

/// Scores captures of a self-test sheet; a file that cannot be scored is told and the others are still looked at.
fn scoring(args: &Args, images: &[PathBuf]) -> Result<ExitCode> {
    let mut scorer = Scorer::new()?;
    let mut code = ExitCode::SUCCESS;
    for image in images {
        match scorer.score(image) {
            Ok(pages) => {
                for page in &pages {
                    print::sheets::scored(args, page)?;
                    if !page.ok {
                        code = ExitCode::from(Exit::Failed as u8);
                    }
                }
            }
            Err(error) => code = print::failure(&anyhow::Error::from(error).context(image.display().to_string())),
        }
    }
    Ok(code)
}

fn parts(inspect: &Inspect) -> Vec<Part> {
    if inspect.only.is_empty() {
        vec![Part::Codes, Part::Geometry, Part::Quality, Part::Text]
    } else {
        inspect.only.clone()
    }
}
