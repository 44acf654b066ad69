//! A dense array of floats.

/// Row-major: the last dimension varies fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

impl Tensor {
    pub fn new(shape: Vec<usize>, data: Vec<f32>) -> Self {
        debug_assert_eq!(shape.iter().product::<usize>(), data.len());
        Self { shape, data }
    }

    /// Rows `from..to` of the first dimension; `None` where it has fewer.
    pub fn rows(&self, from: usize, to: usize) -> Option<Tensor> {
        let width: usize = self.shape.get(1..)?.iter().product();
        let data = self.data.get(from * width..to * width)?.to_vec();
        let mut shape = self.shape.clone();
        *shape.first_mut()? = to - from;
        Some(Tensor { shape, data })
    }

    /// A matrix's transpose; other ranks unchanged.
    pub fn transposed(self) -> Tensor {
        let [rows, columns] = self.shape[..] else { return self };
        let mut data = Vec::with_capacity(self.data.len());
        for c in 0..columns {
            data.extend((0..rows).map(|r| self.data[r * columns + c]));
        }
        Tensor {
            shape: vec![columns, rows],
            data,
        }
    }
}
