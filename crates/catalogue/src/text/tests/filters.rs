//! Narrowing a search, paging through it, and counting.

use super::*;
use crate::error::Doing as _;

fn four_pages() -> Kept {
    let kept = Kept::new();
    for (n, content) in [(1, Content::Text), (2, Content::Lined), (3, Content::Picture), (4, Content::Text)] {
        kept.read_as(n, "a castle".into(), content);
    }
    kept.fate(1, &[(1, "History", "2026-09-10")], PageEvent::Place);
    kept.fate(2, &[(1, "Maths", "2026-10-10"), (2, "Maths", "2026-10-10")], PageEvent::Place);
    kept.fate(3, &[(2, "History", "2026-11-10")], PageEvent::Place);
    kept.fate(4, &[], PageEvent::Hold);
    kept
}

#[test]
fn a_search_is_narrowed() {
    let kept = four_pages();
    let castle = Query { words: "castle".into(), ..asked() };
    for (query, pages) in [
        (castle.clone(), vec![1, 2, 3, 4]),
        (Query { pupil: Some(pupil(1)), ..castle.clone() }, vec![1, 2]),
        (Query { pupil: Some(pupil(2)), subject: "history".into(), ..castle.clone() }, vec![3]),
        (Query { class: "5A".into(), ..castle.clone() }, vec![2, 3]),
        (Query { subject: "HISTORY".into(), ..castle.clone() }, vec![1, 3]),
        (Query { from: Some("2026-10-10".into()), ..castle.clone() }, vec![2, 3]),
        (Query { to: Some("2026-10-10".into()), ..castle.clone() }, vec![1, 2]),
        (Query { content: Some(Content::Text), ..castle.clone() }, vec![1, 4]),
        (Query { content: Some(Content::Picture), pupil: Some(pupil(1)), ..castle.clone() }, vec![]),
    ] {
        let found = kept.search(&query);
        let mut numbers = numbers(&found.hits);
        numbers.sort_unstable();
        assert_eq!(numbers, pages, "{query:?}");
        assert_eq!(found.total, Total { count: pages.len() as u32, more: false }, "{query:?}");
    }
}

#[test]
fn a_group_s_page_is_one_hit_of_the_pupil_who_was_asked_for() {
    let kept = four_pages();
    let of = |query: Query| {
        let hits = kept.search(&Query { words: "castle".into(), ..query }).hits;
        let shared: Vec<Hit> = hits.into_iter().filter(|hit| hit.page == page(2)).collect();
        assert_eq!(shared.len(), 1);
        shared[0].pupil
    };
    assert_eq!(of(asked()), Some(pupil(1)));
    assert_eq!(of(Query { pupil: Some(pupil(2)), ..asked() }), Some(pupil(2)));
    assert_eq!(of(Query { class: "5A".into(), ..asked() }), Some(pupil(2)));
}

#[test]
fn only_pages_that_are_somewhere_are_found() {
    let kept = Kept::new();
    for n in 1..=3 {
        kept.read_as(n, "a castle".into(), Content::Text);
    }
    assert!(kept.pages("castle").is_empty(), "they are not understood yet");
    kept.fate(1, &[], PageEvent::Hold);
    kept.fate(2, &[], PageEvent::Place);
    kept.fate(3, &[], PageEvent::Discard);
    let states: Vec<(u64, String)> =
        kept.find("castle").into_iter().map(|hit| (hit.page.number(), hit.state)).collect();
    assert_eq!(states, [(2, "filing".into()), (1, "held".into())]);
}

#[test]
fn pages_of_hits_follow_each_other_exact_ones_first() {
    let kept = Kept::new();
    for n in 0..9 {
        kept.read(n, if n % 3 == 0 { "castle".into() } else { "castlo".into() });
    }
    let ask = |offset, limit| kept.search(&Query { words: "castle".into(), offset, limit, ..Query::default() });
    let whole = ask(0, 20);
    assert_eq!(numbers(&whole.hits)[..3], [6, 3, 0]);
    assert_eq!(whole.total, Total { count: 9, more: false });
    let parts: Vec<u64> = (0..3).flat_map(|part| numbers(&ask(part * 4, 4).hits)).collect();
    assert_eq!(parts, numbers(&whole.hits));
    let exact = ask(0, 3);
    assert_eq!(exact.total, Total { count: 3, more: false }, "they fill what was asked for");
    assert!(ask(3, 3).hits.is_empty());
}

#[test]
fn a_word_on_very_many_pages_is_counted_no_further_than_pays() {
    let kept = Kept::new();
    let all_at_once = kept.catalogue.write(|tx| {
        for n in 0..1003 {
            crate::captures::insert(tx, &capture(n), None, NOW)?;
            crate::text::index(tx, page(n), "castle".into())?;
        }
        tx.execute("UPDATE page SET state = 'filed'", []).doing("filing all")
    });
    assert_eq!(all_at_once.unwrap(), 1003);
    let found = kept.search(&Query { words: "castle".into(), limit: 2, ..Query::default() });
    assert_eq!(found.total, Total { count: 1000, more: true });
    assert_eq!(numbers(&found.hits), [1002, 1001], "the newest first");
    let last = kept.search(&Query { words: "castle".into(), offset: 998, limit: 9, ..Query::default() });
    assert_eq!(numbers(&last.hits), [4, 3]);
}
