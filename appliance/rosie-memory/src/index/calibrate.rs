//! How broadly a graph must be searched for its results to be right, found by trying it on the data itself.

use super::{graph::Graph, quant::Question, rows::Rows, scan};
use crate::seam::{Hit, IndexFilter, Viewer};

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
pub(super) fn calibrate(graph: &mut Graph, rows: &Rows, must_pay: bool) -> bool {
    let asked = questions(rows);
    if asked.is_empty() {
        return false;
    }
    for breadth in BREADTHS {
        let mut right = 0;
        let mut looked = 0;
        let mut all = 0;
        for (question, expected) in &asked {
            let limits = (RESULTS, breadth, usize::MAX);
            let Ok((found, cost)) = graph.search(rows, question, |meta| meta.alive, limits) else {
                return false;
            };
            let is_right = |hit: &&Hit| found.iter().any(|f| f.key == hit.key);
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
fn questions(rows: &Rows) -> Vec<(Question, Vec<Hit>)> {
    let everything = IndexFilter {
        viewer: Viewer::Owner,
        ..IndexFilter::default()
    };
    let step = (rows.len() / QUESTIONS).max(1);
    let living = (0..rows.len()).step_by(step).filter(|&row| rows.metas[row].alive);
    let ask = |row: usize| {
        let own = numbers(rows, row);
        let near = scan::search(rows, None, &Question::of(&own), &everything, 4);
        let other = near.last().and_then(|hit| rows.row_of(hit.key)).unwrap_or(row);
        let between: Vec<f32> = own.iter().zip(numbers(rows, other)).map(|(a, b)| a + b).collect();
        let length = between.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let unit: Vec<f32> = between.iter().map(|x| x / length).collect();
        let question = Question::of(&unit);
        let expected = scan::search(rows, None, &question, &everything, RESULTS);
        (question, expected)
    };
    living.map(ask).collect()
}

fn numbers(rows: &Rows, row: usize) -> Vec<f32> {
    let (levels, scale) = rows.vectors.row(row);
    levels.iter().map(|&l| f32::from(l) * scale).collect()
}
