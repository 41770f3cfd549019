//! `scantrail classes`: classes and who teaches them.

use clap::Subcommand;
use scantrail_daemon::api::RosterRequest;

#[derive(Debug, Subcommand)]
pub(crate) enum Classes {
    /// Every class
    List,
    /// One class: its teachers and its pupils
    Show {
        /// Its name
        class: String,
    },
    /// Say which year group a class is
    Year {
        /// Its name
        class: String,
        /// The year group
        year: String,
    },
    /// Say who teaches a class
    Teacher {
        /// The class
        class: String,
        #[command(subcommand)]
        change: Teacher,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Teacher {
    /// Somebody teaches the class
    Add {
        /// The teacher's name
        teacher: String,
        /// The first day, like 2026-11-21 [default: today]
        #[arg(long)]
        from: Option<String>,
        /// The last day, for supply [default: it goes on]
        #[arg(long)]
        until: Option<String>,
    },
    /// Somebody teaches the class no longer
    Remove {
        /// The teacher's name
        teacher: String,
        /// The last day [default: yesterday]
        #[arg(long)]
        until: Option<String>,
    },
}

impl Classes {
    /// What is asked for.
    pub(crate) fn request(&self) -> RosterRequest {
        match self {
            Self::List => RosterRequest::Classes,
            Self::Show { class } => RosterRequest::ShowClass { class: class.clone() },
            Self::Year { class, year } => RosterRequest::ClassYear { class: class.clone(), year_group: year.clone() },
            Self::Teacher { class, change: Teacher::Add { teacher, from, until } } => RosterRequest::AddTeacher {
                class: class.clone(),
                teacher: teacher.clone(),
                from: from.clone(),
                until: until.clone(),
            },
            Self::Teacher { class, change: Teacher::Remove { teacher, until } } => {
                RosterRequest::RemoveTeacher { class: class.clone(), teacher: teacher.clone(), until: until.clone() }
            }
        }
    }
}
