//! What this crate writes, judged by programs that are not ours: `bagit.py`, `sha256sum`, the PDF/A validator of
//! pikepdf, `qpdf`, `pdftotext`, `pdfimages`, an XML schema and `hocr-spec`. A judge that is missing fails the test.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as the test may")]

mod bags;
mod documents;
mod pages;
mod support;
mod transcripts;
