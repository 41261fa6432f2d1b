//! Archives made by other libraries, and listed by ours.
#![allow(clippy::unwrap_used, missing_docs)]

mod shelf;

use std::io::{Cursor, Read, Write};

use contract::formats;
use facts::Entry;
use shelf::{look, names, sentences, tar_of};
use zip::write::SimpleFileOptions;

fn zip_of(fill: impl FnOnce(&mut zip::ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    fill(&mut writer);
    writer.finish().unwrap().into_inner()
}

fn plain_zip() -> Vec<u8> {
    zip_of(|zip| {
        let options = SimpleFileOptions::default();
        zip.add_directory("photos", options).unwrap();
        zip.start_file("photos/Zürich – 日本.jpg", options).unwrap();
        zip.write_all(&[7; 5000]).unwrap();
        zip.start_file("large.bin", options.large_file(true)).unwrap();
        zip.write_all(b"zip64").unwrap();
        zip.add_symlink("photos/latest", "Zürich – 日本.jpg", options).unwrap();
    })
}

#[test]
fn a_zip_lists_names_sizes_folders_and_links() {
    let (facts, entries) = look(&plain_zip(), &formats::ZIP).unwrap();
    assert_eq!(names(&entries), ["photos/", "photos/Zürich – 日本.jpg", "large.bin", "photos/latest"]);
    assert!(entries[0].folder && !entries[1].folder);
    assert_eq!((entries[1].size, entries[2].size), (5000, 5));
    assert_eq!(entries[3].link.as_deref(), Some("Zürich – 日本.jpg"));
    assert_eq!((facts.entries, facts.encrypted, facts.damaged, facts.more), (4, false, false, false));
    assert!(facts.warnings.is_empty(), "{:?}", facts.warnings);
}

#[test]
fn a_zip_within_something_else_is_found() {
    let mut bytes = b"MZ and a program that unpacks".repeat(100);
    bytes.extend(plain_zip());
    bytes.extend(vec![0; 70_000]);
    let (facts, entries) = look(&bytes, &formats::ZIP).unwrap();
    assert_eq!(entries.len(), 4);
    assert_eq!(facts.warnings.len(), 2, "{:?}", facts.warnings);
}

#[test]
fn passwords_are_noticed_in_every_format() {
    let zip = zip_of(|zip| {
        let options = SimpleFileOptions::default().with_aes_encryption(zip::AesMode::Aes256, "secret");
        zip.start_file("a.txt", options).unwrap();
        zip.write_all(b"hidden").unwrap();
    });
    let (facts, entries) = look(&zip, &formats::ZIP).unwrap();
    assert!(facts.encrypted && entries[0].encrypted && facts.warnings.is_empty(), "{facts:?}");
    for hidden in [false, true] {
        let (facts, entries) = look(&sevenz(Some("secret"), hidden), &formats::SEVEN_ZIP).unwrap();
        assert!(facts.encrypted, "{facts:?}");
        assert_eq!(entries.len(), if hidden { 0 } else { 3 });
    }
}

fn sevenz(password: Option<&str>, hidden: bool) -> Vec<u8> {
    use sevenz_rust2::encoder_options::AesEncoderOptions;
    use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderMethod};
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    if let Some(password) = password {
        writer.set_content_methods(vec![
            AesEncoderOptions::new(password.into()).into(),
            EncoderMethod::LZMA2.into(),
        ]);
    }
    writer.set_encrypt_header(hidden);
    for (name, content) in [("a/ä.txt", &b"first"[..]), ("a/b.bin", &[1; 70_000])] {
        writer.push_archive_entry(ArchiveEntry::new_file(name), Some(content)).unwrap();
    }
    writer.push_archive_entry::<&[u8]>(ArchiveEntry::new_directory("a"), None).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_7z_lists_what_its_packed_list_says() {
    let (facts, entries) = look(&sevenz(None, false), &formats::SEVEN_ZIP).unwrap();
    assert_eq!(names(&entries), ["a/ä.txt", "a/b.bin", "a"]);
    assert_eq!((entries[0].size, entries[1].size, entries[2].folder), (5, 70_000, true));
    assert_eq!((facts.unpacked, facts.encrypted), (70_005, false));
}

#[test]
fn a_tar_is_found_behind_every_compressor() {
    let long = format!("{}/name.txt", "folder/".repeat(40));
    let tar = tar_of(|tar| {
        let mut header = tar::Header::new_gnu();
        header.set_size(6);
        header.set_mode(0o644);
        header.set_mtime(1_700_000_000);
        tar.append_data(&mut header, &long, &b"inside"[..]).unwrap();
        tar.append_pax_extensions([("path", "ünï/日本"), ("mtime", "1.5")].map(|(k, v)| (k, v.as_bytes())))
            .unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_size(3);
        header.set_path("short").unwrap();
        header.set_cksum();
        tar.append(&header, &b"abc"[..]).unwrap();
        let mut link = tar::Header::new_gnu();
        link.set_entry_type(tar::EntryType::Link);
        link.set_size(0);
        tar.append_link(&mut link, "again", "short").unwrap();
    });
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&tar).unwrap();
    let mut bz2 = Vec::new();
    bzip2::read::BzEncoder::new(&tar[..], bzip2::Compression::default()).read_to_end(&mut bz2).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(&tar).unwrap();
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let mut zst = b"\x50\x2a\x4d\x18\x04\0\0\0skip".to_vec();
    zst.extend(ruzstd::encoding::compress_to_vec(&tar[..1000], level));
    zst.extend(ruzstd::encoding::compress_to_vec(&tar[1000..], level));
    for (format, bytes) in [
        (&formats::TAR, tar.clone()),
        (&formats::GZIP, gz.finish().unwrap()),
        (&formats::BZIP2, bz2),
        (&formats::XZ, xz.finish().unwrap()),
        (&formats::ZSTD, zst),
    ] {
        let (facts, entries) = look(&bytes, format).unwrap();
        assert_eq!(names(&entries), [&long, "ünï/日本", "again"], "{}", format.name);
        assert_eq!((entries[0].size, entries[0].modified), (6, Some(1_700_000_000_000)));
        assert_eq!((entries[1].size, entries[1].modified), (3, Some(1500)));
        assert_eq!(entries[2].link.as_deref(), Some("short"));
        assert!(facts.warnings.is_empty() && !facts.damaged && !facts.more, "{facts:?}");
    }
}

#[test]
fn holes_of_sparse_files_count_when_unpacked() {
    // As GNU tar writes them today: a map before the content, and the size with holes beside.
    let tar = tar_of(|tar| {
        let fields = [
            ("GNU.sparse.major", "1"),
            ("GNU.sparse.minor", "0"),
            ("GNU.sparse.name", "disk.img"),
            ("GNU.sparse.realsize", "1099511627776"),
        ];
        tar.append_pax_extensions(fields.map(|(k, v)| (k, v.as_bytes()))).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_path("GNUSparseFile.0/disk.img").unwrap();
        header.set_size(512);
        header.set_cksum();
        tar.append(&header, &[b'0'; 512][..]).unwrap();
    });
    let (facts, entries) = look(&tar, &formats::TAR).unwrap();
    assert_eq!((names(&entries), entries[0].size, entries[0].packed), (vec!["disk.img"], 1 << 40, Some(512)));
    assert!(sentences(&facts).contains("grows beyond reason"), "{facts:?}");
}

#[test]
fn a_single_file_has_the_name_and_the_size_that_it_has() {
    let gz = flate2::GzBuilder::new().filename("report.csv").mtime(1_600_000_000);
    let mut gz = gz.write(Vec::new(), flate2::Compression::default());
    gz.write_all(&[b'x'; 100_000]).unwrap();
    let (facts, entries) = look(&gz.finish().unwrap(), &formats::GZIP).unwrap();
    let Entry { name, size, modified, .. } = &entries[0];
    assert_eq!((name.as_str(), *size, *modified), ("report.csv", 100_000, Some(1_600_000_000_000)));
    assert_eq!(facts.unpacked, 100_000);
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let zst = ruzstd::encoding::compress_to_vec(&[1; 3000][..], level);
    let (_, entries) = look(&zst, &formats::ZSTD).unwrap();
    assert_eq!((names(&entries), entries[0].size), (vec![""], 3000));
}

#[test]
fn empty_archives_are_archives() {
    for (bytes, format) in [
        (zip_of(|_| ()), &formats::ZIP),
        (tar_of(|_| ()), &formats::TAR),
        (
            b"7z\xbc\xaf\x27\x1c\0\x04\x8d\x9b\xd5\x0f".iter().copied().chain([0; 20]).collect(),
            &formats::SEVEN_ZIP,
        ),
    ] {
        assert_eq!(look(&bytes, format).unwrap().0.entries, 0, "{}", format.name);
    }
}
