//! The language: what published clients write, what is refused, and that reading and printing are inverse.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn spelled(path: &str) -> Transformation {
    match Address::parse(path) {
        Ok(Address::Spelled(transformation)) => transformation,
        other => panic!("{path}: {other:?}"),
    }
}

#[test]
fn what_image_kit_writes_is_understood_and_printed_alike() {
    for path in [
        "crop/x_690,y_36,w_896,h_888/fill/w_383,h_380,al_c,q_85,usm_0.66_1.00_0.01,enc_auto/file.png",
        "fill/w_400,h_300,fp_0.30_0.70,q_60,usm_0.66_1.00_0.01,con_10,blur_5,enc_avif,quality_auto/file.jpg",
        "fill/w_400,h_400,al_c,lg_2,q_85,enc_auto/file.png",
        "fit/w_50,h_50,q_90/file.jpg",
        "crop/w_50,h_50,al_tl/file.webp",
        "scrop/w_50,h_50/file.gif",
        "fill/w_1,h_5000,al_auto,bl,wm_4acbb8_01~mv2.png,sat_-100,hue_180,anm_all/file.gif",
        "crop/x_1,y_2,w_30,h_40,scl_0.50,pstr/file.jpg",
    ] {
        assert_eq!(spelled(path).to_string(), path);
    }
}

#[test]
fn options_may_stand_anywhere_and_what_changes_nothing_is_left_out() {
    let written = "fill/usm_.66_1_0.011%2Ch_300,q_80,con_0,w_400,blur_0/a.b%20c%2F.JPEG";
    assert_eq!(spelled(written).to_string(), "fill/w_400,h_300,al_c,q_80,usm_0.66_1.00_0.01/file.jpg");
}

#[test]
fn a_bad_token_is_named() {
    for (path, token) in [
        ("fit/w_0,h_5/a.jpg", "w_0"),
        ("fit/w_5001,h_5/a.jpg", "w_5001"),
        ("fit/w_+5,h_5/a.jpg", "w_+5"),
        ("fit/w_5/a.jpg", "fit"),
        ("fit/a.jpg", "fit"),
        ("fit", "fit"),
        ("", ""),
        ("crop/w_60000,h_60000/a.jpg", "crop"),
        ("fill/w_5003,h_5003/a.jpg", "fill"),
        ("fill/w_5.,h_5/a.jpg", "w_5."),
        ("fill/w_5,h_5,con_-100.5/a.jpg", "con_-100.5"),
        ("fill/w_5,h_5,al_xx/a.jpg", "al_xx"),
        ("fill/w_5,h_5,al_c,fp_0_0/a.jpg", "fp_0_0"),
        ("fill/w_5,h_5,fp_2_0/a.jpg", "fp_2_0"),
        ("fit/w_5,h_5,al_c/a.jpg", "al_c"),
        ("fill/w_5,h_5,q_0/a.jpg", "q_0"),
        ("fill/w_5,h_5,q_101/a.jpg", "q_101"),
        ("fill/w_5,h_5,q_5,q_6/a.jpg", "q_6"),
        ("fill/w_5,w_6,h_5/a.jpg", "w_6"),
        ("fill/w_5,h_5,/a.jpg", ""),
        ("fill/w_5,h_5,hue_181/a.jpg", "hue_181"),
        ("fill/w_5,h_5,blur_101/a.jpg", "blur_101"),
        ("fill/w_5,h_5,usm_0.01_1_1/a.jpg", "usm_0.01_1_1"),
        ("fill/w_5,h_5,usm_1_1/a.jpg", "usm_1_1"),
        ("fill/w_5,h_5,bl_1/a.jpg", "bl_1"),
        ("fill/w_5,h_5,lg_3/a.jpg", "lg_3"),
        ("fill/w_5,h_5,shrp_3/a.jpg", "shrp_3"),
        ("fill/w_5,h_5,pstr,anm_all/a.jpg", "anm_all"),
        ("fill/w_5,h_5,wm_a b/a.jpg", "wm_a b"),
        ("fill/w_5,h_5,wm_..%2F..%2Fetc/a.jpg", "wm_../../etc"),
        ("stretch/w_5,h_5/a.jpg", "stretch"),
        ("fit/w_5,h_5/a.bmp", "a.bmp"),
        ("fit/w_5,h_5/a", "a"),
        ("crop/x_-1,y_0,w_5,h_5/a.jpg", "x_-1"),
        ("crop/w_5,h_5,scl_0/a.jpg", "scl_0"),
    ] {
        let refused = Address::parse(path).map(|_| ()).unwrap_err();
        assert_eq!(refused.token, token, "{path}: {refused}");
        assert!(refused.why.len() > 10, "{refused}");
    }
    let many = format!("{}a.jpg", "fit/w_5,h_5/".repeat(MOST_STEPS + 1));
    assert!(Address::parse(&many).unwrap_err().why.contains("at most 8 steps"));
    let long = format!("fit/w_5,h_5/{}.jpg", "a".repeat(LONGEST_PATH));
    assert!(Address::parse(&long).unwrap_err().why.contains("2000"));
}

#[test]
fn numbers_are_rounded() {
    let written =
        "crop/x_4.95000000000003,y_40.4,w_140.6,h_99.5/fill/w_9000,h_1000,al_c,q_72.5,con_-12.5/a.jpg";
    let read = "crop/x_5,y_40,w_141,h_100/fill/w_9000,h_1000,al_c,q_73,con_-13/file.jpg";
    assert_eq!(spelled(written).to_string(), read);
}

#[test]
fn a_preset_is_known_by_its_name() {
    let preset = Address::parse("preset/card/photo.webp").unwrap();
    assert_eq!(preset, Address::Preset { name: "card".to_owned(), extension: Extension::WebP });
}

fn hundredths(range: std::ops::RangeInclusive<u32>) -> impl Strategy<Value = Hundredths> {
    range.prop_map(Hundredths::new)
}

fn size() -> impl Strategy<Value = Size> {
    (1..=LONGEST_SIDE, 1..=LONGEST_SIDE).prop_map(|(width, height)| Size { width, height })
}

fn align_strategy() -> impl Strategy<Value = Align> {
    (0..9_usize).prop_map(|index| Align::ALL[index])
}

fn step() -> impl Strategy<Value = Step> {
    let upscale = || prop::option::of(prop_oneof![Just(Upscale::Classic), Just(Upscale::Super)]);
    let anchor = prop_oneof![
        align_strategy().prop_map(Anchor::Aligned),
        (hundredths(0..=100), hundredths(0..=100)).prop_map(|(x, y)| Anchor::Focus { x, y }),
        Just(Anchor::Auto),
    ];
    let position = prop_oneof![
        (0..=LONGEST_EDGE, 0..=LONGEST_EDGE).prop_map(|(x, y)| Position::Corner { x, y }),
        align_strategy().prop_map(Position::Aligned),
    ];
    let scale = prop::option::of(hundredths(1..=10_000));
    prop_oneof![
        (size(), upscale()).prop_map(|(size, upscale)| Step::Fit { size, upscale }),
        (size(), anchor, upscale()).prop_map(|(size, anchor, upscale)| Step::Fill { size, anchor, upscale }),
        size().prop_map(|size| Step::SmartCrop { size }),
        (position, size(), scale).prop_map(|(at, size, scale)| Step::Crop { at, size, scale }),
    ]
}

fn options() -> impl Strategy<Value = Options> {
    let unsharp = (hundredths(10..=50_000), hundredths(0..=1_000), hundredths(0..=25_500))
        .prop_map(|(radius, amount, threshold)| Unsharp { radius, amount, threshold });
    let encoding = prop_oneof![Just(Encoding::Auto), Just(Encoding::Avif), Just(Encoding::ProgressiveAvif)];
    let animation = prop_oneof![Just(Animation::Poster), Just(Animation::All)];
    let extension = prop_oneof![
        Just(Extension::Jpeg),
        Just(Extension::Png),
        Just(Extension::WebP),
        Just(Extension::Avif),
        Just(Extension::Gif)
    ];
    let looks = (
        prop::option::of(1..=100_u8),
        any::<bool>(),
        prop::option::of(unsharp),
        any::<bool>(),
        prop::option::of("[A-Za-z0-9_~.-]{1,80}"),
        prop::option::of(encoding),
        prop::option::of(animation),
        extension,
    );
    let adjustments = (-100..=100_i16, -100..=100_i16, -100..=100_i16, -180..=180_i16, 0..=100_u8);
    (looks, adjustments).prop_map(|(looks, (contrast, brightness, saturation, hue, blur))| {
        let (quality, quality_auto, unsharp, baseline, watermark, encoding, animation, extension) = looks;
        let adjusted = Options { contrast, brightness, saturation, hue, blur, ..Options::default() };
        let encoded = Options { quality, quality_auto, baseline, encoding, animation, extension, ..adjusted };
        Options { unsharp, watermark, ..encoded }
    })
}

proptest! {
    #[test]
    fn reading_and_printing_are_inverse(steps in prop::collection::vec(step(), 1..=MOST_STEPS), options in options()) {
        let transformation = Transformation { steps, options };
        let printed = transformation.to_string();
        prop_assert_eq!(Address::parse(&printed), Ok(Address::Spelled(transformation)), "{}", printed);
    }

    #[test]
    fn any_text_is_understood_or_refused(text in ".{0,200}") {
        let _ = Address::parse(&text);
    }

    #[test]
    fn texts_that_are_nearly_right_are_understood_or_refused(
        text in "((fit|fill|crop|scrop|preset)/([a-z]{1,7}_?[-0-9._a-z]{0,8},?){0,8}/){0,3}[a-z]{0,5}[.]?(jpg|png|gif)?"
    ) {
        if let Ok(Address::Spelled(transformation)) = Address::parse(&text) {
            let printed = transformation.to_string();
            prop_assert_eq!(Address::parse(&printed), Ok(Address::Spelled(transformation)), "{}", printed);
        }
    }
}
