//! The asker's end of a pack: a folder or a locked file that is whole and was looked at, or nothing at all.
//!
//! A passphrase stays in this process: the daemon makes the pack, and what asked for it locks it.

use crate::api::{ExportReply, ExportRequest, Receipt, Reply, Report, Request};
use crate::client::{Whole, ask, fetch};
use crate::error::{DaemonError, Exit};
use crate::world::SystemEntropy;
use scantrail_archive::bag;
use scantrail_archive::outside::{self, Staging};
use scantrail_archive::pack;
use scantrail_config::Config;
use scantrail_core::ports::Entropy as _;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// How a pack is handed over.
#[derive(Clone, PartialEq, Eq)]
pub enum Lock {
    /// As a folder that anybody can open.
    Open,
    /// As one file behind a passphrase.
    Passphrase(String),
}

/// A pack that was handed over.
#[derive(Debug, Clone, Serialize)]
pub struct HandedOver {
    /// What is in it.
    #[serde(flatten)]
    pub pack: ExportReply,
    /// The folder or the file.
    pub path: PathBuf,
    /// SHA-256 of the file, if it is one.
    pub sha256: Option<String>,
    /// The receipt to keep, as JSON and as text.
    pub receipts: [PathBuf; 2],
    /// Why the school's own record does not say yet that it was handed over, in words; none if it does.
    pub not_noted: Option<String>,
}

/// A passphrase nobody has used before: six words that can be said on a telephone.
pub fn new_passphrase() -> String {
    pack::new_passphrase([SystemEntropy.random(), SystemEntropy.random()])
}

/// Makes a pack and puts it into the folder `out`, with its receipts beside it.
pub fn export(
    config: Config,
    request: &ExportRequest,
    report: &mut dyn Report,
    out: &Path,
    lock: &Lock,
) -> Result<HandedOver, DaemonError> {
    outside::make_folder(out)?;
    let staging = Staging::begin(out)?;
    let again = config.clone();
    let (reply, content) = fetch(config, &Request::Export(request.clone()), report)?;
    let Reply::Export(pack) = reply else {
        return Err(DaemonError::Inside { what: "what was asked for is no pack".into(), source: None });
    };
    let mut content = Whole { content, left: pack.bytes };
    let (part, name, sha256) = match lock {
        Lock::Open => {
            let top = pack::unpack(BufReader::new(content), staging.path())?;
            valid(&staging.path().join(&top))?;
            (PathBuf::from(&top), top, None)
        }
        Lock::Passphrase(passphrase) => {
            // Files go astray: no child's name is in this one.
            let name = format!("pack-{}.tar.age", pack.receipt.export);
            let written = pack::lock_into(&staging.path().join(&name), &mut content, passphrase)?;
            (PathBuf::from(&name), name, Some(written.digest.to_string()))
        }
    };
    let path = free(out, &name)?;
    staging.finish(&part, &path)?;
    let receipts = [format!("receipt-{}.json", pack.receipt.export), format!("receipt-{}.txt", pack.receipt.export)]
        .map(|name| out.join(name));
    let mut json = serde_json::to_vec_pretty(&pack.receipt)
        .map_err(|source| DaemonError::inside("the receipt cannot be written down", source))?;
    json.push(b'\n');
    outside::write_through(&receipts[0], &json)?;
    outside::write_through(&receipts[1], words(&pack.receipt, sha256.as_deref()).as_bytes())?;
    // It is whole and it is there: from here on it counts as handed over. If that cannot be noted now, the record says
    // "begun", which is told wherever it matters.
    let ended = Request::HandedOver { export: pack.receipt.export.clone() };
    let not_noted = ask(again, &ended, report).err().map(|error| crate::workers::chain(&error));
    Ok(HandedOver { pack, path, sha256, receipts, not_noted })
}

/// Opens a locked pack into the folder `out`; gives the bag's folder, which is valid.
pub fn open_pack(file: &Path, out: &Path, passphrase: &str) -> Result<PathBuf, DaemonError> {
    let locked =
        outside::open(file)?.ok_or_else(|| DaemonError::not_found(format!("there is no file `{}`", file.display())))?;
    let staging = Staging::begin(out)?;
    let top = pack::unpack(pack::unlocked(BufReader::new(locked), passphrase)?, staging.path())?;
    valid(&staging.path().join(&top))?;
    let path = free(out, &top)?;
    staging.finish(Path::new(&top), &path)?;
    Ok(path)
}

/// Refuses a bag that is not what it says it is.
fn valid(bag: &Path) -> Result<(), DaemonError> {
    let found = bag::check(bag)?;
    match found.problems.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(DaemonError::Refused {
            what: format!("the pack is not sound: {first} ({} problems)", found.problems.len()),
            hint: Some("nothing of it was kept; make it again, or ask for it again".into()),
            exit: Exit::Storage,
        }),
    }
}

/// A name nothing has yet.
fn free(out: &Path, name: &str) -> Result<PathBuf, DaemonError> {
    let path = out.join(name);
    if path.symlink_metadata().is_ok() {
        return Err(DaemonError::usage(format!("`{}` is there already, and is left as it is", path.display()))
            .with_hint("choose another folder, or remove it first"));
    }
    Ok(path)
}

/// The receipt as it is printed and signed.
fn words(receipt: &Receipt, sha256: Option<&str>) -> String {
    let mut text = String::new();
    let mut line = |words: std::fmt::Arguments<'_>| writeln!(text, "{words}").expect("a string takes everything");
    line(format_args!("RECEIPT {}\n", receipt.export));
    line(format_args!("School:        {}", receipt.school));
    line(format_args!("Work of:       {} ({})", receipt.name, receipt.pupil));
    line(format_args!("School year:   {}", receipt.year));
    line(format_args!("Handed over:   {}", receipt.at));
    line(format_args!("To:            {}", if receipt.to.is_empty() { "-" } else { &receipt.to }));
    line(format_args!("Pages:         {}", receipt.pages.len()));
    line(format_args!("Proof:         sha256 of tagmanifest-sha256.txt, which covers every byte of the pack:"));
    line(format_args!("               {}", receipt.tagmanifest_sha256));
    if let Some(sha256) = sha256 {
        line(format_args!("               sha256 of the locked file:\n               {sha256}"));
    }
    let mut piece = (String::new(), String::new(), String::new());
    for page in &receipt.pages {
        let own = (page.date.clone(), page.subject.clone(), page.title.clone());
        if own != piece {
            let told = [&own.0, &own.1, &own.2].into_iter().filter(|part| !part.is_empty());
            line(format_args!("\n{}", told.map(String::as_str).collect::<Vec<_>>().join(" · ")));
            piece = own;
        }
        let shared = if page.shared { ", made with others" } else { "" };
        line(format_args!("  page {} [{}]{shared}", page.position, page.page));
        for (what, file) in [("copy", &page.copy), ("original", &page.original)] {
            if let Some(file) = file {
                line(format_args!("    {what:<9}{}  {} bytes", file.sha256, file.bytes));
            }
        }
        if let Some(captured) = &page.captured_sha256 {
            line(format_args!("    captured {captured}  (handed over without the place where it was taken)"));
        }
    }
    line(format_args!("\n\nReceived by: ____________________________   Date: ______________"));
    text
}
