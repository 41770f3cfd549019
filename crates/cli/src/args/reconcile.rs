//! `scantrail reconcile`: counting who was expected and what came.

use anyhow::Result;
use clap::Args as Arguments;
use scantrail_daemon::DaemonError;
use scantrail_daemon::api::ReconcileRequest;

#[derive(Debug, Arguments)]
pub(crate) struct Reconcile {
    /// One batch
    #[arg(long, value_name = "ID", conflicts_with_all = ["class", "date", "from", "to"])]
    pub(crate) batch: Option<String>,
    /// A class, on some days
    #[arg(long)]
    pub(crate) class: Option<String>,
    /// One day, like 2026-11-21
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub(crate) date: Option<String>,
    /// From this day …
    #[arg(long, requires = "to")]
    pub(crate) from: Option<String>,
    /// … to this day
    #[arg(long, requires = "from")]
    pub(crate) to: Option<String>,
    /// A half-term: "Autumn 1" to "Summer 2"
    #[arg(long, value_name = "NAME", conflicts_with_all = ["batch", "date", "from", "to"])]
    pub(crate) half_term: Option<String>,
    /// Of this school year, like 2026-27 [default: the present one]
    #[arg(long, requires = "half_term")]
    pub(crate) year: Option<String>,
    /// In this subject alone
    #[arg(long, default_value = "")]
    pub(crate) subject: String,
}

impl Reconcile {
    /// What is asked for.
    pub(crate) fn request(&self) -> Result<ReconcileRequest> {
        let days = match (&self.date, &self.from, &self.to) {
            (Some(day), _, _) => Some((day, day)),
            (None, Some(from), Some(to)) => Some((from, to)),
            _ => None,
        };
        if let (Some(class), Some(half_term)) = (&self.class, &self.half_term) {
            return Ok(ReconcileRequest::HalfTerm {
                class: class.clone(),
                half_term: half_term.clone(),
                year: self.year.clone(),
                subject: self.subject.clone(),
            });
        }
        match (&self.batch, &self.class, days) {
            (Some(batch), _, _) => Ok(ReconcileRequest::Batch { batch: batch.clone() }),
            (None, Some(class), Some((from, to))) => Ok(ReconcileRequest::Class {
                class: class.clone(),
                from: from.clone(),
                to: to.clone(),
                subject: self.subject.clone(),
            }),
            _ => Err(DaemonError::usage("say what to count: --batch ID, or --class 4B --date 2026-11-21").into()),
        }
    }
}
