//! Sheets: covers of a class in two clicks, and everything else that can be printed.
//!
//! Every form is answered by the PDF itself. Names come by form, never in an address; the file's name holds none.

mod forms;
mod icons;

use super::Shown;
use crate::form::Fields;
use crate::layout::{self, Here};
use crate::problem::Problem;
use crate::server::App;
use crate::view::{CardPlace, ControlSheet, PrintedSheets, PrintedSides, SheetChoice, SheetOrder, SheetsFor};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

pub(crate) async fn page(State(app): State<Arc<App>>) -> Shown {
    let (site, view) = app.ask(|desk| Ok((desk.site()?, desk.sheets()?))).await?;
    Ok(layout::page("Sheets", Here::Sheets, Some(&site), &forms::body(&view, app.token.as_str())))
}

/// The PDF; or first the warnings, with a button to go on.
pub(crate) async fn print(State(app): State<Arc<App>>, fields: Fields) -> Result<Response, Problem> {
    let order = order(&fields)?;
    let name = file_name(&order.what);
    let (site, printed) = app.ask(move |desk| Ok((desk.site()?, desk.print_sheets(&order)?))).await?;
    let PrintedSheets { pdf, warnings } = printed;
    if !warnings.is_empty() && fields.get("anyway").is_none() {
        let body = forms::warned(&warnings, fields.all());
        return Ok(layout::page("Sheets", Here::Sheets, Some(&site), &body).into_response());
    }
    let disposition = format!("attachment; filename=\"{name}.pdf\"");
    Ok(([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, disposition)], pdf).into_response())
}

/// What a form asks for.
fn order(fields: &Fields) -> Result<SheetOrder, Problem> {
    let what = match fields.get("what") {
        Some("covers") => SheetChoice::Covers(whom(fields)?),
        Some("cards") => SheetChoice::Cards(whom(fields)?, card_place(fields)),
        Some("stickers") => {
            let layout = fields.text("layout").unwrap_or_default();
            SheetChoice::Stickers(whom(fields)?, layout, number(fields, "skip", 0)?)
        }
        Some("unnamed") => SheetChoice::Unnamed(number(fields, "count", 10)?),
        Some("start") => {
            let text = |name| fields.text(name).unwrap_or_default();
            let date = fields.date("date")?;
            SheetChoice::Start { class: text("class"), subject: text("subject"), title: text("title"), date }
        }
        Some("control") => SheetChoice::Control(control(fields)?, number(fields, "copies", 1)?),
        Some("self-test") => SheetChoice::SelfTest,
        _ => return Err(Problem::unclear("Choose which sheets to print.")),
    };
    let sides = if fields.get("one-sided").is_some() { PrintedSides::Front } else { PrintedSides::Both };
    Ok(SheetOrder { what, sides })
}

/// A pupil who is typed in counts more than a class that happens to be chosen.
fn whom(fields: &Fields) -> Result<SheetsFor, Problem> {
    if let Some(pupil) = fields.text("pupil") {
        return Ok(SheetsFor::Pupil(pupil));
    }
    let class = fields.text("class").ok_or_else(|| Problem::unclear("Choose a class, or name a pupil."))?;
    Ok(SheetsFor::Class(class, fields.date("since")?))
}

fn card_place(fields: &Fields) -> CardPlace {
    if fields.get("place") == Some("desk") { CardPlace::Desk } else { CardPlace::Mat }
}

fn control(fields: &Fields) -> Result<Vec<ControlSheet>, Problem> {
    let kinds =
        [("end", ControlSheet::End), ("separator", ControlSheet::Separator), ("discard", ControlSheet::Discard)];
    let kinds: Vec<_> =
        kinds.into_iter().filter(|(name, _)| fields.get(name).is_some()).map(|(_, kind)| kind).collect();
    if kinds.is_empty() { Err(Problem::unclear("Choose at least one kind of sheet.")) } else { Ok(kinds) }
}

fn number(fields: &Fields, name: &str, usual: u32) -> Result<u32, Problem> {
    let bad = |_| Problem::unclear("A number is written in digits.");
    fields.get(name).map_or(Ok(usual), |text| text.parse().map_err(bad))
}

/// What the file is called: nothing about a child.
fn file_name(what: &SheetChoice) -> &'static str {
    match what {
        SheetChoice::Covers(_) => "cover-sheets",
        SheetChoice::Cards(..) => "cards",
        SheetChoice::Stickers(..) => "stickers",
        SheetChoice::Unnamed(_) => "unnamed-cover-sheets",
        SheetChoice::Start { .. } => "start-sheet",
        SheetChoice::Control(..) => "control-sheets",
        SheetChoice::SelfTest => "self-test-sheet",
    }
}
