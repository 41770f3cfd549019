//! `items`: how well several things on a mat are told apart, ours beside what people do with OpenCV.
//!
//! Painted table tops with exact masks: seven mats, nine loads, uneven light, another exposure for the loaded shot
//! than for the empty one, noise, cast shadows. Sheets show the pictures in DIR. A count is right if there are as many
//! outlines as things and each thing has one of its own; a card with its code is given to us and to nobody else, so
//! peers are not charged for finding it.

mod dice;
mod mats;
mod scene;
mod score;
mod shadow;
mod things;

use crate::clock::{Times, cpu};
use crate::peer::Peer;
use crate::picture::{entries, in_folder};
use crate::table::{Table, figure, percent};
use anyhow::{Context as _, Result};
use mats::Mat;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Length, Point};
use scantrail_imaging::items::{Item, KnownCode, MatModel, find};
use scene::{Load, Scene};
use score::{Score, Shape};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Sheets show pictures of at most so many pixels a side: finer than the camera sees them.
const PICTURE_SIDE: u32 = 820;

/// How well several things on a mat are told apart.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the pictures that sheets show, at any depth below it by one.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Scenes for each mat and load.
    #[arg(long, default_value_t = 2)]
    count: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// What one reader reached.
#[derive(Debug, Default)]
struct Sum {
    scenes: usize,
    right: usize,
    declined: usize,
    overlaps: Vec<f64>,
    things: usize,
    clipped: usize,
    lost: usize,
    times: Times,
}

impl Sum {
    fn add(&mut self, score: Option<&Score>, milliseconds: f64) {
        self.scenes += 1;
        self.times.add(milliseconds);
        let Some(score) = score else {
            self.declined += 1;
            return;
        };
        self.right += usize::from(score.right);
        self.things += score.there;
        self.overlaps.extend(&score.overlaps);
        self.clipped += score.clipped;
        self.lost += score.lost_pixels;
    }

    fn row(&self, name: String) -> Vec<String> {
        let mean = self.overlaps.iter().sum::<f64>() / self.overlaps.len().max(1) as f64;
        let good = self.overlaps.iter().filter(|v| **v >= 0.97).count();
        vec![
            name,
            self.scenes.to_string(),
            percent(self.right, self.scenes),
            percent(self.right, self.scenes - self.declined),
            self.declined.to_string(),
            figure((!self.overlaps.is_empty()).then_some(mean), 3),
            percent(good, self.overlaps.len()),
            figure(self.overlaps.iter().copied().min_by(f64::total_cmp), 2),
            self.clipped.to_string(),
            self.lost.to_string(),
            figure(self.times.median(), 0),
        ]
    }
}

const HEADING: [&str; 11] =
    ["reader", "scenes", "right %", "of accepted %", "declined", "IoU", "≥ 0.97 %", "worst", "clipped", "px", "ms"];

/// Our ways of asking.
const OURS: [&str; 4] = ["model, count known", "model", "border, count known", "border"];

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let pictures = pictures(&arguments.data)?;
    let folder = tempfile::tempdir().context("cannot make a folder for pictures")?;
    let mut peer = Peer::at_hand(include_str!("items/peers.py"));
    let recipes = peer.as_ref().map(Peer::recipes).unwrap_or_default();
    let mut tables: BTreeMap<String, BTreeMap<String, Sum>> = BTreeMap::new();
    for mat in Mat::ALL {
        for load in Load::ALL {
            for seed in arguments.seed..arguments.seed + arguments.count {
                let scene = Scene::new(mat, load, seed, &pictures);
                let work = scene.things.iter().filter(|thing| !thing.is_card()).count();
                if work == 0 {
                    continue;
                }
                let mut add = |reader: &str, score: Option<&Score>, milliseconds: f64| {
                    let model = reader.starts_with("model") || reader.starts_with("border");
                    let (mats, loads) = (format!("1 {}", mat.word()), format!("2 {}", load.word()));
                    for table in ["0 everything".to_owned(), mats, loads] {
                        if model && reader.ends_with("known") && !table.starts_with('0') {
                            continue;
                        }
                        let readers = tables.entry(table).or_default();
                        readers.entry(reader.to_owned()).or_default().add(score, milliseconds);
                    }
                };
                for reader in OURS {
                    let (score, milliseconds) = ours(&scene, reader, work)?;
                    add(reader, score.as_ref(), milliseconds);
                }
                if let Some(peer) = peer.as_mut() {
                    for name in &recipes {
                        let (score, milliseconds) = theirs(&scene, peer, name, folder.path())?;
                        add(name, Some(&score), milliseconds);
                    }
                }
            }
        }
    }
    let mut out = std::io::stdout();
    for (name, readers) in &tables {
        let mut table = Table::new(&HEADING);
        for (reader, sum) in readers {
            table.row(sum.row(reader.clone()));
        }
        writeln!(out, "{}\n{}", &name[2..], table.text())?;
    }
    Ok(())
}

fn ours(scene: &Scene, reader: &str, work: usize) -> Result<(Option<Score>, f64)> {
    let model = MatModel::learn(&[&scene.empty]).context("an empty mat was not learnt")?;
    let side = Some(Length::from_mm(40));
    let codes: Vec<KnownCode> = scene.codes().into_iter().map(|corners| KnownCode { corners, side }).collect();
    let model = reader.starts_with("model").then_some(&model);
    let expected = reader.ends_with("known").then_some(work);
    let (found, milliseconds) = cpu(|| find(&scene.loaded, model, &codes, expected));
    let shapes = |items: &[Item]| items.iter().map(shape).collect::<Vec<Shape>>();
    Ok((found.ok().map(|found| Score::of(scene, &shapes(&found.value.items))), milliseconds))
}

fn shape(item: &Item) -> Shape {
    let (w, h) = (f64::from(item.canvas.0), f64::from(item.canvas.1));
    let corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
    let crop = corners.map(|(x, y)| item.transform.map_back(Point { x, y })).to_vec();
    Shape { outline: item.outline.clone(), crop }
}

fn theirs(scene: &Scene, peer: &mut Peer, recipe: &str, folder: &Path) -> Result<(Score, f64)> {
    let (empty, loaded) = (folder.join("empty.png"), folder.join("loaded.png"));
    for (raster, path) in [(&scene.empty, &empty), (&scene.loaded, &loaded)] {
        image::save_buffer(path, raster.samples(), raster.width(), raster.height(), image::ColorType::Rgb8)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let answer = peer.ask(&json!({"recipe": recipe, "empty": empty, "loaded": loaded}))?;
    let points = |value: &Value| -> Vec<Point> {
        let points: Vec<[f64; 2]> = serde_json::from_value(value.clone()).unwrap_or_default();
        // Their points are pixels, ours places.
        points.into_iter().map(|[x, y]| Point { x: x + 0.5, y: y + 0.5 }).collect()
    };
    let items = answer["items"].as_array().context("a peer found no list")?;
    let mut shapes: Vec<Shape> =
        items.iter().map(|item| Shape { outline: points(&item["outline"]), crop: points(&item["box"]) }).collect();
    shapes.retain(|shape| !score::is_on_card(scene, &shape.outline));
    Ok((Score::of(scene, &shapes), answer["milliseconds"].as_f64().unwrap_or(0.0)))
}

/// The pictures in a folder and in the folders in it, made small.
fn pictures(folder: &Path) -> Result<Vec<Rc<Raster>>> {
    let mut folders = vec![folder.to_path_buf()];
    for path in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        folders.extend(entries(&path)?.into_iter().filter(|path| path.is_dir()));
        folders.push(path);
    }
    let wanted = ["art", "skew", "blank"];
    let mut all = Vec::new();
    for folder in &folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if folders.len() > 1 && !wanted.contains(&name.as_str()) {
            continue;
        }
        for path in in_folder(folder)? {
            let unread = || format!("cannot read the picture {}", path.display());
            let picture = image::ImageReader::open(&path).and_then(image::ImageReader::with_guessed_format);
            let picture = picture.with_context(unread)?.decode().with_context(unread)?;
            let small = picture.thumbnail(PICTURE_SIDE, PICTURE_SIDE).to_rgb8();
            let (w, h) = small.dimensions();
            all.push(Rc::new(Raster::new(w, h, Channels::Rgb, small.into_raw()).context("a picture has no pixels")?));
        }
    }
    Ok(all)
}
