//! Everybody who finds pages: ours in this process, the others in a script. They answer with four corners or none.

use crate::clock::cpu;
use crate::peer::{Company, Peer};
use anyhow::{Context as _, Result};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Point, Quad};
use scantrail_imaging::outline::{Known, find};
use serde_json::json;

/// Ours is measured so many times; the fastest counts.
const RUNS: usize = 2;

#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// Corners clockwise from the top left; `None` if it found nothing or was not sure.
    pub(super) quad: Option<Quad>,
    /// Which sides were seen.
    pub(super) seen: [bool; 4],
    /// Processor time.
    pub(super) milliseconds: f64,
    /// How sure it is, or why it declined.
    pub(super) said: String,
}

/// All tools that are here; ours is the first.
pub(super) struct Tools {
    peer: Option<Peer>,
    names: Vec<String>,
    folder: tempfile::TempDir,
}

impl Tools {
    /// Ours and, with company, whatever the script has.
    pub(super) fn start(company: Company) -> Result<Self> {
        let peer = (company == Company::Peers).then(|| Peer::at_hand(include_str!("peers.py"))).flatten();
        let others = peer.as_ref().and_then(|peer| peer.greeting.as_object());
        let others = others.map(|tools| tools.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let names = ["ours".to_owned()].into_iter().chain(others).collect();
        Ok(Self { peer, names, folder: tempfile::tempdir().context("no folder for pictures")? })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Everybody's answer, in the order of the names.
    pub(super) fn ask(&mut self, picture: &Raster) -> Result<Vec<Answer>> {
        let mut answers = vec![ours(picture)];
        if let Some(peer) = &mut self.peer {
            let file = self.folder.path().join("photo.ppm");
            crate::picture::write_pnm(&file, picture)?;
            let told = peer.ask(&json!({ "file": file }))?;
            for name in &self.names[1..] {
                let corners: Option<[[f64; 2]; 4]> = serde_json::from_value(told[name.as_str()]["quad"].clone()).ok();
                let quad = corners.map(|corners| Quad(corners.map(|[x, y]| Point { x, y })));
                let milliseconds = told[name.as_str()]["ms"].as_f64().unwrap_or(f64::NAN);
                answers.push(Answer { quad, seen: [true; 4], milliseconds, said: String::new() });
            }
        }
        Ok(answers)
    }
}

fn ours(picture: &Raster) -> Answer {
    let measured = (0..RUNS).map(|_| cpu(|| find(picture, &Known::default()))).min_by(|a, b| a.1.total_cmp(&b.1));
    let (found, milliseconds) = measured.expect("it runs at least once");
    match found {
        Ok(sure) => {
            let said = format!("sure {:.2}", sure.confidence.get());
            Answer { quad: Some(sure.value.quad), seen: sure.value.seen, milliseconds, said }
        }
        Err(why) => Answer { quad: None, seen: [true; 4], milliseconds, said: format!("{why:?}") },
    }
}
