//! Proofs about the tree (RFC 9162, sections 2.1.3 and 2.1.4): a leaf is in it; an earlier tree is its beginning.

use crate::tree::{Hash, empty_root, node_hash};

/// A proof does not prove what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// There is no such leaf in a tree of that size, or the earlier tree is the larger one.
    #[error("the proof is about leaves that a tree of this size does not have")]
    OutOfRange,
    /// It has another length than a proof of this kind has.
    #[error("the proof has another length than one for this place")]
    Length,
    /// It leads to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Where the hashes of whole nodes come from: level and place in, hash out.
pub trait Nodes<E> {
    /// The hash of a whole node.
    fn node(&mut self, level: u8, index: u64) -> Result<Hash, E>;
}

impl<E, F: FnMut(u8, u64) -> Result<Hash, E>> Nodes<E> for F {
    fn node(&mut self, level: u8, index: u64) -> Result<Hash, E> {
        self(level, index)
    }
}

/// The largest power of two below `size`, which is at least 2: where the definition splits a tree.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The hash over leaves `first..end`, a range as the definition makes them; `end` is larger.
fn range<E>(nodes: &mut dyn Nodes<E>, first: u64, end: u64) -> Result<Hash, E> {
    let size = end - first;
    if size.is_power_of_two() {
        return nodes.node(size.ilog2() as u8, first / size);
    }
    let middle = first + split(size);
    let left = range(nodes, first, middle)?;
    Ok(node_hash(&left, &range(nodes, middle, end)?))
}

/// The root of the tree of the first `size` leaves.
pub fn root<E>(nodes: &mut dyn Nodes<E>, size: u64) -> Result<Hash, E> {
    if size == 0 { Ok(empty_root()) } else { range(nodes, 0, size) }
}

/// The proof that leaf `index` is in the tree of the first `size` leaves; `index` is smaller than `size`. Read from the
/// leaf upwards.
pub fn inclusion<E>(nodes: &mut dyn Nodes<E>, index: u64, size: u64) -> Result<Vec<Hash>, E> {
    let (mut first, mut end) = (0, size);
    let mut path = Vec::new();
    while end - first > 1 {
        let middle = first + split(end - first);
        if index < middle {
            path.push(range(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range(nodes, first, middle)?);
            first = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of the first `old` leaves is the beginning of that of the first `new`; `old` is not larger.
/// Empty if either is trivial.
pub fn consistency<E>(nodes: &mut dyn Nodes<E>, old: u64, new: u64) -> Result<Vec<Hash>, E> {
    let mut path = Vec::new();
    if old == 0 || old == new {
        return Ok(path);
    }
    let (mut first, mut end) = (0, new);
    // Down to where the old tree ends at a border; whether it was a whole subtree from the left all along.
    while end != old {
        let middle = first + split(end - first);
        if old <= middle {
            path.push(range(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range(nodes, first, middle)?);
            first = middle;
        }
    }
    if first > 0 {
        path.push(range(nodes, first, end)?);
    }
    path.reverse();
    Ok(path)
}

/// Checks that `leaf` is at `index` in the tree of `size` leaves with that root (RFC 9162, 2.1.3.2).
pub fn check_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> Result<(), BadProof> {
    if index >= size {
        return Err(BadProof::OutOfRange);
    }
    let (mut at, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for other in path {
        if last == 0 {
            return Err(BadProof::Length);
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(other, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, other);
        }
        at >>= 1;
        last >>= 1;
    }
    match (last, hash == *root) {
        (0, true) => Ok(()),
        (0, false) => Err(BadProof::Root),
        _ => Err(BadProof::Length),
    }
}

/// Checks that the tree of `old` leaves is the beginning of the tree of `new` (RFC 9162, 2.1.4.2).
pub fn check_consistency(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    path: &[Hash],
) -> Result<(), BadProof> {
    if old > new {
        return Err(BadProof::OutOfRange);
    }
    if old == 0 || old == new {
        let right = if old == 0 { *old_root == empty_root() } else { old_root == new_root };
        return match (path.is_empty(), right) {
            (false, _) => Err(BadProof::Length),
            (true, false) => Err(BadProof::Root),
            (true, true) => Ok(()),
        };
    }
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // A whole subtree from the left is its own first hash.
    let mut rest = path.iter();
    let first = if old.is_power_of_two() { old_root } else { rest.next().ok_or(BadProof::Length)? };
    let (mut from_old, mut from_new) = (*first, *first);
    for other in rest {
        if last == 0 {
            return Err(BadProof::Length);
        }
        if at & 1 == 1 || at == last {
            from_old = node_hash(other, &from_old);
            from_new = node_hash(other, &from_new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, other);
        }
        at >>= 1;
        last >>= 1;
    }
    match (last, from_old == *old_root && from_new == *new_root) {
        (0, true) => Ok(()),
        (0, false) => Err(BadProof::Root),
        _ => Err(BadProof::Length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::{hashes, naive};
    use proptest::prelude::*;
    use std::convert::Infallible;

    fn over(leaves: &[Hash]) -> impl FnMut(u8, u64) -> Result<Hash, Infallible> {
        |level, index| {
            let first = (index << level) as usize;
            Ok(naive(&leaves[first..first + (1 << level)]))
        }
    }

    /// The path of RFC 9162, 2.1.3.1, word by word.
    fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() <= 1 {
            return Vec::new();
        }
        let middle = split(leaves.len() as u64) as usize;
        let (mut path, last) = if index < middle {
            (naive_path(index, &leaves[..middle]), naive(&leaves[middle..]))
        } else {
            (naive_path(index - middle, &leaves[middle..]), naive(&leaves[..middle]))
        };
        path.push(last);
        path
    }

    /// SUBPROOF of RFC 9162, 2.1.4.1, word by word.
    fn naive_consistency(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
        if old == leaves.len() {
            return if whole { Vec::new() } else { vec![naive(leaves)] };
        }
        let middle = split(leaves.len() as u64) as usize;
        let (mut path, last) = if old <= middle {
            (naive_consistency(old, &leaves[..middle], whole), naive(&leaves[middle..]))
        } else {
            (naive_consistency(old - middle, &leaves[middle..], false), naive(&leaves[..middle]))
        };
        path.push(last);
        path
    }

    #[test]
    fn every_proof_of_every_small_tree_is_the_defined_one_and_holds() {
        let leaves = hashes(40);
        for size in 1..=leaves.len() {
            let tree = &leaves[..size];
            let top = naive(tree);
            assert_eq!(root(&mut over(tree), size as u64), Ok(top));
            for index in 0..size {
                let path = inclusion(&mut over(tree), index as u64, size as u64).unwrap();
                assert_eq!(path, naive_path(index, tree), "{index} of {size}");
                assert_eq!(check_inclusion(&tree[index], index as u64, size as u64, &path, &top), Ok(()));
            }
            for old in 1..=size {
                let path = consistency(&mut over(tree), old as u64, size as u64).unwrap();
                assert_eq!(path, naive_consistency(old, tree, true), "{old} of {size}");
                let before = naive(&tree[..old]);
                assert_eq!(check_consistency((old as u64, &before), (size as u64, &top), &path), Ok(()));
            }
        }
        let nothing = empty_root();
        assert_eq!(check_consistency((0, &nothing), (40, &naive(&leaves)), &[]), Ok(()));
        assert_eq!(check_consistency((9, &nothing), (8, &nothing), &[]), Err(BadProof::OutOfRange));
        assert_eq!(check_inclusion(&nothing, 8, 8, &[], &nothing), Err(BadProof::OutOfRange));
    }

    proptest! {
        #[test]
        fn a_proof_proves_one_leaf_of_one_tree(size in 2u64..200, index in 0u64..200, other in 0u64..200, bit in 0usize..256) {
            let (index, other) = (index % size, other % size);
            let leaves = hashes(size);
            let top = naive(&leaves);
            let path = inclusion(&mut over(&leaves), index, size).unwrap();
            let leaf = leaves[index as usize];
            if other != index {
                prop_assert!(check_inclusion(&leaf, other, size, &path, &top).is_err());
                prop_assert!(check_inclusion(&leaves[other as usize], index, size, &path, &top).is_err());
            }
            let mut bent = path.clone();
            bent[bit % path.len()].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(check_inclusion(&leaf, index, size, &bent, &top), Err(BadProof::Root));
            prop_assert!(check_inclusion(&leaf, index, size, &path[1..], &top).is_err());
            let longer = [&path[..], &[top]].concat();
            prop_assert_eq!(check_inclusion(&leaf, index, size, &longer, &top), Err(BadProof::Length));
        }

        #[test]
        fn a_changed_past_has_no_proof(size in 2u64..200, old in 1u64..200, changed in 0u64..200) {
            let old = 1 + old % (size - 1);
            let leaves = hashes(size);
            let before = naive(&leaves[..old as usize]);
            let mut edited = leaves.clone();
            edited[(changed % old) as usize].0[0] ^= 1;
            let after = naive(&edited);
            let path = consistency(&mut over(&edited), old, size).unwrap();
            prop_assert!(check_consistency((old, &before), (size, &after), &path).is_err());
            let mut dropped = leaves.clone();
            dropped.remove((changed % old) as usize);
            let path = consistency(&mut over(&dropped), old.min(size - 1), size - 1).unwrap();
            let told = check_consistency((old, &before), (size - 1, &naive(&dropped)), &path);
            prop_assert!(told.is_err());
        }
    }
}
