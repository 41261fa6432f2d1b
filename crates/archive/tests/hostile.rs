//! Archives that nobody means well with.
#![allow(clippy::unwrap_used, missing_docs)]

mod shelf;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use archive::{Error, Limits};
use contract::formats::{self, Format};
use shelf::{at, look, names, sentences, tar_of, within};

/// An entry of a zip made by hand: where its content is said to be, and how large.
struct Piece<'a> {
    name: &'a str,
    offset: u32,
    packed: u32,
    size: u32,
}

fn local(name: &str, method: u16, packed: u32, size: u32) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04\x14\0\0\0".to_vec();
    bytes.extend(method.to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend([packed, size].map(u32::to_le_bytes).concat());
    bytes.extend([u16::try_from(name.len()).unwrap().to_le_bytes(), [0; 2]].concat());
    bytes.extend(name.as_bytes());
    bytes
}

fn with_directory(mut bytes: Vec<u8>, method: u16, pieces: &[Piece<'_>]) -> Vec<u8> {
    let start = bytes.len();
    for piece in pieces {
        bytes.extend(b"PK\x01\x02\x14\0\x14\0\0\0");
        bytes.extend(method.to_le_bytes());
        bytes.extend([0; 8]);
        bytes.extend([piece.packed, piece.size].map(u32::to_le_bytes).concat());
        bytes.extend(u16::try_from(piece.name.len()).unwrap().to_le_bytes());
        bytes.extend([0; 12]);
        bytes.extend(piece.offset.to_le_bytes());
        bytes.extend(piece.name.as_bytes());
    }
    let size = u32::try_from(bytes.len() - start).unwrap();
    let count = u16::try_from(pieces.len()).unwrap();
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].map(u16::to_le_bytes).concat());
    bytes.extend([size, u32::try_from(start).unwrap()].map(u32::to_le_bytes).concat());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn entries_that_share_their_bytes_are_noticed() {
    // As in zbsm.zip: one kernel that many entries quote.
    let kernel = 100_000_u32;
    let mut bytes = local("a", 0, kernel, kernel);
    bytes.extend(vec![0; kernel as usize]);
    let names: Vec<String> = (0..1000).map(|at| format!("file{at}")).collect();
    let pieces: Vec<Piece<'_>> =
        names.iter().map(|name| Piece { name, offset: 0, packed: kernel, size: kernel }).collect();
    let (facts, entries) = look(&with_directory(bytes, 0, &pieces), &formats::ZIP).unwrap();
    assert_eq!(entries.len(), 1000);
    assert!(sentences(&facts).contains("999 entries share their bytes"), "{facts:?}");
    assert!(entries[1].warning.as_deref().unwrap().contains("shares its bytes"));
}

#[test]
fn sizes_that_lie_are_noticed() {
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflated.write_all(&vec![0; 1 << 20]).unwrap();
    let content = deflated.finish().unwrap();
    let packed = u32::try_from(content.len()).unwrap();
    for (size, lies) in [(1 << 20, false), (1000, true), (2 << 20, true), (u32::MAX - 1, true)] {
        let mut bytes = local("a", 8, packed, size);
        bytes.extend(&content);
        let pieces = [Piece { name: "a", offset: 0, packed, size }];
        let (facts, _) = look(&with_directory(bytes, 8, &pieces), &formats::ZIP).unwrap();
        assert_eq!(sentences(&facts).contains("differs from place to place"), lies, "{size}: {facts:?}");
    }
    // The two places where a name stands disagree.
    let bytes = with_directory(local("b", 0, 0, 0), 0, &[Piece { name: "a", offset: 0, packed: 0, size: 0 }]);
    assert!(sentences(&look(&bytes, &formats::ZIP).unwrap().0).contains("differs"));
}

#[test]
fn names_that_harm_and_names_that_clash_are_said() {
    let hostile = [
        "../up",
        "/etc/passwd",
        "C:\\boot.ini",
        "a\\b",
        "nul\0.txt",
        "CON",
        "Read.me",
        "read.ME",
        "x",
        "x",
        "in.zip",
    ];
    let bytes: Vec<u8> = hostile.iter().flat_map(|name| local(name, 0, 0, 0)).collect();
    let mut offset = 0;
    let pieces: Vec<Piece<'_>> = hostile
        .iter()
        .map(|name| {
            let piece = Piece { name, offset, packed: 0, size: 0 };
            offset += 30 + u32::try_from(name.len()).unwrap();
            piece
        })
        .collect();
    let (facts, entries) = look(&with_directory(bytes, 0, &pieces), &formats::ZIP).unwrap();
    assert_eq!(names(&entries), hostile);
    let warned: Vec<usize> = (0..hostile.len()).filter(|at| entries[*at].warning.is_some()).collect();
    assert_eq!(warned, [0, 1, 2, 3, 4, 5, 7, 9], "{entries:?}");
    let text = sentences(&facts);
    for part in
        ["leads out", "2 names begin at the root", "backslashes", "NUL", "Windows can't", "case", "twice"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("There is an archive in it") && !text.contains('\0'), "{text}");
}

#[test]
fn links_out_and_what_lies_behind_links_are_said() {
    let tar = tar_of(|tar| {
        for (name, target) in [("ok", "a/b"), ("way", "../../etc"), ("a/up", "../b")] {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_size(0);
            tar.append_link(&mut header, name, target).unwrap();
        }
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        tar.append_data(&mut header, "way/passwd", &b""[..]).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Char);
        header.set_size(0);
        tar.append_data(&mut header, "dev", &b""[..]).unwrap();
    });
    let (facts, entries) = look(&tar, &formats::TAR).unwrap();
    let warned: Vec<bool> = entries.iter().map(|entry| entry.warning.is_some()).collect();
    assert_eq!(warned, [false, true, false, true, true], "{entries:?}");
    let text = sentences(&facts);
    assert!(
        text.contains("A link leads out") && text.contains("behind a link") && text.contains("device"),
        "{text}"
    );
}

#[test]
fn bombs_stop_at_the_limits() {
    let limits = Limits { unpacked: 8 << 20, entries: 50, ..Limits::default() };
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(&vec![0; 64 << 20]).unwrap();
    let gz = gz.finish().unwrap();
    let (facts, entries) = within(&gz, &formats::GZIP, &limits).unwrap();
    assert!(facts.more && entries.len() == 1 && facts.unpacked <= 9 << 20, "{facts:?}");
    // A tar whose first content never ends, behind a compressor.
    let tar = tar_of(|tar| {
        let mut header = tar::Header::new_gnu();
        header.set_size(64 << 20);
        header.set_cksum();
        tar.append_data(&mut header, "zeros", &vec![0; 64 << 20][..]).unwrap();
    });
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(&tar).unwrap();
    let (facts, entries) = within(&gz.finish().unwrap(), &formats::GZIP, &limits).unwrap();
    assert!(facts.more && entries[0].size == 64 << 20, "{facts:?}");
    let tar = tar_of(|tar| {
        for at in 0..100 {
            let mut header = tar::Header::new_gnu();
            header.set_size(0);
            tar.append_data(&mut header, format!("{at}"), &b""[..]).unwrap();
        }
    });
    let (facts, entries) = within(&tar, &formats::TAR, &limits).unwrap();
    assert!(facts.more && entries.len() == 50, "{facts:?}");
}

#[test]
fn dictionaries_and_lists_beyond_memory_are_refused() {
    // A Zstandard frame with a window of 1 TiB.
    let zst = b"\x28\xb5\x2f\xfd\x00\xf0\x01\0\0".to_vec();
    assert!(matches!(look(&zst, &formats::ZSTD), Err(Error::Limit(_))));
    // A 7z whose list is said to be of 1 EiB.
    let mut seven = b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0".to_vec();
    seven.extend([0_u64, 1 << 60].map(u64::to_le_bytes).concat());
    seven.extend([0; 4]);
    assert!(matches!(look(&seven, &formats::SEVEN_ZIP), Err(Error::Limit(_))));
    // A description of 1 TiB in a tar.
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(1 << 40);
    header.set_cksum();
    assert!(matches!(look(header.as_bytes(), &formats::TAR), Err(Error::Broken(_))));
}

fn corpus() -> PathBuf {
    let folder = std::env::var_os("MEDIA_MANAGER_CORPUS");
    folder
        .expect("MEDIA_MANAGER_CORPUS is not set: run make test, or set it to what scripts/corpus.sh prints")
        .into()
}

#[test]
fn archives_of_every_rar_are_listed() {
    let mut encrypted = Vec::new();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(corpus().join("rarfile")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rar"));
    files.sort();
    for path in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (facts, entries) = at(path, &formats::RAR, &Limits::default()).unwrap();
        // A list beside says what is in it; those of parts only have what begins there.
        let list = std::fs::read_to_string(path.with_extension("rar.exp"));
        if let Some(expected) = list.ok().filter(|_| !name.contains(".part")) {
            for entry in &entries {
                // Versions of a file are told apart by what follows its name.
                let plain = entry.name.split(';').next().unwrap_or_default();
                assert!(expected.contains(plain), "{name}: {:?}", entry.name);
            }
        }
        if facts.encrypted {
            encrypted.push(name.to_owned());
        } else {
            assert!(!entries.is_empty() && !facts.damaged, "{name}");
        }
    }
    assert!(files.len() > 30 && encrypted.len() > 4, "{encrypted:?}");
    let evil = corpus().join("rarfile/rar5-evil-symlink-traversal.rar");
    let facts = at(&evil, &formats::RAR, &Limits::default()).unwrap().0;
    assert!(sentences(&facts).contains("leads out"), "{facts:?}");
}

/// One of each, small.
fn samples() -> Vec<(Vec<u8>, &'static Format)> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["a.txt", "folder/ünï.bin"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default().large_file(true)).unwrap();
        zip.write_all(&b"content ".repeat(20)).unwrap();
    }
    zip.add_symlink("l", "a.txt", zip::write::SimpleFileOptions::default()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let tar = tar_of(|tar| {
        let mut header = tar::Header::new_gnu();
        header.set_size(3);
        tar.append_pax_extensions([("mtime", &b"7.5"[..])]).unwrap();
        tar.append_data(&mut header, "x".repeat(150), &b"abc"[..]).unwrap();
    });
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&tar).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(&tar).unwrap();
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    bz2.write_all(&tar).unwrap();
    let zst = ruzstd::encoding::compress_to_vec(&tar[..], ruzstd::encoding::CompressionLevel::Fastest);
    let mut seven = sevenz_rust2::ArchiveWriter::new(std::io::Cursor::new(Vec::new())).unwrap();
    for name in ["a", "b"] {
        let entry = sevenz_rust2::ArchiveEntry::new_file(name);
        seven.push_archive_entry(entry, Some(&b"content"[..])).unwrap();
    }
    let read = |name: &str| std::fs::read(corpus().join("rarfile").join(name)).unwrap();
    vec![
        (zip, &formats::ZIP),
        (tar, &formats::TAR),
        (gz.finish().unwrap(), &formats::GZIP),
        (xz.finish().unwrap(), &formats::XZ),
        (bz2.finish().unwrap(), &formats::BZIP2),
        (zst, &formats::ZSTD),
        (seven.finish().unwrap().into_inner(), &formats::SEVEN_ZIP),
        (read("rar5-hlink.rar"), &formats::RAR),
        (read("rar3-symlink-unix.rar"), &formats::RAR),
    ]
}

#[test]
fn no_damage_makes_it_panic_or_hang() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let limits = Limits { memory: 64 << 20, ..Limits::default() };
    let try_it = |bytes: &[u8], format: &'static Format| {
        std::fs::write(&path, bytes).unwrap();
        let began = Instant::now();
        let _ = at(&path, format, &limits);
        assert!(began.elapsed() < Duration::from_secs(5), "{}", format.name);
    };
    for (bytes, format) in samples() {
        for end in (0..bytes.len()).step_by(bytes.len().div_ceil(100)) {
            try_it(&bytes[..end], format);
        }
        let bits = bytes.len() * 8;
        for bit in (0..bits).step_by(bits.div_ceil(220)) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            try_it(&flipped, format);
            flipped[bit / 8] = 0xff;
            try_it(&flipped, format);
        }
    }
}

#[test]
fn what_is_cut_off_is_listed_as_far_as_it_goes() {
    for (bytes, format) in samples() {
        if format.name == formats::ZIP.name || format.name == formats::RAR.name {
            let (facts, entries) = look(&bytes[..bytes.len() - 30], format).unwrap();
            assert!(!entries.is_empty() && (facts.damaged || format.name == formats::RAR.name), "{facts:?}");
        }
    }
}
