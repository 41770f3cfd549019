//! The demonstration: a school day from paper to trail folders, through real libsane, Tesseract and SQLite.
//!
//! `cargo xtask demo` builds everything and runs this. With `--exit` it stops after filing and says where everything
//! is; without, it goes on serving the web page, whose address is the last line.

use scantrail_core::units::Dpi;
use scantrail_testkit::demo::{Day, Stage};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Resolution of the demonstration's scans.
const DPI: u16 = 200;

struct Options {
    exit: bool,
    folder: PathBuf,
    pupils: usize,
    photos: usize,
}

fn main() -> ExitCode {
    let result = options().and_then(|options| demonstrate(&options));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options, String> {
    let mut options =
        Options { exit: false, folder: std::env::temp_dir().join("scantrail-demo"), pupils: 30, photos: 12 };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--exit" => options.exit = true,
            "--folder" => options.folder = PathBuf::from(value()?),
            "--pupils" => options.pupils = value()?.parse().map_err(|_| "--pupils needs a number".to_owned())?,
            "--photos" => options.photos = value()?.parse().map_err(|_| "--photos needs a number".to_owned())?,
            _ => {
                return Err(format!(
                    "unknown argument `{arg}`: known are --exit, --folder DIR, --pupils N, --photos N"
                ));
            }
        }
    }
    Ok(options)
}

fn program() -> Result<PathBuf, String> {
    let me = std::env::current_exe().map_err(|error| error.to_string())?;
    let beside = me.parent().unwrap_or(Path::new(".")).join("scantrail");
    if beside.try_exists().unwrap_or(false) {
        Ok(beside)
    } else {
        Err(format!("`{}` is not built; run this through: cargo xtask demo", beside.display()))
    }
}

#[expect(clippy::print_stdout, reason = "this program's whole purpose is to be watched")]
#[expect(clippy::disallowed_methods, reason = "a demonstration says how long it took")]
fn demonstrate(options: &Options) -> Result<(), String> {
    let told = |error: &dyn std::error::Error| {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            text += "\ncaused by: ";
            text += &next.to_string();
            cause = next.source();
        }
        text
    };
    let program = program()?;
    if options.folder.join("school").try_exists().unwrap_or(false) {
        std::fs::remove_dir_all(&options.folder)
            .map_err(|e| format!("cannot clear {}: {e}", options.folder.display()))?;
    }
    let begin = Instant::now();
    let say = |text: &str| println!("[{:6.1} s] {text}", begin.elapsed().as_secs_f64());
    say("a fictional school: 60 pupils in two classes, its folder, its roster");
    let dpi = Dpi::new(DPI).ok_or("a resolution")?;
    let stage = Stage::set(&program, &options.folder, dpi).map_err(|e| told(&e))?;
    let mut day = Day::new(&stage, options.pupils, options.photos, &say).map_err(|e| told(&e))?;
    day.scan_class_4b().map_err(|e| told(&e))?;
    day.scan_class_2a().map_err(|e| told(&e))?;
    let mut daemon = day.drop_photos().map_err(|e| told(&e))?;
    day.judge().map_err(|e| told(&e))?;
    println!("\n{}", day.summary());
    println!("the data folder:  {}", stage.data().display());
    println!("the command:      {} --config {}/scantrail.toml …", program.display(), stage.folder.display());
    if options.exit {
        return daemon.stop().map_err(|e| told(&e));
    }
    println!("stop with Ctrl-C; the web page:\n{}", daemon.url());
    daemon.wait();
    Ok(())
}
