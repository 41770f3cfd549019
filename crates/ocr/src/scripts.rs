//! Which languages are written in which script: the engine tells scripts apart, but reads languages.

/// Scripts as Unicode names them, and the engine's models of languages written in them; the commoner ones in schools first.
/// Its own models of whole scripts (`script/Arabic`) come before all of them.
const SCRIPTS: &[(&str, &[&str])] = &[
    (
        "Latin",
        &[
            "eng", "pol", "ron", "por", "spa", "fra", "ita", "deu", "lit", "tur", "som", "cym", "gle", "gla", "nld",
            "ces", "slk", "hun", "lav", "est", "sqi", "hrv", "swe", "dan", "nor", "fin", "vie", "lat",
        ],
    ),
    ("Arabic", &["ara", "urd", "fas", "pus", "kur_ara", "snd", "uig"]),
    ("Bengali", &["ben", "asm"]),
    ("Cyrillic", &["ukr", "rus", "bul", "srp", "bel", "mkd", "kaz"]),
    ("Devanagari", &["hin", "nep", "mar", "san"]),
    ("Ethiopic", &["amh", "tir"]),
    ("Greek", &["ell", "grc"]),
    ("Gujarati", &["guj"]),
    ("Gurmukhi", &["pan"]),
    ("Han", &["chi_sim", "chi_tra"]),
    ("HanS", &["chi_sim"]),
    ("HanT", &["chi_tra"]),
    ("Hangul", &["kor"]),
    ("Hebrew", &["heb", "yid"]),
    ("Japanese", &["jpn"]),
    ("Korean", &["kor"]),
    ("Malayalam", &["mal"]),
    ("Sinhala", &["sin"]),
    ("Tamil", &["tam"]),
    ("Telugu", &["tel"]),
    ("Thai", &["tha"]),
];
/// So many languages of a script are read at once: each makes a page slower.
const AT_ONCE: usize = 2;

/// Whether a language, or one of several joined by `+`, is written in a script.
pub fn is_written_in(language: &str, script: &str) -> bool {
    language.split('+').any(|one| {
        one.strip_prefix("script/") == Some(script)
            || SCRIPTS.iter().any(|(name, languages)| *name == script && languages.contains(&one))
    })
}

/// Whether two languages, or lists joined by `+`, have a script in common.
pub fn share_a_script(one: &str, other: &str) -> bool {
    SCRIPTS.iter().any(|(script, _)| is_written_in(one, script) && is_written_in(other, script))
}

/// What to read a page in a script with, of the models that are installed; `None` if no such model is there.
pub fn reader_for(script: &str, installed: &[String]) -> Option<String> {
    let whole = format!("script/{script}");
    if installed.contains(&whole) {
        return Some(whole);
    }
    let (_, languages) = SCRIPTS.iter().find(|(name, _)| *name == script)?;
    let there: Vec<&str> =
        languages.iter().copied().filter(|one| installed.iter().any(|name| name == one)).take(AT_ONCE).collect();
    (!there.is_empty()).then(|| there.join("+"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_with_what_is_installed() {
        let installed = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(reader_for("Arabic", &installed(&["eng", "osd"])), None);
        assert_eq!(reader_for("Arabic", &installed(&["fas", "eng", "urd", "ara"])).as_deref(), Some("ara+urd"));
        let whole = installed(&["ara", "script/Arabic"]);
        assert_eq!(reader_for("Arabic", &whole).as_deref(), Some("script/Arabic"));
        assert_eq!(reader_for("Runic", &whole), None);
    }

    #[test]
    fn languages_know_their_script() {
        assert!(is_written_in("eng", "Latin") && is_written_in("ell+eng", "Latin") && is_written_in("ell", "Greek"));
        assert!(is_written_in("script/Cyrillic", "Cyrillic"));
        assert!(share_a_script("eng", "deu") && share_a_script("rus+eng", "deu") && !share_a_script("eng", "rus"));
        assert!(!is_written_in("eng", "Greek") && !is_written_in("", "Latin"));
    }
}
