//! From what was measured to what is believed. Every doubt is a reason to leave the page as it is.

use super::axis::{Opinion, Vote};
use super::{CERTAIN_PEAK, Skew, SkewDecline, SkewSource, UNEVEN_DEG, Verdict};
use scantrail_core::units::{Angle, Confidence};

/// Below this peak there are no lines.
const LEAST_PEAK: f32 = 5.0;
/// Weak peaks (unruled handwriting) are believed only from this turn up.
const WEAK_FROM_DEG: f64 = 1.5;
/// The second way of measuring must agree this well.
const AGREE_DEG: f64 = 0.12;
/// Followed ruling may differ so much from the roughness of the page, in which drifting writing has a voice too.
const RULING_AGREE_DEG: f64 = 0.3;
/// A second slope at least half as good makes the page ambiguous (two pages, two columns glued askew).
const RIVAL_LIMIT: f32 = 0.5;
/// A half of the page that another slope suits so much better is a page of its own.
const SPLIT_LIMIT: f32 = 1.45;
/// Halves this far apart have no common turn.
const NO_COMMON_DEG: f64 = 0.6;
/// Uneven lines are straightened only if the turn is this many times what they differ by.
const WORTH_IT: f64 = 4.0;
/// Blocks that agree settle what halves could not, if they carry this share of what is on the page…
const VOTE_SHARE: f32 = 0.75;
/// …and mean the same turn as the page as a whole.
const VOTE_AGREE_DEG: f64 = 0.1;

/// Judges an opinion in which degrees are already those of the picture; `second` is the turn as black-and-white ink has
/// it.
pub(super) fn judge(opinion: &Opinion, second: f64) -> Skew {
    let (turn, disputed, uneven) = match &opinion.ruled {
        Some(ruled) => {
            (ruled.degrees, (ruled.degrees - opinion.degrees).abs() * AGREE_DEG / RULING_AGREE_DEG, ruled.apart)
        }
        None => (opinion.degrees, (second - opinion.degrees).abs(), opinion.rows_apart.max(opinion.columns_apart)),
    };
    let reason = if opinion.ruled.is_some() {
        doubt_of_ruling(opinion, disputed, uneven)
    } else {
        doubt_of_text(opinion, turn, disputed, uneven)
    };
    // A peak of 4 is worth a half; doubt of either kind takes away in proportion.
    let doubt = (disputed / AGREE_DEG).min(1.0) * 0.2 + (uneven / NO_COMMON_DEG).min(1.0) * 0.3;
    let confidence = f64::from(opinion.peak / (opinion.peak + 4.0)) * (1.0 - doubt);
    let floor = if reason.is_none() { 0.5 } else { 0.0 };
    Skew {
        angle: Angle::from_degrees(turn),
        confidence: Confidence::new((confidence as f32).max(floor)),
        source: if opinion.ruled.is_some() { SkewSource::Ruling } else { SkewSource::Text },
        verdict: reason.map_or(Verdict::Measured, Verdict::Declined),
        unevenness: uneven,
        shear: None,
    }
}

/// Lines that were followed one by one need no strong peak and no second kind of ink.
fn doubt_of_ruling(opinion: &Opinion, disputed: f64, uneven: f64) -> Option<SkewDecline> {
    if opinion.split > SPLIT_LIMIT && !settled(opinion) {
        Some(SkewDecline::Ambiguous)
    } else if disputed > AGREE_DEG {
        Some(SkewDecline::Disputed)
    } else {
        (uneven > UNEVEN_DEG).then_some(SkewDecline::Uneven)
    }
}

fn doubt_of_text(opinion: &Opinion, turn: f64, disputed: f64, uneven: f64) -> Option<SkewDecline> {
    let weak = opinion.peak < CERTAIN_PEAK;
    let ambiguous = opinion.rival > RIVAL_LIMIT || opinion.split > SPLIT_LIMIT;
    let crooked = uneven > NO_COMMON_DEG || (uneven > UNEVEN_DEG && turn.abs() < WORTH_IT * uneven);
    if opinion.peak < LEAST_PEAK || (weak && turn.abs() < WEAK_FROM_DEG) {
        Some(SkewDecline::NoLines)
    } else if disputed > AGREE_DEG {
        Some(SkewDecline::Disputed)
    } else if ambiguous && !settled(opinion) {
        Some(SkewDecline::Ambiguous)
    } else {
        (crooked && !settled(opinion)).then_some(SkewDecline::Uneven)
    }
}

/// Whether the blocks of the page agree on what its halves do not.
fn settled(opinion: &Opinion) -> bool {
    opinion.vote.is_some_and(|Vote { degrees, blocks, share }| {
        blocks >= 3 && share >= VOTE_SHARE && (degrees - opinion.degrees).abs() <= VOTE_AGREE_DEG
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion() -> Opinion {
        Opinion {
            degrees: 2.0,
            peak: 30.0,
            rows_apart: 0.02,
            columns_apart: 0.02,
            rival: 0.1,
            split: 1.0,
            ruled: None,
            vote: None,
        }
    }

    #[test]
    fn each_doubt_has_its_reason() {
        let vote = Some(Vote { degrees: 2.02, blocks: 3, share: 0.9 });
        let cases = [
            (opinion(), 2.02, None),
            (Opinion { peak: 4.0, ..opinion() }, 2.0, Some(SkewDecline::NoLines)),
            (Opinion { peak: 8.0, degrees: 1.2, ..opinion() }, 1.2, Some(SkewDecline::NoLines)),
            (Opinion { peak: 8.0, ..opinion() }, 2.0, None),
            (opinion(), 2.2, Some(SkewDecline::Disputed)),
            (Opinion { rival: 0.7, ..opinion() }, 2.0, Some(SkewDecline::Ambiguous)),
            (Opinion { split: 1.6, ..opinion() }, 2.0, Some(SkewDecline::Ambiguous)),
            (Opinion { split: 1.6, vote, ..opinion() }, 2.0, None),
            (Opinion { rows_apart: 0.55, ..opinion() }, 2.0, Some(SkewDecline::Uneven)),
            (Opinion { rows_apart: 0.55, vote, ..opinion() }, 2.0, None),
            (Opinion { columns_apart: 0.3, degrees: -0.4, ..opinion() }, -0.4, Some(SkewDecline::Uneven)),
        ];
        for (opinion, second, wanted) in cases {
            let skew = judge(&opinion, second);
            let expected = wanted.map_or(Verdict::Measured, Verdict::Declined);
            assert_eq!(skew.verdict, expected, "{opinion:?}");
        }
    }
}
