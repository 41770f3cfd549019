//! The commented file that `scantrail init` writes.

use crate::defaults as d;
use std::path::Path;

/// A complete `scantrail.toml` for a school and a data folder (an absolute path). Every other setting stands there
/// commented out with its default.
pub fn sample(school: &str, data: &Path) -> String {
    let (school, data) = (quoted(school), quoted(&data.to_string_lossy()));
    let settings = format!(
        r#"# Scantrail. Lines that begin with # are notes; take the # away from a setting to change it.
# `scantrail config check` says everything that is wrong with this file.

# Where everything is kept: pupils' folders, the catalogue, what is on its way. One file system.
data = {data}

[school]
# Printed on every sheet.
name = {school}

[web]
# Only this machine can open the page: children's work must not cross a network unencrypted.
# listen = "{listen}"

[reading]
# A language model of the text engine; `tesseract --list-langs` prints those installed. Several: "eng+fra".
# "none" looks for no text: pages are filed as ever, but not found by their words.
# language = "{language}"
# Filed pages are read again, when nothing else is to be done, if a new version reads better.
# again = {again}
# Models that guess at handwriting, so that pages are found by it; `scantrail models` says whether they are there.
# models = "{models}"
# Pages read at the same time: "auto" (one per processor) or a number.
# threads = "auto"

# Work in another language, by class, subject or both; the first that fits counts. `scantrail doctor` says whether its
# model is there; `--language` says it for one batch, `scantrail reread --language` for pages that are there already.
# [[language]]
# subject = "French"
# model = "fra+eng"

[sheets]
# Where fonts for cover sheets and cards are looked for.
# fonts = ["{fonts}"]

[confirm]
# Does a person look at a batch's runs before they are filed? "always", "alarms" (when something looks wrong), "never".
# runs = "alarms"

[limits]
# Pages between two covers beyond which a missed cover is suspected.
# run_pages = {run_pages}
# Beyond these a file is set aside with the reason, never cut.
# file_mb = {file_mb}
# megapixels = {megapixels}
# pages_per_file = {pages}

[storage]
# Megabytes kept back so that a full disk can still be tidied.
# reserve_mb = {reserve}
# Below so many free megabytes nothing new is taken in.
# high_water_mb = {high_water}

[ledger]
# Once a day a checkpoint of the log of events is signed: 200 bytes that tell nothing about any child. What it covers can
# be shown to be unchanged for as long as a copy of it exists where whoever changed the data could not reach.
# A folder on another machine, or on a stick; this school's alone.
# copy_to = "/mnt/checkpoints"
# A command that gets it on its standard input.
# hook = "mail -s checkpoint governors@school.example"

[backup]
# A folder on another disk: `scantrail serve` backs up to it once a day. `scantrail backup DEST` does it at once.
# to = "/media/backup/scantrail"
# From which hour of the day.
# hour = {hour}
# How many snapshots stay: the newest, and of those before them one a week and one a month.
# keep = {keep}
# keep_weeks = {weeks}
# keep_months = {months}
# After so many days `scantrail status` and the site warn: of the last backup, of the last tried restore.
# warn_days = {warn}
# warn_test_days = {warn_test}

[sane]
# Another folder for SANE's own configuration than the system's.
# config_dir = "/etc/sane.d"
# Seconds: to open a scanner, without a byte from it during a page, to let go after a cancel.
# open_seconds = {open}
# silence_seconds = {silence}
# cancel_seconds = {cancel}

"#,
        listen = d::LISTEN,
        language = d::LANGUAGE,
        again = d::READ_AGAIN,
        models = d::MODELS,
        fonts = d::FONTS,
        run_pages = d::RUN_PAGES,
        file_mb = d::FILE_MB,
        megapixels = d::MEGAPIXELS,
        pages = d::PAGES_PER_FILE,
        reserve = d::RESERVE_MB,
        high_water = d::HIGH_WATER_MB,
        open = d::OPEN_SECONDS,
        silence = d::SILENCE_SECONDS,
        cancel = d::CANCEL_SECONDS,
        hour = d::BACKUP_HOUR,
        keep = d::BACKUP_KEEP,
        weeks = d::BACKUP_KEEP_WEEKS,
        months = d::BACKUP_KEEP_MONTHS,
        warn = d::BACKUP_WARN_DAYS,
        warn_test = d::BACKUP_WARN_TEST_DAYS,
    );
    settings + &lists()
}

/// What there may be several of.
fn lists() -> String {
    format!(
        r#"# The school's half-terms: first and last school day of each. Years that do not stand here are assumed, and shown as such.
# [[calendar]]
# year = "2026-27"
# autumn_1 = ["2026-09-02", "2026-10-23"]
# autumn_2 = ["2026-11-02", "2026-12-18"]
# spring_1 = ["2027-01-04", "2027-02-12"]
# spring_2 = ["2027-02-22", "2027-03-26"]
# summer_1 = ["2027-04-12", "2027-05-28"]
# summer_2 = ["2027-06-07", "2027-07-23"]

# How a scanner is set for one kind of work; as many as you like. Without any there is one called "{profile}".
# [[profile]]
# name = "books"
# source = "feeder"      # or "flatbed"
# colour = "colour"      # or "grey"
# dpi = {dpi}
# duplex = true
# subject = "Maths"      # when no sheet says
# class = "4B"

# How long what is kept. When it is over, pages are proposed for deletion: `scantrail retention due` shows them, and two
# people approve. The first rule that is about a page counts; without a rule nothing is proposed.
# [[retention]]
# name = "routine work"
# records = "work"       # "held": pages nobody is known of; "discarded": thrown away or set aside; "pupil": name, date
                         # of birth and numbers of a pupil who has left and of whom no work is left
# since = "year-end"     # "leaving", "birth", "arrival"; held and discarded: "arrival"; pupil: "leaving" or "birth"
# months = 12
# subject = "Art"        # in every subject if none is named

# Codes the school had before: library or admission numbers on labels and sheets. `pattern` is a regular expression for
# the whole code; its group `number` is the number.
# [[own_code]]
# pattern = 'ADM-(?P<number>[0-9]{{4,6}})'
# names = "admission-number"   # "upn"; "nobody" for a separator
# acts_as = "sticker"          # "cover", "card", "separator"

# Folders that a copier, a tablet or a scanner's own program saves into; as many as you like.
# [[folder]]
# path = "/srv/copier"
# kind = "stack"         # covers between the pages; "pictures": photographs, each with a card in it
# quiet_seconds = {quiet}      # how long a file must stay as it is before it counts as whole
# subject = "Art"
# class = "4B"

# [[folder]]
# path = "/srv/camera"
# kind = "pictures"
# shows = "papers"       # on a mat, each a page; "object": a piece of work in 3D; "board"; else "anything"
# items = 4              # how many papers lie on the mat in each picture, if always as many
# mat = "/srv/empty-mat.jpg"   # a picture of the mat with nothing on it: papers of any colour are then found
"#,
        profile = d::PROFILE,
        dpi = d::DPI,
        quiet = d::QUIET_SECONDS,
    )
}

/// As a TOML text in quotation marks.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
