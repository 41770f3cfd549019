//! Deleted again wherever a page is on its way, and a deciding approval that is somebody else's.

use crate::tests::{NOW, kept, page_id, pupil_id, read_page};
use crate::{CatalogueError, NewDeletion};
use scantrail_core::gone::Gone;
use scantrail_core::jiff::civil::date;
use scantrail_core::state::PageState;

#[test]
fn a_page_that_was_on_its_way_in_an_older_backup_is_deleted_again() {
    let kept = kept();
    let c = &kept.catalogue;
    read_page(c, 1, "squirrel");
    read_page(c, 2, "hedgehog");
    assert_eq!(c.page(page_id(1)).unwrap().state, PageState::Read);
    let gone = [Gone::Page(page_id(1)), Gone::Page(page_id(99))];
    assert_eq!(c.delete_again(&gone, NOW).unwrap(), 1, "one that is not here is no matter");
    assert_eq!(c.delete_again(&gone, NOW).unwrap(), 0);
    assert_eq!(c.pages_deleting().unwrap().len(), 1);
    c.page_vanished(page_id(1), NOW).unwrap();
    assert!(c.is_scrub_due().unwrap());
    c.scrub().unwrap();
    assert!(!c.is_scrub_due().unwrap());
    assert_eq!(c.tombstones().unwrap().iter().map(|stone| stone.of).collect::<Vec<_>>(), [gone[0]]);
    assert_eq!(c.page(page_id(2)).unwrap().state, PageState::Read);
}

#[test]
fn whoever_proposed_does_not_decide() {
    let kept = kept();
    let c = &kept.catalogue;
    let pupil = c.pupil(pupil_id()).unwrap();
    c.pupils_left(&[pupil], date(2026, 7, 20), NOW).unwrap();
    let new = NewDeletion {
        rule: String::new(),
        reason: "left".into(),
        account: "Ms Hill".into(),
        pages: vec![],
        pupils: vec![pupil_id()],
    };
    let proposed = c.propose_deletion(&new, NOW).unwrap();
    assert!(matches!(c.propose_deletion(&new, NOW), Err(CatalogueError::Refused { .. })), "one at a time");
    c.approve_deletion(proposed.id, "Mr Dale", NOW).unwrap();
    let refused = c.approve_deletion(proposed.id, "MS HILL", NOW).unwrap_err();
    assert!(refused.to_string().contains("whoever proposed it"), "{refused}");
    assert!(!c.is_erased(pupil_id()).unwrap());
    c.approve_deletion(proposed.id, "Mrs Moss", NOW).unwrap();
    assert!(c.is_erased(pupil_id()).unwrap());
    // As the first of two she may: then another decides.
    assert!(c.pupils().unwrap().is_empty());
    assert!(!c.pupil(pupil_id()).unwrap().details.listed_name().contains("Okafor"));
}
