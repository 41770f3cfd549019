//! Which settings there are, and how they fit together.

use crate::defaults;
use crate::rules::{Wrong, dpi, either, language, list, loopback, one_of, path, pattern, text, whole};
use crate::section::Section;
use crate::settings::{
    Backup, Colour, Config, Confirm, Device, Folder, Language, Ledger, Limits, OwnCode, OwnCodeNames, Profile, Reading,
    Records, Retention, Sane, Sides, Since, Storage, Threads, WhenToConfirm,
};
use scantrail_core::sheet::SheetKind;
use scantrail_core::units::Dpi;
use scantrail_core::vocabulary::{Flow, Shows};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::de::DeValue;

const MEGABYTE: u64 = 1 << 20;

/// Walks the whole file. `None` if something without a default is missing or wrong; every fault is noted either way.
pub(crate) fn build(mut file: Section<'_>, base: &Path) -> Option<Config> {
    let data = file.required("data", "the path of the data folder", path(base));
    let mut school = file.section("school");
    let name = school.required("name", "the school's name as it is printed on sheets", text);
    school.finish();
    let mut web = file.section("web");
    let listen = web.or("listen", defaults::LISTEN, loopback);
    web.finish();
    let reading = reading(file.section("reading"), file.sections("language"), base);
    let mut sheets = file.section("sheets");
    let fonts = sheets.or("fonts", vec![PathBuf::from(defaults::FONTS)], list(path(base)));
    sheets.finish();
    let confirm = confirm(file.section("confirm"));
    let limits = limits(file.section("limits"));
    let profiles = profiles(file.sections("profile"));
    let folders = folders(file.sections("folder"), base, data.as_deref());
    let own_codes = own_codes(file.sections("own_code"));
    let retention = retention(file.sections("retention"));
    let storage = storage(file.section("storage"));
    let backup = backup(file.section("backup"), base, data.as_deref());
    let sane = sane(file.section("sane"), base);
    let calendar = crate::calendar::calendar(file.sections("calendar"));
    let ledger = ledger(file.section("ledger"), base, data.as_deref());
    file.finish();
    Some(Config {
        school: name?,
        data: data?,
        listen,
        reading,
        fonts,
        confirm,
        limits,
        profiles,
        folders,
        own_codes,
        retention,
        storage,
        backup,
        sane,
        calendar,
        ledger,
    })
}

fn reading(mut section: Section<'_>, others: Vec<Section<'_>>, base: &Path) -> Reading {
    let reading = Reading {
        language: section.or("language", defaults::LANGUAGE.to_owned(), language),
        languages: languages(others),
        again: section.or("again", defaults::READ_AGAIN, either(true, false)),
        models: section.or("models", PathBuf::from(defaults::MODELS), path(base)),
        threads: section.or("threads", defaults::THREADS, threads),
    };
    section.finish();
    reading
}

fn languages(sections: Vec<Section<'_>>) -> Vec<Language> {
    let mut languages = Vec::new();
    for mut section in sections {
        let model = section.required("model", "a name that `tesseract --list-langs` prints", language);
        let (class, subject) = (section.optional("class", text), section.optional("subject", text));
        if model.is_some() && class.is_none() && subject.is_none() {
            let allowed = "`class`, `subject` or both; for everything, set `language` in [reading]";
            section.fault("model", Wrong::new("is for no class and no subject", allowed));
        }
        languages.extend(model.map(|model| Language { class, subject, model }));
        section.finish();
    }
    languages
}

fn threads(value: &DeValue<'_>) -> Result<Threads, Wrong> {
    if value.as_str() == Some("auto") {
        return Ok(Threads::Auto);
    }
    let number =
        whole(1..=256)(value).map_err(|wrong| Wrong::new(wrong.found, format!("\"auto\", {}", wrong.allowed)))?;
    let number = u16::try_from(number).ok().and_then(NonZeroU16::new);
    Ok(Threads::Fixed(number.expect("a number from 1 to 256 is not zero and fits")))
}

fn confirm(mut section: Section<'_>) -> Confirm {
    let choices =
        [("always", WhenToConfirm::Always), ("alarms", WhenToConfirm::Alarms), ("never", WhenToConfirm::Never)];
    let confirm = Confirm { runs: section.or("runs", defaults::CONFIRM_RUNS, one_of(&choices)) };
    section.finish();
    confirm
}

fn limits(mut section: Section<'_>) -> Limits {
    let limits = Limits {
        run_pages: section.or("run_pages", defaults::RUN_PAGES, whole(1..=10_000)),
        file_bytes: u64::from(section.or("file_mb", defaults::FILE_MB, whole(1..=1024))) * MEGABYTE,
        pixels: u64::from(section.or("megapixels", defaults::MEGAPIXELS, whole(1..=400))) * 1_000_000,
        pages_per_file: section.or("pages_per_file", defaults::PAGES_PER_FILE, whole(1..=10_000)),
    };
    section.finish();
    limits
}

fn storage(mut section: Section<'_>) -> Storage {
    let reserve = section.or("reserve_mb", defaults::RESERVE_MB, whole(16..=65_536));
    let high_water = section.or("high_water_mb", defaults::HIGH_WATER_MB, whole(16..=1_048_576));
    section.finish();
    Storage { reserve_bytes: u64::from(reserve) * MEGABYTE, high_water_bytes: u64::from(high_water) * MEGABYTE }
}

fn ledger(mut section: Section<'_>, base: &Path, data: Option<&Path>) -> Ledger {
    let ledger = Ledger { copy_to: section.optional("copy_to", path(base)), hook: section.optional("hook", text) };
    if let (Some(folder), Some(data)) = (&ledger.copy_to, data)
        && folder.starts_with(data)
    {
        let allowed = "a folder that whoever changes the data folder does not reach";
        section.fault("copy_to", Wrong::new("lies in the data folder", allowed));
    }
    section.finish();
    ledger
}

fn backup(mut section: Section<'_>, base: &Path, data: Option<&Path>) -> Backup {
    let to = section.optional("to", path(base));
    if let (Some(to), Some(data)) = (&to, data)
        && to.starts_with(data)
    {
        let found = format!("`{}` lies in the data folder", to.display());
        section.fault("to", Wrong::new(found, "a folder on another disk"));
    }
    let backup = Backup {
        to,
        hour: section.or("hour", defaults::BACKUP_HOUR, whole(0..=23)),
        keep: section.or("keep", defaults::BACKUP_KEEP, whole(1..=1000)),
        keep_weeks: section.or("keep_weeks", defaults::BACKUP_KEEP_WEEKS, whole(0..=1000)),
        keep_months: section.or("keep_months", defaults::BACKUP_KEEP_MONTHS, whole(0..=1000)),
        warn_days: section.or("warn_days", defaults::BACKUP_WARN_DAYS, whole(1..=3650)),
        warn_test_days: section.or("warn_test_days", defaults::BACKUP_WARN_TEST_DAYS, whole(1..=3650)),
    };
    section.finish();
    backup
}

fn sane(mut section: Section<'_>, base: &Path) -> Sane {
    let mut seconds = |key, default| Duration::from_secs(u64::from(section.or(key, default, whole(1..=3600))));
    let open = seconds("open_seconds", defaults::OPEN_SECONDS);
    let silence = seconds("silence_seconds", defaults::SILENCE_SECONDS);
    let cancel = seconds("cancel_seconds", defaults::CANCEL_SECONDS);
    let sane = Sane { config_dir: section.optional("config_dir", path(base)), open, silence, cancel };
    section.finish();
    sane
}

fn profiles(sections: Vec<Section<'_>>) -> Vec<Profile> {
    let mut profiles: Vec<Profile> = Vec::new();
    let none = sections.is_empty();
    for mut section in sections {
        let name = section.required("name", "a name to choose the profile by", text);
        let device = one_of(&[("feeder", Device::Feeder), ("flatbed", Device::Flatbed)]);
        let device = section.or("source", Device::Feeder, device);
        let colour = one_of(&[("colour", Colour::Colour), ("grey", Colour::Grey)]);
        let colour = section.or("colour", Colour::Colour, colour);
        let dpi = section.or("dpi", default_dpi(), dpi);
        let sides = section.or("duplex", Sides::One, either(Sides::Both, Sides::One));
        let (subject, class) = (section.optional("subject", text), section.optional("class", text));
        if (device, sides) == (Device::Flatbed, Sides::Both) {
            section
                .fault("duplex", Wrong::new("the glass of a scanner sees one side", "false, or source = \"feeder\""));
        }
        if let Some(name) = name {
            if profiles.iter().any(|other| other.name == name) {
                section.fault("name", Wrong::new(format!("\"{name}\" names two profiles"), "a name of its own"));
            }
            profiles.push(Profile { name, device, colour, dpi, sides, subject, class });
        }
        section.finish();
    }
    if none {
        profiles.push(Profile {
            name: defaults::PROFILE.to_owned(),
            device: Device::Feeder,
            colour: Colour::Colour,
            dpi: default_dpi(),
            sides: Sides::One,
            subject: None,
            class: None,
        });
    }
    profiles
}

fn default_dpi() -> Dpi {
    Dpi::new(defaults::DPI).expect("the default is not zero")
}

fn folders(sections: Vec<Section<'_>>, base: &Path, data: Option<&Path>) -> Vec<Folder> {
    let mut folders: Vec<Folder> = Vec::new();
    for mut section in sections {
        let place = section.required("path", "the path of the folder to watch", path(base));
        let kinds = [(Flow::Pictures.word(), Flow::Pictures), (Flow::Stack.word(), Flow::Stack)];
        let what = "\"pictures\" (each with a card in it) or \"stack\" (covers between the pages)";
        let flow = section.required("kind", what, one_of(&kinds));
        let all = Shows::ALL.iter().map(|&shows| (shows.word(), shows)).collect::<Vec<_>>();
        let shows = section.or("shows", Shows::Anything, one_of(&all));
        let items = section.optional("items", whole(1..=defaults::MOST_ITEMS));
        let mat = section.optional("mat", path(base));
        if let Some(Err(why)) = flow.map(|flow| shows.goes_with(flow, items, mat.is_some())) {
            section
                .fault("shows", Wrong::new(format!("\"{}\" does not go with the keys beside it", shows.word()), why));
        }
        let quiet = section.or("quiet_seconds", defaults::QUIET_SECONDS, whole(1..=3600));
        let (subject, class) = (section.optional("subject", text), section.optional("class", text));
        if let Some(place) = &place {
            let others = folders.iter().map(|other| ("another watched folder", other.path.as_path()));
            let clash = others.chain(data.map(|data| ("the data folder", data))).find(|(_, o)| overlap(place, o));
            if let Some((what, other)) = clash {
                let found = format!("`{}` and {what} `{}` lie in each other", place.display(), other.display());
                section.fault("path", Wrong::new(found, "a folder of its own"));
            }
        }
        if let (Some(path), Some(flow)) = (place, flow) {
            let quiet = Duration::from_secs(u64::from(quiet));
            folders.push(Folder { path, flow, shows, items, mat, quiet, subject, class });
        }
        section.finish();
    }
    folders
}

fn own_codes(sections: Vec<Section<'_>>) -> Vec<OwnCode> {
    let mut own_codes = Vec::new();
    let kinds = [SheetKind::Cover, SheetKind::Card, SheetKind::Sticker, SheetKind::Separator];
    for mut section in sections {
        let pattern = section.required("pattern", "a regular expression for the whole text of the code", pattern);
        let acts_as = section.required("acts_as", "what a sheet with it does", one_of(&kinds.map(|k| (k.word(), k))));
        let names = OwnCodeNames::ALL.map(|names| (names.word(), names));
        let names = section.required("names", "which of a pupil's numbers it carries", one_of(&names));
        if let (Some(acts_as), Some(names)) = (acts_as, names)
            && (acts_as == SheetKind::Separator) != (names == OwnCodeNames::Nobody)
        {
            let found = format!("\"{}\" does not go with acts_as = \"{}\"", names.word(), acts_as.word());
            section.fault("names", Wrong::new(found, "\"nobody\" for a separator, and only there"));
        }
        if let (Some(pattern), Some(acts_as), Some(names)) = (pattern, acts_as, names) {
            own_codes.push(OwnCode { pattern, acts_as, names });
        }
        section.finish();
    }
    own_codes
}

fn retention(sections: Vec<Section<'_>>) -> Vec<Retention> {
    let records = [
        ("work", Records::Work),
        ("held", Records::Held),
        ("discarded", Records::Discarded),
        ("pupil", Records::Pupil),
    ];
    let since = [
        ("year-end", Since::YearEnd),
        ("leaving", Since::Leaving),
        ("birth", Since::Birth),
        ("arrival", Since::Arrival),
    ];
    let mut rules: Vec<Retention> = Vec::new();
    for mut section in sections {
        let name = section.required("name", "what the school calls the rule", text);
        let records = section.required("records", "what it is about", one_of(&records));
        let since_when = section.required("since", "from when it counts", one_of(&since));
        let months = section.required("months", "how long it is kept", whole(0..=1200));
        let subject = section.optional("subject", text);
        if let Some(name) = &name
            && rules.iter().any(|rule| rule.name == *name)
        {
            section.fault("name", Wrong::new(format!("\"{name}\" is another rule's name"), "a name of its own"));
        }
        let of_nobody = matches!(records, Some(Records::Held | Records::Discarded));
        if of_nobody && since_when.is_some_and(|since| since != Since::Arrival) {
            section.fault("since", Wrong::new("is not known of pages that are nobody's", "\"arrival\""));
        }
        let of_a_pupil = matches!(records, Some(Records::Pupil));
        if of_a_pupil && since_when.is_some_and(|since| !matches!(since, Since::Leaving | Since::Birth)) {
            section.fault("since", Wrong::new("is not known of a pupil's own record", "\"leaving\" or \"birth\""));
        }
        if of_a_pupil && subject.is_some() {
            section.fault("subject", Wrong::new("is not known of a pupil's own record", "no subject"));
        }
        if let (Some(name), Some(records), Some(since), Some(months)) = (name, records, since_when, months) {
            let months = u16::try_from(months).expect("a number up to 1200 fits");
            rules.push(Retention { name, records, subject, since, months });
        }
        section.finish();
    }
    rules
}

/// Files would be taken in twice, or what was filed taken in again.
fn overlap(a: &Path, b: &Path) -> bool {
    a.starts_with(b) || b.starts_with(a)
}
