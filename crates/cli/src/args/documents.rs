//! `scantrail pdf` and `scantrail text`: work handed on, and the words of a page for other programs.

use clap::{Args as Arguments, ValueEnum};
use scantrail_daemon::api::{DocumentRequest, Request, TextFormat};
use std::path::PathBuf;

#[derive(Debug, Arguments)]
pub(crate) struct Pdf {
    /// Pieces and pages by id, all of one pupil; none for all that --pupil and the rest leave
    #[arg(value_name = "PIECE|PAGE", required_unless_present = "pupil")]
    pub(crate) what: Vec<String>,
    /// Whose work: id, short code, or a name that fits one pupil
    #[arg(long, value_name = "WHO")]
    pub(crate) pupil: Option<String>,
    /// Only what came in for this class
    #[arg(long, default_value = "")]
    pub(crate) class: String,
    /// Only in this subject
    #[arg(long, default_value = "")]
    pub(crate) subject: String,
    /// From this date on, like 2026-09-01
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Up to this date
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// The PDF to write; a file that is there already is never overwritten
    #[arg(long, value_name = "FILE.pdf")]
    pub(crate) out: PathBuf,
}

impl Pdf {
    /// What is asked for.
    pub(crate) fn request(&self) -> Request {
        let Self { what, pupil, class, subject, from, to, out: _ } = self;
        Request::Pdf(DocumentRequest {
            what: what.clone(),
            pupil: pupil.clone(),
            class: class.clone(),
            subject: subject.clone(),
            from: from.clone(),
            to: to.clone(),
        })
    }
}

#[derive(Debug, Arguments)]
pub(crate) struct Text {
    /// Its id
    pub(crate) page: String,
    /// How the words are written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// The file to write instead of stdout; one that is there already is never overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// How words are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// Lines, an empty one between blocks
    #[default]
    Text,
    /// ALTO 4.4 (XML), for libraries and archives
    Alto,
    /// hOCR 1.2 (HTML), for tools around text recognition
    Hocr,
}

impl Text {
    /// What is asked for.
    pub(crate) fn request(&self) -> Request {
        let format = match self.format {
            Format::Text => TextFormat::Text,
            Format::Alto => TextFormat::Alto,
            Format::Hocr => TextFormat::Hocr,
        };
        Request::Text { page: self.page.clone(), format }
    }
}
