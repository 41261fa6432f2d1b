//! A head from memory and bytes of several stored objects, one after the other, as one thing to send.

use std::ops::Range;

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use media::mp4::{Movie, Piece};
use storage::Blob;

use crate::error::{Error, Result, internal};

/// What follows what. Where it comes from is told apart from it: see [`Joined::stream`].
#[derive(Debug)]
pub(in crate::delivery) struct Joined {
    head: Bytes,
    /// Each piece, with the offset where it starts.
    pieces: Vec<(u64, Piece)>,
    length: u64,
}

impl From<Movie> for Joined {
    fn from(movie: Movie) -> Joined {
        Joined::new(movie.head.into(), movie.pieces)
    }
}

impl Joined {
    fn new(head: Bytes, pieces: Vec<Piece>) -> Joined {
        let mut length = head.len() as u64;
        let place = |piece: Piece| {
            let start = length;
            length += piece.bytes.end - piece.bytes.start;
            (start, piece)
        };
        let pieces = pieces.into_iter().map(place).collect();
        Joined { head, pieces, length }
    }

    /// Bytes in all.
    pub(in crate::delivery) fn length(&self) -> u64 {
        self.length
    }

    /// A hash of all that isn't stored.
    pub(super) fn head_hash(&self) -> blake3::Hash {
        blake3::hash(&self.head)
    }

    /// About what it takes in memory, in bytes.
    pub(super) fn weight(&self) -> u64 {
        (self.head.len() + self.pieces.len() * size_of::<(u64, Piece)>()) as u64
    }

    /// The stored bytes that make up a range.
    fn within(&self, range: &Range<u64>) -> Vec<Piece> {
        let first = self.pieces.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        let touched = self.pieces[first..].iter().take_while(|(start, _)| *start < range.end);
        let cut = touched.map(|(start, piece)| {
            let from = piece.bytes.start + range.start.saturating_sub(*start);
            let to = piece.bytes.end.min(piece.bytes.start + (range.end - start));
            Piece { track: piece.track, bytes: from..to }
        });
        cut.filter(|piece| piece.bytes.start < piece.bytes.end).collect()
    }

    /// The bytes of a range that lies within. Each piece is of the object at its number.
    pub(in crate::delivery) fn stream(
        &self,
        blobs: Vec<Blob>,
        range: Range<u64>,
    ) -> BoxStream<'static, Result<Bytes>> {
        let end = self.head.len().min(usize::try_from(range.end).unwrap_or(usize::MAX));
        let start = end.min(usize::try_from(range.start).unwrap_or(usize::MAX));
        let head = self.head.slice(start..end);
        let first = stream::iter((!head.is_empty()).then_some(Ok(head)));
        let rest = stream::iter(self.within(&range)).map(move |piece| match blobs.get(piece.track) {
            Some(blob) => blob.stream(piece.bytes).map_err(Error::from).boxed(),
            None => stream::once(async { Err(internal("a piece is of no track")) }).boxed(),
        });
        first.chain(rest.flatten()).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_has_its_pieces() {
        let piece = |track, bytes| Piece { track, bytes };
        let pieces = vec![piece(0, 100..110), piece(1, 5..8), piece(0, 110..111)];
        let whole: Vec<(usize, u64)> =
            pieces.iter().flat_map(|piece| piece.bytes.clone().map(|byte| (piece.track, byte))).collect();
        let joined = Joined::new(Bytes::from_static(b"head"), pieces);
        assert_eq!(joined.length(), 18);
        for start in 0..18_u64 {
            for end in start + 1..=18 {
                let found = joined.within(&(start..end));
                let bytes: Vec<(usize, u64)> = found
                    .iter()
                    .flat_map(|piece| piece.bytes.clone().map(|byte| (piece.track, byte)))
                    .collect();
                let expected = &whole[start.saturating_sub(4) as usize..end.saturating_sub(4) as usize];
                assert_eq!(bytes, expected, "{start}..{end}");
            }
        }
    }
}
