//! The tamper-evident log: what one event is in it, the tree over all of them, proofs about the tree, signed checkpoints.
//!
//! ```text
//! fields ─→ commitment ─→ leaf ─→ tree ─→ root ─→ checkpoint ─→ leaves the machine
//!   (key of the page)              └─→ tiles, proofs
//! ```
//! [`commitment`] hides what is personal, [`leaf`] is what anybody may see, [`tree`] and [`proof`] are RFC 9162,
//! [`note`] and [`checkpoint`] the signed text of C2SP, [`tiles`] where hashes lie in files.
//!
//! **Invariant:** opaque ids only, and no input or output, no clock, no dice: keys and times are handed in. The same
//! input gives the same bytes for ever: what was signed once can be checked by every later version.

pub mod checkpoint;
pub mod commitment;
pub mod leaf;
pub mod note;
pub mod proof;
pub mod tiles;
pub mod tree;

pub use checkpoint::Checkpoint;
pub use commitment::{Fields, Secret};
pub use leaf::{BadField, Leaf};
pub use note::{SigningKey, VerifyingKey};
pub use tree::{Frontier, Hash};
