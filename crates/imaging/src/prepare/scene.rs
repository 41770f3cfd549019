//! What the operator says a camera or a glass shows. Nobody needs to say anything; saying it lets more be done.

use crate::items::MatModel;

/// What a capture is said to show.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Scene<'a> {
    /// Nobody said: a page, an open book, or a picture that is kept whole.
    #[default]
    Unsaid,
    /// Papers on a mat: each becomes a page.
    Papers(Mat<'a>),
    /// A three-dimensional piece of work: cut out with a margin, colours untouched.
    Object(Mat<'a>),
    /// A whiteboard: seen from the front, white, its pens clear.
    Board,
}

/// What is known of the mat under the camera.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Mat<'a> {
    /// What it looks like with nothing on it; without it the border of the picture is taken for the mat.
    pub empty: Option<&'a MatModel>,
    /// How many pieces of work lie there, if the operator says; cards are not counted.
    pub expected: Option<usize>,
}
