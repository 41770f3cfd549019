//! Which language a page is read in: what a person said of the page, of its batch, what the configuration says of its
//! class and subject, and else the school's.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::understand;
use scantrail_catalogue::Page;
use scantrail_config::NO_READING;
use scantrail_ocr::ReadingWorker;

/// Of every package with a model, the beginning of its name.
const PACKAGE: &str = "tesseract-ocr-";

/// The language of a page, as the text engine names its models.
pub(crate) fn of(engine: &Engine, page: &Page) -> Result<String, DaemonError> {
    if let Some(said) = engine.catalogue.language_said(page.id)? {
        return Ok(said);
    }
    let reading = &engine.config.reading;
    if reading.languages.is_empty() {
        return Ok(reading.language.clone());
    }
    let batch = engine.catalogue.batch(page.batch)?;
    let mut context = understand::context_of(engine, &batch)?;
    if context.class.is_empty()
        && let Some(pupil) = engine.catalogue.cover_before(page)?
    {
        context.class = engine.catalogue.pupil(pupil)?.details.class;
    }
    Ok(reading.language_for(&context.class, &context.subject).to_owned())
}

/// The models that a language or several joined by `+` need and that are not installed.
pub(crate) fn missing<'a>(language: &'a str, installed: &[String]) -> Vec<&'a str> {
    let there = |name: &&str| !installed.iter().any(|other| other == name);
    language.split('+').filter(|name| *name != NO_READING).filter(there).collect()
}

/// What of a language can be read with the models that are there; `None` if none of it can.
pub(crate) fn readable(language: &str, installed: &[String]) -> Option<String> {
    let there: Vec<&str> = language.split('+').filter(|name| installed.iter().any(|other| other == name)).collect();
    (!there.is_empty()).then(|| there.join("+"))
}

/// Models that read no language: the one that tells scripts apart, and the one for formulas.
pub(crate) const NO_LANGUAGES: [&str; 2] = ["osd", "equ"];

/// The models that are installed and read a language.
pub(crate) fn readers(installed: &[String]) -> impl Iterator<Item = &str> {
    installed.iter().map(String::as_str).filter(|name| !NO_LANGUAGES.contains(name))
}

/// A language that a person named, if it can be read here.
pub(crate) fn checked(language: &str) -> Result<String, DaemonError> {
    if language == NO_READING {
        return Ok(language.to_owned());
    }
    let installed = ReadingWorker::installed(&ReadingWorker::program()?)?;
    let there = format!("installed are: {}", readers(&installed).collect::<Vec<_>>().join(", "));
    let unclear = |why: String| DaemonError::usage(format!("--language: {why}")).with_hint(there.clone());
    scantrail_config::check_language(language).map_err(unclear)?;
    if let Some(none) = language.split('+').find(|name| NO_LANGUAGES.contains(name)) {
        return Err(unclear(format!("`{none}` is no language")));
    }
    let missing = missing(language, &installed);
    if missing.is_empty() {
        return Ok(language.to_owned());
    }
    let what = format!("--language: there is no model for {} on this machine", missing.join(" and "));
    Err(DaemonError::usage(what).with_hint(format!("{}; {there}", install(&missing))))
}

/// How models are installed on Debian.
pub(crate) fn install(missing: &[&str]) -> String {
    let package = |name: &&str| match name.strip_prefix("script/") {
        Some(script) => format!("{PACKAGE}script-{}", script.to_lowercase().chars().take(4).collect::<String>()),
        None => format!("{PACKAGE}{}", name.replace('_', "-")),
    };
    format!(
        "if Debian has it, it is installed with: apt install {}",
        missing.iter().map(package).collect::<Vec<_>>().join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_package() {
        let installed = ["eng".to_owned(), "osd".to_owned()];
        assert_eq!(missing("eng+chi_sim+script/Arabic", &installed), ["chi_sim", "script/Arabic"]);
        assert!(missing("eng", &installed).is_empty() && missing("none", &installed).is_empty());
        assert_eq!(readable("deu+eng", &installed).as_deref(), Some("eng"));
        assert_eq!(readable("deu", &installed), None);
        let told = install(&missing("chi_sim+script/Arabic", &installed));
        assert_eq!(
            told,
            "if Debian has it, it is installed with: apt install tesseract-ocr-chi-sim tesseract-ocr-script-arab"
        );
    }
}
