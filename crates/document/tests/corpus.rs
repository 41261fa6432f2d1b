//! Real, awkward and damaged documents. `MEDIA_MANAGER_CORPUS` is what scripts/corpus.sh prints; `make test` sets it.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::Pixels;
use contract::formats::{self, Format, Kind};
use document::{Error, Limits, draw_page, draw_text_page, inspect, pages};

fn corpus() -> PathBuf {
    let folder = std::env::var_os("MEDIA_MANAGER_CORPUS");
    folder
        .expect("MEDIA_MANAGER_CORPUS is not set: run make test, or set it to what scripts/corpus.sh prints")
        .into()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    all.sort();
    all
}

fn document(path: &Path) -> Option<(Bytes, &'static Format)> {
    let format = formats::by_file_name(&path.file_name()?.to_string_lossy())?;
    (format.kind == Kind::Document).then(|| (Bytes::from(std::fs::read(path).unwrap()), format))
}

fn sample(name: &str) -> (Bytes, &'static Format) {
    document(&corpus().join(name)).unwrap_or_else(|| panic!("{name} is no document"))
}

fn drawn(bytes: &Bytes, format: &Format) -> Result<Pixels, Error> {
    match *format == formats::PDF {
        true => draw_page(bytes, 0, 300, 300, &Limits::default()),
        false => draw_text_page(bytes, format, 300, &Limits::default()),
    }
}

fn is_blank(pixels: &Pixels) -> bool {
    pixels.samples.iter().all(|sample| *sample == 255)
}

#[test]
fn one_text_in_every_format_is_read_alike() {
    for extension in ["doc", "docx", "odt", "rtf", "pdf", "txt", "epub", "md", "ppt", "pptx", "xls", "xlsx"] {
        let (bytes, format) = sample(&format!("iscc-samples/text/demo.{extension}"));
        let inspected = inspect(&bytes, format, &Limits::default()).unwrap();
        assert!(inspected.text.len() > 200, "{extension}: {}", inspected.text);
        assert!(inspected.facts.words > Some(30), "{extension}: {:?}", inspected.facts);
        assert!(!inspected.facts.encrypted, "{extension}");
        assert!(!inspected.text.contains('\u{fffd}'), "{extension}: {}", inspected.text);
        let picture = drawn(&bytes, format).unwrap();
        assert!(!is_blank(&picture), "{extension}");
    }
}

#[test]
fn nearly_every_pdf_has_pages_a_picture_and_text() {
    let (mut all, mut counted, mut shown, mut spoken, mut locked) = (0, 0, 0, 0, 0);
    for path in files(&corpus().join("pikepdf")).iter().chain(&files(&corpus().join("pypdf"))) {
        let Some((bytes, format)) = document(path).filter(|(_, format)| **format == formats::PDF) else {
            continue;
        };
        let began = Instant::now();
        all += 1;
        if let Ok(inspected) = inspect(&bytes, format, &Limits::default()) {
            locked += usize::from(inspected.facts.encrypted);
            counted += usize::from(inspected.facts.pages.is_some());
            spoken += usize::from(!inspected.text.is_empty());
        }
        shown += usize::from(drawn(&bytes, format).is_ok_and(|picture| !is_blank(&picture)));
        assert!(began.elapsed() < Duration::from_secs(20), "{} took {:?}", path.display(), began.elapsed());
    }
    assert!(all > 100, "only {all} files: the corpus is not whole");
    assert!(counted + locked > all * 85 / 100, "{counted} of {all} have pages, {locked} are locked");
    assert!(shown > all * 70 / 100, "{shown} of {all} have a picture");
    assert!(spoken > all * 50 / 100, "{spoken} of {all} have text");
}

#[test]
fn whatever_office_wrote_is_answered_and_drawn() {
    let mut seen = 0;
    for folder in ["python-docx", "python-pptx"] {
        for path in files(&corpus().join(folder)) {
            let Some((bytes, format)) = document(&path) else { continue };
            let inspected = inspect(&bytes, format, &Limits::default());
            let inspected = inspected.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            // Some of them are empty on purpose.
            let picture = drawn(&bytes, format);
            let nothing = inspected.text.is_empty() && matches!(picture, Err(Error::NoPage));
            assert!(nothing || !is_blank(&picture.unwrap()), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 90, "only {seen} files: the corpus is not whole");
}

#[test]
fn an_owner_password_locks_nothing_and_a_user_password_everything() {
    for (name, locked) in [
        ("pypdf/encryption/r6-owner-password.pdf", false),
        ("pypdf/encryption/r6-both-passwords.pdf", true),
        ("pypdf/encryption/r4-aes-user-password.pdf", true),
        ("pypdf/encryption/r3-user-password.pdf", true),
        ("pypdf/encryption/unencrypted.pdf", false),
    ] {
        let (bytes, format) = sample(name);
        let facts = inspect(&bytes, format, &Limits::default()).unwrap().facts;
        assert_eq!((facts.encrypted, facts.pages.is_none()), (locked, locked), "{name}: {facts:?}");
        assert_eq!(matches!(pages(&bytes, &Limits::default()), Err(Error::Encrypted)), locked, "{name}");
        assert_eq!(drawn(&bytes, format).is_ok(), !locked, "{name}");
    }
}

#[test]
fn damaged_documents_are_answered_and_never_a_panic() {
    let mut state = 11_u64;
    let mut roll = move |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % sides
    };
    for extension in ["doc", "docx", "odt", "rtf", "epub", "md", "ppt", "pptx", "xls", "xlsx", "pdf"] {
        let (whole, format) = sample(&format!("iscc-samples/text/demo.{extension}"));
        for _ in 0..40 {
            let mut bytes = whole.to_vec();
            if roll(3) == 0 {
                bytes.truncate(roll(whole.len()));
            }
            for _ in 0..=roll(12) {
                if !bytes.is_empty() {
                    let at = roll(bytes.len());
                    bytes[at] = roll(256) as u8;
                }
            }
            let bytes = Bytes::from(bytes);
            let began = Instant::now();
            let read = inspect(&bytes, format, &Limits::default());
            let picture = drawn(&bytes, format);
            for error in [read.err(), picture.err()].into_iter().flatten() {
                // Readers in this crate never give up; that of PDFs is another's.
                let gave_up = error == Error::Broken("its reader gave up".into());
                assert!(!gave_up || extension == "pdf", "{extension}");
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{extension}");
        }
    }
}

#[test]
fn a_document_that_ends_anywhere_is_answered() {
    for extension in ["docx", "xlsx", "xls", "doc", "ppt", "rtf", "odt"] {
        let (whole, format) = sample(&format!("iscc-samples/text/demo.{extension}"));
        for part in 0..150 {
            let bytes = whole.slice(..whole.len() * part / 150);
            let gave_up = Err(Error::Broken("its reader gave up".into()));
            assert_ne!(
                inspect(&bytes, format, &Limits::default()),
                gave_up,
                "{extension} of {} bytes",
                bytes.len()
            );
        }
    }
}
