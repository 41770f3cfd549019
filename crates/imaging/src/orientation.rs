//! Which way up: what is known exactly decides, what others say comes next, nothing is guessed.

use scantrail_core::units::Turn;

/// What told which way up a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TurnSource {
    /// A code of ours on it: exact.
    Code,
    /// The camera.
    Camera,
    /// Pages with codes before it in the stack, which all lay the same way.
    Neighbours,
    /// Its own text, which reads in one turn only.
    Text,
    /// Nothing: it stays as it came.
    Nothing,
}

impl TurnSource {
    /// The word for records and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Camera => "camera",
            Self::Neighbours => "neighbours",
            Self::Text => "text",
            Self::Nothing => "nothing",
        }
    }

    /// Whether reading the text may say otherwise.
    pub fn may_be_wrong(self) -> bool {
        matches!(self, Self::Neighbours | Self::Nothing)
    }
}

/// What is known about the turn of the pixels as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KnownTurn {
    /// What a camera noted; [`Turn::None`] is also what a file says that notes nothing.
    pub exif: Turn,
    /// What a code of ours in the same pixels shows.
    pub code: Option<Turn>,
    /// How the pages with codes lay that came before it in its stack, if all lay the same way.
    pub neighbours: Option<Turn>,
}

/// The quarter turn found in the pixels as stored, and what told it.
///
/// All three speak of the same stored pixels. A code of ours shows its own turn exactly, so it outranks the turn a
/// camera noted; without either the page lies as its neighbours did. A caller that found the code in pixels already
/// turned back by the camera's turn combines the two itself: `camera.then(code)`.
pub fn orientation(known: KnownTurn) -> (Turn, TurnSource) {
    match known {
        KnownTurn { code: Some(turn), .. } => (turn, TurnSource::Code),
        KnownTurn { exif, .. } if exif != Turn::None => (exif, TurnSource::Camera),
        KnownTurn { neighbours: Some(turn), .. } => (turn, TurnSource::Neighbours),
        KnownTurn { .. } => (Turn::None, TurnSource::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_knowledge_outranks_the_camera_and_the_camera_outranks_neighbours() {
        let all = KnownTurn { exif: Turn::Quarter, code: Some(Turn::None), neighbours: Some(Turn::Half) };
        assert_eq!(orientation(all), (Turn::None, TurnSource::Code));
        let without_code = KnownTurn { code: None, ..all };
        assert_eq!(orientation(without_code), (Turn::Quarter, TurnSource::Camera));
        let in_a_stack = KnownTurn { exif: Turn::None, ..without_code };
        assert_eq!(orientation(in_a_stack), (Turn::Half, TurnSource::Neighbours));
        assert_eq!(orientation(KnownTurn::default()), (Turn::None, TurnSource::Nothing));
    }
}
