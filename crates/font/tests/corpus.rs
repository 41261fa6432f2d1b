//! Real, odd and damaged fonts. `MEDIA_MANAGER_CORPUS` is what scripts/corpus.sh prints; `make test` sets it.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use font::{Error, inspect, specimen, to_woff2};

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

fn fonts() -> Vec<PathBuf> {
    let is_font = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        matches!(extension, "ttf" | "otf" | "ttc" | "otc" | "woff" | "woff2")
    };
    let folders = ["fonts-dejavu-core", "fonts-dejavu-extra", "fonttools", "matplotlib"];
    folders.iter().flat_map(|folder| files(&corpus().join(folder))).filter(is_font).collect()
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(corpus().join(name)).unwrap()
}

#[test]
fn fonts_are_what_they_say() {
    let facts = inspect(&read("fonts-dejavu-core/DejaVuSans-Bold.ttf")).unwrap();
    assert_eq!((facts.family.as_str(), facts.style.as_str()), ("DejaVu Sans", "Bold"));
    assert_eq!((facts.name.as_str(), facts.weight, facts.fonts), ("DejaVu Sans Bold", 700, 1));
    assert!(!facts.italic && !facts.monospaced && facts.glyphs > 5000 && facts.characters > 5000);
    for script in ["Latin", "Greek", "Cyrillic", "Armenian"] {
        assert!(facts.scripts.iter().any(|name| name == script), "{script}: {:?}", facts.scripts);
    }
    let facts = inspect(&read("fonts-dejavu-extra/DejaVuSansMono-BoldOblique.ttf")).unwrap();
    assert!(facts.monospaced && facts.italic && facts.weight == 700, "{facts:?}");
    let facts = inspect(&read("matplotlib/ttf/STIXSizOneSymReg.ttf")).unwrap();
    assert!(facts.scripts.is_empty() && facts.characters > 10, "{facts:?}");
}

#[test]
fn every_font_is_answered_quickly() {
    let (mut known, mut drawn) = (0, 0);
    let fonts = fonts();
    for path in &fonts {
        let bytes = std::fs::read(path).unwrap();
        let began = Instant::now();
        if let Ok(facts) = inspect(&bytes) {
            known += 1;
            assert!(!facts.family.is_empty() && facts.glyphs > 0 && (1..=1000).contains(&facts.weight));
        }
        match specimen(&bytes, 600) {
            Ok(picture) => {
                drawn += 1;
                assert_eq!(picture.samples.len(), (picture.width * picture.height * 4) as usize);
                assert!(picture.samples.chunks(4).any(|pixel| pixel[0] < 128), "{}", path.display());
            }
            Err(error) => assert!(!matches!(error, Error::Limit(_)), "{}: {error}", path.display()),
        }
        assert!(began.elapsed() < Duration::from_secs(5), "{} took {:?}", path.display(), began.elapsed());
    }
    assert!(fonts.len() > 100 && known * 10 > fonts.len() * 9, "{known} of {} known", fonts.len());
    assert!(drawn * 10 > fonts.len() * 7, "{drawn} of {} drawn", fonts.len());
}

#[test]
fn packed_for_the_web_a_font_is_the_same_and_smaller() {
    for name in [
        "fonts-dejavu-core/DejaVuSansMono.ttf",
        "matplotlib/ttf/cmsy10.ttf",
        "matplotlib/ttf/STIXSizOneSymReg.ttf",
    ] {
        let bytes = read(name);
        let packed = to_woff2(&bytes).unwrap();
        assert!(
            packed.starts_with(b"wOF2") && packed.len() * 10 < bytes.len() * 7,
            "{name}: {}",
            packed.len()
        );
        assert_eq!(inspect(&packed).unwrap(), inspect(&bytes).unwrap(), "{name}");
        assert_eq!(specimen(&packed, 400).unwrap(), specimen(&bytes, 400).unwrap(), "{name}");
    }
}

#[test]
fn small_fonts_of_all_sorts_are_packed_or_refused() {
    let (mut packed, mut refused) = (0, Vec::new());
    for path in fonts() {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.len() > 40_000 {
            continue;
        }
        match to_woff2(&bytes) {
            Ok(_) => packed += 1,
            Err(error) => refused.push(format!("{}: {error}", path.display())),
        }
    }
    assert!(packed > 60 && packed > 4 * refused.len(), "{packed} packed, and {refused:#?}");
}

#[test]
fn damaged_fonts_are_answered() {
    let mut state = 7_u64;
    let mut roll = move |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % sides.max(1)
    };
    for path in fonts().into_iter().filter(|path| path.metadata().unwrap().len() < 60_000) {
        let whole = std::fs::read(&path).unwrap();
        for round in 0..8 {
            let mut bytes = whole.clone();
            if round == 0 {
                bytes.truncate(roll(whole.len()));
            }
            for _ in 0..roll(12) + 1 {
                // Most of what decides is in front.
                let at = if roll(2) == 0 { roll(400.min(bytes.len())) } else { roll(bytes.len()) };
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = roll(256) as u8;
                }
            }
            let began = Instant::now();
            let _ = inspect(&bytes);
            let _ = specimen(&bytes, 200);
            if bytes.len() < 12_000 {
                let _ = to_woff2(&bytes);
            }
            assert!(began.elapsed() < Duration::from_secs(5), "{}", path.display());
        }
    }
}

#[test]
fn what_is_no_font_is_said_to_be_none() {
    for bytes in
        [&b""[..], b"x", b"wOFF", b"wOF2", b"OTTO", b"ttcf\0\x01\0\0\0\0\0\0", b"\0\x01\0\0\0\0\0\0\0\0\0\0"]
    {
        assert!(matches!(inspect(bytes), Err(Error::Broken(_))), "{bytes:?}");
        assert!(specimen(bytes, 300).is_err() && to_woff2(bytes).is_err(), "{bytes:?}");
    }
    // A WOFF that asks for four gigabytes.
    let mut bomb = b"wOFF\0\x01\0\0\0\0\0\x40\0\x01\0\0".to_vec();
    bomb.resize(44, 0);
    bomb.extend(b"glyf\0\0\0\x40\0\0\0\x01\xff\xff\xff\xff\0\0\0\0");
    assert!(matches!(inspect(&bomb), Err(Error::Limit(_))));
}
