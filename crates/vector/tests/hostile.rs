//! What people put into drawings to act, to load, or to wear a machine down.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use vector::{Error, Limits, Removed, clean, draw};

fn svg(inside: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{inside}</svg>"#
    )
}

fn cleaned(inside: &str) -> vector::Cleaned {
    clean(svg(inside).as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{inside}: {error}"))
}

/// What is left within the root.
fn left(inside: &str) -> String {
    let svg = cleaned(inside).svg().to_owned();
    let start = svg.find('>').unwrap() + 1;
    svg[start..].trim_end_matches("</svg>").to_owned()
}

#[test]
fn what_acts_is_taken_out_and_named() {
    for (inside, expected, named) in [
        ("<script>alert(1)</script>", "", Some(Removed::Script)),
        ("<g><script xlink:href='x.js'/></g>", "<g/>", Some(Removed::Script)),
        ("<rect onclick='x()' OnLoad='y()'/>", "<rect/>", Some(Removed::Handler)),
        (
            "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
            "",
            Some(Removed::Foreign),
        ),
        ("<iframe xmlns='http://www.w3.org/1999/xhtml' src='x'/>", "", Some(Removed::Foreign)),
        ("<image href='http://x/y.png'/>", "<image/>", Some(Removed::Reference)),
        ("<image xlink:href='y.png'/>", "<image/>", Some(Removed::Reference)),
        ("<image href='data:text/html,x'/>", "<image/>", Some(Removed::Reference)),
        ("<use href='x.svg#a'/>", "<use/>", Some(Removed::Reference)),
        ("<use href='data:image/svg+xml,x#a'/>", "<use/>", Some(Removed::Reference)),
        ("<a href='https://x/'><path d='M0 0'/></a>", "<a><path d=\"M0 0\"/></a>", Some(Removed::Link)),
        ("<a xlink:href=' java&#10;script:x'/>", "<a/>", Some(Removed::Script)),
        ("<a href='#x'/>", "<a href=\"#x\"/>", None),
        ("<rect fill='url(http://x/#a)'/>", "<rect fill=\"none\"/>", Some(Removed::Reference)),
        ("<rect fill='u\\72l(http://x/#a)'/>", "<rect fill=\"none\"/>", Some(Removed::Reference)),
        ("<rect fill='url(#a) red'/>", "<rect fill=\"url(#a) red\"/>", None),
        (
            "<rect style='fill:url(&quot;#a b&quot;);x:y'/>",
            "<rect style=\"fill:url(&quot;#a b&quot;);x:y;\"/>",
            None,
        ),
        (
            "<rect style='behavior:url(#x);-moz-binding:url(x);fill:red'/>",
            "<rect style=\"fill:red;\"/>",
            None,
        ),
        (
            "<style>@import 'x.css'; a{fill:red}</style>",
            "<style>a{fill:red;}</style>",
            Some(Removed::Reference),
        ),
        ("<style>a{fill:url(//x/y#z)}</style>", "<style>a{fill:none;}</style>", Some(Removed::Reference)),
        ("<style>a{background:image-set('x' 1x)}</style>", "", Some(Removed::Reference)),
        (
            "<style>a{fill:red;}<![CDATA[</style><script>]]>b{fill:blue}</style>",
            "<style>a{fill:red;}</style>",
            None,
        ),
        ("<style>a:not(.b)>c ~ d{fill:red}</style>", "<style>a:not(.b)&gt;c ~ d{fill:red;}</style>", None),
        (
            "<style>a{font-family:'&lt;/style>'}</style>",
            "<style>a{font-family:\"\\3c /style&gt;\";}</style>",
            None,
        ),
        ("<style>@media print{a{fill:red}}</style>", "<style>@media print{a{fill:red;}}</style>", None),
        ("<style>@font-face{src:url(http://x)}</style>", "", Some(Removed::Reference)),
        ("<style type='text/x'>a{fill:red}</style>", "", None),
        ("<set attributeName='href' to='javascript:x'/>", "", Some(Removed::Animation)),
        ("<animate attributeName='xlink:href' values='x;y'/>", "", Some(Removed::Animation)),
        ("<set attributeName='onclick' to='x()'/>", "", Some(Removed::Animation)),
        ("<set attributeName='fill' to='url(http://x#a)'/>", "", Some(Removed::Animation)),
        ("<set attributeName='fill' to='url(#a)'/>", "<set attributeName=\"fill\" to=\"url(#a)\"/>", None),
        ("<title><style>&lt;img src=x onerror=y></style>t</title>", "<title>t</title>", None),
        ("<g xml:base='http://x/' data-a='1'/>", "<g data-a=\"1\"/>", None),
        ("<x:g xmlns:x='http://x'/><metadata>m</metadata>", "", None),
        ("<text>a<tspan> b</tspan>&lt;</text>", "<text>a<tspan> b</tspan>&lt;</text>", None),
    ] {
        assert_eq!(left(inside), expected, "{inside}");
        let removed: Vec<Removed> = cleaned(inside).removed().iter().copied().collect();
        assert_eq!(removed, named.into_iter().collect::<Vec<_>>(), "{inside}");
    }
}

#[test]
fn pictures_in_place_stay_and_drawings_in_place_are_cleaned() {
    let png = "<image href=\"data:image/png;base64,iVBORw0KGgo=\"/>";
    assert_eq!(left(png), png);
    assert_eq!(left("<image xlink:href='data:image/svg;base64,iVBORw0K\n Ggo'/>"), "<image/>");
    let inner =
        "<image href='data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 onload=%22x%22/%3E'/>";
    assert!(left(inner).starts_with("<image href=\"data:image/svg+xml;base64,"));
    assert!(cleaned(inner).removed().contains(&Removed::Handler));
}

#[test]
fn bombs_are_refused_or_drawn_quickly() {
    let chain = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    let uses =
        chain(20, &|at| format!("<g id='g{}'>{}</g>", at + 1, format!("<use href='#g{at}'/>").repeat(10)));
    let fills = chain(12, &|at| {
        let rects = format!("<rect width='9' height='9' fill='url(#p{at})'/>").repeat(10);
        format!("<pattern id='p{}' width='1' height='1'>{rects}</pattern>", at + 1)
    });
    let masks = chain(12, &|at| {
        format!(
            "<mask id='m{}'>{}</mask>",
            at + 1,
            format!("<rect width='99' height='99' mask='url(#m{at})'/>").repeat(9)
        )
    });
    let markers = format!(
        "<marker id='k' markerWidth='9' markerHeight='9'>{}</marker><path marker-mid='url(#k)' d='M0 0{}'/>",
        "<rect width='9' height='9'/>".repeat(300),
        " L9 9".repeat(20_000)
    );
    let layers =
        format!("{}<rect width='99' height='99'/>{}", "<g opacity='.9'>".repeat(150), "</g>".repeat(150));
    let filter = |inside: &str| {
        format!("<filter id='f'>{inside}</filter><rect width='99' height='99' filter='url(#f)'/>")
    };
    for (name, inside, is_refused) in [
        ("uses", format!("<g id='g0'><rect/></g>{uses}<use href='#g20'/>"), true),
        ("fills", format!("<rect width='99' height='99' fill='url(#p12)'/>{fills}"), true),
        ("masks", format!("<rect width='99' height='99' mask='url(#m12)'/>{masks}"), true),
        ("markers", markers, true),
        ("layers", layers, true),
        ("nesting", format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000)), true),
        ("elements", "<g/>".repeat(400_000), true),
        ("octaves", filter("<feTurbulence baseFrequency='.1' numOctaves='1000000'/>"), true),
        ("morphology", filter("<feMorphology radius='9999'/>"), true),
        ("primitives", filter(&"<feGaussianBlur stdDeviation='9'/>".repeat(5000)), true),
        ("radius", filter("<feGaussianBlur stdDeviation='1e9'/>"), false),
        ("dashes", "<path stroke='red' stroke-dasharray='.000001' d='M0 0L99 99'/>".repeat(300), true),
        ("tile", "<pattern id='p' width='1e6' height='1e6' patternUnits='userSpaceOnUse'><rect width='9' height='9'/></pattern><rect width='99' height='99' fill='url(#p)'/>".to_owned(), true),
        ("crossing", format!("<path d='M0 0{}'/>", " L9 99 L1 1".repeat(100_000)), true),
        ("rules", format!("<style>{}</style>{}", "a{fill:red}".repeat(10_000), "<g/>".repeat(10_000)), true),
        ("huge numbers", "<rect x='1e38' width='1e38' height='1e38' transform='scale(1e38)'/>".to_owned(), false),
    ] {
        let began = Instant::now();
        let drawn = clean(svg(&inside).as_bytes(), &Limits::default())
            .and_then(|cleaned| draw(&cleaned, 2000, 2000, &Limits::default()));
        assert_eq!(matches!(drawn, Err(Error::Limit(_))), is_refused, "{name}: {:?}", drawn.err());
        assert!(began.elapsed() < Duration::from_secs(10), "{name} took {:?}", began.elapsed());
    }
}

#[test]
fn what_would_be_drawn_within_itself_is_drawn_without() {
    let circle = |kind: &str, property: &str| {
        let one = |from: usize, to: usize| {
            format!(
                "<{kind} id='c{from}' width='9' height='9'><rect width='50' height='50' {property}='url(#c{to})'/></{kind}>"
            )
        };
        format!(
            "{}{}{}<rect id='r' width='99' height='99' {property}='url(#c1)'/>",
            one(1, 2),
            one(2, 3),
            one(3, 1)
        )
    };
    for inside in [
        circle("pattern", "fill"),
        circle("pattern", "stroke"),
        circle("mask", "mask"),
        circle("clipPath", "clip-path"),
        circle("marker", "marker-mid"),
        circle("pattern", "style='fill:red' fill"),
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#c'/></g><g id='c'><use href='#a'/></g>".to_owned(),
        "<g fill='url(#p)'><pattern id='p' width='9' height='9'><rect width='5' height='5'/></pattern><path d='M0 0h9v9'/></g>".to_owned(),
        "<filter id='f'><feImage href='#r'/></filter><g id='r'><rect width='9' height='9' filter='url(#f)'/></g>".to_owned(),
        "<pattern id='p' href='#q'/><pattern id='q' href='#p'/><rect fill='url(#p)' width='9' height='9'/>".to_owned(),
        "<linearGradient id='p' href='#q'/><linearGradient id='q' href='#p'/><rect fill='url(#p)' width='9' height='9'/>".to_owned(),
    ] {
        let drawing = cleaned(&format!("<circle r='40' fill='lime'/>{inside}"));
        let drawn = draw(&drawing, 100, 100, &Limits::default()).unwrap_or_else(|error| panic!("{inside}: {error}"));
        assert!(drawn.samples.iter().any(|sample| *sample > 0), "{inside}");
    }
    let by_style = "<style>.x{fill:url(#p)}</style><pattern id='p' width='9' height='9'><rect class='x' width='9' height='9'/></pattern><rect class='x' width='9' height='9'/>";
    assert!(draw(&cleaned(by_style), 100, 100, &Limits::default()).is_err());
}

#[test]
fn what_is_no_drawing_is_said_to_be_none() {
    for bytes in [
        &b""[..],
        b"x",
        b"<svg",
        b"<html/>",
        b"\x1f\x8b\x08",
        b"\xff\xfe<",
        b"<!DOCTYPE svg [",
        b"<svg>&#0;</svg>",
    ] {
        assert!(matches!(clean(bytes, &Limits::default()), Err(Error::Broken(_))), "{bytes:?}");
    }
}
