//! Numbers out of bytes.

use super::Model;
use super::document::{Accessor, Document};
use crate::{Error, broken};

const BYTE: u32 = 5120;
const UNSIGNED_BYTE: u32 = 5121;
const SHORT: u32 = 5122;
const UNSIGNED_SHORT: u32 = 5123;
const UNSIGNED_INT: u32 = 5125;
const FLOAT: u32 = 5126;

/// Bytes of a number.
fn width(kind: u32) -> Option<usize> {
    Some(match kind {
        BYTE | UNSIGNED_BYTE => 1,
        SHORT | UNSIGNED_SHORT => 2,
        UNSIGNED_INT | FLOAT => 4,
        _ => return None,
    })
}

/// Numbers of an element.
fn components(shape: &str) -> Option<usize> {
    Some(match shape {
        "SCALAR" => 1,
        "VEC2" => 2,
        "VEC3" => 3,
        "VEC4" => 4,
        "MAT4" => 16,
        _ => return None,
    })
}

/// A number at the beginning of bytes.
fn number(bytes: &[u8], kind: u32, normalized: bool) -> f32 {
    let value = match (kind, bytes) {
        (BYTE, [a, ..]) => f32::from(a.cast_signed()),
        (UNSIGNED_BYTE, [a, ..]) => f32::from(*a),
        (SHORT, [a, b, ..]) => f32::from(i16::from_le_bytes([*a, *b])),
        (UNSIGNED_SHORT, [a, b, ..]) => f32::from(u16::from_le_bytes([*a, *b])),
        (UNSIGNED_INT, [a, b, c, d, ..]) => u32::from_le_bytes([*a, *b, *c, *d]) as f32,
        (FLOAT, [a, b, c, d, ..]) => return f32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0.0,
    };
    match kind {
        _ if !normalized => value,
        BYTE => (value / 127.0).max(-1.0),
        UNSIGNED_BYTE => value / 255.0,
        SHORT => (value / 32_767.0).max(-1.0),
        UNSIGNED_SHORT => value / 65_535.0,
        _ => value,
    }
}

/// Refuses accessors that reach beyond their view. Those of views that are packed say what they are once unpacked.
pub(super) fn check(document: &Document) -> Result<(), Error> {
    for accessor in &document.accessors {
        let Some(view) = accessor.buffer_view else { continue };
        let view =
            document.buffer_views.get(view).ok_or_else(|| broken("its numbers are in no part of it"))?;
        let size = components(&accessor.shape).zip(width(accessor.component_type));
        let (Some((components, width)), None) = (size, &view.extensions.meshopt) else { continue };
        let size = components * width;
        let stride = view.byte_stride.filter(|stride| *stride > 0).unwrap_or(size);
        let last = accessor.count.checked_sub(1).map_or(Some(0), |last| last.checked_mul(stride));
        let end = last.and_then(|last| last.checked_add(size)?.checked_add(accessor.byte_offset));
        if accessor.count > 0 && end.is_none_or(|end| end > view.byte_length) {
            return Err(broken("it says that there are more numbers than there are bytes for"));
        }
    }
    Ok(())
}

impl Model<'_> {
    /// What an accessor has, each padded with what is given. Nothing where its bytes aren't all here.
    pub(super) fn elements<const N: usize>(
        &self,
        accessor: usize,
        padding: [f32; N],
    ) -> Option<Vec<[f32; N]>> {
        let accessor = self.document.accessors.get(accessor)?;
        if accessor.count as u64 > self.limits.vertices {
            return None;
        }
        let (shape, width) = (components(&accessor.shape)?, width(accessor.component_type)?);
        let read = |bytes: &[u8]| -> [f32; N] {
            std::array::from_fn(|at| match bytes.get(at * width..) {
                Some(rest) if at < shape => number(rest, accessor.component_type, accessor.normalized),
                _ => padding[at],
            })
        };
        let mut elements = match accessor.buffer_view {
            Some(view) => self.strided(accessor, view, shape * width)?.map(read).collect(),
            // Without bytes all is zero, up to what is sparse.
            None if accessor.sparse.is_some() => vec![[0.0; N]; accessor.count],
            None => return None,
        };
        if let Some(sparse) = &accessor.sparse {
            let kind = sparse.indices.component_type;
            let step = self::width(kind).filter(|_| kind != FLOAT)?;
            let indices = self.buffers.view(&self.document, sparse.indices.buffer_view)?;
            let indices = indices.get(sparse.indices.byte_offset..)?.chunks_exact(step);
            let values = self.buffers.view(&self.document, sparse.values.buffer_view)?;
            let values = values.get(sparse.values.byte_offset..)?.chunks_exact(shape * width);
            for (index, value) in indices.zip(values).take(sparse.count) {
                if let Some(element) = elements.get_mut(integer(index) as usize) {
                    *element = read(value);
                }
            }
        }
        Some(elements)
    }

    /// Whole numbers, for triangles.
    pub(super) fn indices(&self, accessor: usize) -> Option<Vec<u32>> {
        let accessor = self.document.accessors.get(accessor)?;
        if accessor.count as u64 > self.limits.triangles.saturating_mul(3) || accessor.component_type == FLOAT
        {
            return None;
        }
        let width = width(accessor.component_type)?;
        Some(self.strided(accessor, accessor.buffer_view?, width)?.map(integer).collect())
    }

    /// Each element of an accessor, as bytes.
    fn strided(&self, accessor: &Accessor, view: usize, size: usize) -> Option<impl Iterator<Item = &[u8]>> {
        let bytes = self.buffers.view(&self.document, view)?.get(accessor.byte_offset..)?;
        let stride =
            self.document.buffer_views.get(view)?.byte_stride.filter(|stride| *stride > 0).unwrap_or(size);
        let last = stride.checked_mul(accessor.count.checked_sub(1)?)?;
        (last.checked_add(size)? <= bytes.len()).then_some(())?;
        Some((0..accessor.count).map(move |at| &bytes[at * stride..at * stride + size]))
    }
}

fn integer(bytes: &[u8]) -> u32 {
    match *bytes {
        [a] => a.into(),
        [a, b] => u16::from_le_bytes([a, b]).into(),
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
        _ => u32::MAX,
    }
}
