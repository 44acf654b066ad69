//! The links of a graph that instant-distance built, taken out of it.
//!
//! That crate builds well but its search knows neither filters nor removed entries, its breadth is fixed at building, and
//! its nodes take 256 bytes each even where they have few links. It can be serialised, though (feature `with-serde`):
//! a structure of counts and node numbers, which [`Numbers`] writes down as one run of `u32`. The search is ours
//! (`graph.rs`).

use instant_distance::{Hnsw, Point};
use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeSeq, SerializeStruct, SerializeTuple},
};
use std::fmt;

/// Links a node has on the lowest layer, and above it (instant-distance's `M * 2` and `M`).
const LOWEST: usize = 64;
const ABOVE: usize = 32;
/// Ends a node's links.
const INVALID: u32 = u32::MAX;

/// Links by node, in nodes' numbers.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Links {
    pub lowest: Packed,
    /// From the second lowest to the top. A layer has the nodes from 0 on, fewer the higher.
    pub above: Vec<Packed>,
}

/// Lists of numbers, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Packed {
    /// Where each list begins; one more than lists.
    pub starts: Vec<u32>,
    pub numbers: Vec<u32>,
}

impl Default for Packed {
    fn default() -> Self {
        Packed {
            starts: vec![0],
            numbers: Vec::new(),
        }
    }
}

impl Packed {
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    #[inline]
    pub fn list(&self, at: usize) -> &[u32] {
        &self.numbers[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    pub fn bytes(&self) -> usize {
        4 * (self.starts.capacity() + self.numbers.capacity())
    }

    fn of(nodes: &[u32], width: usize) -> Packed {
        let mut packed = Packed::default();
        packed.starts.reserve_exact(nodes.len() / width);
        let used = nodes.iter().filter(|&&n| n != INVALID).count();
        packed.numbers.reserve_exact(used);
        for node in nodes.chunks_exact(width) {
            packed.numbers.extend(node.iter().filter(|&&n| n != INVALID));
            packed.starts.push(packed.numbers.len() as u32);
        }
        packed
    }
}

/// Takes the links out; `None` where the crate writes itself down in a form that is not known here.
pub(super) fn of<P: Point + Serialize>(graph: Hnsw<P>) -> Option<Links> {
    let mut numbers = Numbers(Vec::new());
    graph.serialize(&mut numbers).ok()?;
    drop(graph);
    // ef_search, points (each writes nothing), nodes of the lowest layer, layers above: counts before contents.
    let mut rest = numbers.0.as_slice();
    let _breadth = take(&mut rest, 1)?;
    let points = take_count(&mut rest)?;
    let nodes = take_count(&mut rest)?;
    if points != nodes {
        return None;
    }
    let lowest = Packed::of(take(&mut rest, nodes.checked_mul(LOWEST)?)?, LOWEST);
    let layers = take_count(&mut rest)?;
    let mut above = Vec::new();
    for _ in 0..layers {
        let nodes = take_count(&mut rest)?;
        above.push(Packed::of(take(&mut rest, nodes.checked_mul(ABOVE)?)?, ABOVE));
    }
    rest.is_empty().then_some(Links { lowest, above })
}

fn take<'a>(rest: &mut &'a [u32], count: usize) -> Option<&'a [u32]> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head)
}

fn take_count(rest: &mut &[u32]) -> Option<usize> {
    take(rest, 1).map(|n| n[0] as usize)
}

/// Writes every number and the length of every sequence down as `u32`.
struct Numbers(Vec<u32>);

#[derive(Debug)]
struct Unexpected;

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a graph of numbers")
    }
}

impl std::error::Error for Unexpected {}

impl serde::ser::Error for Unexpected {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Unexpected
    }
}

type Written = Result<(), Unexpected>;

macro_rules! refuse {
    ($($name:ident: $kind:ty),*) => { $(fn $name(self, _: $kind) -> Written { Err(Unexpected) })* };
}

impl Serializer for &mut Numbers {
    type Ok = ();
    type Error = Unexpected;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeStruct = Self;
    type SerializeTupleStruct = Impossible<(), Unexpected>;
    type SerializeTupleVariant = Impossible<(), Unexpected>;
    type SerializeMap = Impossible<(), Unexpected>;
    type SerializeStructVariant = Impossible<(), Unexpected>;

    refuse!(serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str);

    fn serialize_u8(self, n: u8) -> Written {
        self.serialize_u32(n.into())
    }

    fn serialize_u16(self, n: u16) -> Written {
        self.serialize_u32(n.into())
    }

    fn serialize_u32(self, n: u32) -> Written {
        self.0.push(n);
        Ok(())
    }

    fn serialize_u64(self, n: u64) -> Written {
        self.serialize_u32(u32::try_from(n).map_err(|_| Unexpected)?)
    }

    fn serialize_unit(self) -> Written {
        Ok(())
    }

    fn serialize_none(self) -> Written {
        Err(Unexpected)
    }

    fn serialize_some<T: ?Sized + Serialize>(self, _: &T) -> Written {
        Err(Unexpected)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, inner: &T) -> Written {
        inner.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Written {
        Err(Unexpected)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Written {
        Err(Unexpected)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, Unexpected> {
        self.serialize_u64(len.ok_or(Unexpected)? as u64)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unexpected> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unexpected> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unexpected> {
        Err(Unexpected)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unexpected> {
        Err(Unexpected)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unexpected> {
        Err(Unexpected)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unexpected> {
        Err(Unexpected)
    }
}

impl SerializeSeq for &mut Numbers {
    type Ok = ();
    type Error = Unexpected;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, item: &T) -> Written {
        item.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}

impl SerializeTuple for &mut Numbers {
    type Ok = ();
    type Error = Unexpected;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, item: &T) -> Written {
        item.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}

impl SerializeStruct for &mut Numbers {
    type Ok = ();
    type Error = Unexpected;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, _: &'static str, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}
