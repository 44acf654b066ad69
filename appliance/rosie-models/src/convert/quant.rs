//! The number formats of ggml that Rosie reads and writes: f32, f16, q8_0, q5_1.
//!
//! Blocks of 32 numbers, as in ggml's `ggml-common.h` (`block_q8_0`, `block_q5_1`) and `ggml-quants.c`:
//! q8_0 is `x = d·q` (f16 d, i8 q[32]); q5_1 is `x = d·q + m` (f16 d, f16 m, the fifth bits as u32, low nibbles of
//! number j and j+16 in byte j). All little-endian.

use half::f16;

/// Numbers in a block.
const BLOCK: usize = 32;
const Q8_0_BYTES: usize = 2 + BLOCK;
const Q5_1_BYTES: usize = 2 + 2 + 4 + BLOCK / 2;

/// How matrices are stored in a whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quant {
    F16,
    Q8_0,
    Q5_1,
}

impl Quant {
    pub fn number(self) -> NumberType {
        match self {
            Quant::F16 => NumberType::F16,
            Quant::Q8_0 => NumberType::Q8_0,
            Quant::Q5_1 => NumberType::Q5_1,
        }
    }

    /// The `ftype` of the file's header: `GGML_FTYPE_*`, plus 1000 × quantisation version 2 where quantised.
    pub fn file_type(self) -> i32 {
        match self {
            Quant::F16 => 1,
            Quant::Q8_0 => 2007,
            Quant::Q5_1 => 2009,
        }
    }
}

/// How one tensor is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberType {
    F32,
    F16,
    Q5_1,
    Q8_0,
}

impl NumberType {
    /// `ggml_type` in the file.
    pub fn code(self) -> i32 {
        match self {
            NumberType::F32 => 0,
            NumberType::F16 => 1,
            NumberType::Q5_1 => 7,
            NumberType::Q8_0 => 8,
        }
    }

    pub fn from_code(code: i32) -> Option<NumberType> {
        [NumberType::F32, NumberType::F16, NumberType::Q5_1, NumberType::Q8_0]
            .into_iter()
            .find(|t| t.code() == code)
    }

    /// Bytes of a tensor whose last dimension is `row`, with `rows` such rows; `None` where blocks do not fit or the
    /// size overflows.
    pub fn bytes(self, rows: usize, row: usize) -> Option<usize> {
        let per_row = match self {
            NumberType::F32 => row.checked_mul(4)?,
            NumberType::F16 => row.checked_mul(2)?,
            NumberType::Q5_1 => blocks(row)?.checked_mul(Q5_1_BYTES)?,
            NumberType::Q8_0 => blocks(row)?.checked_mul(Q8_0_BYTES)?,
        };
        per_row.checked_mul(rows)
    }

    /// Numbers as stored bytes. Quantised rows must be a multiple of 32 long.
    pub fn encode(self, numbers: &[f32]) -> Vec<u8> {
        match self {
            NumberType::F32 => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
            NumberType::F16 => numbers.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes()).collect(),
            NumberType::Q5_1 => numbers.chunks_exact(BLOCK).flat_map(encode_q5_1).collect(),
            NumberType::Q8_0 => numbers.chunks_exact(BLOCK).flat_map(encode_q8_0).collect(),
        }
    }

    /// Stored bytes as numbers.
    pub fn decode(self, bytes: &[u8]) -> Vec<f32> {
        match self {
            NumberType::F32 => bytes
                .chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect(),
            NumberType::F16 => bytes.chunks_exact(2).map(half_at).collect(),
            NumberType::Q5_1 => bytes.chunks_exact(Q5_1_BYTES).flat_map(decode_q5_1).collect(),
            NumberType::Q8_0 => bytes.chunks_exact(Q8_0_BYTES).flat_map(decode_q8_0).collect(),
        }
    }
}

fn blocks(row: usize) -> Option<usize> {
    row.is_multiple_of(BLOCK).then_some(row / BLOCK)
}

fn half_at(bytes: &[u8]) -> f32 {
    f16::from_le_bytes([bytes[0], bytes[1]]).to_f32()
}

fn inverse(d: f32) -> f32 {
    if d > 0.0 { 1.0 / d } else { 0.0 }
}

fn encode_q8_0(block: &[f32]) -> [u8; Q8_0_BYTES] {
    let d = block.iter().fold(0.0f32, |m, x| m.max(x.abs())) / 127.0;
    let scale = inverse(d);
    let mut out = [0; Q8_0_BYTES];
    out[..2].copy_from_slice(&f16::from_f32(d).to_le_bytes());
    for (byte, x) in out[2..].iter_mut().zip(block) {
        *byte = (x * scale).round() as i8 as u8;
    }
    out
}

fn decode_q8_0(block: &[u8]) -> [f32; BLOCK] {
    let d = half_at(block);
    std::array::from_fn(|j| d * f32::from(block[2 + j] as i8))
}

fn encode_q5_1(block: &[f32]) -> [u8; Q5_1_BYTES] {
    let min = block.iter().fold(f32::INFINITY, |m, &x| m.min(x));
    let max = block.iter().fold(f32::NEG_INFINITY, |m, &x| m.max(x));
    let d = (max - min) / 31.0;
    let scale = inverse(d);
    let level = |x: f32| (((x - min) * scale + 0.5) as u32).min(31);
    let mut out = [0; Q5_1_BYTES];
    out[..2].copy_from_slice(&f16::from_f32(d).to_le_bytes());
    out[2..4].copy_from_slice(&f16::from_f32(min).to_le_bytes());
    let mut fifth = 0u32;
    for j in 0..BLOCK / 2 {
        let (low, high) = (level(block[j]), level(block[j + BLOCK / 2]));
        out[8 + j] = ((low & 15) | (high & 15) << 4) as u8;
        fifth |= (low >> 4) << j | (high >> 4) << (j + BLOCK / 2);
    }
    out[4..8].copy_from_slice(&fifth.to_le_bytes());
    out
}

fn decode_q5_1(block: &[u8]) -> [f32; BLOCK] {
    let (d, min) = (half_at(block), half_at(&block[2..]));
    let fifth = u32::from_le_bytes([block[4], block[5], block[6], block[7]]);
    std::array::from_fn(|j| {
        let byte = block[8 + j % (BLOCK / 2)];
        let nibble = if j < BLOCK / 2 { byte & 15 } else { byte >> 4 };
        let level = u32::from(nibble) | (fifth >> j & 1) << 4;
        d * level as f32 + min
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn q8_0_block_is_a_scale_and_32_signed_bytes() {
        let mut block = [0.0; BLOCK];
        (block[0], block[1], block[31]) = (127.0, -127.0, 1.0);
        let bytes = NumberType::Q8_0.encode(&block);
        assert_eq!(bytes.len(), 34);
        assert_eq!(bytes[..2], f16::from_f32(1.0).to_le_bytes());
        assert_eq!((bytes[2] as i8, bytes[3] as i8, bytes[33] as i8), (127, -127, 1));
    }

    #[test]
    fn q5_1_block_keeps_the_fifth_bits_apart() {
        // Levels 0..=31 in order: d = 1, m = -3.
        let block: Vec<f32> = (0..32).map(|i| i as f32 - 3.0).collect();
        let bytes = NumberType::Q5_1.encode(&block);
        assert_eq!(bytes.len(), 24);
        assert_eq!(bytes[..2], f16::from_f32(1.0).to_le_bytes());
        assert_eq!(bytes[2..4], f16::from_f32(-3.0).to_le_bytes());
        // Numbers 16..32 have the fifth bit.
        assert_eq!(bytes[4..8], 0xffff_0000u32.to_le_bytes());
        // Byte j: number j in the low nibble, j + 16 in the high one; both are j without the fifth bit.
        assert_eq!(bytes[8..], (0..16u8).map(|j| j | j << 4).collect::<Vec<_>>());
        assert_eq!(NumberType::Q5_1.decode(&bytes), block);
    }

    #[test]
    fn constant_blocks_survive() {
        for value in [0.0, 0.5, -2.0] {
            for kind in [NumberType::F32, NumberType::F16, NumberType::Q5_1, NumberType::Q8_0] {
                let back = kind.decode(&kind.encode(&[value; 64]));
                assert!(
                    back.iter().all(|x| (x - value).abs() <= value.abs() * 0.005),
                    "{kind:?} {value} {back:?}"
                );
            }
        }
    }

    #[test]
    fn rows_that_are_no_whole_blocks_have_no_size() {
        assert_eq!(NumberType::Q8_0.bytes(2, 64), Some(136));
        assert_eq!(NumberType::Q8_0.bytes(2, 63), None);
        assert_eq!(NumberType::F16.bytes(usize::MAX, 2), None);
    }

    proptest! {
        /// Half a step of the level, and what f16 rounds off the scale and the minimum.
        #[test]
        fn quantisation_stays_within_its_step(block in prop::collection::vec(-8.0f32..8.0, 32)) {
            let amax = block.iter().fold(0.0f32, |m, x| m.max(x.abs()));
            let (min, max) = block.iter().fold((f32::MAX, f32::MIN), |(a, b), &x| (a.min(x), b.max(x)));
            let q8 = NumberType::Q8_0.decode(&NumberType::Q8_0.encode(&block));
            let q5 = NumberType::Q5_1.decode(&NumberType::Q5_1.encode(&block));
            for ((x, a), b) in block.iter().zip(q8).zip(q5) {
                prop_assert!((x - a).abs() <= amax / 127.0 * 0.5 + amax * 1e-3, "q8_0 {x} {a}");
                prop_assert!((x - b).abs() <= (max - min) / 31.0 * 0.51 + amax * 3e-3, "q5_1 {x} {b}");
            }
        }
    }
}
