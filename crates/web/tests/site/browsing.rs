//! What a teacher does, in a real browser against a real socket.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]

use crate::browser::Browser;
use crate::routes::Stage;
use crate::school::{self, FRACTIONS, School};
use scantrail_core::jiff::civil::date;
use scantrail_web::view::Event;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// The site on a port of its own, and a browser.
struct Open {
    stage: Stage,
    address: String,
    browser: Browser,
    _runtime: Runtime,
}

impl Open {
    fn new() -> Self {
        let stage = Stage::with(School::sample());
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(scantrail_web::serve(listener, stage.desk.clone(), std::future::pending()));
        let mut browser = Browser::start();
        browser.resize(1360, 900);
        Self { stage, address, browser, _runtime: runtime }
    }

    fn go(&mut self, path: &str) {
        self.browser.open(&format!("{}{path}", self.address));
    }

    fn text(&mut self, selector: &str) -> String {
        let text = self.browser.eval(&format!("document.querySelector({selector:?})?.textContent ?? ''"));
        text.as_str().unwrap().to_owned()
    }
}

#[test]
fn two_letters_and_enter_file_a_held_page_and_undo_brings_it_back() {
    let mut open = Open::new();
    let held = open.stage.held();
    open.go("/review");
    open.browser.eval_and_load("document.querySelector('.queue a').click()");
    assert!(open.text("h1.reason").contains("The cover sheet before this page could not be read"));
    let big = open.browser.eval("document.querySelector('.big img').getBoundingClientRect().height");
    assert!(big.as_f64().unwrap() > 500.0, "the page is big: {big}");

    assert_eq!(open.browser.eval("document.activeElement.id"), "pupil", "one can type at once");
    open.browser.type_text("ok");
    assert_eq!(open.browser.eval("document.querySelectorAll('[role=option]').length"), 2);
    open.fits("typing-desktop-light", 1360);
    open.browser.type_text("a");
    open.browser.enter_and_load();
    open.fits("decided-desktop-light", 1360);
    assert!(open.text(".banner").contains("Filed with Amara Okafor"));
    assert_eq!(open.stage.held(), held[1..], "only this page was filed");

    open.browser.eval_and_load("document.querySelector('.banner button').click()");
    assert_eq!(open.stage.held(), held);
    let path = open.browser.eval("location.pathname");
    assert_eq!(path, format!("/review/{}", held[0]).as_str());
    open.browser.no_complaints();
}

#[test]
fn several_fitting_names_are_never_filed_by_one_enter() {
    let mut open = Open::new();
    let held = open.stage.held();
    open.go(&format!("/review/{}", held[0]));
    open.browser.type_text("ok");
    open.browser.enter();
    assert_eq!(open.browser.eval("location.pathname"), format!("/review/{}", held[0]).as_str());
    assert_eq!(open.text("form.stack button.main"), "File with Amara Okafor");
    assert_eq!(open.stage.held(), held);
    open.browser.enter_and_load();
    assert_eq!(open.stage.held(), held[1..]);
}

#[test]
fn a_trail_shows_its_pictures_in_order_of_date() {
    let mut open = Open::new();
    let (_, address) = open.stage.addresses().into_iter().find(|(name, _)| *name == "trail").unwrap();
    open.go(&address);
    open.browser.screenshot();
    let dates = open.browser.eval("[...document.querySelectorAll('.piece time')].map(t => t.dateTime)");
    assert_eq!(dates, serde_json::json!(["2025-09-09", "2026-02-12", "2026-06-30", "2026-11-19", "2026-11-20"]));
    let seen = open.browser.eval(
        "[...document.querySelectorAll('.piece')].map(p => { const i = p.querySelector('.pages img');
            return [i.naturalWidth > 0, i.getBoundingClientRect().top]; })",
    );
    let tops: Vec<f64> = seen.as_array().unwrap().iter().map(|pair| pair[1].as_f64().unwrap()).collect();
    assert!(seen.as_array().unwrap().iter().all(|pair| pair[0] == true), "every piece shows a picture: {seen}");
    assert!(tops.is_sorted(), "{tops:?}");
    assert_eq!(open.browser.eval("document.querySelectorAll('details.blank:not([open])').length"), 1);
}

#[test]
fn the_present_renews_itself() {
    let mut open = Open::new();
    open.go("/");
    let batch = Some(school::batch_id(FRACTIONS));
    let news = Event { at: date(2026, 11, 21).at(9, 50, 0, 0), words: "Something new".into(), page: None, batch };
    open.stage.desk.school().events.insert(0, news);
    let first = open.browser.eval(
        "new Promise(done => new MutationObserver(() => done(document.querySelector('.events li').textContent))
            .observe(document.querySelector('.now'), { childList: true, attributes: true }))",
    );
    assert!(first.as_str().unwrap().contains("Something new"), "{first}");
    open.browser.no_complaints();
}

#[test]
fn every_page_fits_desktop_and_phone_in_light_and_dark() {
    let mut open = Open::new();
    // The page that is not there is reported as an error, as it should be.
    let addresses: Vec<_> = open.stage.addresses().into_iter().filter(|(name, _)| *name != "not-found").collect();
    for (size, width, height) in [("desktop", 1360, 900), ("phone", 390, 844)] {
        open.browser.resize(width, height);
        for (name, address) in &addresses {
            open.go(address);
            open.fits_by_day_and_night(&format!("{name}-{size}"), width);
        }
        open.browser.eval("document.querySelector('[name=words]').value = 'cake'");
        open.browser.eval_and_load("document.querySelector('form').requestSubmit()");
        open.fits_by_day_and_night(&format!("found-{size}"), width);
    }
    let trail = addresses.iter().find(|(name, _)| *name == "trail").unwrap();
    open.browser.resize(794, 1123);
    open.browser.print_view();
    open.go(&trail.1);
    open.fits("trail-paper-light", 794);
}

impl Open {
    fn fits_by_day_and_night(&mut self, name: &str, width: u32) {
        for scheme in ["light", "dark"] {
            self.browser.prefer(scheme);
            self.fits(&format!("{name}-{scheme}"), width);
        }
    }

    /// Keeps a picture of the page to look at; the page must not be wider than the window, nor complain.
    fn fits(&mut self, name: &str, width: u32) {
        let picture = self.browser.screenshot();
        let shots = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("site");
        std::fs::create_dir_all(&shots).unwrap();
        keep(&shots.join(format!("{name}.png")), &picture);
        let wide = self.browser.eval("document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= u64::from(width), "{name} is too wide: {wide}");
        self.browser.no_complaints();
    }
}

#[expect(clippy::disallowed_methods, reason = "a picture to look at, in the target folder")]
fn keep(path: &Path, picture: &[u8]) {
    std::fs::write(path, picture).unwrap();
}
