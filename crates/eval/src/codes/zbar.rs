//! `zbarimg`, the program of the zbar project, when it is installed. It says what it reads, not where.

use super::reader::{Code, Reader};
use crate::clock::timed;
use anyhow::{Context as _, Result, bail};
use scantrail_core::raster::Raster;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What stands around a code's text in its XML.
const TEXT: (&str, &str) = ("<![CDATA[", "]]>");

/// Whether the program can be started.
pub(super) fn is_installed() -> bool {
    let mut ask = Command::new("zbarimg");
    ask.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    ask.status().is_ok_and(|status| status.success())
}

/// The program, with a folder for the pictures it reads.
pub(super) struct Zbarimg {
    folder: tempfile::TempDir,
    milliseconds: Option<f64>,
}

impl Zbarimg {
    pub(super) fn new() -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder for zbarimg's pictures")?;
        Ok(Self { folder, milliseconds: None })
    }

    fn file(&self, picture: &Raster) -> Result<PathBuf> {
        let path = self.folder.path().join("picture.pgm");
        // The plainest format there is, so that little of its time goes into decoding.
        let mut bytes = format!("P5 {} {} 255\n", picture.width(), picture.height()).into_bytes();
        bytes.extend_from_slice(picture.samples());
        #[expect(clippy::disallowed_methods, reason = "a picture for another program, gone with the folder")]
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

impl Reader for Zbarimg {
    fn read(&mut self, picture: &Raster) -> Result<Vec<Code>> {
        let path = self.file(picture)?;
        let mut command = Command::new("zbarimg");
        command.args(["--xml", "--quiet", "--nodbus", "-Sdisable", "-Sqrcode.enable"]).arg(path);
        let (output, milliseconds) = timed(|| command.stdin(Stdio::null()).output());
        let output = output.context("cannot start zbarimg")?;
        self.milliseconds = Some(milliseconds);
        // 4: no code was read.
        if !matches!(output.status.code(), Some(0 | 4)) {
            bail!("zbarimg ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(texts(&String::from_utf8_lossy(&output.stdout)))
    }

    fn own_milliseconds(&self) -> Option<f64> {
        self.milliseconds
    }
}

fn texts(xml: &str) -> Vec<Code> {
    let parts = xml.split(TEXT.0).skip(1).filter_map(|part| part.split(TEXT.1).next());
    parts.map(|text| Code { text: text.to_owned(), corners: None, modules: None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_several_lines_stay_whole() {
        let xml = "<barcodes><source href='a'>\n<index num='0'>\n<symbol type='QR-Code' quality='1'><data>\
                   <![CDATA[one\ntwo]]></data></symbol>\n<symbol><data><![CDATA[three]]></data></symbol></index>";
        let found: Vec<String> = texts(xml).into_iter().map(|code| code.text).collect();
        assert_eq!(found, ["one\ntwo", "three"]);
        assert_eq!(texts("<barcodes></barcodes>"), []);
    }
}
