//! The fonts a sheet is written with: those of the system, chosen script by script.
//!
//! A name that cannot be drawn whole is an error with the package to install, never a row of empty boxes. This file
//! must not know where on a sheet a text goes.

use super::DrawError;
use krilla::Data;
use krilla::text::Font;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use unicode_script::{Script, UnicodeScript};

/// How heavy a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// Fonts could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// A folder or file could not be read.
    #[error("cannot read fonts at {}", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is not a font.
    #[error("{} is not a font", path.display())]
    NotAFont {
        /// The file.
        path: PathBuf,
    },
    /// None of the folders holds a font this program knows.
    #[error("no font found in {}; install the Debian package fonts-noto-core", list(folders))]
    None {
        /// Where it looked.
        folders: Vec<PathBuf>,
    },
}

fn list(folders: &[PathBuf]) -> String {
    folders.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ")
}

const CORE: &str = "fonts-noto-core";
const CJK: &str = "fonts-noto-cjk";

/// A family by the names of its files, and what it is for.
struct Family {
    scripts: &'static [Script],
    regular: &'static str,
    bold: &'static str,
}

macro_rules! noto {
    ($($name:literal: $($script:ident)|+;)+) => {
        [$(Family {
            scripts: &[$(Script::$script),+],
            regular: concat!($name, "-Regular.ttf"),
            bold: concat!($name, "-Bold.ttf"),
                    }),+]
    };
}

/// In order of preference; the first family that has a character draws it.
static NOTO: [Family; 29] = noto![
    "NotoSans": Latin | Greek | Cyrillic | Common | Inherited;
    "NotoSansArabic": Arabic;
    "NotoSansHebrew": Hebrew;
    "NotoSansDevanagari": Devanagari;
    "NotoSansBengali": Bengali;
    "NotoSansGurmukhi": Gurmukhi;
    "NotoSansGujarati": Gujarati;
    "NotoSansOriya": Oriya;
    "NotoSansTamil": Tamil;
    "NotoSansTelugu": Telugu;
    "NotoSansKannada": Kannada;
    "NotoSansMalayalam": Malayalam;
    "NotoSansSinhala": Sinhala;
    "NotoSansThai": Thai;
    "NotoSansLao": Lao;
    "NotoSerifTibetan": Tibetan;
    "NotoSansMyanmar": Myanmar;
    "NotoSansKhmer": Khmer;
    "NotoSansGeorgian": Georgian;
    "NotoSansArmenian": Armenian;
    "NotoSansEthiopic": Ethiopic;
    "NotoSansThaana": Thaana;
    "NotoSansSyriac": Syriac;
    "NotoSansTifinagh": Tifinagh;
    "NotoSansCherokee": Cherokee;
    "NotoSansCanadianAboriginal": Canadian_Aboriginal;
    "NotoSansMongolian": Mongolian;
    "NotoSansNKo": Nko;
    "NotoSansMeeteiMayek": Meetei_Mayek;
];

const EAST_ASIAN: &[Script] = &[Script::Han, Script::Hiragana, Script::Katakana, Script::Hangul, Script::Bopomofo];

static OTHERS: [Family; 3] = [
    Family { scripts: EAST_ASIAN, regular: "NotoSansCJK-Regular.ttc", bold: "NotoSansCJK-Bold.ttc" },
    Family { scripts: EAST_ASIAN, regular: "DroidSansFallbackFull.ttf", bold: "DroidSansFallbackFull.ttf" },
    Family {
        scripts: &[Script::Latin, Script::Greek, Script::Cyrillic],
        regular: "DejaVuSans.ttf",
        bold: "DejaVuSans-Bold.ttf",
    },
];

fn families() -> impl Iterator<Item = &'static Family> {
    NOTO.iter().chain(&OTHERS)
}

/// One font file, read when a text first needs it: those for East Asia have twenty megabytes each.
struct Entry {
    path: PathBuf,
    serves: Serves,
    weight: Weight,
    face: OnceLock<Face>,
}

/// What a font is for.
enum Serves {
    /// Scripts of the table, and whatever else it happens to have.
    Scripts(&'static [Script]),
    /// One rare script, by the name in the file's: `OldPersian` of `NotoSansOldPersian-Regular.ttf`.
    Named(String),
}

impl Entry {
    /// How well it suits a script, best first; `None` if it is not worth reading.
    fn rank(&self, script: Script, weight: Weight) -> Option<(bool, bool)> {
        match &self.serves {
            Serves::Scripts(scripts) => Some((!scripts.contains(&script), self.weight != weight)),
            Serves::Named(name) => (script.full_name().replace('_', "") == *name).then_some((false, true)),
        }
    }

    fn face(&self) -> Result<&Face, DrawError> {
        if let Some(face) = self.face.get() {
            return Ok(face);
        }
        let face = Face::load(&self.path).map_err(|source| DrawError::Font { source })?;
        Ok(self.face.get_or_init(|| face))
    }
}

/// A font in memory.
pub(super) struct Face {
    font: Font,
    data: Arc<Vec<u8>>,
    /// Every character it has a glyph for, in order: asking the font itself means parsing it anew each time.
    characters: Vec<u32>,
}

impl Face {
    fn load(path: &Path) -> Result<Self, FontError> {
        let data = fs::read(path).map_err(|source| FontError::Unreadable { path: path.to_path_buf(), source })?;
        let data = Arc::new(data);
        let not_a_font = || FontError::NotAFont { path: path.to_path_buf() };
        let font = Font::new(Data::from(Arc::clone(&data)), 0).ok_or_else(not_a_font)?;
        let characters = characters(&rustybuzz::Face::from_slice(&data, 0).ok_or_else(not_a_font)?);
        Ok(Self { font, data, characters })
    }

    /// The font as the PDF writer wants it.
    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// The font as the shaper wants it.
    pub(super) fn shaper(&self) -> rustybuzz::Face<'_> {
        rustybuzz::Face::from_slice(&self.data, 0).expect("the file was read as a font when it was loaded")
    }

    fn covers(&self, character: char) -> bool {
        self.characters.binary_search(&u32::from(character)).is_ok()
    }
}

/// The fonts found on this machine. Make one and keep it while printing: what was read once stays in memory.
pub struct FontBook {
    entries: Vec<Entry>,
}

impl FontBook {
    /// Looks for every font it knows in these folders and those within them. A folder that is not there adds nothing.
    pub fn from_dirs(folders: &[PathBuf]) -> Result<Self, FontError> {
        let mut files = Vec::new();
        for folder in folders {
            collect(folder, &mut files)?;
        }
        files.sort();
        let mut entries = Vec::new();
        for family in families() {
            for (weight, name) in [(Weight::Regular, family.regular), (Weight::Bold, family.bold)] {
                let known = files.iter().find(|path| path.file_name().is_some_and(|file| file == name));
                if let Some(path) = known {
                    let (path, serves) = (path.clone(), Serves::Scripts(family.scripts));
                    entries.push(Entry { path, serves, weight, face: OnceLock::new() });
                }
            }
        }
        for path in &files {
            if let Some(name) = rare(path) {
                let (path, serves) = (path.clone(), Serves::Named(name));
                entries.push(Entry { path, serves, weight: Weight::Regular, face: OnceLock::new() });
            }
        }
        if entries.is_empty() { Err(FontError::None { folders: folders.to_vec() }) } else { Ok(Self { entries }) }
    }

    /// The folders where Debian puts fonts.
    pub fn system_dirs() -> Vec<PathBuf> {
        vec![PathBuf::from("/usr/share/fonts"), PathBuf::from("/usr/local/share/fonts")]
    }

    /// The face for a character within a run of `script`: one made for the script, else any that has it; of two
    /// weights the one asked for.
    pub(super) fn face_for(&self, character: char, script: Script, weight: Weight) -> Result<usize, DrawError> {
        let ranks = self.entries.iter().map(|entry| entry.rank(script, weight));
        let mut order: Vec<_> = ranks.zip(0..).filter_map(|(rank, at)| Some((rank?, at))).collect();
        order.sort_unstable();
        for (_, at) in order {
            if self.covers(at, character)? {
                return Ok(at);
            }
        }
        Err(missing(character))
    }

    /// Whether the face at `index` has a glyph for the character.
    pub(super) fn covers(&self, index: usize, character: char) -> Result<bool, DrawError> {
        Ok(self.face(index)?.covers(character))
    }

    /// The face at `index`, as [`Self::face_for`] gave it.
    pub(super) fn face(&self, index: usize) -> Result<&Face, DrawError> {
        self.entries[index].face()
    }
}

fn characters(face: &rustybuzz::Face<'_>) -> Vec<u32> {
    let mut found = Vec::new();
    let tables = face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables);
    for table in tables.filter(rustybuzz::ttf_parser::cmap::Subtable::is_unicode) {
        table.codepoints(|code| {
            if table.glyph_index(code).is_some_and(|glyph| glyph.0 != 0) {
                found.push(code);
            }
        });
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The error for a character no font has.
pub(super) fn missing(character: char) -> DrawError {
    let script = character.script();
    let package = match script {
        script if EAST_ASIAN.contains(&script) => CJK,
        Script::Unknown | Script::Common | Script::Inherited => "fonts-noto",
        _ => CORE,
    };
    DrawError::MissingGlyph { code: u32::from(character), script: script.full_name(), package }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), FontError> {
    let unreadable = |source| FontError::Unreadable { path: folder.to_path_buf(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(error)),
    };
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        // Links to folders are not followed: they may lead round in a circle.
        if entry.file_type().map_err(unreadable)?.is_dir() {
            collect(&entry.path(), files)?;
        } else if is_known(&entry.file_name()) || rare(&entry.path()).is_some() {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn is_known(file: &OsStr) -> bool {
    families().any(|family| file == family.regular || file == family.bold)
}

/// The script of a Noto font that is not in the table, as its file is named.
fn rare(path: &Path) -> Option<String> {
    let file = path.file_name().filter(|file| !is_known(file))?.to_str()?;
    let name = file.strip_prefix("NotoSans").or_else(|| file.strip_prefix("NotoSerif"))?;
    name.strip_suffix("-Regular.ttf").filter(|name| !name.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_script_and_package() {
        let text = missing('क').to_string();
        assert!(text.contains("Devanagari") && text.contains("fonts-noto-core"), "{text}");
        assert!(missing('王').to_string().contains("fonts-noto-cjk"));
        assert!(missing('김').to_string().contains("fonts-noto-cjk"));
    }

    #[test]
    fn rare_scripts_are_found_by_the_names_of_their_fonts() {
        assert_eq!(rare(Path::new("/f/NotoSansOldPersian-Regular.ttf")).as_deref(), Some("OldPersian"));
        for other in ["NotoSansArabic-Regular.ttf", "NotoSans-Regular.ttf", "NotoSansOldPersian-Bold.ttf", "a.ttf"] {
            assert_eq!(rare(&Path::new("/f").join(other)), None, "{other}");
        }
        let book = FontBook::from_dirs(&FontBook::system_dirs()).unwrap();
        let face = book.face_for('\u{103a0}', Script::Old_Persian, Weight::Bold).unwrap();
        assert!(book.covers(face, '\u{103a1}').unwrap());
    }

    #[test]
    fn a_folder_without_fonts_is_an_error_that_helps() {
        let text = FontBook::from_dirs(&[PathBuf::from("/nowhere")]).err().unwrap().to_string();
        assert!(text.contains("/nowhere") && text.contains("fonts-noto-core"), "{text}");
    }
}
