//! Streams that unpack to far more than they are. The reader of PDFs unpacks each one whole, so they are looked for
//! before it sees the file.

use flate2::{Decompress, FlushDecompress, Status};
use memchr::memmem;

use crate::Error;

/// What deflate makes of a byte at most.
const RATIO: u64 = 1032;

/// Bytes before the word `stream` that its dictionary is looked for in.
const DICTIONARY: usize = 2048;

/// Bytes that are unpacked in all before the look ends: past them a file is large rather than a bomb, and its time better
/// spent on reading it.
const MOST_LOOKED_AT: u64 = 4 << 30;

/// Refuses a file with a deflated stream that unpacks to more than `most` bytes. Only what could do so is unpacked, piece
/// by piece, into nothing. Pictures are left aside: they are only unpacked where they are drawn.
pub(crate) fn check(bytes: &[u8], most: u64) -> Result<(), Error> {
    let ends = memmem::Finder::new(b"endstream");
    let mut budget = MOST_LOOKED_AT;
    // Streams packed twice are rare; those packed more often are made for harm.
    for at in memmem::find_iter(bytes, b"stream") {
        if bytes.get(..at).is_some_and(|before| before.ends_with(b"end")) {
            continue;
        }
        let before = bytes.get(at.saturating_sub(DICTIONARY)..at).unwrap_or(&[]);
        let dictionary =
            memmem::rfind(before, b" obj").and_then(|start| before.get(start..)).unwrap_or(before);
        let packings = packings(dictionary);
        if packings == 0 || memmem::find(dictionary, b"/Image").is_some() {
            continue;
        }
        let body = bytes.get(at + b"stream".len()..).unwrap_or(&[]);
        let body = body.strip_prefix(b"\r").unwrap_or(body);
        let body = body.strip_prefix(b"\n").unwrap_or(body);
        let length = match ends.find(body) {
            Some(end) => end,
            None => body.len(),
        };
        if is_bomb(body.get(..length).unwrap_or(body), packings, most, &mut budget) {
            return Err(Error::limit("a stream in it unpacks to too much"));
        }
        if budget == 0 {
            break;
        }
    }
    Ok(())
}

/// Whether a stream of this dictionary, such as a picture, unpacks to more than `most` bytes.
pub(super) fn is_one(dictionary: &[u8], packed: &[u8], most: u64) -> bool {
    is_bomb(packed, packings(dictionary), most, &mut MOST_LOOKED_AT.clone())
}

fn is_bomb(packed: &[u8], packings: u32, most: u64, budget: &mut u64) -> bool {
    let could = (packed.len() as u64).saturating_mul(RATIO.saturating_pow(packings));
    packings > 0 && could > most && (packings > 2 || unpacked(packed, packings, most, budget) > most)
}

/// How often the stream of this dictionary is deflated.
fn packings(dictionary: &[u8]) -> u32 {
    let long = memmem::find_iter(dictionary, b"/FlateDecode").count();
    let short = memmem::find_iter(dictionary, b"/Fl ").chain(memmem::find_iter(dictionary, b"/Fl]")).count();
    u32::try_from(long + short).unwrap_or(u32::MAX)
}

/// Bytes that a stream unpacks to, or a few more than `most`.
fn unpacked(packed: &[u8], packings: u32, most: u64, budget: &mut u64) -> u64 {
    let mut outer = Unpacker::new();
    let mut inner = Unpacker::new();
    let mut largest = 0_u64;
    outer.run(packed, &mut |piece| {
        largest += piece.len() as u64;
        if packings > 1 {
            inner.run(piece, &mut |piece| {
                inner_add(&mut largest, piece.len(), budget);
                largest <= most && *budget > 0
            });
        }
        *budget = budget.saturating_sub(piece.len() as u64);
        largest <= most && *budget > 0
    });
    largest
}

fn inner_add(largest: &mut u64, more: usize, budget: &mut u64) {
    *largest += more as u64;
    *budget = budget.saturating_sub(more as u64);
}

struct Unpacker {
    inflate: Decompress,
    piece: Vec<u8>,
}

impl Unpacker {
    fn new() -> Self {
        Self { inflate: Decompress::new(true), piece: vec![0; 64 << 10] }
    }

    /// Hands out what `packed` unpacks to, until `take` has enough or nothing more comes.
    fn run(&mut self, mut packed: &[u8], take: &mut dyn FnMut(&[u8]) -> bool) {
        loop {
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(packed, &mut self.piece, FlushDecompress::None);
            let read = (self.inflate.total_in() - read) as usize;
            let written = (self.inflate.total_out() - written) as usize;
            packed = packed.get(read..).unwrap_or(&[]);
            let on = take(self.piece.get(..written).unwrap_or(&[]));
            if !on || (read == 0 && written == 0) || !matches!(status, Ok(Status::Ok)) {
                return;
            }
        }
    }
}
