//! The sample loads, wrong files say everything that is wrong with them.

use scantrail_config::{Config, LoadError, Sides, Threads, WhenToConfirm, load, parse, sample};
use scantrail_core::calendar::{HalfTerm, Origin};
use scantrail_core::school_year::SchoolYear;
use scantrail_core::vocabulary::Flow;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FILE: &str = "/srv/scantrail/scantrail.toml";

fn sound(text: &str) -> Config {
    parse(Path::new(FILE), text).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn the_sample_loads_and_changes_no_default() {
    let bare = sound("data = \"/srv/scantrail\"\nschool.name = \"Hill \\\"Top\\\" Primary\"\n");
    let commented = sound(&sample("Hill \"Top\" Primary", Path::new("/srv/scantrail")));
    assert_eq!(commented, bare);
    assert_eq!(bare.school, "Hill \"Top\" Primary");
}

#[test]
fn every_commented_setting_of_the_sample_is_a_real_one() {
    // Uncommented, the file must still be sound: the defaults it prints are allowed values of real keys.
    let text = sample("Hill Top Primary", Path::new("/srv/scantrail"));
    let setting =
        |line: &str| line.starts_with("[[") || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
    let uncommented: Vec<&str> =
        text.lines().map(|line| line.strip_prefix("# ").filter(|rest| setting(rest)).unwrap_or(line)).collect();
    let mut all = sound(&uncommented.join("\n"));
    let bare = sound(&text);
    assert_eq!(all.reading.language_for("4B", "french"), "fra+eng");
    all.reading.languages.clear();
    assert_eq!((all.limits, all.storage, all.listen), (bare.limits, bare.storage, bare.listen));
    assert_eq!((&all.reading, &all.fonts, all.confirm), (&bare.reading, &bare.fonts, bare.confirm));
    assert_eq!(
        (all.sane.open, all.sane.silence, all.sane.cancel),
        (bare.sane.open, bare.sane.silence, bare.sane.cancel)
    );
    assert_eq!(all.profiles[0].sides, Sides::Both);
    let year = SchoolYear::parse("2026-27").unwrap();
    let (set, assumed) = (all.calendar.dates(year), bare.calendar.dates(year));
    assert_eq!((set.origin(), assumed.origin()), (Origin::Set, Origin::Assumed));
    assert!(HalfTerm::ALL.into_iter().all(|half| set.days(half) == assumed.days(half)));
    assert_eq!(all.folders[0].flow, Flow::Stack);
}

#[test]
fn the_sample_in_the_repository_is_the_one_init_writes() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/scantrail.toml");
    let kept = std::fs::read_to_string(kept).unwrap();
    assert_eq!(kept, sample("Hill Top Primary School", Path::new("/var/lib/scantrail")));
}

#[test]
fn every_setting_arrives() {
    let config = sound(
        r#"
        data = "data"
        [school]
        name = " Hill Top "
        [web]
        listen = "[::1]:0"
        [reading]
        language = "eng+cym"
        threads = 3
        [confirm]
        runs = "never"
        [limits]
        megapixels = 0x10
        [sane]
        config_dir = "./sane//here"
        silence_seconds = 7
        [ledger]
        copy_to = "/srv/checkpoints"
        hook = "cat > /dev/null"
        [[profile]]
        name = "art"
        source = "flatbed"
        colour = "grey"
        dpi = 600
        [[folder]]
        path = "drop"
        kind = "pictures"
        subject = "Art"
        "#,
    );
    assert_eq!((config.school.as_str(), config.data.as_path()), ("Hill Top", Path::new("/srv/scantrail/data")));
    assert_eq!((config.listen.to_string().as_str(), config.confirm.runs), ("[::1]:0", WhenToConfirm::Never));
    assert!(matches!(config.reading.threads, Threads::Fixed(n) if n.get() == 3));
    assert_eq!((config.limits.pixels, config.sane.silence), (16_000_000, Duration::from_secs(7)));
    assert_eq!(config.ledger.copy_to, Some(PathBuf::from("/srv/checkpoints")));
    assert_eq!(config.ledger.hook.as_deref(), Some("cat > /dev/null"));
    assert_eq!(config.sane.config_dir, Some(PathBuf::from("/srv/scantrail/sane/here")));
    assert_eq!((config.profiles.len(), config.profile("art").unwrap().dpi.get()), (1, 600));
    assert_eq!(config.folders[0].path, Path::new("/srv/scantrail/drop"));
    assert_eq!(config.folders[0].subject.as_deref(), Some("Art"));
}

#[test]
fn invalid_files_say_everything_that_is_wrong() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut report = String::new();
    for path in &files {
        let name = path.file_name().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let faults = parse(&Path::new("/etc/scantrail").join(name), &text).unwrap_err();
        report += &faults.to_string().replace("/etc/scantrail/", "");
        report += "\n\n";
    }
    insta::assert_snapshot!(report);
}

#[test]
fn a_file_that_is_not_there_is_another_matter_than_a_faulty_one() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("scantrail.toml");
    assert!(matches!(load(&missing), Err(LoadError::Unreadable { file, .. }) if file == missing));
    let invalid = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid/empty.toml");
    assert!(matches!(load(&invalid), Err(LoadError::Faulty(faults)) if faults.faults.len() == 2));
}
