//! Sheets on the web page: the same orders as the command gives.

use crate::api::{CardWord, DryRun, EdgesWord, FontWarning, SheetsWanted, SidesWord, Whom};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::printing;
use scantrail_core::roster::Standing;
use scantrail_sheets::labels::LABEL_SHEETS;
use scantrail_web::view::{
    CardPlace, ClassSize, ControlSheet, LabelLayout, PrintedSheets, PrintedSides, SheetChoice, SheetOrder, SheetsFor,
    SheetsView,
};
use std::collections::BTreeMap;

/// What can be printed, and for whom.
pub(super) fn offer(engine: &Engine) -> Result<SheetsView, DaemonError> {
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    for pupil in engine.catalogue.pupils()? {
        if pupil.standing != Standing::Left && !pupil.details.class.is_empty() {
            *sizes.entry(pupil.details.class).or_default() += 1;
        }
    }
    let classes = sizes.into_iter().map(|(class, pupils)| ClassSize { class, pupils }).collect();
    let layouts =
        LABEL_SHEETS.iter().map(|sheet| LabelLayout { name: sheet.name.to_owned(), packet: sheet.packet.to_owned() });
    Ok(SheetsView { classes, layouts: layouts.collect() })
}

/// Registers and draws what was chosen.
pub(super) fn print(engine: &Engine, order: &SheetOrder) -> Result<PrintedSheets, DaemonError> {
    let sides = match order.sides {
        PrintedSides::Both => SidesWord::Both,
        PrintedSides::Front => SidesWord::Front,
    };
    let printed = printing::print(engine, &wanted(&order.what), sides, DryRun::No)?;
    let warnings = printed.warnings.iter().map(FontWarning::words).collect();
    Ok(PrintedSheets { pdf: printed.pdf, warnings })
}

fn wanted(choice: &SheetChoice) -> SheetsWanted {
    match choice.clone() {
        SheetChoice::Covers(whom) => SheetsWanted::Cover { whom: asked(whom) },
        SheetChoice::Cards(whom, place) => SheetsWanted::Card {
            whom: asked(whom),
            code: match place {
                CardPlace::Mat => CardWord::Mat,
                CardPlace::Desk => CardWord::Desk,
            },
        },
        SheetChoice::Stickers(whom, layout, skip) => {
            SheetsWanted::Sticker { whom: asked(whom), layout, skip, edges: EdgesWord::None }
        }
        SheetChoice::Unnamed(count) => SheetsWanted::Unnamed { count },
        SheetChoice::Start { class, subject, title, date } => {
            SheetsWanted::Start { class, subject, title, date: date.map(|date| date.to_string()) }
        }
        SheetChoice::Control(kinds, copies) => {
            let word = |kind: &ControlSheet| match kind {
                ControlSheet::End => "end",
                ControlSheet::Separator => "separator",
                ControlSheet::Discard => "discard",
            };
            SheetsWanted::Control { kinds: kinds.iter().map(|kind| word(kind).to_owned()).collect(), copies }
        }
        SheetChoice::SelfTest => SheetsWanted::SelfTest,
    }
}

fn asked(whom: SheetsFor) -> Whom {
    match whom {
        SheetsFor::Class(class, since) => {
            Whom { class: Some(class), changed_since: since.map(|date| date.to_string()), pupil: None }
        }
        SheetsFor::Pupil(pupil) => Whom { pupil: Some(pupil), ..Whom::default() },
    }
}
