//! Classes and their teachers, half-terms, and the step into the next year.

use super::{LIST, Office};

#[test]
fn classes_have_teachers_until_a_date() {
    let office = Office::open();
    office.import(LIST);
    office.good(&["classes", "teacher", "4b", "add", "Ms Hart"]);
    office.good(&["classes", "teacher", "4B", "add", "Mr Supply", "--from", "2020-01-06", "--until", "2020-02-07"]);
    let class = office.good(&["classes", "show", "4B"]);
    assert_eq!((&class["pupils"], class["members"].as_array().unwrap().len()), (&3.into(), 3));
    let today: Vec<(&str, bool)> = class["teachers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["teacher"].as_str().unwrap(), t["today"].as_bool().unwrap()))
        .collect();
    assert_eq!(today, [("Mr Supply", false), ("Ms Hart", true)]);
    assert_eq!(office.good(&["pupils", "show", "amelie"])["teachers"], serde_json::json!(["Ms Hart"]));
    let class = office.good(&["classes", "teacher", "4B", "remove", "ms hart"]);
    assert_eq!(class["teachers"].as_array().unwrap().len(), 1, "what would begin after its end is forgotten");
    office.bad(4, &["classes", "teacher", "4B", "remove", "Nobody"]);
    office.bad(4, &["classes", "show", "9Z"]);
    office.bad(2, &["classes", "teacher", "4B", "add", "Ms Hart", "--from", "2026-09-01", "--until", "2026-08-01"]);
    office.good(&["classes", "year", "4B", "4"]);
    let classes = office.good(&["classes", "list"]);
    assert_eq!((&classes[0]["class"], &classes[0]["year_groups"]), (&"4B".into(), &serde_json::json!(["4"])));
}

#[test]
fn a_year_is_rolled_over_and_back() {
    let office = Office::open();
    office.import(&format!("{LIST}Ash,Ola,Oak,3,,0050,\n"));
    let told = office.bad(2, &["pupils", "roll-over", "--dry-run"]);
    assert!(told.contains("where Oak (year 3) goes cannot be told") && told.contains("--plan"), "{told}");
    let plan = office.file("plan.csv", "class,to\n4B,5B\n6A,leaves\nOak,Elm\n");
    let dry = office.good(&["pupils", "roll-over", "--plan", &plan, "--dry-run"]);
    assert_eq!((&dry["pupils"], &dry["leavers"]), (&4.into(), &1.into()));
    let before = office.good(&["pupils", "list"]);
    assert_eq!(before[0]["class"], "4B", "a dry run changes nothing");
    office.good(&["pupils", "roll-over", "--plan", &plan]);
    let amelie = office.good(&["pupils", "show", "amelie"]);
    assert_eq!((&amelie["class"], &amelie["year_group"]), (&"5B".into(), &"5".into()));
    assert_eq!(office.good(&["pupils", "show", "sam"])["standing"], "left");
    office.good(&["pupils", "roll-over", "--undo"]);
    assert_eq!(office.good(&["pupils", "list"]), before, "as if it had not been");
    office.bad(4, &["pupils", "roll-over", "--undo"]);
    office.good(&["pupils", "roll-over", "--plan", &plan]);
    office.good(&["pupils", "class", "amelie", "5C"]);
    let told = office.bad(1, &["pupils", "roll-over", "--undo"]);
    assert!(told.contains("the roster has changed since"), "{told}");
}

#[test]
fn the_school_sets_its_half_terms() {
    let office = Office::open();
    let assumed = office.good(&["calendar", "2026-27"]);
    office.bad(2, &["calendar", "2026"]);
    assert_eq!((&assumed["assumed"], &assumed["half_terms"][0]["last"]), (&true.into(), &"2026-10-23".into()));
    let config = office.data().join("scantrail.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let own = "\n[[calendar]]\nyear = \"2026-27\"\n\
        autumn_1 = [2026-09-03, 2026-10-16]\nautumn_2 = [2026-11-02, 2026-12-18]\n\
        spring_1 = [2027-01-04, 2027-02-12]\nspring_2 = [2027-02-22, 2027-03-26]\n\
        summer_1 = [2027-04-12, 2027-05-28]\nsummer_2 = [2027-06-07, 2027-07-23]\n";
    std::fs::write(&config, format!("{text}{own}")).unwrap();
    let set = office.good(&["calendar", "2026-27"]);
    assert_eq!((&set["assumed"], &set["half_terms"][0]["last"]), (&false.into(), &"2026-10-16".into()));
    std::fs::write(&config, format!("{text}{}", own.replace("2026-12-18", "2027-01-10"))).unwrap();
    let told = office.bad(3, &["config", "check"]);
    assert!(told.contains("spring_1") && told.contains("Autumn 2 goes on until 2027-01-10"), "{told}");
}
