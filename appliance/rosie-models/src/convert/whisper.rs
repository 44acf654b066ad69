//! CTranslate2's Whisper weights in whisper.cpp's file. The numbers are the same; names, fused projections and the
//! order differ.

use crate::{
    convert::{
        ct2::Ct2Model,
        ggml::{Header, Writer},
        quant::Quant,
        tensor::Tensor,
        vocabulary,
    },
    error::{ModelError, Result},
};
use std::path::{Path, PathBuf};

/// Writes `out` from a CTranslate2 folder: `model.bin`, `tokenizer.json`, `vocabulary.txt` (or `.json`).
pub fn ct2_to_ggml(folder: &Path, quant: Quant, out: &Path) -> Result<()> {
    let path = folder.join("model.bin");
    let model = Ct2Model::open(&path)?;
    let bad = |why: String| ModelError::Convert {
        step: "ct2-to-ggml",
        path: path.clone(),
        why,
    };
    if model.specification != "WhisperSpec" {
        return Err(bad(format!("it is a {}, not a Whisper", model.specification)));
    }
    let header = header(&model)?;
    let tokens = vocabulary::read(folder, header.n_vocab as usize)?;
    let writer = Writer::create(out, header, quant, &tokens)?;
    let state = header.n_audio_state as usize;
    let mut convert = Conversion {
        model: &model,
        writer,
        state,
        path: path.clone(),
    };
    convert.all(header)?;
    convert.writer.finish()
}

fn header(model: &Ct2Model) -> Result<Header> {
    let size = |name: &str, dimension: usize| -> Result<i32> {
        Ok(model.tensor(name)?.shape.get(dimension).map_or(0, |&d| d as i32))
    };
    let layers = |part: &str| {
        let prefix = format!("{part}/layer_");
        let numbers = model
            .names()
            .filter_map(|n| n.strip_prefix(&prefix)?.split('/').next()?.parse::<i32>().ok());
        numbers.max().map_or(0, |n| n + 1)
    };
    let state = size("decoder/embeddings/weight", 1)?;
    // Every Whisper has heads of 64; newer files also say so.
    let heads = |part: &str| {
        model
            .scalar(&format!("{part}/num_heads"))
            .map_or(state / 64, |n| n as i32)
    };
    Ok(Header {
        n_vocab: size("decoder/embeddings/weight", 0)?,
        n_audio_ctx: size("encoder/position_encodings/encodings", 0)?,
        n_audio_state: state,
        n_audio_head: heads("encoder"),
        n_audio_layer: layers("encoder"),
        n_text_ctx: size("decoder/position_encodings/encodings", 0)?,
        n_text_state: state,
        n_text_head: heads("decoder"),
        n_text_layer: layers("decoder"),
        n_mels: size("encoder/conv1/weight", 1)?,
        ftype: 0,
    })
}

struct Conversion<'a> {
    model: &'a Ct2Model,
    writer: Writer,
    /// Width of the model.
    state: usize,
    path: PathBuf,
}

impl Conversion<'_> {
    /// In the order of whisper.cpp's own files.
    fn all(&mut self, header: Header) -> Result<()> {
        self.exact("decoder.positional_embedding", "decoder/position_encodings/encodings")?;
        self.exact("encoder.positional_embedding", "encoder/position_encodings/encodings")?;
        self.weight("decoder.token_embedding.weight", "decoder/embeddings/weight")?;
        for i in 0..header.n_text_layer {
            let (to, from) = (format!("decoder.blocks.{i}"), format!("decoder/layer_{i}"));
            self.feed_forward(&to, &from)?;
            self.self_attention(&to, &from)?;
            self.cross_attention(&to, &from)?;
        }
        self.norm("decoder.ln", "decoder/layer_norm")?;
        for conv in ["conv1", "conv2"] {
            self.weight(&format!("encoder.{conv}.weight"), &format!("encoder/{conv}/weight"))?;
            let mut bias = self.model.tensor(&format!("encoder/{conv}/bias"))?;
            bias.shape.push(1);
            self.writer.exact(&format!("encoder.{conv}.bias"), &bias)?;
        }
        for i in 0..header.n_audio_layer {
            let (to, from) = (format!("encoder.blocks.{i}"), format!("encoder/layer_{i}"));
            self.feed_forward(&to, &from)?;
            self.self_attention(&to, &from)?;
        }
        self.norm("encoder.ln_post", "encoder/layer_norm")
    }

    fn feed_forward(&mut self, to: &str, from: &str) -> Result<()> {
        self.norm(&format!("{to}.mlp_ln"), &format!("{from}/ffn/layer_norm"))?;
        self.linear(&format!("{to}.mlp.0"), &format!("{from}/ffn/linear_0"))?;
        self.linear(&format!("{to}.mlp.2"), &format!("{from}/ffn/linear_1"))
    }

    fn self_attention(&mut self, to: &str, from: &str) -> Result<()> {
        let (attn, from) = (format!("{to}.attn"), format!("{from}/self_attention"));
        self.norm(&format!("{to}.attn_ln"), &format!("{from}/layer_norm"))?;
        self.fused(&attn, &["query", "key", "value"], &format!("{from}/linear_0"))?;
        self.linear(&format!("{attn}.out"), &format!("{from}/linear_1"))
    }

    fn cross_attention(&mut self, to: &str, from: &str) -> Result<()> {
        let (attn, from) = (format!("{to}.cross_attn"), format!("{from}/attention"));
        self.norm(&format!("{to}.cross_attn_ln"), &format!("{from}/layer_norm"))?;
        self.fused(&attn, &["query"], &format!("{from}/linear_0"))?;
        self.fused(&attn, &["key", "value"], &format!("{from}/linear_1"))?;
        self.linear(&format!("{attn}.out"), &format!("{from}/linear_2"))
    }

    /// Projections that CTranslate2 stacked on each other. whisper.cpp has no bias for the key: Whisper trains none,
    /// CTranslate2 fills in zeros.
    fn fused(&mut self, to: &str, names: &[&str], from: &str) -> Result<()> {
        let weight = self.model.tensor(&format!("{from}/weight"))?;
        let bias = self.model.tensor(&format!("{from}/bias"))?;
        for (i, name) in names.iter().enumerate() {
            let (start, end) = (i * self.state, (i + 1) * self.state);
            let (Some(weight), Some(bias)) = (weight.rows(start, end), bias.rows(start, end)) else {
                return Err(self.bad(format!("{from} is too small for {}", names.join(", "))));
            };
            self.writer.weight(&format!("{to}.{name}.weight"), &weight)?;
            if *name != "key" {
                self.writer.exact(&format!("{to}.{name}.bias"), &bias)?;
            } else if bias.data.iter().any(|&b| b != 0.0) {
                return Err(self.bad(format!(
                    "{from} has a bias for the key, which whisper.cpp has no place for"
                )));
            }
        }
        Ok(())
    }

    fn linear(&mut self, to: &str, from: &str) -> Result<()> {
        self.weight(&format!("{to}.weight"), &format!("{from}/weight"))?;
        self.exact(&format!("{to}.bias"), &format!("{from}/bias"))
    }

    fn norm(&mut self, to: &str, from: &str) -> Result<()> {
        self.exact(&format!("{to}.weight"), &format!("{from}/gamma"))?;
        self.exact(&format!("{to}.bias"), &format!("{from}/beta"))
    }

    fn weight(&mut self, to: &str, from: &str) -> Result<()> {
        let tensor: Tensor = self.model.tensor(from)?;
        self.writer.weight(to, &tensor)
    }

    fn exact(&mut self, to: &str, from: &str) -> Result<()> {
        let tensor = self.model.tensor(from)?;
        self.writer.exact(to, &tensor)
    }

    fn bad(&self, why: String) -> ModelError {
        ModelError::Convert {
            step: "ct2-to-ggml",
            path: self.path.clone(),
            why,
        }
    }
}
