//! What people decide about a batch, from outside: each decision does what it says, and undone leaves nothing behind.

use crate::judges;
use crate::world::{World, school};
use Laid::{Cover, Page};
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::Stage;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::{paste_foreign_code, printed};
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::path::{Path, PathBuf};

const DPI: u16 = 150;

fn dpi() -> Dpi {
    Dpi::new(DPI).unwrap()
}

/// A sheet in a stack.
#[derive(Clone, Copy)]
enum Laid<'a> {
    /// The cover of that pupil of the class.
    Cover(usize),
    /// A page of work, each number another.
    Page(u64),
    /// A picture made before.
    Picture(&'a Raster),
}

fn id(stage: &Stage, pupil: usize) -> String {
    stage.class_4b[pupil]["id"].as_str().unwrap().to_owned()
}

fn print(stage: &Stage, args: &[&str]) -> Vec<Raster> {
    let pdf = stage.folder.join("print.pdf");
    let mut typed = vec!["sheets"];
    typed.extend(args);
    typed.extend(["--out", pdf.to_str().unwrap()]);
    stage.scantrail.good(&typed).unwrap();
    let bytes = std::fs::read(&pdf).unwrap();
    (0..).map_while(|page| printed(&bytes, page, dpi()).ok()).collect()
}

fn worksheet(number: u64) -> Raster {
    paint(&PageSpec::new(PageKind::Worksheet, Seed(number), dpi())).raster
}

/// Lays files into a folder in order, and gives the folder.
fn lay(stage: &Stage, name: &str, laid: &[Laid<'_>]) -> PathBuf {
    let folder = stage.folder.join(name);
    std::fs::create_dir(&folder).unwrap();
    for (at, sheet) in laid.iter().enumerate() {
        let raster = match sheet {
            Laid::Cover(pupil) => print(stage, &["cover", "--pupil", &id(stage, *pupil)]).remove(0),
            Laid::Page(number) => worksheet(*number),
            Laid::Picture(raster) => (*raster).clone(),
        };
        std::fs::write(folder.join(format!("{at:03}.jpg")), jpeg::encode(&raster, 90).unwrap()).unwrap();
    }
    folder
}

/// Takes a stack in; gives the batch.
fn ingest(stage: &Stage, folder: &Path, more: &[&str]) -> Value {
    let mut typed = vec!["ingest", folder.to_str().unwrap()];
    typed.extend(more);
    stage.scantrail.json(&typed).unwrap()[0].clone()
}

/// Whose each side of a batch is: an id, or the state of a page that is nobody's.
fn whose(stage: &Stage, batch: &str) -> Vec<String> {
    let shown = stage.scantrail.json(&["batch", "show", batch]).unwrap();
    let runs = shown["runs"].as_array().unwrap();
    let pages = runs.iter().flat_map(|run| run["pages"].as_array().unwrap());
    let owner = |page: &Value| {
        let pupils: Vec<&str> = page["pupils"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        if pupils.is_empty() { page["state"].as_str().unwrap().to_owned() } else { pupils.join("+") }
    };
    pages.map(owner).collect()
}

/// Everything a decision can change: the batch as it is shown, and every file of pupils and of nobody.
fn everything(stage: &Stage, batch: &str) -> (Value, Vec<PathBuf>) {
    let shown = stage.scantrail.json(&["batch", "show", batch]).unwrap();
    let mut files = judges::files(&stage.data(), &|name| !name.ends_with(".toml"));
    files
        .retain(|path| path.components().any(|part| ["Pupils", "Unidentified"].iter().any(|f| part.as_os_str() == *f)));
    // The pupil's own record stays in the trail once there was one.
    files.retain(|path| !path.ends_with(".pupil.json"));
    (shown, files)
}

/// Every file is what the catalogue says, and nothing else is there.
fn clean(stage: &Stage) {
    let told = stage.scantrail.run(["verify"]).unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
}

fn sound(world: &World) {
    clean(&world.stage);
    judges::all_bags_and_pages(&world.stage.data());
}

/// Takes a decision, looks at what it made of the batch, takes it back, and finds everything as before.
fn decide_and_undo(world: &World, batch: &str, decision: &[&str], expected: &[&str]) -> Value {
    let stage = &world.stage;
    let before = everything(stage, batch);
    let answer = stage.scantrail.json(decision).unwrap();
    assert_eq!(whose(stage, batch), expected, "{decision:?}");
    clean(stage);
    let number = answer["decision"].as_i64().unwrap().to_string();
    stage.scantrail.good(&["review", "undo", &number]).unwrap();
    let after = everything(stage, batch);
    assert_eq!(after.0, before.0, "{decision:?} undone");
    assert_eq!(after.1, before.1, "{decision:?} undone");
    answer
}

#[test]
fn one_decision_shifts_a_batch_whose_covers_lie_behind_the_work() {
    let world = school(DPI);
    let stage = &world.stage;
    let folder = lay(stage, "behind", &[Page(1), Cover(0), Page(2), Page(3), Cover(1)]);
    let batch = ingest(stage, &folder, &[]);
    let name = batch["id"].as_str().unwrap();
    assert_eq!(batch["counts"]["held"], 5, "nothing is guessed: {batch}");
    let (a, b) = (id(stage, 0), id(stage, 1));
    decide_and_undo(&world, name, &["batch", "shift", name], &[&a, &a, &b, &b, &b]);
    stage.scantrail.good(&["batch", "shift", name, "--reason", "laid in the wrong way round"]).unwrap();
    let again = stage.scantrail.run(["batch", "shift", name]).unwrap();
    assert_eq!(again.status.code(), Some(2), "it is shifted already");
    sound(&world);
}

#[test]
fn runs_are_split_joined_reassigned_and_recalled_in_any_order() {
    let world = school(DPI);
    let stage = &world.stage;
    let folder = lay(stage, "stack", &[Cover(0), Page(1), Page(2), Page(3), Cover(1), Page(4)]);
    let batch = ingest(stage, &folder, &[]);
    let name = batch["id"].as_str().unwrap();
    let (a, b, c) = (&id(stage, 0), &id(stage, 1), &id(stage, 2));
    assert_eq!(whose(stage, name), [a, a, a, a, b, b].map(String::clone));
    let page = |at: usize| {
        let shown = stage.scantrail.json(&["batch", "show", name]).unwrap();
        let runs = shown["runs"].as_array().unwrap().clone();
        let pages: Vec<Value> = runs.iter().flat_map(|run| run["pages"].as_array().unwrap().clone()).collect();
        pages[at]["id"].as_str().unwrap().to_owned()
    };
    let (second, third, fourth) = (page(2), page(3), page(5));
    decide_and_undo(&world, name, &["batch", "split", &third], &[a, a, a, "held", b, b]);
    decide_and_undo(&world, name, &["batch", "split", &second, "--to", c], &[a, a, c, c, b, b]);
    decide_and_undo(&world, name, &["batch", "join", name, "--run", "2"], &[a, a, a, a, "filed", a]);
    let both = format!("{second},{fourth}");
    decide_and_undo(&world, name, &["review", "assign", &both, c, "--reason", "theirs"], &[a, a, c, a, b, c]);
    decide_and_undo(&world, name, &["review", "recall", &second], &[a, a, "held", a, b, b]);
    decide_and_undo(
        &world,
        name,
        &["review", "discard", &third, "--reason", "a blotter"],
        &[a, a, a, "discarded", b, b],
    );

    // Two decisions, the earlier one undone first: what was said later stands.
    let split = stage.scantrail.json(&["batch", "split", &third]).unwrap();
    stage.scantrail.good(&["review", "assign", &third, c]).unwrap();
    assert_eq!(whose(stage, name), [a, a, a, c, b, b].map(String::clone));
    let number = split["decision"].as_i64().unwrap().to_string();
    stage.scantrail.good(&["review", "undo", &number]).unwrap();
    assert_eq!(whose(stage, name), [a, a, a, c, b, b].map(String::clone));
    let twice = stage.scantrail.run(["review", "undo", &number]).unwrap();
    assert_eq!(twice.status.code(), Some(2), "it was undone already");
    let trail = stage.scantrail.json(&["trail", c]).unwrap();
    assert_eq!(trail["pieces"][0]["pages"].as_array().unwrap().len(), 1);
    let told = stage.scantrail.json(&["review", "decisions", "--limit", "100"]).unwrap();
    assert_eq!(told.as_array().unwrap().len(), 8, "none is forgotten");
    sound(&world);
}

#[test]
fn a_missing_pupil_holds_the_run_before_the_gap_until_ticked_as_absent() {
    let world = school(DPI);
    let stage = &world.stage;
    let list = stage.folder.join("small.csv");
    let rows = "Surname,Forename,Class\nAlder,Ada,1T\nBirch,Ben,1T\nCedar,Cora,1T\nElm,Edi,1T\n";
    std::fs::write(&list, rows).unwrap();
    stage.scantrail.good(&["pupils", "import", list.to_str().unwrap(), "--partial"]).unwrap();
    let covers = print(stage, &["cover", "--class", "1T"]);
    let fronts: Vec<&Raster> = covers.iter().step_by(2).collect();
    let laid = [
        Laid::Picture(fronts[0]),
        Laid::Page(1),
        Laid::Page(4),
        Laid::Picture(fronts[2]),
        Laid::Page(2),
        Laid::Picture(fronts[3]),
        Laid::Page(3),
    ];
    let folder = lay(stage, "gap", &laid);
    let batch = ingest(stage, &folder, &["--class", "1T"]);
    let name = batch["id"].as_str().unwrap();
    assert_eq!(batch["runs"][0]["reason"], "missing-next", "{batch}");
    assert_eq!(batch["counts"]["held"], 3, "only the run before the gap: {batch}");
    let pupils = stage.scantrail.json(&["pupils", "list", "--class", "1T"]).unwrap();
    let who = |at: usize| pupils[at]["id"].as_str().unwrap();
    let count = |args: &[&str]| {
        let mut typed = vec!["reconcile"];
        typed.extend(args);
        let found = stage.scantrail.json(&typed).unwrap();
        ["expected", "received", "held", "missing", "absent"].map(|part| found[part].as_u64().unwrap())
    };
    assert_eq!(count(&["--batch", name]), [4, 2, 1, 1, 0]);
    let expected = [who(0), who(0), who(0), who(2), who(2), who(3), who(3)];
    decide_and_undo(&world, name, &["batch", "absent", name, who(1)], &expected);
    decide_and_undo(&world, name, &["batch", "confirm", name], &expected);
    decide_and_undo(&world, name, &["batch", "confirm", name, "--run", "1"], &expected);
    stage.scantrail.good(&["batch", "absent", name, who(1), "--reason", "ill"]).unwrap();
    assert_eq!(count(&["--batch", name]), [4, 3, 0, 0, 1]);
    let shown = stage.scantrail.json(&["trail", who(0)]).unwrap();
    let day = shown["pieces"][0]["date"].as_str().unwrap();
    assert_eq!(count(&["--class", "1T", "--date", day]), [4, 3, 0, 0, 1]);
    assert_eq!(count(&["--class", "1T", "--date", "2020-01-01"]), [4, 0, 0, 4, 0]);
    let long_ago =
        stage.scantrail.json(&["reconcile", "--class", "1T", "--half-term", "Autumn 1", "--year", "2019-20"]);
    assert!(
        long_ago.unwrap()["title"].as_str().unwrap().contains("assumed"),
        "dates nobody set are said to be assumed"
    );
    let nothing = stage.scantrail.run(["batch", "confirm", name, "--run", "2"]).unwrap();
    assert_eq!(nothing.status.code(), Some(2), "nothing waits in a run that is filed");
    let none = stage.scantrail.run(["batch", "confirm", name, "--run", "9"]).unwrap();
    assert_eq!(none.status.code(), Some(4), "there is no such run");
    sound(&world);
}

#[test]
fn a_picture_with_two_cards_lies_in_both_trails() {
    let world = school(DPI);
    let stage = &world.stage;
    let card = |pupil: usize| print(stage, &["card", "--pupil", &id(stage, pupil)]).remove(0);
    let both = below(&card(0), &card(1));
    let folder = lay(stage, "pictures", &[Laid::Picture(&both), Laid::Page(1)]);
    let batch = ingest(stage, &folder, &["--pictures", "--subject", "Art"]);
    let name = batch["id"].as_str().unwrap();
    let (a, b) = (id(stage, 0), id(stage, 1));
    let mut group = [a.clone(), b.clone()];
    group.sort();
    let together = group.join("+");
    assert_eq!(whose(stage, name), [together.clone(), "held".to_owned()], "{batch}");
    let mut originals = judges::files(&stage.data().join("Pupils"), &|name| name.ends_with(".jpg"));
    originals.retain(|path| path.components().any(|part| part.as_os_str() == "data"));
    assert_eq!(originals.len(), 4, "original and picture, in each of two trails: {originals:?}");
    for pupil in [&a, &b] {
        let trail = stage.scantrail.json(&["trail", pupil]).unwrap();
        assert_eq!(trail["pieces"][0]["pages"].as_array().unwrap().len(), 1, "{trail}");
    }
    // The picture behind it inherits the whole group, once a person says so.
    let shown = stage.scantrail.json(&["batch", "show", name]).unwrap();
    let waiting = shown["runs"].as_array().unwrap().iter().find(|run| run["verdict"] == "hold").unwrap();
    assert_eq!(waiting["number"], 2, "the number that is shown is the one --run takes: {shown}");
    decide_and_undo(&world, name, &["batch", "confirm", name, "--run", "2"], &[&together, &together]);
    let picture = batch["runs"][0]["pages"][0]["id"].as_str().unwrap();
    decide_and_undo(&world, name, &["review", "assign", picture, &a], &[&a, "held"]);
    let three = id(stage, 2);
    let answer = stage.scantrail.json(&["review", "assign", picture, &a, &b, &three]).unwrap();
    assert_eq!(answer["pages"][0]["pupils"].as_array().unwrap().len(), 3);
    sound_bags(&world);
}

/// Pictures have no searchable copies to judge.
fn sound_bags(world: &World) {
    clean(&world.stage);
    judges::all_bags(&world.stage.data());
}

/// One picture below the other, on paper as wide.
fn below(upper: &Raster, lower: &Raster) -> Raster {
    assert_eq!((upper.width(), upper.channels()), (lower.width(), lower.channels()));
    let samples = [upper.samples(), lower.samples()].concat();
    let raster = Raster::new(upper.width(), upper.height() + lower.height(), upper.channels(), samples).unwrap();
    raster.with_resolution(upper.resolution())
}

#[test]
fn an_unnamed_cover_is_named_later_for_every_batch_and_unnamed_again() {
    let world = school(DPI);
    let stage = &world.stage;
    let unnamed = print(stage, &["cover", "--unnamed", "1"]).remove(0);
    let first = ingest(stage, &lay(stage, "one", &[Laid::Picture(&unnamed), Laid::Page(1)]), &[]);
    let name = first["id"].as_str().unwrap();
    assert_eq!(first["runs"][0]["reason"], "unnamed", "{first}");
    let page = first["runs"][0]["pages"][1]["id"].as_str().unwrap();
    let (a, b) = (id(stage, 0), id(stage, 1));
    decide_and_undo(&world, name, &["review", "name", page, &a], &[&a, &a]);
    let named = stage.scantrail.json(&["review", "name", page, &a]).unwrap();
    let second = ingest(stage, &lay(stage, "two", &[Laid::Picture(&unnamed), Laid::Page(2)]), &[]);
    let other = second["id"].as_str().unwrap();
    assert_eq!(whose(stage, other), [a.clone(), a.clone()], "the cover is theirs now");
    let twice = stage.scantrail.run(["review", "name", page, &b]).unwrap();
    assert_eq!(twice.status.code(), Some(2), "a cover is one pupil's at a time");
    stage.scantrail.good(&["review", "undo", &named["decision"].as_i64().unwrap().to_string()]).unwrap();
    for batch in [name, other] {
        assert_eq!(whose(stage, batch), ["held", "held"], "both wait again");
    }
    clean(stage);
}

#[test]
fn codes_the_school_had_before_split_a_stack_by_their_pattern() {
    let world = school(DPI);
    let stage = &world.stage;
    let list = stage.folder.join("numbers.csv");
    let rows = "Surname,Forename,Class,Adno\nAlder,Ada,1T,90001\nBirch,Ben,1T,90002\n";
    std::fs::write(&list, rows).unwrap();
    stage.scantrail.good(&["pupils", "import", list.to_str().unwrap(), "--partial"]).unwrap();
    let config = stage.folder.join("scantrail.toml");
    let mut text = std::fs::read_to_string(&config).unwrap();
    text.push_str(
        "\n[[own_code]]\npattern = 'ADM-(?P<number>[0-9]{5})'\nnames = \"admission-number\"\nacts_as = \"cover\"\n",
    );
    text.push_str("\n[[own_code]]\npattern = 'NEXT'\nnames = \"nobody\"\nacts_as = \"separator\"\n");
    std::fs::write(&config, text).unwrap();
    let sheet = |text: &str| paste_foreign_code(worksheet(1), text, (80.0, 120.0), 45.0).unwrap();
    let (first, second, next) = (sheet("ADM-90001"), sheet("ADM-90002"), sheet("NEXT"));
    let (nobody, isbn) = (sheet("ADM-90009"), sheet("9781234567897"));
    let laid = [
        Laid::Picture(&first),
        Laid::Page(2),
        Laid::Picture(&isbn),
        Laid::Picture(&second),
        Laid::Page(3),
        Laid::Picture(&next),
        Laid::Page(4),
        Laid::Picture(&nobody),
        Laid::Page(5),
    ];
    let batch = ingest(stage, &lay(stage, "own", &laid), &[]);
    let pupils = stage.scantrail.json(&["pupils", "list", "--class", "1T"]).unwrap();
    let who = |at: usize| pupils[at]["id"].as_str().unwrap();
    let expected = [who(0), who(0), who(0), who(1), who(1), "filed", "held", "held", "held"];
    assert_eq!(whose(stage, batch["id"].as_str().unwrap()), expected, "{batch}");
    sound(&world);
}
