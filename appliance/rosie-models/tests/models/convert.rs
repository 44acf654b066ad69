//! A tiny Whisper in CTranslate2's format, converted and read back.

use rosie_models::{
    ModelError,
    convert::{
        encoder::{self, Precision},
        ggml::{self, GgmlFile},
        quant::Quant,
        whisper::ct2_to_ggml,
    },
    onnx,
};
use std::{fs, path::Path};

const STATE: usize = 64;
const VOCABULARY: usize = 12;
const CONTEXT: usize = 8;

struct Ct2(Vec<u8>, u32);

impl Ct2 {
    fn string(bytes: &mut Vec<u8>, text: &str) {
        bytes.extend((text.len() as u16 + 1).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.push(0);
    }

    /// Adds an f16 variable with values that differ by name and place.
    fn add(&mut self, name: &str, shape: &[usize]) {
        let seed = name.bytes().map(usize::from).sum::<usize>();
        let n: usize = shape.iter().product();
        self.add_with(
            name,
            shape,
            &(0..n)
                .map(|i| ((seed + i * 37) % 101) as f32 / 100.0 - 0.5)
                .collect::<Vec<_>>(),
        );
    }

    fn add_with(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        Ct2::string(&mut self.0, name);
        self.0.push(shape.len() as u8);
        shape.iter().for_each(|&d| self.0.extend((d as u32).to_le_bytes()));
        self.0.push(4);
        self.0.extend((values.len() as u32 * 2).to_le_bytes());
        values
            .iter()
            .for_each(|&v| self.0.extend(half::f16::from_f32(v).to_le_bytes()));
        self.1 += 1;
    }

    fn linear(&mut self, name: &str, out: usize, input: usize) {
        self.add(&format!("{name}/weight"), &[out, input]);
        self.add(&format!("{name}/bias"), &[out]);
    }

    fn norm(&mut self, name: &str) {
        self.add(&format!("{name}/gamma"), &[STATE]);
        self.add(&format!("{name}/beta"), &[STATE]);
    }

    /// A projection of `parts` stacked on each other, the one at `key` without a bias.
    fn fused(&mut self, name: &str, parts: usize, key: usize) {
        self.add(&format!("{name}/weight"), &[parts * STATE, STATE]);
        let bias: Vec<f32> = (0..parts * STATE)
            .map(|i| if i / STATE == key { 0.0 } else { 0.25 })
            .collect();
        self.add_with(&format!("{name}/bias"), &[parts * STATE], &bias);
    }

    fn layer(&mut self, at: &str, is_decoder: bool) {
        self.norm(&format!("{at}/self_attention/layer_norm"));
        self.fused(&format!("{at}/self_attention/linear_0"), 3, 1);
        self.linear(&format!("{at}/self_attention/linear_1"), STATE, STATE);
        if is_decoder {
            self.norm(&format!("{at}/attention/layer_norm"));
            self.fused(&format!("{at}/attention/linear_0"), 1, 9);
            self.fused(&format!("{at}/attention/linear_1"), 2, 0);
            self.linear(&format!("{at}/attention/linear_2"), STATE, STATE);
        }
        self.norm(&format!("{at}/ffn/layer_norm"));
        self.linear(&format!("{at}/ffn/linear_0"), 4 * STATE, STATE);
        self.linear(&format!("{at}/ffn/linear_1"), STATE, 4 * STATE);
    }

    fn whisper() -> Vec<u8> {
        let mut model = Ct2(Vec::new(), 0);
        model.add("encoder/conv1/weight", &[STATE, 80, 3]);
        model.add("encoder/conv1/bias", &[STATE]);
        model.add("encoder/conv2/weight", &[STATE, STATE, 3]);
        model.add("encoder/conv2/bias", &[STATE]);
        for (part, layers, context) in [("encoder", 1, CONTEXT), ("decoder", 2, CONTEXT)] {
            model.add(&format!("{part}/position_encodings/encodings"), &[context, STATE]);
            model.norm(&format!("{part}/layer_norm"));
            (0..layers).for_each(|i| model.layer(&format!("{part}/layer_{i}"), part == "decoder"));
        }
        model.add("decoder/embeddings/weight", &[VOCABULARY, STATE]);
        let mut bytes = 6u32.to_le_bytes().to_vec();
        Ct2::string(&mut bytes, "WhisperSpec");
        bytes.extend(3u32.to_le_bytes());
        bytes.extend(model.1.to_le_bytes());
        bytes.extend(model.0);
        bytes.extend(1u32.to_le_bytes());
        Ct2::string(&mut bytes, "decoder/projection/weight");
        Ct2::string(&mut bytes, "decoder/embeddings/weight");
        bytes
    }
}

/// A folder as faster-whisper keeps it.
fn folder(dir: &Path) {
    fs::write(dir.join("model.bin"), Ct2::whisper()).unwrap();
    fs::write(
        dir.join("vocabulary.txt"),
        "a\nĠb\nĊ\n<|endoftext|>\n<|startoftranscript|>",
    )
    .unwrap();
    fs::write(
        dir.join("tokenizer.json"),
        r#"{"model": {"vocab": {"a": 0, "Ġb": 1, "Ċ": 2}}}"#,
    )
    .unwrap();
}

/// A converted model; other tests use it too.
pub fn tiny_ggml(dir: &Path, quant: Quant) -> std::path::PathBuf {
    folder(dir);
    let out = dir.join("ggml.bin");
    ct2_to_ggml(dir, quant, &out).unwrap();
    out
}

#[test]
fn the_converted_file_holds_every_tensor() {
    let dir = tempfile::tempdir().unwrap();
    for (quant, step) in [(Quant::F16, 0.0), (Quant::Q8_0, 0.005), (Quant::Q5_1, 0.02)] {
        let out = tiny_ggml(dir.path(), quant);
        ggml::check(&out).unwrap();
        let mut file = GgmlFile::open(&out).unwrap();
        let h = file.header;
        assert_eq!(
            (h.n_vocab, h.n_audio_ctx, h.n_audio_state, h.n_audio_head),
            (12, 8, 64, 1)
        );
        assert_eq!((h.n_audio_layer, h.n_text_layer, h.n_mels), (1, 2, 80));
        assert_eq!(file.tokens, [b"a".to_vec(), b" b".to_vec(), b"\n".to_vec()]);
        assert_eq!(file.names().count(), 15 + 2 * 24 + 11);
        assert_eq!(file.mel_filters.len(), 80 * 201);

        let ct2 = rosie_models::convert::ct2::Ct2Model::open(&dir.path().join("model.bin")).unwrap();
        let fused = ct2.tensor("encoder/layer_0/self_attention/linear_0/weight").unwrap();
        for (i, name) in ["query", "key", "value"].iter().enumerate() {
            let tensor = file.tensor(&format!("encoder.blocks.0.attn.{name}.weight")).unwrap();
            assert_eq!(tensor.shape, [STATE, STATE]);
            let from = fused.rows(i * STATE, (i + 1) * STATE).unwrap();
            let worst = tensor
                .data
                .iter()
                .zip(&from.data)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(worst <= step, "{quant:?} {name}: {worst}");
        }
        assert_eq!(file.tensor("encoder.conv1.bias").unwrap().shape, [STATE, 1]);
        assert_eq!(
            file.tensor("encoder.blocks.0.attn.value.bias").unwrap().data,
            [0.25; STATE]
        );
        assert!(file.tensor("encoder.blocks.0.attn.key.bias").is_err());
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let out = tiny_ggml(dir.path(), Quant::F16);
    let whole = fs::read(&out).unwrap();
    let cut = dir.path().join("cut.bin");
    for length in [
        0,
        3,
        4,
        47,
        60,
        5_000,
        64_400,
        64_500,
        70_000,
        whole.len() / 2,
        whole.len() - 1,
    ] {
        fs::write(&cut, &whole[..length]).unwrap();
        assert!(matches!(ggml::check(&cut), Err(ModelError::Damaged { .. })), "{length}");
    }
    let mut other = whole.clone();
    other[0] = b'x';
    fs::write(&cut, other).unwrap();
    assert!(ggml::check(&cut).unwrap_err().to_string().contains("wrong magic"));
}

#[test]
fn damaged_weights_are_refused_not_converted() {
    let dir = tempfile::tempdir().unwrap();
    folder(dir.path());
    let whole = Ct2::whisper();
    let model = dir.path().join("model.bin");
    for length in (0..whole.len()).step_by(whole.len() / 23) {
        fs::write(&model, &whole[..length]).unwrap();
        assert!(
            ct2_to_ggml(dir.path(), Quant::F16, &dir.path().join("out")).is_err(),
            "{length}"
        );
    }
    fs::write(&model, [whole.as_slice(), b"more"].concat()).unwrap();
    let error = ct2_to_ggml(dir.path(), Quant::F16, &dir.path().join("out")).unwrap_err();
    assert!(error.to_string().contains("left over"), "{error}");
}

#[test]
fn the_encoder_becomes_a_graph_of_known_operators() {
    let dir = tempfile::tempdir().unwrap();
    let ggml = tiny_ggml(dir.path(), Quant::F16);
    for (precision, products) in [(Precision::F32, "MatMul"), (Precision::Int8, "MatMulInteger")] {
        let out = dir.path().join("encoder.onnx");
        encoder::export(&ggml, precision, &out).unwrap();
        let model = onnx::read(&out).unwrap();
        let graph = model.graph.unwrap();
        let ops: Vec<_> = graph.node.iter().filter_map(|n| n.op_type.as_deref()).collect();
        let count = |op: &str| ops.iter().filter(|o| **o == op).count();
        assert_eq!(
            (
                count(products),
                count("MultiHeadAttention"),
                count("LayerNormalization")
            ),
            (6, 1, 3)
        );
        assert_eq!(
            (graph.input[0].name.as_deref(), graph.output[0].name.as_deref()),
            (Some("mel"), Some("h"))
        );
        // Every input of a node is made before it, or given.
        let mut known: Vec<String> = graph.initializer.iter().filter_map(|t| t.name.clone()).collect();
        known.push("mel".into());
        for node in &graph.node {
            assert!(node.input.iter().all(|i| known.contains(i)), "{node:?}");
            known.extend(node.output.clone());
        }
    }
}
