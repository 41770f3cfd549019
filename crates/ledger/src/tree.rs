//! The Merkle tree of RFC 9162, section 2.1, grown leaf by leaf.
//!
//! A *node* is named by its level and its place: node `(l, i)` stands for leaves `i·2^l` to `(i+1)·2^l - 1`. Only nodes
//! all of whose leaves are there are ever kept: they never change again.

use sha2::{Digest as _, Sha256};
use std::fmt;

/// A hash of the tree, or a commitment: 32 bytes of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// From as many bytes as a hash has.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        scantrail_core::units::Digest::from_hex(text).map(|digest| Self(digest.0))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The hash of a leaf's bytes: a zero byte before them tells leaves from nodes.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(bytes).finalize().into())
}

/// The hash of a node above two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of the tree without leaves.
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// A node that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// 0 for a leaf.
    pub level: u8,
    /// Its place among the nodes of its level, from 0.
    pub index: u64,
    /// Its hash.
    pub hash: Hash,
}

/// The right edge of a tree: as many hashes as its size has one bits. All that growing needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Whole subtrees from the left, the largest first.
    edge: Vec<Hash>,
}

impl Frontier {
    /// The nodes whose hashes the frontier of a tree of `size` leaves consists of, from the left: level and place.
    pub fn places(size: u64) -> Vec<(u8, u64)> {
        let levels = (0..64u8).rev().filter(|level| size >> level & 1 == 1);
        levels.map(|level| (level, (size >> level) - 1)).collect()
    }

    /// The frontier of a tree of `size` leaves from the hashes at [`Self::places`]; `None` if they are not as many.
    pub fn resume(size: u64, edge: Vec<Hash>) -> Option<Self> {
        (edge.len() == size.count_ones() as usize).then_some(Self { size, edge })
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf. Gives the nodes that became whole by it, the leaf's own first.
    pub fn append(&mut self, leaf: Hash) -> Vec<Node> {
        let mut node = Node { level: 0, index: self.size, hash: leaf };
        let mut whole = vec![node];
        // As many subtrees as the size has one bits at its end are joined, as in a counter that carries.
        for _ in 0..self.size.trailing_ones() {
            let left = self.edge.pop().expect("there is a subtree for every one bit of the size");
            node = Node { level: node.level + 1, index: node.index / 2, hash: node_hash(&left, &node.hash) };
            whole.push(node);
        }
        self.edge.push(node.hash);
        self.size += 1;
        whole
    }

    /// The root of the tree as it is now.
    pub fn root(&self) -> Hash {
        let mut from_the_right = self.edge.iter().rev();
        let Some(last) = from_the_right.next() else { return empty_root() };
        from_the_right.fold(*last, |right, left| node_hash(left, &right))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The inputs that the implementations of RFC 6962 and 9162 test themselves with.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    /// Their roots, for one leaf to eight.
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    /// The definition of RFC 9162, 2.1.1, word by word.
    pub(crate) fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            _ => {
                let split = 1 << (leaves.len() - 1).ilog2();
                node_hash(&naive(&leaves[..split]), &naive(&leaves[split..]))
            }
        }
    }

    pub(crate) fn hashes(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    #[test]
    fn the_known_trees() {
        let mut tree = Frontier::default();
        assert_eq!(tree.root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (leaf, root) in LEAVES.iter().zip(ROOTS) {
            tree.append(leaf_hash(leaf));
            assert_eq!(tree.root().to_string(), root);
        }
    }

    proptest! {
        #[test]
        fn a_tree_grown_by_leaves_and_taken_up_in_between_is_the_defined_one(size in 0u64..600, pause in 0u64..600) {
            let leaves = hashes(size);
            let mut nodes = std::collections::BTreeMap::new();
            let mut tree = Frontier::default();
            for (at, leaf) in (0..).zip(&leaves) {
                if at == pause {
                    let edge = Frontier::places(at).iter().map(|place| nodes[place]).collect();
                    let resumed = Frontier::resume(at, edge).unwrap();
                    prop_assert_eq!(&resumed, &tree);
                    tree = resumed;
                }
                for node in tree.append(*leaf) {
                    let first = (node.index << node.level) as usize;
                    prop_assert_eq!(node.hash, naive(&leaves[first..first + (1 << node.level)]));
                    prop_assert!(nodes.insert((node.level, node.index), node.hash).is_none());
                }
            }
            prop_assert_eq!(tree.root(), naive(&leaves));
            prop_assert_eq!(nodes.len() as u64, 2 * size - u64::from(size.count_ones()));
        }
    }
}
