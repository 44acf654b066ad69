//! Vectors as small whole numbers, and how near two of them are.
//!
//! In the store a vector is two `i8` a dimension and one scale: `x ≈ scale · (coarse + fine / 256)`. In memory the fine
//! plane is kept in four bits. The coarse plane alone is enough to find the few dozen nearest of many; with the fine one,
//! twelve bits together, those are put in their true order.
//! A question is kept finer (`i16`, up to ±2047) for the coarse plane, so that only the stored side is rounded: products
//! still fit 32-bit sums up to 8,000 dimensions. The sums are compiled for the processor's vector units and chosen when
//! the program runs (`pulp`): 25 ns for 384 numbers with AVX2, 95 ns without.

use pulp::Arch;

/// The largest level of a stored vector's coarse plane.
const STORED: f32 = 127.0;
/// Levels of the fine plane in one of the coarse.
const FINER: i32 = 256;
/// The largest level of a question.
const ASKED: f32 = 2047.0;
/// Sums that are kept side by side, so that the compiler may use vector units for them.
const LANES: usize = 16;

/// A stored vector on its way in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantised {
    pub coarse: Vec<i8>,
    pub fine: Vec<i8>,
    pub scale: f32,
}

/// A vector where it lies in memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row<'a> {
    pub coarse: &'a [i8],
    /// [`halves`] of it.
    pub fine: &'a [u8],
    pub scale: f32,
}

/// Bytes of the fine plane in memory.
pub(super) fn fine_bytes(dimension: usize) -> usize {
    dimension.div_ceil(2 * LANES) * LANES
}

/// The fine plane in four bits: of 32 dimensions the first sixteen in the lower halves of sixteen bytes, the others in the
/// upper ones, so that all sixteen are unpacked at once. The last bytes may be half used.
pub(super) fn halves(fine: &[i8]) -> impl Iterator<Item = u8> + '_ {
    let half = |level: Option<&i8>| level.map_or(0, |level| (level >> 4) as u8 & 15);
    let block = move |block: &'_ [i8]| -> [u8; LANES] {
        std::array::from_fn(|at| half(block.get(at)) | half(block.get(at + LANES)) << 4)
    };
    fine.chunks(2 * LANES).flat_map(block)
}

/// What four bits stand for: the middle of the sixteen levels that they were.
#[inline(always)]
fn whole(half: u8) -> i32 {
    i32::from(((half << 4) as i8) >> 4) * 16 + 8
}

impl Quantised {
    /// Numbers that are not finite count as zero: they say nothing, and one would spoil the rest.
    pub fn of(vector: &[f32]) -> Quantised {
        let (scale, inverse) = scales(vector, STORED * FINER as f32);
        let mut quantised = Quantised {
            coarse: Vec::with_capacity(vector.len()),
            fine: Vec::with_capacity(vector.len()),
            scale: scale * FINER as f32,
        };
        for &x in vector {
            let (coarse, fine) = planes(level(x, inverse) as i32);
            quantised.coarse.push(coarse);
            quantised.fine.push(fine);
        }
        quantised
    }
}

/// The nearest coarse level, and what is left to it. From −32,512 to 32,512 both fit.
#[inline]
fn planes(level: i32) -> (i8, i8) {
    let coarse = (level + FINER / 2) >> FINER.trailing_zeros();
    (coarse as i8, (level - coarse * FINER) as i8)
}

/// What is looked for.
#[derive(Debug, Clone)]
pub(super) struct Question {
    exact: Vec<f32>,
    levels: Vec<i16>,
    scale: f32,
    arch: Arch,
}

impl Question {
    pub fn of(vector: &[f32]) -> Question {
        let (scale, inverse) = scales(vector, ASKED);
        let finite = |&x: &f32| if x.is_finite() { x } else { 0.0 };
        Question {
            exact: vector.iter().map(finite).collect(),
            levels: vector.iter().map(|&x| level(x, inverse) as i16).collect(),
            scale,
            arch: Arch::new(),
        }
    }

    /// Cosine, where both vectors have length 1, within about 0.001.
    #[inline]
    pub fn similarity(&self, coarse: &[i8], scale: f32) -> f32 {
        let asked = self.levels.as_slice();
        let sum = self.arch.dispatch(
            #[inline(always)]
            || sum_wide(asked, coarse),
        );
        sum as f32 * self.scale * scale
    }

    /// Of many vectors that lie one after the other, in their order: without the call for each, which is a third of the time.
    pub fn similarities(&self, coarse: &[i8], scales: &[f32], found: &mut Vec<f32>) {
        let asked = self.levels.as_slice();
        found.clear();
        self.arch.dispatch(
            #[inline(always)]
            || {
                let rows = coarse.chunks_exact(asked.len().max(1)).zip(scales);
                found.extend(rows.map(|(row, scale)| sum_wide(asked, row) as f32 * self.scale * scale));
            },
        );
    }

    /// The same within about 0.0001.
    pub fn fine_similarity(&self, row: Row<'_>) -> f32 {
        let asked = self.exact.as_slice();
        let sum = self.arch.dispatch(
            #[inline(always)]
            || sum_fine(asked, row.coarse, row.fine),
        );
        sum * row.scale / FINER as f32
    }
}

/// Similarity of two stored vectors.
#[inline]
pub(super) fn between(arch: Arch, a: (&[i8], f32), b: (&[i8], f32)) -> f32 {
    let sum = arch.dispatch(
        #[inline(always)]
        || sum_narrow(a.0, b.0),
    );
    sum as f32 * a.1 * b.1
}

// Plain sums of products: the form the compiler turns into multiply-and-add of pairs (`pmaddwd`, `smlal`).
#[inline(always)]
fn sum_wide(a: &[i16], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(&x, &y)| i32::from(x) * i32::from(y)).sum()
}

#[inline(always)]
fn sum_fine(a: &[f32], coarse: &[i8], fine: &[u8]) -> f32 {
    let mut sums = [0f32; LANES];
    let level = |c: i8, f: u8| (i32::from(c) * FINER + whole(f)) as f32;
    let (asked, asked_rest) = a.as_chunks::<{ 2 * LANES }>();
    let (levels, levels_rest) = coarse.as_chunks::<{ 2 * LANES }>();
    let (fine, _) = fine.as_chunks::<LANES>();
    for ((a, c), f) in asked.iter().zip(levels).zip(fine) {
        for lane in 0..LANES {
            sums[lane] +=
                a[lane] * level(c[lane], f[lane] & 15) + a[lane + LANES] * level(c[lane + LANES], f[lane] >> 4);
        }
    }
    let last = fine.get(asked.len()).copied().unwrap_or_default();
    let rest = asked_rest.iter().zip(levels_rest).enumerate();
    let rest = rest.map(|(at, (a, &c))| a * level(c, last[at % LANES] >> (4 * (at / LANES)) & 15));
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}

#[inline(always)]
fn sum_narrow(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(&x, &y)| i32::from(x) * i32::from(y)).sum()
}

/// The scale that brings the largest number to `top`, and its inverse.
fn scales(vector: &[f32], top: f32) -> (f32, f32) {
    let finite = vector.iter().filter(|x| x.is_finite());
    let largest = finite.fold(0.0f32, |m, x| m.max(x.abs()));
    if largest > 0.0 {
        (largest / top, top / largest)
    } else {
        (0.0, 0.0)
    }
}

fn level(x: f32, inverse: f32) -> f32 {
    if x.is_finite() { (x * inverse).round() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row<'a>(stored: &'a Quantised, fine: &'a [u8]) -> Row<'a> {
        Row {
            coarse: &stored.coarse,
            fine,
            scale: stored.scale,
        }
    }

    proptest! {
        /// Half a level a number on the stored side, and what little the question loses.
        #[test]
        fn similarity_is_the_dot_product_but_for_rounding(
            pairs in prop::collection::vec((-1.0f32..1.0, -1.0f32..1.0), 1..500)
        ) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let exact: f32 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            let stored = Quantised::of(&b);
            let question = Question::of(&a);
            let near = question.similarity(&stored.coarse, stored.scale);
            let weight: f32 = a.iter().map(|x| x.abs()).sum();
            prop_assert!((exact - near).abs() <= weight / 127.0 * 0.5 + b.len() as f32 / 2047.0 + 1e-5);
            let packed: Vec<u8> = halves(&stored.fine).collect();
            prop_assert_eq!(packed.len(), fine_bytes(b.len()));
            let nearer = question.fine_similarity(row(&stored, &packed));
            prop_assert!((exact - nearer).abs() <= weight / 32_512.0 * 8.5 + weight * 1e-5 + 1e-5);
        }
    }

    #[test]
    fn strange_numbers_are_zero_and_nothing_is_near_nothing() {
        let strange = Quantised::of(&[f32::NAN, 1.0, f32::INFINITY]);
        assert_eq!(
            (&strange.coarse[..], &strange.fine[..]),
            (&[0, 127, 0][..], &[0; 3][..])
        );
        let nothing = Quantised::of(&[0.0; 3]);
        let question = Question::of(&[1.0, f32::NAN, 1.0]);
        assert_eq!(question.similarity(&nothing.coarse, nothing.scale), 0.0);
        let packed: Vec<u8> = halves(&nothing.fine).collect();
        assert_eq!(question.fine_similarity(row(&nothing, &packed)), 0.0);
    }

    #[test]
    fn the_largest_sums_do_not_overflow() {
        let ones = vec![1.0; 8000];
        let stored = Quantised::of(&ones);
        let near = Question::of(&ones).similarity(&stored.coarse, stored.scale);
        assert!((near - 8000.0).abs() < 1.0, "{near}");
    }

    #[test]
    fn every_level_is_the_sum_of_its_planes() {
        for level in -32_512..=32_512 {
            let (coarse, fine) = planes(level);
            assert_eq!(i32::from(coarse) * FINER + i32::from(fine), level);
        }
    }

    /// What was stored is read at each start and made small again: it must not wander.
    #[test]
    fn what_is_unfolded_and_folded_again_is_the_same() {
        let vector: Vec<f32> = (0..384).map(|i| (i as f32 * 0.37).sin() / 11.0).collect();
        let once = Quantised::of(&vector);
        let unfolded: Vec<f32> = once
            .coarse
            .iter()
            .zip(&once.fine)
            .map(|(&c, &f)| (i32::from(c) * FINER + i32::from(f)) as f32 * once.scale / 256.0)
            .collect();
        let again = Quantised::of(&unfolded);
        assert_eq!((once.coarse, once.fine), (again.coarse, again.fine));
    }
}
