//! A graph with the shape of a Piper voice, cut in two.

use rosie_models::{
    convert::piper::{Half, split},
    onnx::{
        self,
        build::{Builder, Size, int},
        proto::Model,
    },
};

/// Text and mask both feed the latent; the vocoder sees only their product. `with_speaker`: it also sees a condition.
pub fn voice(with_speaker: bool) -> Model {
    let mut b = Builder::default();
    b.input("text", &[Size::Named("b"), Size::Is(4), Size::Named("n")]);
    b.input("scales", &[Size::Is(3)]);
    let embedding = b.floats("embedding", &[4, 1], &[1.0; 4]);
    let kernel = b.floats("dec.conv_pre.weight", &[8, 4, 3], &[0.5; 96]);
    let up = b.floats("dec.up.weight", &[8, 1, 3], &[0.5; 24]);
    let text = b.node("Mul", &["text", &embedding], "/enc/Mul_output", vec![]);
    let mask = b.node("Cast", &["scales"], "/Cast_output", vec![int("to", 1)]);
    let noise = b.node("RandomNormalLike", &[&text], "/noise", vec![]);
    let latent = b.node("Add", &[&text, &noise], "/flow", vec![]);
    let masked = b.node("Mul", &[&latent, &mask], "/Mul_7_output_0", vec![]);
    let mut sound = b.node("Conv", &[&masked, &kernel], "/dec/conv_pre", vec![]);
    if with_speaker {
        sound = b.node("Add", &[&sound, &text], "/dec/cond", vec![]);
    }
    let branch = b.node("LeakyRelu", &[&sound], "/dec/relu", vec![]);
    let sum = b.node("Add", &[&branch, &sound], "/dec/sum", vec![]);
    let wide = b.node("Conv", &[&sum, &up], "/dec/up", vec![]);
    b.node("Tanh", &[&wide], "output", vec![]);
    b.output("output", &[Size::Named("b"), Size::Is(1), Size::Named("samples")]);
    b.finish("voice", 15)
}

#[test]
fn the_cut_is_found_by_structure() {
    let model = voice(false);
    let names = |m: &Model| -> Vec<String> {
        m.graph
            .as_ref()
            .unwrap()
            .node
            .iter()
            .filter_map(|n| n.op_type.clone())
            .collect()
    };
    let constants = |m: &Model| -> Vec<String> {
        m.graph
            .as_ref()
            .unwrap()
            .initializer
            .iter()
            .filter_map(|t| t.name.clone())
            .collect()
    };
    let encoder = split(&model, Half::Encoder).unwrap();
    let decoder = split(&model, Half::Decoder).unwrap();
    assert_eq!(names(&encoder), ["Mul", "Cast", "RandomNormalLike", "Add", "Mul"]);
    assert_eq!(names(&decoder), ["Conv", "LeakyRelu", "Add", "Conv", "Tanh"]);
    assert_eq!(constants(&encoder), ["embedding"]);
    assert_eq!(constants(&decoder), ["dec.conv_pre.weight", "dec.up.weight"]);
    let (encoder, decoder) = (encoder.graph.unwrap(), decoder.graph.unwrap());
    let ins: Vec<_> = encoder.input.iter().filter_map(|i| i.name.as_deref()).collect();
    assert_eq!(
        (ins, encoder.output[0].name.as_deref()),
        (vec!["text", "scales"], Some("z"))
    );
    assert_eq!(
        (decoder.input[0].name.as_deref(), decoder.output[0].name.as_deref()),
        (Some("z"), Some("output"))
    );
    assert_eq!(encoder.output[0], decoder.input[0], "both halves agree on the latent");
    assert_eq!(decoder.node[0].input[0], "z");
}

#[test]
fn a_voice_whose_parts_are_joined_otherwise_is_refused() {
    assert!(
        split(&voice(true), Half::Encoder)
            .unwrap_err()
            .contains("single-speaker")
    );
    assert!(
        split(&Model::default(), Half::Decoder)
            .unwrap_err()
            .contains("no graph")
    );
}

#[test]
fn a_model_read_and_written_stays_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("voice.onnx");
    onnx::write(&voice(false), &path).unwrap();
    assert_eq!(onnx::read(&path).unwrap(), voice(false));
    std::fs::write(&path, "not a model at all").unwrap();
    assert!(onnx::read(&path).is_err());
}
