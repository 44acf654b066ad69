//! A small transformer with int8 weights, made one that multiplies whole numbers.

use rosie_models::{
    convert,
    onnx::{
        self,
        build::{Builder, Size, int},
    },
};

/// A look-up in a table and two products of what was found, all weights as `Cast(i8) · scale`.
fn model(reader: &str) -> Builder {
    let mut b = Builder::default();
    b.input("ids", &[Size::Is(1), Size::Named("n")]);
    let mut unfolded = |name: &str, shape: &[usize], scales: &[usize]| {
        let levels: Vec<i8> = (0..shape[0] * shape[1]).map(|i| i as i8 - 3).collect();
        let weight = b.bytes_i8(&format!("{name}.q"), shape, &levels);
        let scale = b.floats(&format!("{name}.s"), scales, &vec![0.5; scales.iter().product()]);
        let number = b.node("Cast", &[&weight], &format!("{name}.f"), vec![int("to", 1)]);
        b.node("Mul", &[&number, &scale], name, vec![])
    };
    let table = unfolded("table", &[4, 2], &[4, 1]);
    let (first, second) = (
        unfolded("first", &[2, 3], &[1, 3]),
        unfolded("second", &[2, 3], &[1, 3]),
    );
    let found = b.node("Gather", &[&table, "ids"], "found", vec![int("axis", 0)]);
    let one = b.node(reader, &[&found, &first], "one", vec![]);
    let two = b.node("MatMul", &[&found, &second], "two", vec![]);
    b.node("Add", &[&one, &two], "sum", vec![]);
    b.output("sum", &[Size::Is(1), Size::Named("n"), Size::Is(3)]);
    b
}

#[test]
fn products_are_of_whole_numbers_and_tables_stay_small() {
    let dir = tempfile::tempdir().unwrap();
    let (from, out) = (dir.path().join("weights.onnx"), dir.path().join("model.onnx"));
    onnx::write(&model("MatMul").finish("small", 17), &from).unwrap();
    convert::run(rosie_models::Step::DynamicInt8, &from, &out).unwrap();
    let graph = onnx::read(&out).unwrap().graph.unwrap();
    let kinds: Vec<&str> = graph.node.iter().filter_map(|n| n.op_type.as_deref()).collect();
    let product = ["MatMulInteger", "Cast", "Mul", "Mul"];
    // What both products read is quantised once.
    let expected = [
        &["Gather", "Cast", "Gather", "Mul", "DynamicQuantizeLinear"][..],
        &product,
        &product,
        &["Add"],
    ];
    assert_eq!(kinds, expected.concat());
    let constant = |name: &str| {
        graph
            .initializer
            .iter()
            .find(|t| t.name.as_deref() == Some(name))
            .unwrap()
    };
    // -3 … 2 as unsigned with zero at 128.
    let unsigned = constant("first.q.unsigned");
    assert_eq!(unsigned.raw_data.as_deref(), Some(&[125, 126, 127, 128, 129, 130][..]));
    assert_eq!(constant("first.s.columns").dims, [3]);
    assert_eq!(graph.node[4].input, ["found"]);
    assert_eq!(
        graph.node[5].input,
        ["found.levels", "first.q.unsigned", "found.zero", "weights.zero"]
    );
    assert!(
        !graph.initializer.iter().any(|t| t.name.as_deref() == Some("first.q")),
        "the signed weights are gone"
    );
}

#[test]
fn what_it_does_not_know_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (from, out) = (dir.path().join("weights.onnx"), dir.path().join("model.onnx"));
    onnx::write(&model("Sub").finish("small", 17), &from).unwrap();
    let error = convert::run(rosie_models::Step::DynamicInt8, &from, &out).unwrap_err();
    assert!(error.to_string().contains("read by Sub"), "{error}");
    let mut plain = Builder::default();
    plain.input("x", &[Size::Is(1)]);
    plain.node("Relu", &["x"], "y", vec![]);
    plain.output("y", &[Size::Is(1)]);
    onnx::write(&plain.finish("plain", 17), &from).unwrap();
    assert!(convert::run(rosie_models::Step::DynamicInt8, &from, &out).is_err());
}
