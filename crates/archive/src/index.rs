//! The page with which a person opens a pupil's year: `index.html`, every piece as pictures in order of date.
//!
//! It must open from a stick on a machine that never heard of us, in twenty years: one file of HTML, its style inside,
//! no script, nothing fetched from anywhere, pictures beside it. What it shows is told by the caller; the same told twice
//! gives the same bytes, so that sealing a folder again changes nothing. It must not know where the folder lies.

mod html;

use crate::names::TrailPath;
use html::{Escaped, Link};
use scantrail_core::jiff::civil::Date;
use scantrail_core::school_year::SchoolYear;
use std::fmt::Write as _;

/// The page's name in the folder.
pub const NAME: &str = "index.html";
/// The folder of its pictures.
pub const PICTURES: &str = "index";

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPage {
    /// Whose work it is, as spoken: `Amara Okafor`.
    pub who: String,
    /// The school, as it calls itself.
    pub school: String,
    /// Which year.
    pub year: SchoolYear,
    /// What a reader should know about the folder, a sentence each; may be empty.
    pub notes: Vec<String>,
    /// The pieces, in order of date.
    pub pieces: Vec<IndexPiece>,
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPiece {
    /// Its date.
    pub date: Date,
    /// Subject; may be empty.
    pub subject: String,
    /// Title; may be empty.
    pub title: String,
    /// Its pages in order.
    pub pages: Vec<IndexSheet>,
}

/// One page. Paths are relative to the folder of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSheet {
    /// Place in its piece, from 1.
    pub position: u32,
    /// How many pages its copy has: two for an open book.
    pub parts: u32,
    /// Whether there is anything on it.
    pub shows: Shows,
    /// Whether others made it too; who is never said.
    pub made_by: MadeBy,
    /// Its small picture; none if none could be made.
    pub picture: Option<TrailPath>,
    /// The copy people open; none if it could not be prepared.
    pub copy: Option<TrailPath>,
    /// The bytes as captured; none if they are not in this folder.
    pub original: Option<TrailPath>,
}

/// What is on a page, as far as an index cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// Work.
    Work,
    /// Nothing: the back of a sheet.
    Nothing,
}

/// Whose work a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeBy {
    /// The pupil's own.
    One,
    /// A group's.
    Group,
}

/// Where the small picture of a page lies in its folder.
pub fn picture_path(page: scantrail_core::ids::PageId) -> TrailPath {
    TrailPath::new(format!("{PICTURES}/{page}.jpg")).expect("an id is a safe name")
}

impl IndexPage {
    /// The text of `index.html`.
    pub fn to_html(&self) -> String {
        let mut text = String::with_capacity(4096);
        self.head(&mut text);
        self.months(&mut text);
        for (number, piece) in (1..).zip(&self.pieces) {
            piece.section(number, &mut text);
        }
        text.push_str(FOOT);
        text
    }

    fn head(&self, text: &mut String) {
        let (who, school, year) = (Escaped(&self.who), Escaped(&self.school), self.year);
        let sheets = || self.pieces.iter().flat_map(|piece| &piece.pages);
        let blank = sheets().filter(|page| page.shows == Shows::Nothing).count();
        let pieces = counted(self.pieces.len(), "piece", "pieces");
        let mut pages = counted(sheets().count() - blank, "page", "pages");
        if blank > 0 {
            put(&mut pages, format_args!(" and {}", counted(blank, "blank side", "blank sides")));
        }
        put(
            text,
            format_args!("{BEFORE_TITLE}<title>{who} · {year}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"),
        );
        put(text, format_args!("<header>\n<p class=\"school\"><bdi>{school}</bdi></p>\n<h1><bdi>{who}</bdi></h1>\n"));
        put(text, format_args!("<p class=\"sum\">School year {year} · {pieces} of work · {pages}</p>\n"));
        for note in &self.notes {
            put(text, format_args!("<p class=\"note\">{}</p>\n", Escaped(note)));
        }
        text.push_str("</header>\n");
    }

    /// Links to the first piece of each month, where there are several months.
    fn months(&self, text: &mut String) {
        let mut months: Vec<(String, usize)> = Vec::new();
        for (number, piece) in (1..).zip(&self.pieces) {
            let month = piece.date.strftime("%B %Y").to_string();
            if months.last().is_none_or(|(last, _)| *last != month) {
                months.push((month, number));
            }
        }
        if months.len() < 2 {
            return;
        }
        text.push_str("<nav aria-label=\"Months\">\n");
        for (month, number) in months {
            put(text, format_args!("<a href=\"#piece-{number}\">{month}</a>\n"));
        }
        text.push_str("</nav>\n");
    }
}

impl IndexPiece {
    /// What it is called: its title, or its subject, or simply work.
    fn heading(&self) -> &str {
        [&self.title, &self.subject].into_iter().find(|text| !text.is_empty()).map_or("Work", String::as_str)
    }

    fn section(&self, number: usize, text: &mut String) {
        let (heading, iso) = (Escaped(self.heading()), self.date);
        let date = self.date.strftime("%A %-d %B %Y");
        put(text, format_args!("<section id=\"piece-{number}\">\n<h2><bdi>{heading}</bdi></h2>\n<p class=\"when\">"));
        put(text, format_args!("<time datetime=\"{iso}\">{date}</time>"));
        if !self.subject.is_empty() && !self.title.is_empty() {
            put(text, format_args!(" · <bdi>{}</bdi>", Escaped(&self.subject)));
        }
        let (blank, written): (Vec<&IndexSheet>, Vec<&IndexSheet>) =
            self.pages.iter().partition(|page| page.shows == Shows::Nothing);
        put(text, format_args!(" · {}", counted(written.len(), "page", "pages")));
        if self.pages.iter().any(|page| page.made_by == MadeBy::Group) {
            text.push_str(" · made together with others");
        }
        text.push_str("</p>\n");
        if !written.is_empty() {
            text.push_str("<div class=\"pages\">\n");
            for page in &written {
                page.figure(self.heading(), text);
            }
            text.push_str("</div>\n");
        }
        if !blank.is_empty() {
            let said = if blank.len() == 1 { "One side is blank:" } else { "Blank sides:" };
            put(text, format_args!("<p class=\"blank\">{said}"));
            for page in &blank {
                put(text, format_args!(" <span>{} {}</span>", page.name(), page.links()));
            }
            text.push_str("</p>\n");
        }
        text.push_str("</section>\n");
    }
}

impl IndexSheet {
    fn name(&self) -> String {
        format!("Page {}", self.position)
    }

    fn figure(&self, piece: &str, text: &mut String) {
        let name = self.name();
        let opens = self.copy.as_ref().or(self.original.as_ref());
        text.push_str("<figure>");
        if let Some(path) = opens {
            put(text, format_args!("<a class=\"picture\" href=\"{}\">", Link(path)));
        }
        match &self.picture {
            Some(picture) => {
                let alt = format!("{name} of {piece}");
                put(text, format_args!("<img src=\"{}\" alt=\"{}\">", Link(picture), Escaped(&alt)));
            }
            None => text.push_str("<span class=\"none\">No picture could be made of this page.</span>"),
        }
        if opens.is_some() {
            text.push_str("</a>");
        }
        let parts = if self.parts > 1 { format!(", {} sides in one", self.parts) } else { String::new() };
        put(text, format_args!("<figcaption><span>{name}{parts}</span> {}</figcaption></figure>\n", self.links()));
    }

    fn links(&self) -> String {
        let one = |path: &Option<TrailPath>, word: &str| {
            path.as_ref().map(|path| format!("<a href=\"{}\">{word}</a>", Link(path)))
        };
        let copy = if self.copy.as_ref().is_some_and(is_document) { "PDF" } else { "open" };
        [one(&self.copy, copy), one(&self.original, "original")].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

fn is_document(path: &TrailPath) -> bool {
    std::path::Path::new(path.as_str()).extension().is_some_and(|extension| extension == "pdf")
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("a string takes everything");
}

const BEFORE_TITLE: &str = "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; \
    style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n";

const FOOT: &str = "<footer>\n<p>A picture opens the page as it is filed, its words to be searched and copied; \
    “original” is the capture itself, unchanged. <code>sha256sum -c manifest-sha256.txt</code> in this folder says \
    whether every original and every copy is as it was filed; <code>sha256sum -c tagmanifest-sha256.txt</code> the same of \
    the records beside them.</p>\n</footer>\n</body>\n</html>\n";

/// Readable on a phone, in print and without colours. Sizes are relative to the reader's own.
const STYLE: &str = include_str!("index/style.css");

#[cfg(test)]
mod tests;
