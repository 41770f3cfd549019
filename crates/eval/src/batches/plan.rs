//! What is laid into the feeder, or before the camera, and whose each page truly is.

use super::school::{CLASSES, PUPILS, School, class_name};
use rand::Rng as _;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use scantrail_testkit::seed::Seed;

/// Somebody of the school: class and place on its list.
pub(crate) type Who = (usize, usize);

/// What a capture shows.
#[derive(Debug, Clone)]
pub(crate) enum Shows {
    Cover(Who),
    /// A cover whose codes are scribbled over.
    SpoiledCover(Who),
    /// A cover of a school that is not this one.
    StrangeCover,
    /// A page of work; the number says which of the painted ones.
    Page(usize),
    /// A page of work with the code of a book on it.
    PageWithIsbn(usize),
    /// A picture with these cards in it.
    Cards(Vec<Who>),
    /// A picture without a card.
    Picture(usize),
}

/// A capture and the truth about it.
#[derive(Debug, Clone)]
pub(crate) struct Capture {
    pub(crate) shows: Shows,
    /// Whose work it is; nobody's that anyone can know if empty.
    pub(crate) owners: Vec<Who>,
    /// Whether no reader of sheets could tell whose it is.
    pub(crate) needed: bool,
    pub(crate) upside_down: bool,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    UnreadCover,
    HiddenCover,
    CoverTwice,
    Shifted,
    ForeignCode,
    OtherClass,
    OtherSchool,
    UpsideDown,
    CapturedTwice,
    NoFirstCover,
    Absent,
    OutOfOrder,
    NoCard,
    Group,
    CardLeft,
}

const ALL: [(Fault, &str); 15] = [
    (Fault::UnreadCover, "cover that cannot be read"),
    (Fault::HiddenCover, "cover stuck to the sheet before"),
    (Fault::CoverTwice, "the same cover again later"),
    (Fault::Shifted, "covers behind the work"),
    (Fault::ForeignCode, "code of a book on a page"),
    (Fault::OtherClass, "cover of another class"),
    (Fault::OtherSchool, "cover of another school"),
    (Fault::UpsideDown, "sheet upside down"),
    (Fault::CapturedTwice, "page captured twice"),
    (Fault::NoFirstCover, "no cover before the first pages"),
    (Fault::Absent, "absent pupils"),
    (Fault::OutOfOrder, "not in the order of the list"),
    (Fault::NoCard, "picture without a card"),
    (Fault::Group, "picture of a group"),
    (Fault::CardLeft, "card of the child before left lying"),
];

impl Fault {
    pub(crate) fn name(self) -> &'static str {
        ALL.iter().find(|(fault, _)| *fault == self).map_or("", |(_, name)| name)
    }

    pub(crate) fn names() -> Vec<&'static str> {
        ALL.iter().map(|(_, name)| *name).collect()
    }
}

/// A batch with its truth.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) captures: Vec<Capture>,
    pub(crate) faults: Vec<Fault>,
    /// The class a person names; nobody says it now and then.
    pub(crate) class: Option<String>,
    pub(crate) pictures: bool,
}

/// A pupil's cover and pages.
#[derive(Clone)]
struct Block {
    who: Who,
    cover: Option<Shows>,
    pages: Vec<Capture>,
    /// Whether a person must say whose these pages are, and whether the run before is in doubt with them.
    needed: bool,
    clouds_before: bool,
}

impl Plan {
    /// Always the same batch for the same seed.
    pub(crate) fn by_chance(seed: Seed, school: &School) -> Self {
        let mut rng = seed.rng();
        let class = rng.random_range(0..CLASSES);
        let said = rng.random_bool(0.85).then(|| class_name(class));
        if rng.random_bool(0.1) {
            return pictures(&mut rng, class, said);
        }
        let mut faults = Vec::new();
        let mut blocks = blocks(&mut rng, class, school, &mut faults);
        let many = *[0, 0, 1, 1, 1, 2].choose(&mut rng).unwrap_or(&0);
        for _ in 0..many {
            spoil(&mut rng, class, school, &mut blocks, &mut faults);
        }
        let shifted = faults.is_empty() && rng.random_bool(0.1);
        if shifted {
            faults.push(Fault::Shifted);
        }
        Self { captures: laid(&blocks, shifted), faults, class: said, pictures: false }
    }
}

fn work(shows: Shows, owner: Who) -> Capture {
    Capture { shows, owners: vec![owner], needed: false, upside_down: false }
}

fn blocks(rng: &mut impl rand::Rng, class: usize, school: &School, faults: &mut Vec<Fault>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for place in 0..PUPILS {
        // One of thirty is ill on an ordinary day.
        if rng.random_bool(1.0 / 30.0) {
            faults.push(Fault::Absent);
            continue;
        }
        let who = (class, place);
        let pages = (0..rng.random_range(1..=3)).map(|_| work(Shows::Page(rng.random_range(0..school.pages())), who));
        let pages = pages.collect();
        blocks.push(Block { who, cover: Some(Shows::Cover(who)), pages, needed: false, clouds_before: false });
    }
    faults.dedup();
    if rng.random_bool(0.1) {
        blocks.shuffle(rng);
        faults.push(Fault::OutOfOrder);
    }
    blocks
}

fn spoil(rng: &mut impl rand::Rng, class: usize, school: &School, blocks: &mut Vec<Block>, faults: &mut Vec<Fault>) {
    let kinds = [
        Fault::UnreadCover,
        Fault::HiddenCover,
        Fault::CoverTwice,
        Fault::ForeignCode,
        Fault::OtherClass,
        Fault::OtherSchool,
        Fault::UpsideDown,
        Fault::CapturedTwice,
        Fault::NoFirstCover,
    ];
    let fault = *kinds.choose(rng).unwrap_or(&Fault::ForeignCode);
    let at = rng.random_range(1..blocks.len());
    let who = blocks[at].who;
    let plain = matches!(blocks[at].cover, Some(Shows::Cover(_)));
    match fault {
        Fault::UnreadCover if plain => {
            blocks[at].cover = Some(Shows::SpoiledCover(who));
            blocks[at].needed = true;
            blocks[at].clouds_before = true;
        }
        Fault::HiddenCover if plain => {
            blocks[at].cover = None;
            blocks[at].needed = true;
            blocks[at].clouds_before = true;
        }
        Fault::CoverTwice if plain => {
            let mut again = blocks[at].clone();
            again.pages.truncate(1);
            again.needed = true;
            blocks[at].needed = true;
            blocks.push(again);
        }
        Fault::OtherClass if plain => {
            let other = ((class + 1) % CLASSES, rng.random_range(0..PUPILS));
            let pages = vec![work(Shows::Page(rng.random_range(0..school.pages())), other)];
            let cover = Some(Shows::Cover(other));
            blocks.insert(at, Block { who: other, cover, pages, needed: true, clouds_before: false });
        }
        Fault::OtherSchool if plain => {
            let page = Capture { owners: vec![], ..work(Shows::Page(rng.random_range(0..school.pages())), who) };
            let cover = Some(Shows::StrangeCover);
            blocks.insert(at, Block { who, cover, pages: vec![page], needed: true, clouds_before: false });
        }
        Fault::NoFirstCover if matches!(blocks[0].cover, Some(Shows::Cover(_))) => {
            blocks[0].cover = None;
            blocks[0].needed = true;
        }
        Fault::UpsideDown => blocks[at].pages[0].upside_down = true,
        Fault::CapturedTwice => {
            let again = blocks[at].pages[0].clone();
            blocks[at].pages.push(again);
        }
        _ => {
            let page = rng.random_range(0..school.pages());
            blocks[at].pages[0].shows = Shows::PageWithIsbn(page);
            return faults.push(Fault::ForeignCode);
        }
    }
    faults.push(fault);
}

/// The captures in the order in which they go through.
fn laid(blocks: &[Block], shifted: bool) -> Vec<Capture> {
    let mut captures = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let clouded = blocks.get(at + 1).is_some_and(|next| next.clouds_before);
        let needed = block.needed || clouded || shifted;
        let cover = block.cover.clone().map(|shows| Capture {
            shows,
            owners: vec![block.who],
            needed: false,
            upside_down: false,
        });
        let pages = block.pages.iter().cloned().map(|page| Capture { needed, ..page });
        if shifted {
            captures.extend(pages);
            captures.extend(cover);
        } else {
            captures.extend(cover);
            captures.extend(pages);
        }
    }
    captures
}

/// Pictures: mostly a card in each.
fn pictures(rng: &mut impl rand::Rng, class: usize, said: Option<String>) -> Plan {
    let mut captures = Vec::new();
    let mut faults = Vec::new();
    for place in 0..PUPILS {
        let who = (class, place);
        let next = (class, (place + 1) % PUPILS);
        let alone = Capture { shows: Shows::Cards(vec![who]), owners: vec![who], needed: false, upside_down: false };
        captures.push(alone.clone());
        match rng.random_range(0..8) {
            0 => {
                captures.push(Capture { shows: Shows::Picture(place), needed: true, ..alone });
                faults.push(Fault::NoCard);
            }
            1 if place + 1 < PUPILS => {
                // The next child's card beside the one left lying.
                let shows = Shows::Cards(vec![who, next]);
                captures.push(Capture { shows, owners: vec![next], needed: true, upside_down: false });
                faults.push(Fault::CardLeft);
            }
            2 if place + 2 < PUPILS => {
                let others = vec![next, (class, place + 2)];
                let shows = Shows::Cards(others.clone());
                captures.push(Capture { shows, owners: others, needed: false, upside_down: false });
                faults.push(Fault::Group);
            }
            _ => captures.push(alone),
        }
    }
    faults.sort_by_key(|fault| fault.name());
    faults.dedup();
    // After a group or a card left lying, the next child's card was in the picture before: that is asked about only
    // when it lies beside another.
    Plan { captures, faults, class: said, pictures: true }
}
