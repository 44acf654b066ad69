//! How broadly a graph must be searched for its results to be right, found by trying it on the data itself.

use super::{
    graph::Graph,
    quant::Question,
    rows::Vectors,
    scan,
    top::{Near, Top},
};

/// Questions tried. Of 64 × 10 results three may be wrong.
const QUESTIONS: usize = 64;
/// Results compared in each.
const RESULTS: usize = 10;
/// Share of the results that must be right.
const ENOUGH: f64 = 0.995;
/// What people ask lies farther from the rows than these questions do: at the breadth that was enough for them, 0.982 was
/// right where 0.993 could be (100,000 rows, example `index_figures`).
const MARGIN: usize = 2;
/// Looking at a row somewhere costs so many times what the next row costs (measured: 70 ns against 25).
const JUMP: usize = 3;
const BREADTHS: [usize; 10] = [24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

/// Sets the graph's breadth and cost. False where the graph does not pay: vectors that have no neighbourhoods (random
/// ones of hundreds of dimensions) need so many candidates that looking at every row is faster.
pub(super) fn calibrate(graph: &mut Graph, vectors: &Vectors, living: &[bool], must_pay: bool) -> bool {
    let asked = questions(vectors, living);
    if asked.is_empty() {
        return false;
    }
    for breadth in BREADTHS {
        let mut right = 0;
        let mut looked = 0;
        let mut all = 0;
        for (question, expected) in &asked {
            let allows = |row: u32| living[row as usize];
            let Ok((found, cost)) = graph.search(vectors, question, allows, (breadth, usize::MAX)) else {
                return false;
            };
            let mut top = Top::new(RESULTS);
            found.into_iter().for_each(|near| top.offer(near));
            let found = top.into_best();
            let is_right = |near: &&Near| found.iter().any(|f| f.row == near.row);
            right += expected.iter().filter(is_right).count();
            all += expected.len();
            looked += cost;
        }
        let cost = looked * JUMP / asked.len();
        if must_pay && cost > graph.rows() / 2 {
            return false;
        }
        if right as f64 >= ENOUGH * all as f64 {
            let (breadth, cost) = (breadth * MARGIN, cost * MARGIN);
            (graph.breadth, graph.cost) = (breadth, if must_pay { cost } else { 1 });
            return true;
        }
    }
    false
}

/// Points between a row and one of its neighbours, which are in no graph, with their true results.
fn questions(vectors: &Vectors, living: &[bool]) -> Vec<(Question, Vec<Near>)> {
    let all = living.len() as u32;
    let alive = || (0..all).filter(|&row| living[row as usize]);
    let nearest = |question: &Question, k| scan::nearest(vectors, question, alive(), k);
    let step = (living.len() / QUESTIONS).max(1);
    let ask = |row: u32| {
        let own = numbers(vectors, row);
        let near = nearest(&Question::of(&own), 4);
        let other = near.last().map_or(row, |near| near.row);
        let between: Vec<f32> = own.iter().zip(numbers(vectors, other)).map(|(a, b)| a + b).collect();
        let length = between.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let unit: Vec<f32> = between.iter().map(|x| x / length).collect();
        let question = Question::of(&unit);
        let expected = nearest(&question, RESULTS);
        (question, expected)
    };
    let asked = (0..all).step_by(step).filter(|&row| living[row as usize]);
    asked.map(ask).collect()
}

fn numbers(vectors: &Vectors, row: u32) -> Vec<f32> {
    let (coarse, scale) = vectors.coarse(row as usize);
    coarse.iter().map(|&level| f32::from(level) * scale).collect()
}
