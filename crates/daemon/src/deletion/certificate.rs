//! The certificate of a deletion: for machines as JSON, for people as a page that carries the digest of the JSON.

use crate::api::{CertificateReply, DeletionReply};
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_archive::durable::Written;
use scantrail_sheets::draw::{FontBook, Notice, draw_notice};

/// Pages whose ids are printed; the JSON has all of them.
const PRINTED: usize = 40;

/// Backups that are printed.
const BACKUPS: usize = 6;

/// Ids, or characters of a text, that fit across the page.
const IDS_ACROSS: usize = 8;
const ACROSS: usize = 78;

/// Makes it; only what was carried out can be certified.
pub(super) fn of(engine: &Engine, deletion: &DeletionReply) -> Result<CertificateReply, DaemonError> {
    let Some(done) = deletion.ended_at.as_ref().filter(|_| deletion.state == "done") else {
        let what = format!("deletion {} is {}, not done", deletion.deletion, deletion.state);
        return Err(DaemonError::usage(what).with_hint("there is a certificate once it is carried out"));
    };
    let mut json = serde_json::to_string_pretty(deletion)
        .map_err(|source| DaemonError::inside("the certificate cannot be written down", source))?;
    json.push('\n');
    let digest = Written::of(json.as_bytes()).digest;
    let mut lines = vec![engine.config.school.clone(), format!("Deletion {}, carried out {done}", deletion.deletion)];
    if !deletion.rule.is_empty() {
        lines.push(format!("By the retention rule: {}", deletion.rule));
    }
    lines.extend(across(&format!("Reason: {}", deletion.reason)));
    lines.push(format!("Proposed {} by {}", deletion.proposed_at, deletion.proposed_by));
    lines.extend(deletion.approvals.iter().map(|one| format!("Approved {} by {}", one.at, one.account)));
    lines.extend(across(
        "Two different people approved. Whoever proposed it may be the first of them, never the second, whose approval decides.",
    ));
    lines.push(String::new());
    let pages = deletion.pages.len();
    for pupils in deletion.records.chunks(IDS_ACROSS) {
        lines.push("The record (name, date of birth, numbers, classes) of pupil:".to_owned());
        lines.push(pupils.join("  "));
    }
    if pages > 0 {
        lines.push(format!(
            "{pages} pages, {} files, {} bytes, with all that was made from them:",
            deletion.files, deletion.bytes
        ));
    }
    for ids in deletion.pages.iter().take(PRINTED).collect::<Vec<_>>().chunks(IDS_ACROSS) {
        lines.push(ids.iter().map(|page| page.page.as_str()).collect::<Vec<_>>().join("  "));
    }
    if pages > PRINTED {
        lines.push(format!("and {} more, named in the JSON", pages - PRINTED));
    }
    lines.extend([
        String::new(),
        "Gone from the school's data folder: originals, copies, records, pictures, words, and the key".to_owned(),
        "under which the log holds them. The log still proves that they were there and were deleted.".to_owned(),
        "Not covered: what was handed on or printed before.".to_owned(),
        "Flash storage may keep traces: the whole disk should be encrypted.".to_owned(),
    ]);
    for folder in deletion.backups.iter().take(BACKUPS) {
        let day = |at: &str| at.get(..10).unwrap_or(at).to_owned();
        let told = match (&folder.heard_at, &folder.gone_at) {
            (Some(at), _) => format!("Backup {}: carried out there on {}", folder.id, day(at)),
            (None, Some(at)) => format!("Backup {}: said to be gone for good on {}", folder.id, day(at)),
            (None, None) => format!("Backup {}: NOT YET carried out there", folder.id),
        };
        lines.push(told);
    }
    if deletion.backups.len() > BACKUPS {
        lines.push(format!("and {} more backups, named in the JSON", deletion.backups.len() - BACKUPS));
    }
    lines.extend([
        String::new(),
        "SHA-256 of the certificate as JSON; the code beside it says the same, with number and time,".to_owned(),
        "for whoever compares the two: it leads nowhere and names nobody.".to_owned(),
        digest.to_string(),
    ]);
    let fonts = FontBook::from_dirs(&engine.config.fonts)
        .map_err(|source| DaemonError::inside("the fonts for the page cannot be read", source))?;
    let code = format!("scantrail deletion {} done {done} sha256 {digest}", deletion.deletion);
    let notice = Notice { title: "Certificate of deletion".into(), lines, code };
    Ok(CertificateReply { json, pdf: draw_notice(&notice, &fonts)? })
}

/// A text in lines that fit across the page, broken between words.
fn across(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is one line at least");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + word.chars().count() < ACROSS {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
