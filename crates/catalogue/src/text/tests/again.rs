//! Pages that are read again: which are due, in which order, and what changes for them.

use super::*;
use scantrail_core::state::PageState;

/// A page that is filed.
fn filed(school: &Kept, n: u64, text: &str) {
    school.read(n, text.into());
    let placed = [Placed { path: format!("originals/{n}.png"), digest: Digest([7; 32]), bytes: 1 }];
    school.catalogue.page_settled(page(n), &placed, NOW).unwrap();
    assert_eq!(school.catalogue.page(page(n)).unwrap().state, PageState::Filed);
}

fn due(school: &Kept) -> Vec<u64> {
    school.catalogue.pages_to_read_again(10).unwrap().iter().map(|page| page.id.number()).collect()
}

fn again(school: &Kept, n: u64, text: &str) -> Result<(), CatalogueError> {
    let read = ReadAgain { derivative: Digest([1; 32]), notes: Digest([2; 32]), confidence: None, text: text.into() };
    school.catalogue.page_read_again(page(n), &read, NOW)
}

#[test]
fn those_that_are_asked_for_come_first_then_the_newest() {
    let school = Kept::new();
    (1..=4).for_each(|n| filed(&school, n, "words"));
    school.read(5, "on its way".into());
    assert_eq!(school.catalogue.reading_recipe(3).unwrap(), 5);
    assert_eq!(school.catalogue.reading_recipe(3).unwrap(), 0, "held against it once");
    assert_eq!(due(&school), [4, 3, 2, 1], "a page whose files are on their way waits");
    assert_eq!(school.catalogue.ask_to_read_again(&[page(2)], Some("deu")).unwrap(), 1);
    assert_eq!(due(&school), [2, 4, 3, 1]);
    assert_eq!(school.catalogue.language_said(page(2)).unwrap().as_deref(), Some("deu"));
    school.catalogue.say_language(batch(), "fra").unwrap();
    assert_eq!(school.catalogue.language_said(page(2)).unwrap().as_deref(), Some("deu"), "the page's own counts");
    assert_eq!(school.catalogue.language_said(page(3)).unwrap().as_deref(), Some("fra"));
    school.catalogue.not_read_again(page(4)).unwrap();
    assert_eq!(due(&school), [2, 3, 1]);
    assert_eq!(school.catalogue.still_to_read_again(&[page(2), page(4)]).unwrap(), 1);
    assert_eq!(school.catalogue.still_to_read_again(&[]).unwrap(), 4);
}

#[test]
fn the_words_change_at_once_and_the_copy_is_written_anew() {
    let school = Kept::new();
    filed(&school, 1, "rabbits");
    school.catalogue.ask_to_read_again(&[page(1)], None).unwrap();
    again(&school, 1, "habits").unwrap();
    assert!(school.pages("rabbits").is_empty());
    assert_eq!(school.pages("habits"), [1]);
    assert!(due(&school).is_empty());
    let read = school.catalogue.page(page(1)).unwrap();
    assert_eq!(
        (read.state, read.derivative, read.reading),
        (PageState::Moving, Some(Digest([1; 32])), Some(Digest([2; 32])))
    );
    let files = school.catalogue.files_of(page(1)).unwrap();
    assert!(files.iter().all(|file| file.state == FileState::Present), "an original is never written anew");
    let refused = again(&school, 1, "others");
    assert!(matches!(refused, Err(CatalogueError::Refused { .. })), "it is on its way: {refused:?}");
    assert_eq!(school.pages("habits"), [1]);
}

#[test]
fn what_is_thrown_away_is_not_read_again() {
    let school = Kept::new();
    filed(&school, 1, "words");
    school.read_as(2, "unread".into(), Content::Text);
    school.fate(2, &[], PageEvent::Discard);
    let refused = school.catalogue.ask_to_read_again(&[page(1), page(2)], None);
    assert!(matches!(refused, Err(CatalogueError::Refused { .. })), "{refused:?}");
    assert!(due(&school).is_empty(), "all of them or none");
}

#[test]
fn what_is_thrown_away_while_it_waits_waits_no_longer() {
    let school = Kept::new();
    filed(&school, 1, "words");
    school.catalogue.ask_to_read_again(&[page(1)], None).unwrap();
    school.fate(1, &[], PageEvent::Recall);
    assert_eq!(due(&school), [1], "a page that waits for a person is read again");
    school.fate(1, &[], PageEvent::Discard);
    assert_eq!(school.catalogue.still_to_read_again(&[page(1)]).unwrap(), 0);
}

#[test]
fn the_check_sees_what_is_there_now_also_beside_others_who_looked_before() {
    let school = Kept::new();
    (1..=30).for_each(|n| filed(&school, n, &format!("words of page {n}")));
    assert_eq!(school.pages("words").len(), 20);
    assert_eq!(school.catalogue.check().unwrap(), Vec::<String>::new());
    for n in 1..=30 {
        school.catalogue.put_text(page(n), format!("others on sheet {n}").as_str().into()).unwrap();
        assert_eq!(school.catalogue.check().unwrap(), Vec::<String>::new(), "after {n}");
    }
}
