//! What every measurement gives: a value and how sure it is, or the reason why there is none.

use scantrail_core::units::Confidence;

/// A value and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sure<T> {
    /// What was measured.
    pub value: T,
    /// How sure the measurement is of it.
    pub confidence: Confidence,
}

/// A measurement that may decline: the page then stays as it is, for the reason given.
pub type Finding<T, Why> = Result<Sure<T>, Why>;
