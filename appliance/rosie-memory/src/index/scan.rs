//! One search: which road it takes, and what the roads cost.
//!
//! Looking at every allowed row takes 25 ns a row with AVX2. The graph pays where many rows are allowed; the filter is
//! part of both. Both look at the coarse planes alone; a few more than asked for are then put in order by all sixteen
//! bits.

use super::{
    graph::Graph,
    quant::Question,
    rows::{Rows, Vectors},
    top::{Near, Top},
};
use crate::{
    about::Wanted,
    seam::{Hit, IndexFilter},
};

/// Coarse planes err by less than 0.002 (99.9 of 100): so many more than asked for hold the right ones, as no more than
/// these lie so near to the last of them (random directions, 100,000 rows: one in 0.006).
fn wide(k: usize) -> usize {
    k + k / 2 + 24
}

/// The nearest of `rows` within the filter.
pub(super) fn search(
    rows: &Rows,
    graph: Option<&Graph>,
    question: &Question,
    filter: &IndexFilter,
    k: usize,
) -> Vec<Hit> {
    let wanted = Wanted::new(filter, &rows.tags);
    let near = match graph {
        None => among(rows, question, &wanted, wide(k)),
        Some(graph) if wanted.is_open() => by_graph(rows, graph, question, &wanted, rows.alive(), wide(k))
            .unwrap_or_else(|| among(rows, question, &wanted, wide(k))),
        Some(graph) => {
            let allowed: Vec<u32> = allowed(rows, &wanted).collect();
            by_graph(rows, graph, question, &wanted, allowed.len(), wide(k))
                .unwrap_or_else(|| nearest(&rows.vectors, question, allowed.into_iter(), wide(k)))
        }
    };
    let mut top = Top::new(k);
    for Near { row, .. } in near {
        top.offer(Hit {
            key: rows.keys[row as usize],
            similarity: question.fine_similarity(rows.vectors.row(row as usize)),
        });
    }
    top.into_best()
}

/// Graph and, for what it does not cover yet, every row. `None` where looking at every allowed row is cheaper.
fn by_graph(
    rows: &Rows,
    graph: &Graph,
    question: &Question,
    wanted: &Wanted<'_>,
    allowed: usize,
    k: usize,
) -> Option<Vec<Near>> {
    // With a share p of the rows allowed, a search has to look at about 1/p as many to find as many.
    let share = allowed as f64 / rows.alive().max(1) as f64;
    let wide = k.max(graph.breadth) as f64 / graph.breadth as f64;
    let expected = graph.cost as f64 * wide / share.max(f64::EPSILON);
    if expected >= allowed as f64 {
        return None;
    }
    // A filter that has to do with meaning may leave nothing near: then every allowed row, at most twice the work.
    let limits = (graph.breadth.max(k), allowed);
    let allows = |row: u32| wanted.allows(&rows.metas[row as usize]);
    let (near, _) = graph.search(&rows.vectors, question, allows, limits).ok()?;
    let mut top = Top::new(k);
    near.into_iter().for_each(|near| top.offer(near));
    let late = graph
        .outside
        .iter()
        .copied()
        .chain(graph.rows() as u32..rows.len() as u32);
    for row in late.filter(|&row| allows(row)) {
        top.offer(one(&rows.vectors, question, row));
    }
    Some(top.into_best())
}

fn among(rows: &Rows, question: &Question, wanted: &Wanted<'_>, k: usize) -> Vec<Near> {
    match wanted.is_open() {
        true => of_all(rows, question, k),
        false => nearest(&rows.vectors, question, allowed(rows, wanted), k),
    }
}

/// The nearest of everything that lives. What a row is about is looked at only where it would be among them.
fn of_all(rows: &Rows, question: &Question, k: usize) -> Vec<Near> {
    let mut top = Top::new(k);
    let mut found = Vec::new();
    let mut row = 0;
    for (coarse, scales) in rows.vectors.pieces() {
        question.similarities(coarse, scales, &mut found);
        for &similarity in &found {
            let is_near = !top.is_full() || top.last().is_some_and(|last: &Near| similarity > last.similarity);
            if is_near && rows.metas[row as usize].alive {
                top.offer(Near { similarity, row });
            }
            row += 1;
        }
    }
    top.into_best()
}

fn allowed<'a>(rows: &'a Rows, wanted: &'a Wanted<'_>) -> impl Iterator<Item = u32> + 'a {
    (0..rows.len() as u32).filter(|&row| wanted.allows(&rows.metas[row as usize]))
}

#[inline]
fn one(vectors: &Vectors, question: &Question, row: u32) -> Near {
    let (coarse, scale) = vectors.coarse(row as usize);
    Near {
        similarity: question.similarity(coarse, scale),
        row,
    }
}

/// The nearest of some rows by their coarse planes.
pub(super) fn nearest(
    vectors: &Vectors,
    question: &Question,
    allowed: impl Iterator<Item = u32>,
    k: usize,
) -> Vec<Near> {
    let mut top = Top::new(k);
    for row in allowed {
        top.offer(one(vectors, question, row));
    }
    top.into_best()
}
