//! What holds for every batch, whatever was laid in and whatever was said.

use super::*;
use proptest::prelude::*;

fn laid() -> impl Strategy<Value = Laid> {
    prop_oneof![
        3 => (0u8..12).prop_map(Laid::Cover),
        1 => (0u8..12).prop_map(Laid::Spoiled),
        1 => (0u8..12).prop_map(Laid::Broken),
        8 => Just(Laid::Written),
        2 => Just(Laid::BlankPaper),
        1 => Just(Laid::Separator),
        1 => Just(Laid::Start),
        1 => Just(Laid::End),
        1 => Just(Laid::OtherSchool),
    ]
}

fn stack() -> impl Strategy<Value = Vec<Laid>> {
    proptest::collection::vec(laid(), 0..60)
}

fn sides() -> impl Strategy<Value = &'static [Side]> {
    prop_oneof![Just(SIMPLEX), Just(DUPLEX)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_identity_crosses_a_boundary(laid in stack(), sides in sides()) {
        let batch = facts(&laid, sides);
        let truth = truth(&laid, sides.len());
        for run in interpret(&batch, &[]).runs {
            let Verdict::File(owner) = run.verdict else { continue };
            for page in run.pages {
                prop_assert_eq!(truth[page.page.number() as usize].map(Owners::one), Some(owner.clone()));
            }
        }
    }

    #[test]
    fn every_page_is_accounted_for_exactly_once_and_in_order(laid in stack(), sides in sides()) {
        let batch = facts(&laid, sides);
        let counted: Vec<PageId> =
            interpret(&batch, &[]).runs.iter().flat_map(|run| run.pages.iter().map(|page| page.page)).collect();
        let given: Vec<PageId> = batch.pages.iter().map(|page| page.page).collect();
        prop_assert_eq!(counted, given);
    }

    #[test]
    fn an_unreadable_cover_closes_the_run(laid in stack(), sides in sides(), at in 0usize..60) {
        let mut laid = laid;
        let at = at.min(laid.len());
        laid.insert(at, Laid::Spoiled(11));
        let page = PageId::from_random((at * sides.len()) as u64);
        let runs = interpret(&facts(&laid, sides), &[]).runs;
        let index = runs.iter().position(|run| run.pages.iter().any(|own| own.page == page)).unwrap();
        prop_assert_eq!(runs[index].opening, Opening::UnreadSheet);
        prop_assert_eq!(runs[index].pages[0].page, page, "it begins its run");
        prop_assert!(!matches!(runs[index].verdict, Verdict::File(_)));
        if index > 0 {
            prop_assert!(!matches!(runs[index - 1].verdict, Verdict::File(_)), "the run before has no proof of its end");
        }
    }

    #[test]
    fn renaming_the_pupils_renames_the_result(laid in stack(), turn in 1u8..12) {
        let renamed: Vec<Laid> = laid.iter().map(|sheet| match *sheet {
            Laid::Cover(n) => Laid::Cover((n + turn) % 12),
            other => other,
        }).collect();
        let before = interpret(&facts(&laid, SIMPLEX), &[]);
        let after = interpret(&facts(&renamed, SIMPLEX), &[]);
        prop_assert_eq!(before.runs.len(), after.runs.len());
        for (one, other) in before.runs.iter().zip(&after.runs) {
            match (&one.verdict, &other.verdict) {
                (Verdict::File(from), Verdict::File(to)) => {
                    let number = (from.only().unwrap().number() - 1) as u8;
                    prop_assert_eq!(to.only(), Some(pupil((number + turn) % 12)));
                }
                (same, again) => prop_assert_eq!(same, again),
            }
        }
    }

    #[test]
    fn the_order_of_the_pupils_does_not_matter(blocks in blocks(), turn in 0usize..12) {
        let mut turned = blocks.clone();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
        }
        let owned = |blocks: &[Block]| {
            let laid: Vec<Laid> = blocks.iter().flat_map(Block::laid).collect();
            let runs = interpret(&facts(&laid, SIMPLEX), &[]).runs;
            let mut owned: Vec<(Option<PupilId>, Verdict, usize)> =
                runs.into_iter().map(|run| (run.opening.pupil(), run.verdict.clone(), run.pages.len())).collect();
            owned.sort_by_key(|(pupil, ..)| *pupil);
            owned
        };
        prop_assert_eq!(owned(&blocks), owned(&turned));
    }

    #[test]
    fn covers_behind_the_work_are_covers_before_it_once_a_person_said_so(blocks in blocks(), sides in sides()) {
        let before: Vec<Laid> = blocks.iter().flat_map(Block::laid).collect();
        let behind: Vec<Laid> = blocks.iter().flat_map(|block| {
            let mut laid = block.laid();
            laid.rotate_left(1);
            laid
        }).collect();
        let owners = |laid: &[Laid], said: &[Word]| -> Vec<(Option<PupilId>, Verdict, usize)> {
            let runs = interpret(&facts(laid, sides), said).runs;
            runs.into_iter().map(|run| (run.opening.pupil(), run.verdict.clone(), run.pages.len())).collect()
        };
        prop_assert_eq!(owners(&before, &[]), owners(&behind, &[Word::CoversBehind]));
    }

    #[test]
    fn whatever_was_said_every_page_is_there_once(laid in stack(), sides in sides(), said in said()) {
        let batch = facts(&laid, sides);
        let mut counted: Vec<PageId> = interpret(&batch, &said)
            .runs.iter().flat_map(|run| run.pages.iter().map(|page| page.page)).collect();
        let given: Vec<PageId> = batch.pages.iter().map(|page| page.page).collect();
        prop_assert_eq!(&counted, &given, "in order");
        counted.dedup();
        prop_assert_eq!(counted.len(), given.len());
    }

    #[test]
    fn a_word_about_some_pages_changes_no_other(laid in stack(), sides in sides(), at in 0u64..120, who in 0u8..12) {
        let batch = facts(&laid, sides);
        let page = PageId::from_random(at);
        let word = Word::Theirs { pages: vec![page], pupils: Owners::one(pupil(who)) };
        let fates = |said: &[Word]| -> Vec<(PageId, Role, Verdict)> {
            interpret(&batch, said).runs.into_iter().flat_map(|run| run.pages)
                .filter(|own| own.page != page).map(|own| (own.page, own.role, own.verdict)).collect()
        };
        prop_assert_eq!(fates(&[]), fates(&[word]));
    }

    #[test]
    fn without_a_word_that_says_so_nothing_crosses_a_boundary(laid in stack(), sides in sides(), said in said()) {
        let batch = facts(&laid, sides);
        let truth = truth(&laid, sides.len());
        // Only these two say that the sheets mean something else than they show.
        let said: Vec<Word> =
            said.into_iter().filter(|word| !matches!(word, Word::CoversBehind | Word::Joined { .. })).collect();
        for page in interpret(&batch, &said).runs.into_iter().flat_map(|run| run.pages) {
            if let (Verdict::File(owners), By::Evidence) = (page.verdict, page.by) {
                prop_assert_eq!(owners.only(), truth[page.page.number() as usize]);
            }
        }
    }

    #[test]
    fn a_word_taken_back_leaves_nothing(laid in stack(), sides in sides(), said in said(), at in 0usize..8) {
        let batch = facts(&laid, sides);
        let Some(word) = said.get(at).cloned() else { return Ok(()) };
        let mut without = said.clone();
        without.remove(at);
        let before = interpret(&batch, &without);
        let pages = |word: &Word| match word {
            Word::Theirs { pages, .. } | Word::Nobodys { pages } | Word::Unknown { pages } => Some(pages.clone()),
            _ => None,
        };
        // Words about pages can also be taken back by a later word, if nothing else was said about those pages.
        if let Some(pages_said) = pages(&word)
            && without.iter().filter_map(pages).flatten().all(|page| !pages_said.contains(&page))
        {
            let mut forgotten = said;
            forgotten.push(Word::Forget { pages: pages_said });
            prop_assert_eq!(&before, &interpret(&batch, &forgotten));
        }
        prop_assert_eq!(before, interpret(&batch, &without));
    }
}

/// One pupil's cover and pages.
#[derive(Debug, Clone)]
struct Block {
    who: u8,
    pages: usize,
}

impl Block {
    fn laid(&self) -> Vec<Laid> {
        let mut laid = vec![Laid::Cover(self.who)];
        laid.extend(vec![Laid::Written; self.pages]);
        laid
    }
}

/// Clean blocks of different pupils, each with a page at least.
fn blocks() -> impl Strategy<Value = Vec<Block>> {
    (proptest::sample::subsequence((0u8..12).collect::<Vec<u8>>(), 1..8), proptest::collection::vec(1usize..5, 12))
        .prop_map(|(who, pages)| who.into_iter().zip(pages).map(|(who, pages)| Block { who, pages }).collect())
}

fn said() -> impl Strategy<Value = Vec<Word>> {
    let page = || (0u64..120).prop_map(PageId::from_random);
    let pages = || proptest::collection::vec(page(), 1..6);
    let who = || (0u8..12).prop_map(pupil);
    let owners = proptest::collection::vec((0u8..12).prop_map(pupil), 1..3);
    let word = prop_oneof![
        (pages(), owners)
            .prop_map(|(pages, pupils)| Word::Theirs { pages, pupils: Owners::of(pupils).expect("one at least") }),
        pages().prop_map(|pages| Word::Nobodys { pages }),
        pages().prop_map(|pages| Word::Unknown { pages }),
        pages().prop_map(|pages| Word::Forget { pages }),
        Just(Word::CoversBehind),
        page().prop_map(|before| Word::Cut { before }),
        page().prop_map(|at| Word::Joined { at }),
        who().prop_map(|pupil| Word::Absent { pupil }),
    ];
    proptest::collection::vec(word, 0..8)
}
