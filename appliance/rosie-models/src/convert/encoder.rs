//! Whisper's encoder alone, as an ONNX model that ONNX Runtime runs about twice as fast as ggml.
//!
//! In: `mel` f32 [1, bands, frames], frames even, at most twice the trained context. Out: `h` f32 [1, frames / 2, width].
//! Positions are cut to the input's length, so a short utterance costs little.

use crate::{
    convert::{ggml::GgmlFile, tensor::Tensor},
    error::{ModelError, Result},
    onnx::{
        self,
        build::{Builder, MICROSOFT, Size, float, int, ints},
    },
};
use std::path::Path;

/// Operator set with Gelu (20) and LayerNormalization (17).
const OPSET: i64 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    F32,
    /// Weights of the projections in int8, one scale a column; activations quantised as they come. The convolutions
    /// stay in f32, and so do the few projections that read values of very different size (see `Export::block`).
    Int8,
}

/// Seven bits a weight: products of a pair with unsigned activations then fit the 16-bit sums of processors without
/// VNNI, which would saturate with eight.
const LEVELS: f32 = 63.0;
/// Peak over root mean square of a norm's output, above which one scale for all of it loses too much.
const NORM_PEAK: f32 = 4.0;
/// Peak over median of the units between the two layers of a feed-forward, likewise.
const UNIT_PEAK: f32 = 10.0;

/// Writes the encoder of the ggml file `ggml` to `out`.
pub fn export(ggml: &Path, precision: Precision, out: &Path) -> Result<()> {
    let mut export = Export {
        weights: GgmlFile::open(ggml)?,
        graph: Builder::default(),
        precision,
        path: ggml,
    };
    export.all()?;
    onnx::write(&export.graph.finish("whisper-encoder", OPSET), out)
}

struct Export<'a> {
    weights: GgmlFile,
    graph: Builder,
    precision: Precision,
    path: &'a Path,
}

/// The input of projections: as it is, and its quantised form where there is one.
struct Activation {
    name: String,
    /// Scale and zero point, once quantised.
    quantised: Option<[String; 3]>,
}

impl Export<'_> {
    fn all(&mut self) -> Result<()> {
        let header = self.weights.header;
        let state = i64::from(header.n_audio_state);
        self.graph.input(
            "mel",
            &[Size::Is(1), Size::Is(i64::from(header.n_mels)), Size::Named("frames")],
        );
        let mut x = self.front()?;
        for layer in 0..header.n_audio_layer {
            x = self.block(layer, &x)?;
        }
        self.norm("encoder.ln_post", &x, "h")?;
        self.graph
            .output("h", &[Size::Is(1), Size::Named("positions"), Size::Is(state)]);
        Ok(())
    }

    /// Two convolutions (the second halves the rate), then positions, as many as there are.
    fn front(&mut self) -> Result<String> {
        let mut x = "mel".to_owned();
        for (conv, stride) in [("conv1", 1), ("conv2", 2)] {
            let weight = self.constant(&format!("encoder.{conv}.weight"))?;
            let mut bias = self.weights.tensor(&format!("encoder.{conv}.bias"))?;
            bias.shape = vec![bias.data.len()];
            let bias = self.graph.floats(&format!("{conv}.bias"), &bias.shape, &bias.data);
            let attributes = vec![
                ints("kernel_shape", &[3]),
                ints("pads", &[1, 1]),
                ints("strides", &[stride]),
            ];
            let y = self.graph.node("Conv", &[&x, &weight, &bias], conv, attributes);
            x = self.graph.node("Gelu", &[&y], &format!("{conv}.gelu"), vec![]);
        }
        let x = self
            .graph
            .node("Transpose", &[&x], "time_first", vec![ints("perm", &[0, 2, 1])]);
        let length = self
            .graph
            .node("Shape", &[&x], "positions", vec![int("start", 1), int("end", 2)]);
        let all = self.constant("encoder.positional_embedding")?;
        let zero = self.graph.integers("zero", &[1], &[0]);
        let cut = self
            .graph
            .node("Slice", &[&all, &zero, &length, &zero], "position_rows", vec![]);
        Ok(self.graph.node("Add", &[&x, &cut], "embedded", vec![]))
    }

    /// Attention and feed-forward.
    ///
    /// Activations share one scale, so a few huge ones drown the others. Where that happens follows from the weights: in
    /// `base` the first norm (peak 6 × rms, others at most 3) and the fourth feed-forward (peak 14 × median, others
    /// below 4). Those projections stay in f32: one in fourteen of the multiplications.
    fn block(&mut self, layer: i32, x: &str) -> Result<String> {
        let block = format!("encoder.blocks.{layer}");
        let at = |what: &str| format!("{block}.{what}");
        let normed = self.norm(&at("attn_ln"), x, &at("attn_ln"))?;
        let normed = self.quantised(normed);
        let query = self.project(&normed, &at("attn.query"))?;
        let key = self.project(&normed, &at("attn.key"))?;
        let plain = Activation {
            name: normed.name.clone(),
            quantised: None,
        };
        let for_value = if self.norm_peak(&at("attn_ln"))? > NORM_PEAK {
            &plain
        } else {
            &normed
        };
        let value = self.project(for_value, &at("attn.value"))?;
        // One bias for the three; Whisper's keys have none.
        let (q, v) = (
            self.weights.tensor(&at("attn.query.bias"))?,
            self.weights.tensor(&at("attn.value.bias"))?,
        );
        let bias = [q.data.as_slice(), &vec![0.0; v.data.len()], &v.data].concat();
        let bias = self.graph.floats(&at("attn.bias"), &[bias.len()], &bias);
        let heads = vec![int("num_heads", i64::from(self.weights.header.n_audio_head))];
        let mixed = at("attn.mixed");
        self.graph.node_of(
            MICROSOFT,
            "MultiHeadAttention",
            &[&query, &key, &value, &bias],
            &[&mixed],
            heads,
        );
        let mixed = self.quantised(mixed);
        let out = self.linear(&mixed, &at("attn.out"))?;
        let x = self.graph.node("Add", &[x, &out], &at("attended"), vec![]);

        let normed = self.norm(&at("mlp_ln"), &x, &at("mlp_ln"))?;
        let normed = self.quantised(normed);
        let wide = self.linear(&normed, &at("mlp.0"))?;
        let wide = self.graph.node("Gelu", &[&wide], &at("mlp.gelu"), vec![]);
        let wide = if self.unit_peak(&block)? > UNIT_PEAK {
            Activation {
                name: wide,
                quantised: None,
            }
        } else {
            self.quantised(wide)
        };
        let narrow = self.linear(&wide, &at("mlp.2"))?;
        Ok(self.graph.node("Add", &[&x, &narrow], &at("out"), vec![]))
    }

    fn norm(&mut self, weights: &str, x: &str, out: &str) -> Result<String> {
        let (weight, bias) = (
            self.constant(&format!("{weights}.weight"))?,
            self.constant(&format!("{weights}.bias"))?,
        );
        let attributes = vec![int("axis", -1), float("epsilon", 1e-5)];
        Ok(self
            .graph
            .node("LayerNormalization", &[x, &weight, &bias], out, attributes))
    }

    fn linear(&mut self, x: &Activation, weights: &str) -> Result<String> {
        let product = self.project(x, weights)?;
        let bias = self.constant(&format!("{weights}.bias"))?;
        Ok(self
            .graph
            .node("Add", &[&product, &bias], &format!("{weights}.sum"), vec![]))
    }

    /// How far a norm's largest output (its input being normal, four deviations out) stands above its root mean square.
    fn norm_peak(&mut self, norm: &str) -> Result<f32> {
        let mut tensor = |part: &str| self.weights.tensor(&format!("{norm}.{part}"));
        let (gain, bias) = (tensor("weight")?, tensor("bias")?);
        let reach = gain.data.iter().zip(&bias.data).map(|(g, b)| 4.0 * g.abs() + b.abs());
        let peak = reach.clone().fold(0.0f32, f32::max);
        let square = reach.map(|r| r * r).sum::<f32>() / gain.data.len().max(1) as f32;
        Ok(peak / square.sqrt().max(f32::MIN_POSITIVE))
    }

    /// How far the unit of a feed-forward that reaches highest stands above the middle one, by the same measure.
    fn unit_peak(&mut self, block: &str) -> Result<f32> {
        let mut tensor = |part: &str| self.weights.tensor(&format!("{block}.{part}"));
        let (gain, shift) = (tensor("mlp_ln.weight")?.data, tensor("mlp_ln.bias")?.data);
        let (weight, bias) = (tensor("mlp.0.weight")?, tensor("mlp.0.bias")?.data);
        let rows = weight.data.chunks_exact(gain.len().max(1)).zip(&bias);
        let mut reach: Vec<f32> = rows
            .map(|(row, bias)| {
                let mean: f32 = row.iter().zip(&shift).map(|(w, s)| w * s).sum::<f32>() + bias;
                let variance: f32 = row.iter().zip(&gain).map(|(w, g)| (w * g).powi(2)).sum();
                mean + 4.0 * variance.sqrt()
            })
            .collect();
        reach.sort_by(f32::total_cmp);
        let middle = reach.get(reach.len() / 2).copied().unwrap_or(0.0);
        Ok(reach.last().copied().unwrap_or(0.0) / middle.max(f32::MIN_POSITIVE))
    }

    fn quantised(&mut self, name: String) -> Activation {
        if self.precision == Precision::F32 {
            return Activation { name, quantised: None };
        }
        let parts = ["int", "scale", "zero"].map(|part| format!("{name}.{part}"));
        let [int, scale, zero] = &parts;
        self.graph
            .node_of("", "DynamicQuantizeLinear", &[&name], &[int, scale, zero], vec![]);
        Activation {
            name,
            quantised: Some(parts),
        }
    }

    /// `x · Wᵀ`, without a bias. The int8 form is the one that ONNX Runtime fuses into one kernel
    /// (`MatMulIntegerToFloat`): MatMulInteger, Cast, Mul by both scales.
    fn project(&mut self, x: &Activation, weights: &str) -> Result<String> {
        // ggml stores [out, in]; MatMul wants [in, out].
        let weight = self.weights.tensor(&format!("{weights}.weight"))?.transposed();
        let [_, columns] = weight.shape[..] else {
            let why = format!("{weights}.weight is not a matrix");
            return Err(ModelError::Convert {
                step: "whisper-encoder",
                path: self.path.to_owned(),
                why,
            });
        };
        let at = |what: &str| format!("{weights}.{what}");
        let Some([int, scale, zero]) = &x.quantised else {
            let weight = self.graph.floats(&at("weight"), &weight.shape, &weight.data);
            return Ok(self.graph.node("MatMul", &[&x.name, &weight], weights, vec![]));
        };
        let (data, scales) = quantise_columns(&weight);
        let weight = self.graph.bytes_i8(&at("weight"), &weight.shape, &data);
        let scales = self.graph.floats(&at("scale"), &[columns], &scales);
        let zeros = self.graph.bytes_i8(&at("zero"), &[columns], &vec![0; columns]);
        let product = self
            .graph
            .node("MatMulInteger", &[int, &weight, zero, &zeros], &at("product"), vec![]);
        let to = crate::onnx::proto::data_type::FLOAT;
        let product = self
            .graph
            .node("Cast", &[&product], &at("float"), vec![int_attribute("to", to)]);
        let scales = self.graph.node("Mul", &[scale, &scales], &at("scales"), vec![]);
        Ok(self.graph.node("Mul", &[&product, &scales], weights, vec![]))
    }

    fn constant(&mut self, name: &str) -> Result<String> {
        let tensor = self.weights.tensor(name)?;
        Ok(self.graph.floats(name, &tensor.shape, &tensor.data))
    }
}

fn int_attribute(name: &str, value: i32) -> onnx::proto::Attribute {
    int(name, i64::from(value))
}

/// Symmetric, with one scale a column: `w ≈ q · scale[column]`, |q| ≤ [`LEVELS`].
fn quantise_columns(weight: &Tensor) -> (Vec<i8>, Vec<f32>) {
    let columns = weight.shape[1];
    let mut scales = vec![0.0f32; columns];
    for row in weight.data.chunks_exact(columns) {
        for (scale, w) in scales.iter_mut().zip(row) {
            *scale = scale.max(w.abs());
        }
    }
    for scale in &mut scales {
        // A column of zeros: any scale does.
        *scale = if *scale > 0.0 { *scale / LEVELS } else { 1.0 };
    }
    let rows = weight.data.chunks_exact(columns);
    let data = rows
        .flat_map(|row| row.iter().zip(&scales).map(|(w, s)| (w / s).round() as i8))
        .collect();
    (data, scales)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_quantised_each_by_its_own_scale() {
        let weight = Tensor::new(vec![2, 3], vec![1.0, -0.01, 0.0, -0.4, 0.004, 0.0]);
        let (data, scales) = quantise_columns(&weight);
        assert_eq!(data, [63, -63, 0, -25, 25, 0]);
        for (i, w) in weight.data.iter().enumerate() {
            let back = f32::from(data[i]) * scales[i % 3];
            assert!((back - w).abs() <= scales[i % 3] / 2.0 + f32::EPSILON, "{back} {w}");
        }
    }
}
