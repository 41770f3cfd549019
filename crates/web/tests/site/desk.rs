//! A desk in memory over the sample school; the daemon has the real one.

use crate::paint::{self, Motif};
use crate::school::{self, BATCHES, CHIDI, EVANS, FRACTIONS, HILLS, Page, ROMANS, School, Spot};
use scantrail_core::ids::{BatchId, PageId, PupilId};
use scantrail_core::jiff::civil::date;
use scantrail_web::view::*;
use scantrail_web::{Desk, DeskError, PreviewSize};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

pub(crate) struct MemoryDesk {
    school: Mutex<School>,
    /// Pictures once painted: the same page is shown many times.
    painted: Mutex<HashMap<(PageId, PreviewSize), Vec<u8>>>,
}

type Answer<T> = Result<T, DeskError>;

impl MemoryDesk {
    pub(crate) fn new(school: School) -> Self {
        Self { school: Mutex::new(school), painted: Mutex::default() }
    }

    pub(crate) fn school(&self) -> MutexGuard<'_, School> {
        self.school.lock().unwrap()
    }
}

fn find(school: &School, id: PageId) -> Answer<usize> {
    school.pages.iter().position(|page| page.id == id).ok_or(DeskError::NotFound)
}

fn preview(page: &Page, caption: impl Into<String>) -> PagePreview {
    let notes = if page.motif == Motif::Blank { vec!["blank".into()] } else { vec![] };
    PagePreview { page: page.id, caption: caption.into(), notes }
}

fn state(words: &str, tone: Tone) -> State {
    State { words: words.to_owned(), tone }
}

fn numbered<'p>(pages: impl Iterator<Item = &'p Page>) -> Vec<PagePreview> {
    pages.enumerate().map(|(i, page)| preview(page, format!("page {}", i + 1))).collect()
}

fn line(school: &School, batch: usize) -> BatchLine {
    let mut account = Account::default();
    for page in school.pages.iter().filter(|page| page.batch == batch) {
        account.captured += 1;
        *match page.spot {
            Spot::Cover => &mut account.cover,
            Spot::Control => &mut account.control,
            Spot::UnderWay => &mut account.under_way,
            Spot::Filed => &mut account.filed,
            Spot::Held(_) => &mut account.held,
            Spot::Discarded => &mut account.discarded,
        } += 1;
    }
    let (title, source, ..) = BATCHES[batch];
    let state = match (account.under_way, account.held) {
        (0, 0) => state("accounted for", Tone::Settled),
        (0, _) => state("waits for a person", Tone::Asking),
        _ => state("capturing", Tone::Busy),
    };
    let shown = |page: &&Page| page.batch == batch && page.spot == Spot::Filed && page.motif != Motif::Blank;
    let pictures = numbered(school.pages.iter().filter(shown).take(4));
    let (id, began) = (school::batch_id(batch), school::began(batch));
    let read = account.captured - account.under_way / 2;
    BatchLine { id, title: title.into(), source: source.into(), began, state, read, account, pictures }
}

fn run(school: &School, pages: &[&Page]) -> Run {
    let work = || pages.iter().copied().filter(|page| !matches!(page.spot, Spot::Cover | Spot::Control));
    let held = work().find(|page| matches!(page.spot, Spot::Held(_)));
    let cover = pages.iter().find(|page| matches!(page.spot, Spot::Cover | Spot::Control));
    Run {
        opening: if cover.is_some() { "its cover sheet".into() } else { "a card in the picture".into() },
        pupil: work().find_map(|page| page.pupil).map(|pupil| school.pupils[pupil].clone()),
        cover: cover.map(|page| preview(page, "cover")),
        pages: numbered(work()),
        outcome: match held.map(|page| &page.spot) {
            Some(Spot::Held(_)) => state("cover could not be read", Tone::Asking),
            _ if work().any(|page| page.spot == Spot::UnderWay) => state("being read", Tone::Busy),
            _ => state("filed", Tone::Settled),
        },
        held: held.map(|page| page.id),
        alarms: vec![],
        offers: vec![],
        cutting: Cutting::Possible,
    }
}

fn neighbour(school: &School, page: &Page) -> Neighbour {
    let words = if page.spot == Spot::Cover { "cover sheet" } else { "page" };
    Neighbour { preview: preview(page, words), pupil: page.pupil.map(|pupil| school.pupils[pupil].clone()) }
}

fn decide(school: &mut School, page: usize, words: String) -> DecisionId {
    let id = DecisionId(school.decided.len() as u64 + 1);
    let before = school.pages[page].clone();
    let at = date(2026, 11, 21).at(10, 12, 0, 0);
    let standing = DecisionStanding::Stands;
    school.decided.push((Decision { id, at, words, page: Some(before.id), batch: None, standing }, before));
    id
}

impl Desk for MemoryDesk {
    fn site(&self) -> Answer<Site> {
        Ok(Site { school: "Thornbury Primary School".into(), held: self.school().held().len() as u64 })
    }

    fn now(&self) -> Answer<Now> {
        let school = self.school();
        let newest = school.pages.iter().filter(|page| page.batch == ROMANS).rev().take(7);
        Ok(Now {
            open: vec![line(&school, ROMANS)],
            waiting: vec![
                StageLine { words: "to be straightened".into(), pages: 2 },
                StageLine { words: "to be read".into(), pages: 5 },
            ],
            events: school.events.clone(),
            newest: numbered(newest),
            disk: Disk { free: 412_000_000_000, total: 512_000_000_000 },
            backup: Backup {
                last: State { words: "yesterday".into(), tone: Tone::Settled },
                tried: State { words: "never".into(), tone: Tone::Alarm },
                trouble: None,
            },
            problem: Some(RecentProblem {
                at: date(2026, 11, 21).at(9, 30, 0, 0),
                words: "The scanner in the art room does not answer".into(),
                hint: Some("Switch it off and on again; the batch goes on where it stopped.".into()),
            }),
        })
    }

    fn batches(&self, older_than: Option<BatchId>) -> Answer<BatchList> {
        let school = self.school();
        if older_than.is_some() {
            return Ok(BatchList { batches: vec![line(&school, school::EARLIER)], older: None });
        }
        let batches = [ROMANS, HILLS, FRACTIONS].map(|batch| line(&school, batch)).to_vec();
        Ok(BatchList { batches, older: Some(school::batch_id(FRACTIONS)) })
    }

    fn batch(&self, id: BatchId) -> Answer<BatchView> {
        let school = self.school();
        let batch = (0..BATCHES.len()).find(|&b| school::batch_id(b) == id).ok_or(DeskError::NotFound)?;
        let pages: Vec<&Page> = school.pages.iter().filter(|p| p.batch == batch && p.spot != Spot::Control).collect();
        let runs: Vec<Run> = pages.chunk_by(|a, b| a.run == b.run).map(|pages| run(&school, pages)).collect();
        let here = |pupil: &PupilName| runs.iter().any(|run| run.pupil.as_ref() == Some(pupil));
        let missing = school.pupils.iter().filter(|p| p.class == "4B" && !here(p)).cloned().collect();
        let alarms = if batch == FRACTIONS {
            vec!["Between Freya Dahl and Zainab Farooq lies a cover sheet that cannot be read".into()]
        } else {
            vec![]
        };
        let expected = Some(Expected { pupils: 10, missing, absent: vec![] });
        let offers = vec![Offer {
            say: BatchWord::ConfirmAll,
            label: "All 2 runs that wait only for a look are right".into(),
            why: "each is filed with the pupil on its cover".into(),
        }];
        Ok(BatchView { line: line(&school, batch), expected, alarms, offers, runs })
    }

    fn pupils(&self, filter: &PupilFilter) -> Answer<PupilList> {
        let school = self.school();
        let starts = |pupil: &PupilName, part: &str| {
            pupil.spoken.to_lowercase().split(' ').any(|word| word.starts_with(&part.to_lowercase()))
        };
        let fits = |pupil: &PupilName| {
            filter.class.as_ref().is_none_or(|class| pupil.class == *class)
                && filter.name.as_ref().is_none_or(|name| starts(pupil, name))
        };
        let lines = school.pupils.iter().enumerate().filter(|(_, pupil)| fits(pupil)).map(|(i, pupil)| {
            let filed: Vec<&Page> =
                school.pages.iter().filter(|p| p.pupil == Some(i) && p.spot == Spot::Filed).collect();
            let latest = filed.iter().filter(|p| p.motif != Motif::Blank).max_by_key(|p| school::began(p.batch));
            let mut pieces: Vec<_> = filed.iter().filter_map(|page| page.piece).collect();
            pieces.dedup();
            PupilLine {
                pupil: pupil.clone(),
                pieces: pieces.len() as u64,
                pages: filed.len() as u64,
                latest: latest.map(|page| page.id),
                latest_date: latest.and_then(|page| page.piece).map(|piece| school.pieces[piece].date),
            }
        });
        Ok(PupilList { classes: vec!["4B".into(), "5A".into()], pupils: lines.collect() })
    }

    fn trail(&self, id: PupilId) -> Answer<Trail> {
        let school = self.school();
        let pupil = school.pupils.iter().position(|pupil| pupil.id == id).ok_or(DeskError::NotFound)?;
        let pieces = school.pieces.iter().enumerate().filter_map(|(i, piece)| {
            let pages = |blank: bool| {
                let of_piece =
                    move |p: &&Page| p.piece == Some(i) && p.pupil == Some(pupil) && (p.motif == Motif::Blank) == blank;
                numbered(school.pages.iter().filter(of_piece))
            };
            let (pages, blank) = (pages(false), pages(true));
            (!pages.is_empty()).then(|| PieceView {
                id: piece.id,
                title: piece.title.clone(),
                subject: piece.subject.clone(),
                date: piece.date,
                pages,
                blank,
                shared_with: vec![],
            })
        });
        Ok(Trail { pupil: school.pupils[pupil].clone(), pieces: pieces.collect(), moved_away: Vec::new() })
    }

    fn page(&self, id: PageId) -> Answer<PageView> {
        let school = self.school();
        let place = find(&school, id)?;
        let page = &school.pages[place];
        let at = school::began(page.batch);
        let step = |words: &str, evidence: Option<&str>| Step {
            at,
            words: words.into(),
            evidence: evidence.map(str::to_owned),
        };
        let (standing, words) = match &page.spot {
            Spot::Held(_) => (PageStanding::Held, state("waits for a person", Tone::Asking)),
            Spot::Filed => (PageStanding::Filed, state("filed", Tone::Settled)),
            Spot::Discarded => (PageStanding::Fixed, state("discarded", Tone::Settled)),
            _ => (PageStanding::Fixed, state("a sheet of ours", Tone::Settled)),
        };
        Ok(PageView {
            preview: preview(page, "Page 1 of 3"),
            state: words,
            standing,
            pupils: page.pupil.map(|pupil| school.pupils[pupil].clone()).into_iter().collect(),
            piece: page.piece.map(|piece| PageShare {
                title: school.pieces[piece].title.clone(),
                subject: school.pieces[piece].subject.clone(),
                date: school.pieces[piece].date,
                previous: None,
                next: school.pages.get(place + 1).filter(|next| next.piece == page.piece).map(|next| next.id),
            }),
            batch: Some((school::batch_id(page.batch), BATCHES[page.batch].0.into())),
            steps: vec![
                step("Captured on the feeder, sheet 17, front", Some("Canon DR-C240, 300 dpi, colour")),
                step("Straightened by 1.8°", Some("ruled lines agree, confidence 0.97")),
                step("Read", Some("63 words, confidence 0.81")),
                step("Filed", Some("behind the cover sheet of the pupil, three codes agree")),
            ],
            facts: vec![
                ("Resolution".into(), "300 dpi".into()),
                ("Original".into(), "JPEG, 2480 × 3508".into()),
                ("SHA-256".into(), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
            ],
            text: "Three quarters is the same as six eighths.\nI cut the cake into eight.".into(),
            searchable: (standing == PageStanding::Filed).then_some(DownloadKind::Pdf),
        })
    }

    fn preview(&self, id: PageId, size: PreviewSize) -> Answer<Vec<u8>> {
        let (motif, seed) = {
            let school = self.school();
            let page = &school.pages[find(&school, id)?];
            (page.motif, page.id.number())
        };
        let mut painted = self.painted.lock().unwrap();
        let picture =
            painted.entry((id, size)).or_insert_with(|| paint::jpeg(motif, seed, size.longer_side().min(1400)));
        Ok(picture.clone())
    }

    fn document(&self, of: DocumentOf) -> Answer<Document> {
        let school = self.school();
        let pages = match of {
            DocumentOf::Piece(piece) => {
                let piece = school.pieces.iter().position(|other| other.id == piece).ok_or(DeskError::NotFound)?;
                school.pages.iter().filter(|page| page.piece == Some(piece)).count()
            }
            DocumentOf::Trail(pupil) | DocumentOf::Year(pupil, _) => {
                let pupil = school.pupils.iter().position(|other| other.id == pupil).ok_or(DeskError::NotFound)?;
                school.pages.iter().filter(|page| page.pupil == Some(pupil)).count()
            }
        };
        if pages == 0 {
            return Err(DeskError::Refused("There is no filed work that fits.".into()));
        }
        // More than is sent at a time, and no part like another.
        let content: Vec<u8> = b"%PDF-".iter().copied().chain((0..500_000u32).flat_map(u32::to_le_bytes)).collect();
        Ok(Document { bytes: content.len() as u64, content: Box::new(std::io::Cursor::new(content)) })
    }

    fn searchable(&self, id: PageId) -> Answer<Download> {
        let school = self.school();
        match school.pages[find(&school, id)?].spot {
            Spot::Filed => Ok(Download { kind: DownloadKind::Pdf, bytes: b"%PDF-1.7 sample".to_vec() }),
            _ => Err(DeskError::Refused("Only a filed page has a searchable copy.".into())),
        }
    }

    fn review(&self) -> Answer<Queue> {
        let school = self.school();
        let holds: Vec<HoldLine> = school
            .held()
            .into_iter()
            .map(|i| &school.pages[i])
            .filter_map(|page| match &page.spot {
                Spot::Held(reason) => Some(HoldLine {
                    preview: preview(page, "held page"),
                    reason: reason.clone(),
                    batch: BATCHES[page.batch].0.into(),
                    since: school::began(page.batch),
                }),
                _ => None,
            })
            .collect();
        let decisions = school.decided.iter().rev().map(|(decision, _)| decision.clone()).collect();
        Ok(Queue { total: holds.len() as u64, holds, decisions })
    }

    fn hold(&self, id: PageId) -> Answer<HoldView> {
        let school = self.school();
        let place = find(&school, id)?;
        let page = &school.pages[place];
        let Spot::Held(reason) = &page.spot else { return Err(DeskError::NotFound) };
        let queue = school.held();
        let at = queue.iter().position(|&held| held == place).unwrap();
        let near = |from: usize, to: usize| {
            let near = school.pages[from.min(to)..to].iter().filter(|near| near.batch == page.batch);
            near.map(|near| neighbour(&school, near)).collect::<Vec<_>>()
        };
        let suggest = |pupil: usize, why: &str| Suggestion { pupil: school.pupils[pupil].clone(), why: why.into() };
        Ok(HoldView {
            preview: preview(page, "held page"),
            reason: reason.clone(),
            evidence: vec!["Frame and bars of a cover sheet, but no code could be read".into()],
            batch: (school::batch_id(page.batch), BATCHES[page.batch].0.into()),
            before: near(place.saturating_sub(3), place),
            after: near(place + 1, (place + 4).min(school.pages.len())),
            suggestions: if page.batch == FRACTIONS {
                vec![suggest(EVANS, "Missing in this batch, and stands between Dahl and Farooq in the class list")]
            } else {
                vec![suggest(CHIDI, "Their card was in the picture before")]
            },
            class: Some("4B".into()),
            pupils: school.pupils.iter().filter(|pupil| pupil.class == "4B").cloned().collect(),
            place: at as u64 + 1,
            total: queue.len() as u64,
            previous: at.checked_sub(1).map(|at| school.pages[queue[at]].id),
            next: queue.get(at + 1).map(|&next| school.pages[next].id),
        })
    }

    fn decide(&self, batch: BatchId, word: BatchWord) -> Answer<DecisionId> {
        let mut school = self.school();
        let page = school.pages.iter().position(|page| school::batch_id(page.batch) == batch);
        let page = page.ok_or(DeskError::NotFound)?;
        Ok(decide(&mut school, page, format!("{word:?}")))
    }

    fn assign(&self, page: PageId, pupils: &[PupilId], reason: Option<&str>) -> Answer<DecisionId> {
        let mut school = self.school();
        let page = find(&school, page)?;
        let pupil = school.pupils.iter().position(|p| Some(&p.id) == pupils.first()).ok_or(DeskError::NotFound)?;
        let name = school.pupils[pupil].spoken.clone();
        let words = match (&school.pages[page].spot, reason) {
            (Spot::Held(_), _) => format!("Filed with {name}"),
            (Spot::Filed, Some(reason)) => format!("Moved to {name}: {reason}"),
            _ => return Err(DeskError::Refused("This page is neither held nor filed.".into())),
        };
        let id = decide(&mut school, page, words);
        school.pages[page].spot = Spot::Filed;
        school.pages[page].pupil = Some(pupil);
        Ok(id)
    }

    fn discard(&self, page: PageId, reason: &str) -> Answer<DecisionId> {
        let mut school = self.school();
        let page = find(&school, page)?;
        let id = decide(&mut school, page, format!("Discarded: {reason}"));
        school.pages[page].spot = Spot::Discarded;
        Ok(id)
    }

    fn undo(&self, decision: DecisionId) -> Answer<PageId> {
        let mut school = self.school();
        let (decision, before) =
            school.decided.iter_mut().find(|(d, _)| d.id == decision).ok_or(DeskError::NotFound)?;
        if decision.standing == DecisionStanding::Past {
            return Err(DeskError::Refused("This was undone before.".into()));
        }
        decision.standing = DecisionStanding::Past;
        let before = before.clone();
        let (place, id) = (find(&school, before.id)?, before.id);
        school.pages[place] = before;
        Ok(id)
    }

    fn decision(&self, id: DecisionId) -> Answer<Decision> {
        let school = self.school();
        school.decided.iter().map(|(d, _)| d).find(|d| d.id == id).cloned().ok_or(DeskError::NotFound)
    }

    fn search(&self, query: &SearchQuery) -> Answer<SearchResults> {
        let school = self.school();
        let filed = |p: &&Page| p.spot == Spot::Filed && p.motif == Motif::Writing && p.batch == FRACTIONS;
        let found = school.pages.iter().filter(filed).filter(|_| query.words.contains("cake")).take(4);
        let hits = found.map(|page| SearchHit {
            preview: preview(page, "page 1"),
            pupil: page.pupil.map(|pupil| school.pupils[pupil].clone()),
            title: "Maths · Fractions".into(),
            date: date(2026, 11, 19),
            snippet: vec![
                SnippetPart::Around("… the same as six eighths. I cut the ".into()),
                SnippetPart::Found("cake".into()),
                SnippetPart::Around(" into eight & <ate> three …".into()),
            ],
            how: query.words.contains("cakes").then_some("a similar word"),
        });
        let hits: Vec<SearchHit> = hits.collect();
        let classes = vec!["4B".into(), "5A".into()];
        let subjects = vec!["Art".into(), "History".into(), "Maths".into()];
        Ok(SearchResults { classes, subjects, total: hits.len() as u64 * 3, more: false, hits })
    }

    fn sheets(&self) -> Answer<SheetsView> {
        let school = self.school();
        let mut classes: Vec<ClassSize> = Vec::new();
        for pupil in &school.pupils {
            match classes.iter_mut().find(|size| size.class == pupil.class) {
                Some(size) => size.pupils += 1,
                None => classes.push(ClassSize { class: pupil.class.clone(), pupils: 1 }),
            }
        }
        let layout = |name: &str, packet: &str| LabelLayout { name: name.into(), packet: packet.into() };
        let layouts = vec![
            layout("l7160", "21 labels of 63.5 × 38.1 mm (Avery L7160)"),
            layout("l7163", "14 labels of 99.1 × 38.1 mm (Avery L7163)"),
        ];
        Ok(SheetsView { classes, layouts })
    }

    fn print_sheets(&self, order: &SheetOrder) -> Answer<PrintedSheets> {
        let warnings = match &order.what {
            SheetChoice::Covers(SheetsFor::Pupil(name)) if name == "Nobody" => return Err(DeskError::NotFound),
            SheetChoice::Cards(SheetsFor::Class(class, _), _) if class == "5A" => {
                vec!["pupil 7F3A19: no font on this machine writes Khmer".to_owned()]
            }
            _ => vec![],
        };
        // What was understood, so that a test can read it.
        Ok(PrintedSheets { pdf: format!("%PDF-1.7 {order:?}").into_bytes(), warnings })
    }
}
