//! Which of a node's links are kept: those in different directions first, then the nearest.
//!
//! instant-distance links each node to its nearest, up to 64, without the selection of Malkov and Yashunin (2016,
//! algorithm 4): in a neighbourhood of alike sentences all of them lead to the same place. Fewer lead as far when
//! those that no nearer one stands for come first; less is looked at in a search, and the graph takes less memory. By that rule alone whole neighbourhoods are cut off, so the rest is filled up with the nearest.

use super::{quant::between, rows::Vectors};
use pulp::Arch;

/// Links that a node keeps on the lowest layer (24 to 64 tried on 100,000 rows of `memory_bench`: with 40, 0.20 ms a search
/// in place of 0.26, and as many neighbours found; with 32 twice the breadth is needed, and 0.994 found in place of 0.999).
const KEPT: usize = 40;

/// Of the rows that `own` is linked to, the ones to keep.
pub(super) fn kept(vectors: &Vectors, own: u32, linked: impl Iterator<Item = u32>, arch: Arch) -> Vec<u32> {
    let similarity = |a: u32, b: u32| between(arch, vectors.coarse(a as usize), vectors.coarse(b as usize));
    let mut near: Vec<(f32, u32)> = linked.map(|row| (similarity(own, row), row)).collect();
    if near.len() <= KEPT {
        return near.into_iter().map(|(_, row)| row).collect();
    }
    near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut kept: Vec<u32> = Vec::with_capacity(KEPT);
    let mut others = Vec::new();
    for (to_own, row) in near {
        let stands_for = |&other: &u32| similarity(other, row) > to_own;
        if kept.len() < KEPT && !kept.iter().any(stands_for) {
            kept.push(row);
        } else {
            others.push(row);
        }
    }
    others.truncate(KEPT - kept.len());
    kept.append(&mut others);
    kept
}

#[cfg(test)]
mod tests {
    use super::super::quant::Quantised;
    use super::*;

    /// In two dimensions, at these angles in degrees.
    fn at(angles: &[f32]) -> Vectors {
        let mut vectors = Vectors::new(2);
        for angle in angles {
            let (y, x) = angle.to_radians().sin_cos();
            vectors.push(&Quantised::of(&[x, y]));
        }
        vectors
    }

    #[test]
    fn few_links_are_all_kept() {
        let vectors = at(&[0.0, 1.0, 2.0]);
        assert_eq!(kept(&vectors, 0, 1..3, Arch::new()), [1, 2]);
    }

    /// Sixty on one side, one far away on the other: that one is the only way there.
    #[test]
    fn the_only_one_in_its_direction_is_kept_and_the_rest_are_the_nearest() {
        let mut angles = vec![0.0];
        angles.extend((1..=60).map(|i| i as f32 * 0.9));
        angles.push(-80.0);
        let vectors = at(&angles);
        let kept = kept(&vectors, 0, 1..62, Arch::new());
        assert_eq!(kept.len(), KEPT);
        assert!(kept.contains(&61), "{kept:?}");
        assert!((1..=30).all(|row| kept.contains(&row)), "{kept:?}");
    }
}
