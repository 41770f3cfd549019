//! A picture of the sheet with known places: by its codes first, by its discs exactly.

use super::fit::{Mapping, Pair};
use super::plan::{DISC_RADIUS, DISCS};
use super::{ScoreError, corner_places};
use crate::find::FoundCode;
use crate::geometry::{Attitude, centre};
use crate::layout::{Area, PAGE, code_area};
use scantrail_core::ids::SheetId;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::sheet::{CodePlace, SheetKind};
use scantrail_core::units::{Point, Quad};

/// Corner codes without which the discs would be looked for in the wrong place.
const CODES_NEEDED: usize = 2;
/// Discs without which the codes place the sheet better.
const DISCS_NEEDED: usize = 5;

/// A placed picture. Everything is asked in millimetres of the sheet.
pub(super) struct View<'a> {
    pub(super) sheet: SheetId,
    /// Corner codes that were read.
    pub(super) corners_read: usize,
    /// How far the worst disc is from its place, in millimetres.
    pub(super) residual: f64,
    /// Where codes with the place `Middle` were read, and how large, in millimetres.
    pub(super) middles: Vec<((f64, f64), f64)>,
    pub(super) mapping: Mapping,
    grey: Raster,
    picture: &'a Raster,
}

impl<'a> View<'a> {
    pub(super) fn of(picture: &'a Raster, codes: &[FoundCode]) -> Result<Self, ScoreError> {
        let ours: Vec<_> = codes.iter().filter_map(|code| code.payload.ok().map(|said| (said, code))).collect();
        let tests: Vec<_> = ours.iter().filter(|(said, _)| said.kind == SheetKind::SelfTest).collect();
        let Some((first, _)) = tests.first() else {
            return Err(ours
                .first()
                .map_or(ScoreError::NotSeen, |(said, _)| ScoreError::OtherSheet { kind: said.kind }));
        };
        let (sheet, school) = (first.sheet, first.school);
        let same: Vec<_> = tests.iter().filter(|(said, _)| (said.sheet, said.school) == (sheet, school)).collect();
        let mut pairs: Vec<Pair> = Vec::new();
        let mut corners_read = 0;
        for place in corner_places() {
            let Some((_, code)) = same.iter().find(|(said, _)| said.place == place) else { continue };
            pairs.extend(code_area(place).corners().into_iter().zip(code.corners.0));
            corners_read += 1;
        }
        let too_few = ScoreError::TooFewCodes { read: corners_read };
        let rough = Mapping::fit(&pairs).filter(|_| corners_read >= CODES_NEEDED).ok_or(too_few)?;
        let grey = picture.to_grey();
        let discs: Vec<Pair> = DISCS.iter().filter_map(|&at| Some((at, disc(&grey, rough, at)?))).collect();
        let exact = if discs.len() >= DISCS_NEEDED { Mapping::fit(&discs) } else { None };
        let mapping = exact.unwrap_or(rough);
        let scale = mapping.per_mm().0.max(f64::MIN_POSITIVE);
        let away = |(at, seen): &Pair| {
            let wanted = mapping.to_pixels(*at);
            (wanted.x - seen.x).hypot(wanted.y - seen.y) / scale
        };
        let residual = discs.iter().map(away).fold(0.0, f64::max);
        let middles = same.iter().filter(|(said, _)| said.place == CodePlace::Middle).map(|(_, code)| {
            let side = edge_length(&code.corners) / scale;
            (mapping.to_paper(centre(&code.corners)), side)
        });
        Ok(Self { sheet, corners_read, residual, middles: middles.collect(), mapping, grey, picture })
    }

    /// The back of the sheet has a code in its middle larger than any of the ladder on its front.
    pub(super) fn has_large_middle_code(&self) -> bool {
        self.middles.iter().any(|&(_, side)| side > 35.0)
    }

    /// How the sheet lies in the picture.
    pub(super) fn attitude(&self) -> Attitude {
        Attitude::of(&Quad(PAGE.corners().map(|corner| self.mapping.to_pixels(corner))))
    }

    /// Pixels to a millimetre, the smaller of the two directions.
    pub(super) fn per_mm(&self) -> f64 {
        let (across, down) = self.mapping.per_mm();
        across.min(down)
    }

    /// The grey picture.
    pub(super) fn grey(&self) -> &Raster {
        &self.grey
    }

    /// The grey at a place, between pixels by their distance; `None` outside the picture.
    pub(super) fn at(&self, place: (f64, f64)) -> Option<f64> {
        between(&self.grey, self.mapping.to_pixels(place), 0)
    }

    /// The mean grey of an area; `None` if any of it is outside the picture.
    pub(super) fn mean(&self, area: Area) -> Option<f64> {
        let values = self.places(area).into_iter().map(|place| self.at(place)).collect::<Option<Vec<_>>>()?;
        Some(values.iter().sum::<f64>() / values.len() as f64)
    }

    /// The mean colour of an area; `None` if the picture is grey or does not hold all of the area.
    pub(super) fn colour(&self, area: Area) -> Option<[f64; 3]> {
        if self.picture.channels() == Channels::Grey {
            return None;
        }
        let places = self.places(area);
        let mut sums = [0.0; 3];
        for &place in &places {
            for (channel, sum) in sums.iter_mut().enumerate() {
                *sum += between(self.picture, self.mapping.to_pixels(place), channel)?;
            }
        }
        Some(sums.map(|sum| sum / places.len() as f64))
    }

    /// Places in an area, a pixel apart.
    pub(super) fn places(&self, area: Area) -> Vec<(f64, f64)> {
        let count = |length: f64| ((length * self.per_mm()).ceil() as usize).max(1);
        let (columns, rows) = (count(area.w), count(area.h));
        let part = |i: usize, of: usize| (i as f64 + 0.5) / of as f64;
        (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (column, row)))
            .map(|(column, row)| (area.x + area.w * part(column, columns), area.y + area.h * part(row, rows)))
            .collect()
    }
}

fn edge_length(quad: &Quad) -> f64 {
    let [a, b, ..] = quad.0;
    (b.x - a.x).hypot(b.y - a.y)
}

fn between(picture: &Raster, point: Point, channel: usize) -> Option<f64> {
    let (x, y) = (point.x - 0.5, point.y - 0.5);
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    if !(x >= 0.0 && y >= 0.0 && x <= width - 1.0 && y <= height - 1.0) {
        return None;
    }
    let n = picture.channels().count();
    let get = |column: u32, row: u32| {
        let column = column.min(picture.width() - 1) as usize;
        f64::from(picture.row(row.min(picture.height() - 1))[column * n + channel])
    };
    let (column, row) = (x as u32, y as u32);
    let (fx, fy) = (x.fract(), y.fract());
    let upper = get(column, row) * (1.0 - fx) + get(column + 1, row) * fx;
    let lower = get(column, row + 1) * (1.0 - fx) + get(column + 1, row + 1) * fx;
    Some(upper * (1.0 - fy) + lower * fy)
}

/// The centre of the disc near a place: of its dark pixels, each by how dark it is.
fn disc(grey: &Raster, rough: Mapping, at: (f64, f64)) -> Option<Point> {
    /// How far the codes may have misplaced it, in millimetres.
    const ASTRAY: f64 = 2.0;
    let middle = rough.to_pixels(at);
    let (across, down) = rough.per_mm();
    let reach = (DISC_RADIUS + ASTRAY) * across.max(down);
    let (left, right) = (middle.x - reach, middle.x + reach);
    let (top, bottom) = (middle.y - reach, middle.y + reach);
    if left < 0.0 || top < 0.0 || right >= f64::from(grey.width()) || bottom >= f64::from(grey.height()) {
        return None;
    }
    let rows = top as u32..=bottom as u32;
    let columns = left as usize..=right as usize;
    let window = || {
        rows.clone()
            .flat_map(|y| grey.row(y)[columns.clone()].iter().zip(columns.clone()).map(move |(&v, x)| (x, y, v)))
    };
    let darkest = window().map(|(_, _, v)| v).min()?;
    let lightest = window().map(|(_, _, v)| v).max()?;
    let limit = f64::midpoint(f64::from(darkest), f64::from(lightest));
    let (mut sum, mut sum_x, mut sum_y, mut count) = (0.0, 0.0, 0.0, 0.0);
    for (x, y, v) in window().filter(|&(_, _, v)| f64::from(v) < limit) {
        let weight = f64::from(lightest) - f64::from(v);
        sum += weight;
        sum_x += weight * (x as f64 + 0.5);
        sum_y += weight * (f64::from(y) + 0.5);
        count += 1.0;
    }
    let area = std::f64::consts::PI * DISC_RADIUS * DISC_RADIUS * across * down;
    // Too small or too large: dirt, a shadow, or half a disc.
    (f64::from(lightest) - f64::from(darkest) > 40.0 && (0.6..1.5).contains(&(count / area)))
        .then(|| Point { x: sum_x / sum, y: sum_y / sum })
}
