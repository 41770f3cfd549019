//! Which way up: what is known exactly decides, nothing is guessed.

use scantrail_core::units::Turn;

/// The quarter turn found in the pixels as stored.
///
/// Both hints speak of the same stored pixels. A code of ours shows its own turn exactly, so it outranks the turn a
/// camera noted; without either the page stays as it is. A caller that found the code in pixels already turned back by
/// the camera's turn combines the two itself: `camera.then(code)`.
pub fn orientation(exif_turn: Turn, code_turn: Option<Turn>) -> Turn {
    code_turn.unwrap_or(exif_turn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_outranks_the_camera() {
        assert_eq!(orientation(Turn::Quarter, Some(Turn::None)), Turn::None);
        assert_eq!(orientation(Turn::Quarter, None), Turn::Quarter);
        assert_eq!(orientation(Turn::None, None), Turn::None);
    }
}
