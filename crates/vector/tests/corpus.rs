//! Real and hostile drawings. `MEDIA_MANAGER_CORPUS` is what scripts/corpus.sh prints; `make test` sets it.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use likeness::{TOLERATED, differ, files, pairs};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};
use vector::{Cleaned, Limits, clean, draw, measure};

mod likeness;

fn corpus() -> PathBuf {
    let folder = std::env::var_os("MEDIA_MANAGER_CORPUS");
    let folder: PathBuf = folder
        .expect("MEDIA_MANAGER_CORPUS is not set: run make test, or set it to what scripts/corpus.sh prints")
        .into();
    folder.join("librsvg2-tests")
}

/// Does something with each of many on all cores, and gathers what comes of it.
fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> Option<R> + Sync) -> Vec<R> {
    let (next, results) = (Mutex::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let at = {
                        let mut next = next.lock().unwrap();
                        *next += 1;
                        *next - 1
                    };
                    let Some(one) = all.get(at) else { return };
                    if let Some(result) = work(one) {
                        results.lock().unwrap().push(result);
                    }
                }
            });
        }
    });
    results.into_inner().unwrap()
}

/// Of 155 that differ, 142 have texts, in fonts that aren't here. Others have selectors and properties of CSS that the
/// renderer doesn't know, are asked for in another language, or include other files.
#[test]
fn most_drawings_look_as_another_renderer_has_drawn_them() {
    let pairs = pairs(&corpus());
    let alike = each(&pairs, |(drawing, picture)| {
        let expected = image::open(picture).unwrap().into_rgba8();
        let cleaned = clean(&std::fs::read(drawing).unwrap(), &Limits::default()).ok()?;
        let (width, height) = expected.dimensions();
        let drawn = draw(&cleaned, width, height, &Limits::default()).ok()?;
        (differ(&drawn.samples, expected.as_raw()) <= TOLERATED).then_some(())
    });
    assert!(pairs.len() >= 700, "the corpus is not whole: {}", pairs.len());
    assert!(alike.len() * 100 >= pairs.len() * 77, "{} of {}", alike.len(), pairs.len());
}

/// Draws without cleaning and without limits, but with nothing from outside.
fn plain(svg: &str, width: u32, height: u32, fonts: &std::sync::Arc<fontdb::Database>) -> Option<Vec<u8>> {
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_string: Box::new(|_, _| None),
            ..ImageHrefResolver::default()
        },
        fontdb: fonts.clone(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).ok()?;
    let mut pixmap = Pixmap::new(width, height)?;
    let (wide, high) = (tree.size().width(), tree.size().height());
    let scale = Transform::from_scale(width as f32 / wide, height as f32 / high);
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    Some(pixmap.take_demultiplied())
}

#[test]
fn cleaning_changes_no_picture() {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.set_serif_family("DejaVu Sans");
    let fonts = std::sync::Arc::new(fonts);
    let pairs = pairs(&corpus());
    let changed = each(&pairs, |(drawing, picture)| {
        let bytes = std::fs::read(drawing).unwrap();
        let raw = std::str::from_utf8(&bytes).ok()?;
        let (width, height) = image::image_dimensions(picture).unwrap();
        let before = plain(raw, width, height, &fonts)?;
        let cleaned = clean(&bytes, &Limits::default());
        let name = drawing.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(cleaned) = cleaned else { return Some(format!("{name}: {cleaned:?}")) };
        // The renderer reads a style as far as the first comment in it.
        if name == "style-with-xml-comments.svg" {
            return None;
        }
        let after = plain(cleaned.svg(), width, height, &fonts);
        let differs = after.is_none_or(|after| differ(&before, &after) > 0.0005);
        (differs && cleaned.removed().is_empty()).then_some(name)
    });
    assert!(changed.is_empty(), "{changed:#?}");
}

#[test]
fn every_drawing_is_drawn_or_refused_quickly() {
    let drawings: Vec<_> = files(&corpus())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "svg" || extension == "svgz"))
        .collect();
    assert!(drawings.len() >= 800, "{}", drawings.len());
    let refused = each(&drawings, |path| {
        let began = Instant::now();
        let bytes = std::fs::read(path).unwrap();
        let drawn = clean(&bytes, &Limits::default()).and_then(|cleaned| {
            assert_harmless(&cleaned);
            let again = clean(cleaned.svg().as_bytes(), &Limits::default()).unwrap();
            assert_same(again.svg(), cleaned.svg());
            measure(&cleaned)?;
            draw(&cleaned, 256, 256, &Limits::default())
        });
        let took = began.elapsed();
        assert!(took < Duration::from_secs(8), "{} took {took:?}", path.display());
        drawn.err().map(|error| format!("{}: {error}", path.file_name().unwrap().to_string_lossy()))
    });
    assert!(refused.len() <= 60, "{}: {refused:#?}", refused.len());
}

fn assert_same(again: &str, once: &str) {
    let at = again.bytes().zip(once.bytes()).position(|(one, other)| one != other);
    let around = |text: &str| {
        text.get(at.unwrap_or(0).saturating_sub(60)..).unwrap_or(text).chars().take(120).collect::<String>()
    };
    assert!(again == once, "cleaned twice it is another one:\n{}\n{}", around(again), around(once));
}

fn assert_harmless(cleaned: &Cleaned) {
    let svg = cleaned.svg().to_lowercase();
    for word in ["<script", "<foreignobject", "javascript:", "<!", "<?", "@import", "url(http", "url(file"] {
        assert!(!svg.contains(word), "{word} in {svg}");
    }
}

#[test]
fn damaged_drawings_are_answered() {
    let mut state = 7_u64;
    let mut roll = move |sides: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % sides.max(1)
    };
    let all: Vec<_> = files(&corpus().join("reftests/svg1.1"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "svg"))
        .collect();
    let mut damaged = Vec::new();
    for path in all.iter().step_by(4) {
        let whole = std::fs::read(path).unwrap();
        for round in 0..6 {
            let mut bytes = whole.clone();
            if round == 0 {
                bytes.truncate(roll(whole.len()));
            }
            for _ in 0..roll(6) + 1 {
                let at = roll(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = b"0123456789#<>&\"' -e.%()azM"[roll(26)];
                }
            }
            damaged.push(bytes);
        }
    }
    each(&damaged, |bytes| {
        let began = Instant::now();
        if let Ok(cleaned) = clean(bytes, &Limits::default()) {
            assert_harmless(&cleaned);
            let _ = measure(&cleaned);
            let _ = draw(&cleaned, 64, 64, &Limits::default());
        }
        assert!(began.elapsed() < Duration::from_secs(8));
        None::<()>
    });
}
