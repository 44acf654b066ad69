//! Vectors to try an index with, the same in every run, and the exact answer to compare with.

#![allow(dead_code, clippy::unwrap_used)]

use rosie_core::memory::{Collection, Speaker};
use rosie_memory::seam::{Attributes, Hit, IndexEntry, IndexFilter, Viewer};

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// About normal: four uniform numbers added.
    pub fn normal(&mut self) -> f32 {
        let bits = self.next();
        let sum: u64 = (0..4).map(|i| (bits >> (16 * i)) & 0xffff).sum();
        (sum as f32 / 65535.0 - 2.0) * 1.732
    }

    pub fn direction(&mut self, dimension: usize) -> Vec<f32> {
        unit((0..dimension).map(|_| self.normal()).collect())
    }
}

pub fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-20);
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}

/// What the vectors look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Every direction as likely as any other: no neighbourhoods, the hardest case.
    Uniform,
    /// As sentences are: topics of very different size, some more alike than others, within each a few directions in
    /// which what is said differs, and noise. Neighbours of a question have cosines of 0.6 to 0.8, strangers about 0.1.
    Topics,
}

/// Draws vectors of one shape.
pub struct Source {
    chance: Chance,
    shape: Shape,
    dimension: usize,
    topics: Vec<Topic>,
}

struct Topic {
    centre: Vec<f32>,
    ways: Vec<Vec<f32>>,
}

impl Source {
    pub fn new(shape: Shape, dimension: usize, topics: usize, seed: u64) -> Source {
        let mut chance = Chance(seed);
        let themes: Vec<_> = (0..(topics / 20).max(1)).map(|_| chance.direction(dimension)).collect();
        let common = chance.direction(dimension);
        let topics = (0..topics).map(|i| {
            let theme = &themes[i % themes.len()];
            let own = chance.direction(dimension);
            let centre = (0..dimension).map(|d| 0.35 * common[d] + 0.6 * theme[d] + 0.7 * own[d]);
            Topic {
                centre: unit(centre.collect()),
                ways: (0..12).map(|_| chance.direction(dimension)).collect(),
            }
        });
        let topics = match shape {
            Shape::Uniform => Vec::new(),
            Shape::Topics => topics.collect(),
        };
        Source {
            chance,
            shape,
            dimension,
            topics,
        }
    }

    pub fn draw(&mut self) -> Vec<f32> {
        if self.shape == Shape::Uniform {
            return self.chance.direction(self.dimension);
        }
        // The square makes some topics far more frequent than others.
        let place = self.chance.below(1 << 20) as f32 / (1 << 20) as f32;
        let topic = (place * place * self.topics.len() as f32) as usize;
        let noise = self.chance.direction(self.dimension);
        let amounts: Vec<f32> = (0..12).map(|_| 0.2 * self.chance.normal()).collect();
        let topic = &self.topics[topic];
        let mut vector: Vec<f32> = topic.centre.iter().zip(&noise).map(|(c, n)| c + 0.45 * n).collect();
        for (way, amount) in topic.ways.iter().zip(amounts) {
            vector.iter_mut().zip(way).for_each(|(x, w)| *x += amount * w);
        }
        unit(vector)
    }

    pub fn many(&mut self, count: usize) -> Vec<Vec<f32>> {
        (0..count).map(|_| self.draw()).collect()
    }
}

/// Entry number `i` of a house with ten rooms and three people: keys from 1 on, a minute apart.
pub fn attributes(i: usize) -> Attributes {
    Attributes {
        collection: Collection::Messages,
        room: Some((i % 10) as u32),
        user: (i % 4 < 3).then_some((i % 4) as u32),
        speaker: Some(if i.is_multiple_of(2) {
            Speaker::User
        } else {
            Speaker::Rosie
        }),
        unix_ms: 1_700_000_000_000 + 60_000 * i as u64,
        conversation: 1 + (i / 6) as u64,
        tags: if i.is_multiple_of(50) {
            vec![7, (i % 3) as u32]
        } else {
            vec![]
        },
    }
}

pub fn entries(vectors: &[Vec<f32>]) -> Vec<IndexEntry> {
    let entry = |(i, vector): (usize, &Vec<f32>)| IndexEntry {
        key: 1 + i as u64,
        vector: vector.clone(),
        attributes: attributes(i),
    };
    vectors.iter().enumerate().map(entry).collect()
}

pub fn everything() -> IndexFilter {
    IndexFilter {
        viewer: Viewer::Owner,
        ..IndexFilter::default()
    }
}

pub fn in_room(room: u32) -> IndexFilter {
    IndexFilter {
        rooms: vec![room],
        ..everything()
    }
}

/// Everything, or what is in a room.
pub fn within(room: Option<u32>) -> IndexFilter {
    room.map_or_else(everything, in_room)
}

/// Exact search in the numbers as they came.
pub fn exact(entries: &[IndexEntry], vector: &[f32], filter: &IndexFilter, k: usize) -> Vec<Hit> {
    let near = |entry: &IndexEntry| Hit {
        key: entry.key,
        similarity: entry.vector.iter().zip(vector).map(|(a, b)| a * b).sum(),
    };
    let allowed = entries.iter().filter(|e| filter.allows(&e.attributes));
    let mut hits: Vec<_> = allowed.map(near).collect();
    let order = |a: &Hit, b: &Hit| b.similarity.total_cmp(&a.similarity).then(a.key.cmp(&b.key));
    if hits.len() > k {
        hits.select_nth_unstable_by(k, order);
        hits.truncate(k);
    }
    hits.sort_by(order);
    hits
}

/// Share of the exact results that were found.
pub fn recall(found: &[Hit], exact: &[Hit]) -> f64 {
    let right = exact.iter().filter(|e| found.iter().any(|f| f.key == e.key));
    right.count() as f64 / exact.len().max(1) as f64
}
