//! What tests do to files: cutting, contradicting, flipping bits.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use super::made::{X264, audio, run, track, video};
use super::*;

/// The tracks of a small movie, and their bytes.
fn small(folder: &Path) -> (Vec<Track>, Vec<Vec<u8>>) {
    let paths =
        [video(folder, "v.mp4", "64x48:r=10:d=2", X264), audio(folder, "a.mp4", "d=2:r=8000", "-c:a aac")];
    let bytes = paths.iter().map(|path| std::fs::read(path).unwrap());
    (paths.iter().map(|path| track(path)).collect(), bytes.collect())
}

/// Composes from bytes in memory; whatever comes out must lie within them.
fn composed_of(tracks: &[Track], files: &[Vec<u8>]) -> Result<Movie, ComposeError> {
    let mut read = |track: usize, range: std::ops::Range<u64>| {
        let bytes = files[track].get(range.start as usize..range.end as usize);
        bytes.map(<[u8]>::to_vec).ok_or(std::io::ErrorKind::UnexpectedEof.into())
    };
    let movie = compose(tracks, &mut read)?;
    for piece in &movie.pieces {
        assert!(piece.bytes.start < piece.bytes.end, "{piece:?}");
        assert!(piece.bytes.end <= files[piece.track].len() as u64, "{piece:?}");
    }
    assert!(movie.head.len() < 1 << 20, "{} bytes", movie.head.len());
    Ok(movie)
}

#[test]
fn a_head_that_is_cut_off_asks_for_more() {
    let folder = tempfile::tempdir().unwrap();
    let (tracks, files) = small(folder.path());
    for (track, bytes) in tracks.iter().zip(&files) {
        for length in 0..track.index.end as usize {
            let Err(TrackError::NeedsMore(more)) = Track::parse(&bytes[..length]) else {
                panic!("{length} bytes are enough");
            };
            assert!((length + 1..=track.index.end as usize + 16).contains(&more), "{more} after {length}");
        }
    }
}

#[test]
fn what_is_no_track_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let plain = "-f lavfi -i testsrc2=s=64x48:d=1 -c:v libx264";
    let both = "-f lavfi -i testsrc2=s=64x48:d=1 -f lavfi -i sine=d=1 -c:v libx264 -c:a aac \
        -movflags +cmaf+frag_keyframe+global_sidx";
    for (name, arguments) in [("plain.mp4", plain), ("both.mp4", both)] {
        let mut arguments: Vec<&str> = arguments.split_whitespace().collect();
        arguments.push(name);
        run("ffmpeg", folder, &arguments);
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert!(matches!(Track::parse(&bytes), Err(TrackError::Malformed(_))), "{name}");
    }
    assert!(matches!(Track::parse(b"\x1aE\xdf\xa3 and so on, as Matroska"), Err(TrackError::Malformed(_))));
    let long = b"\0\0\0\x10ftypisom\0\0\0\0\x7f\xff\xff\xffmoov";
    assert_eq!(Track::parse(&long[..16]), Err(TrackError::NeedsMore(32)));
    let error = TrackError::Malformed("its head is longer than 16 MiB");
    assert_eq!(Track::parse(&[long, &[0; 16][..]].concat()), Err(error));
}

#[test]
fn a_file_that_is_cut_off_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (tracks, files) = small(folder.path());
    for part in 1..20 {
        let mut files = files.clone();
        let length = tracks[0].length() as usize * part / 20;
        files[0].truncate(length);
        let mut read = |track: usize, range: std::ops::Range<u64>| {
            let end = files[track].len().min(range.end as usize);
            Ok(files[track][end.min(range.start as usize)..end].to_vec())
        };
        let result = compose(&tracks, &mut read);
        // The samples themselves are never read: only a list of them that is missing is noticed.
        let whole = tracks[0].segments.iter().all(|segment| segment.bytes.start + 4096 < length as u64);
        assert!(whole || matches!(result, Err(ComposeError::Malformed(_))), "{part}: {result:?}");
    }
}

#[test]
fn a_count_that_contradicts_the_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (tracks, files) = small(folder.path());
    for number in 0..2 {
        let moof = tracks[number].segments[0].bytes.start as usize;
        let trun = files[number][moof..].windows(4).position(|window| window == b"trun").unwrap() + moof;
        // The count follows the version and the flags. Without fields for each sample, only their sizes speak.
        for (flags, count) in [(None, 0x7fff_ffff_u32), (Some(1_u32), 0xffff_ffff), (Some(1), 100_000)] {
            let mut files = files.clone();
            if let Some(flags) = flags {
                files[number][trun + 4..trun + 8].copy_from_slice(&flags.to_be_bytes());
            }
            files[number][trun + 8..trun + 12].copy_from_slice(&count.to_be_bytes());
            let result = composed_of(&tracks, &files);
            assert!(matches!(result, Err(ComposeError::Malformed(_))), "{result:?}");
        }
    }
}

#[test]
fn a_movie_of_more_than_four_gigabytes_has_long_offsets() {
    let folder = tempfile::tempdir().unwrap();
    let (tracks, files) = small(folder.path());
    let mut track = tracks[0].clone();
    // One segment, many times over: each begins later than the one before.
    let (head, first) = (files[0][..track.init.end as usize].to_vec(), track.segments[0].clone());
    let start = first.bytes.start as usize;
    let mdat = start + files[0][start..].windows(4).position(|window| window == b"mdat").unwrap() - 4;
    let mut moof = files[0][start..mdat].to_vec();
    let place = |kind: &[u8; 4]| moof.windows(4).position(|window| window == kind).unwrap();
    let (tfdt, trun) = (place(b"tfdt"), place(b"trun"));
    let size: u32 = 1 << 30;
    // The list begins with the first sample's size, behind an offset and flags.
    moof[trun + 20..trun + 24].copy_from_slice(&(size / 2).to_be_bytes());
    let segment = |number: u64| {
        let start = (1 << 20) + number * u64::from(size);
        Segment { bytes: start..start + u64::from(size), start: number * 20_000, duration: 20_000 }
    };
    track.segments = (0..9).map(segment).collect();
    let mut read = |_: usize, range: std::ops::Range<u64>| {
        if range.start == 0 {
            return Ok(head.clone());
        }
        let mut bytes = moof.clone();
        let time = (range.start >> 30) * 40_960;
        bytes[tfdt + 8..tfdt + 16].copy_from_slice(&time.to_be_bytes());
        bytes.extend((size - moof.len() as u32).to_be_bytes());
        bytes.extend(b"mdat");
        bytes.resize((range.end - range.start) as usize, 0);
        Ok(bytes)
    };
    let movie = compose(std::slice::from_ref(&track), &mut read).unwrap();
    assert!(movie.length() > 9 << 29, "{}", movie.length());
    let told: u64 = movie.pieces.iter().map(|piece| piece.bytes.end - piece.bytes.start).sum();
    assert_eq!(movie.length(), movie.head.len() as u64 + told);
    let table = movie.head.windows(4).position(|window| window == b"co64").unwrap() + 12;
    let offset =
        |number: usize| u64::from_be_bytes(movie.head[table + number * 8..][..8].try_into().unwrap());
    let mut at = movie.head.len() as u64;
    for (number, piece) in movie.pieces.iter().enumerate() {
        assert_eq!(offset(number), at);
        at += piece.bytes.end - piece.bytes.start;
    }
    let tail = &movie.head[movie.head.len() - 16..];
    assert_eq!((&tail[..8], &tail[8..]), (&b"\0\0\0\x01mdat"[..], &(told + 16).to_be_bytes()[..]));
}

#[test]
fn more_samples_than_fit_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (tracks, files) = small(folder.path());
    let mut track = tracks[1].clone();
    let (first, init) = (track.segments[0].bytes.start as usize, track.init.end as usize);
    let moof_length = files[1][first..].windows(4).position(|window| window == b"mdat").unwrap() - 4;
    let mut segment = files[1][first..first + moof_length].to_vec();
    let place = |kind: &[u8; 4]| segment.windows(4).position(|window| window == kind).unwrap();
    let (tfhd, trun) = (place(b"tfhd"), place(b"trun"));
    let count: u32 = 2_100_000;
    // Each sample has one byte; the run has nothing but its count and its offset.
    segment[tfhd + 20..tfhd + 24].copy_from_slice(&1_u32.to_be_bytes());
    segment[trun + 4..trun + 8].copy_from_slice(&1_u32.to_be_bytes());
    segment[trun + 8..trun + 12].copy_from_slice(&count.to_be_bytes());
    segment.extend((count + 8).to_be_bytes());
    segment.extend(b"mdat");
    let length = segment.len() as u64 + u64::from(count);
    segment.resize(length as usize, 0);
    track.segments.truncate(1);
    track.segments[0].bytes = init as u64..init as u64 + length;
    let file = [&files[1][..init], &segment].concat();
    let mut read =
        |_: usize, range: std::ops::Range<u64>| Ok(file[range.start as usize..range.end as usize].to_vec());
    let one = compose(std::slice::from_ref(&track), &mut read).unwrap();
    assert!(one.head.len() < 4096, "{} bytes", one.head.len());
    let two = compose(&[track.clone(), track], &mut read);
    assert!(matches!(two, Err(ComposeError::TooManySamples)), "{two:?}");
}

#[test]
fn no_damage_to_a_head_or_a_fragment_is_more_than_an_error() {
    use proptest::prelude::*;
    let folder = tempfile::tempdir().unwrap();
    let (tracks, files) = small(folder.path());
    let moofs = |number: usize| tracks[number].segments.iter().map(|segment| segment.bytes.start as usize);
    // Where damage tells: in the heads, and in the lists of samples.
    let places: Vec<(usize, usize)> = (0..2)
        .flat_map(|number| {
            let head = 0..tracks[number].index.end as usize;
            let lists = moofs(number).flat_map(|start| start..start + 250);
            head.chain(lists).map(move |at| (number, at))
        })
        .collect();
    let damage = proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4);
    proptest!(ProptestConfig::with_cases(4000), |(damage in damage)| {
        let mut files = files.clone();
        for (place, value) in damage {
            let (number, at) = places[place.index(places.len())];
            files[number][at] = value;
        }
        let _ = composed_of(&tracks, &files);
        let parsed: Vec<Track> = files.iter().filter_map(|bytes| Track::parse(bytes).ok()).collect();
        if parsed.len() == files.len() {
            for track in &parsed {
                let _ = (track.start(), track.duration(), track.average_bandwidth(), track.peak_bandwidth());
                crate::stream::hls::media(track, "v.mp4");
            }
            let _ = composed_of(&parsed, &files);
        }
    });
}
