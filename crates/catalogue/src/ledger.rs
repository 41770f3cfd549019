//! The ledger: every event is a leaf of a Merkle tree, from the moment it is recorded.
//!
//! [`append`] is the one place where leaves come from. What is hashed and why is the business of `scantrail-ledger`;
//! here it is kept: leaves, every whole node of the tree, keys, checkpoints. [`LedgerView`] shows all of it as it was at
//! one moment, for verification and proofs.

mod append;
mod checkpoints;
mod doubts;
mod forget;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use append::{append, bring_in, plant};
pub use checkpoints::{HandedOn, KeptCheckpoint};
pub use doubts::Doubt;
pub(crate) use forget::{forget_page_keys, forget_pupil_keys};
pub use view::{LeafRow, LedgerView};
