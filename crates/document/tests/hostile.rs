//! Documents made for harm, and small ones made to be told apart.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use bytes::Bytes;
use contract::formats::{self, Format};
use document::{Error, Inspected, Limits, draw_page, draw_text_page, inspect, pages};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn zipped(parts: &[(&str, &[u8])]) -> Bytes {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    Bytes::from(zip.finish().unwrap().into_inner())
}

fn read(bytes: &Bytes, format: &Format) -> Result<Inspected, Error> {
    inspect(bytes, format, &Limits::default())
}

fn docx(body: &str) -> Bytes {
    let whole = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    zipped(&[("word/document.xml", whole.as_bytes())])
}

#[test]
fn a_bomb_in_a_zip_is_refused() {
    let mut bomb = b"<w:document><w:body>".to_vec();
    bomb.resize(220 << 20, b' ');
    let bytes = zipped(&[("word/document.xml", &bomb)]);
    assert!(bytes.len() < 1 << 20);
    assert!(matches!(read(&bytes, &formats::DOCX), Err(Error::Limit(_))));
    let bytes = zipped(&[("content.xml", &bomb)]);
    assert!(matches!(read(&bytes, &formats::ODT), Err(Error::Limit(_))));
}

#[test]
fn nothing_is_expanded_and_nesting_has_an_end() {
    let laughs = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><w:document><w:p><w:t>&b;x</w:t></w:p></w:document>";
    let bytes = zipped(&[("word/document.xml", laughs.as_bytes())]);
    assert_eq!(read(&bytes, &formats::DOCX).unwrap().text, "x");
    let deep = docx(&"<w:tbl><w:tr><w:tc>".repeat(100_000));
    assert!(matches!(read(&deep, &formats::DOCX), Err(Error::Broken(_))));
    let deep = Bytes::from(format!("{{\\rtf1 {}", "{".repeat(1_000_000)));
    assert!(matches!(read(&deep, &formats::RTF), Err(Error::Broken(_))));
    let deep = Bytes::from(format!("{}x", "> - ".repeat(100_000)));
    assert!(read(&deep, &formats::MARKDOWN).is_ok());
}

#[test]
fn text_is_bounded_and_whole_letters_are_kept() {
    let bytes = docx(&"<w:p><w:r><w:t>Größe  und\nÄhnliches</w:t></w:r></w:p>".repeat(1000));
    for text in 0..40 {
        let limits = Limits { text, ..Limits::default() };
        let inspected = inspect(&bytes, &formats::DOCX, &limits).unwrap();
        assert!(
            inspected.text.len() <= text
                && "Größe und Ähnliches\nGrößer und Ähnliches"
                    .starts_with(inspected.text.get(..15).unwrap_or(&inspected.text))
        );
    }
    assert_eq!(read(&bytes, &formats::DOCX).unwrap().facts.words, Some(3000));
}

#[test]
fn cells_keep_their_place_and_dates_are_dates() {
    let book =
        "<workbook xmlns:r='r'><sheets><sheet name='Prices' sheetId='1' r:id='rId1'/></sheets></workbook>";
    let relations = "<Relationships><Relationship Id='rId1' Type='x/worksheet' Target='worksheets/sheet1.xml'/>\
        <Relationship Id='rId2' Type='x/sharedStrings' Target='/xl/strings.xml'/>\
        <Relationship Id='rId3' Type='x/styles' Target='styles.xml'/></Relationships>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='yyyy\\-mm'/></numFmts>\
        <cellXfs><xf numFmtId='0'/><xf numFmtId='170'/><xf numFmtId='9'/></cellXfs></styleSheet>";
    let strings =
        "<sst><si><t>Apples</t></si><si><r><t>Pe</t></r><r><t>ars</t></r><rPh><t>no</t></rPh></si></sst>";
    let sheet = "<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c></row>\
        <row r='2'><c r='XFD2'><v>0.1</v></c></row><row r='1048576'><c r='B9' s='1'><v>45000</v></c><c s='2'><v>0.125</v></c>\
        <c t='inlineStr'><is><t>in line</t></is></c><c t='b'><v>1</v></c></row></sheetData></worksheet>";
    let bytes = zipped(&[
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/strings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    let inspected = read(&bytes, &formats::XLSX).unwrap();
    assert_eq!(inspected.facts.pages, Some(1));
    assert_eq!(inspected.text, "Prices\nApples\tPears\n0.1\n2023-03-15\t12.5%\tin line\tTRUE");
}

#[test]
fn letters_come_from_many_encodings() {
    let text = |bytes: &'static [u8], format| read(&Bytes::from_static(bytes), format).unwrap().text;
    assert_eq!(text(b"caf\xc3\xa9", &formats::TXT), "café");
    assert_eq!(text(b"\xff\xfec\0a\0f\0\xe9\0", &formats::TXT), "café");
    assert_eq!(text(b"\xfe\xff\0c\0a\0f\0\xe9", &formats::TXT), "café");
    assert_eq!(
        text(b"Das ist f\xfcr die Stra\xdfe, sagte M\xfcller \x93heute\x94.", &formats::TXT),
        "Das ist für die Straße, sagte Müller “heute”."
    );
    assert_eq!(text(b"{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0\\fcharset204 A;}}\\f0 \\'cf\\'f0\\'e8\\u8211 ?\\u-10179?\\u-8704?}", &formats::RTF), "При–😀");
    assert_eq!(text(b"a;b\n\"1;5\";\"say \"\"x\"\"\"\n", &formats::CSV), "a\tb\n1;5\tsay \"x\"");
    assert_eq!(
        text(b"# Title\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| c | *d* |\n", &formats::MARKDOWN),
        "Title\n1. one\n2. two\na\tb\nc\td"
    );
}

/// A PDF whose objects are these; the table of them is left for the reader to make.
fn pdf(objects: &[Vec<u8>]) -> Bytes {
    let mut whole = b"%PDF-1.7\n".to_vec();
    for (number, object) in objects.iter().enumerate() {
        whole.extend(format!("{} 0 obj\n", number + 1).bytes());
        whole.extend(object);
        whole.extend(b"\nendobj\n");
    }
    whole.extend(b"trailer\n<</Root 1 0 R>>\n%%EOF\n");
    Bytes::from(whole)
}

fn one_page(entries: &str, content: Vec<u8>) -> Bytes {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>{entries}>>"
    );
    pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        content,
    ])
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut whole = format!("<</Length {}{entries}>>\nstream\n", bytes.len()).into_bytes();
    whole.extend(bytes);
    whole.extend(b"\nendstream");
    whole
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_bomb_in_a_pdf_is_refused() {
    let once = deflated(&vec![b' '; 220 << 20]);
    let twice = deflated(&once);
    assert!(once.len() < 3 << 20 && twice.len() < 100 << 10);
    for content in [stream("/Filter/FlateDecode", &once), stream("/Filter[/FlateDecode/FlateDecode]", &twice)]
    {
        let bytes = one_page("/MediaBox[0 0 100 100]", content);
        assert!(matches!(draw_page(&bytes, 0, 100, 100, &Limits::default()), Err(Error::Limit(_))));
        assert!(matches!(read(&bytes, &formats::PDF), Err(Error::Limit(_))));
    }
}

#[test]
fn a_page_of_any_size_fits_into_what_is_asked_for() {
    let content = || stream("", b"BT /F 12 Tf 10 10 Td (Hello) Tj ET");
    for (media, expected) in [
        ("0 0 200 100", (200, 100)),
        ("0 0 100 200", (100, 200)),
        ("-50 -50 50 50", (200, 200)),
        ("0 0 1000000000 1000000000", (200, 200)),
        ("0 0 1000000 1", (200, 1)),
        ("0 0 0 0", (200, 200)),
        ("0 0 99999999999999999999999999999999999999999999 1", (200, 1)),
    ] {
        let bytes = one_page(&format!("/MediaBox[{media}]"), content());
        let picture = draw_page(&bytes, 0, 200, 200, &Limits::default())
            .unwrap_or_else(|error| panic!("{media}: {error}"));
        // What is no size at all is shown on some usual sheet.
        assert!(
            (picture.width, picture.height) == expected || media == "0 0 0 0" || media.len() > 30,
            "{media}: {}×{}",
            picture.width,
            picture.height
        );
    }
    let bytes = one_page("/MediaBox[0 0 100 100]", content());
    assert!(matches!(draw_page(&bytes, 0, 60_000, 60_000, &Limits::default()), Err(Error::Limit(_))));
    assert!(matches!(draw_page(&bytes, 1, 100, 100, &Limits::default()), Err(Error::NoPage)));
    assert_eq!(read(&bytes, &formats::PDF).unwrap().text, "Hello");
}

#[test]
fn a_page_with_more_lines_than_can_be_seen_is_refused_before_it_is_drawn() {
    let lines = stream("", "0 0 m 100 100 l S\n".repeat(400_000).as_bytes());
    let bytes = one_page("/MediaBox[0 0 100 100]", lines);
    let began = Instant::now();
    assert!(matches!(draw_page(&bytes, 0, 200, 200, &Limits::default()), Err(Error::Limit(_))));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn thousands_of_pages_are_counted_at_once() {
    let kids: String = (0..20_000).map(|number| format!("{} 0 R ", number + 3)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Count 20000/MediaBox[0 0 300 400]/Kids[{kids}]>>").into_bytes(),
    ];
    objects.resize(20_002, b"<</Type/Page/Parent 2 0 R>>".to_vec());
    let bytes = pdf(&objects);
    let began = Instant::now();
    let pages = pages(&bytes, &Limits::default()).unwrap();
    assert_eq!((pages.count, pages.sizes.len()), (20_000, 10_000));
    assert_eq!((pages.sizes[9_999].width, pages.sizes[9_999].height), (300.0, 400.0));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn a_text_page_is_as_large_as_asked_for_and_not_larger() {
    let bytes = Bytes::from_static("# Schön\n\nΕλληνικά и русский 漢字\n".as_bytes());
    let picture = draw_text_page(&bytes, &formats::MARKDOWN, 600, &Limits::default()).unwrap();
    assert_eq!((picture.width, picture.height), (600, 849));
    let wide = draw_text_page(&bytes, &formats::MARKDOWN, u32::MAX, &Limits::default());
    assert!(matches!(wide, Err(Error::Limit(_))));
    let empty = draw_text_page(&Bytes::new(), &formats::TXT, 600, &Limits::default());
    assert!(matches!(empty, Err(Error::NoPage)));
    assert!(matches!(read(&bytes, &formats::JPEG), Err(Error::Unknown("jpeg"))));
}

#[test]
fn open_documents_say_their_pages_and_cells() {
    let sheet = "<o:document-content xmlns:o='o'><o:spreadsheet><t:table t:name='One'><t:table-row>\
        <t:table-cell><x:p>a</x:p></t:table-cell><t:table-cell t:number-columns-repeated='3'/>\
        <t:table-cell><x:p>b<x:s x:c='3'/>c</x:p></t:table-cell><t:table-cell t:number-columns-repeated='16000'/>\
        </t:table-row><t:table-row t:number-rows-repeated='1048576'><t:table-cell/></t:table-row></t:table>\
        <t:table t:name='Two'/></o:spreadsheet></o:document-content>";
    let inspected = read(&zipped(&[("content.xml", sheet.as_bytes())]), &formats::ODS).unwrap();
    assert_eq!((inspected.text.as_str(), inspected.facts.pages), ("One\na\tb c\nTwo", Some(2)));

    let slides = "<o:presentation><d:page><d:frame p:class='title'><x:p>Hello</x:p></d:frame><d:frame><x:list><x:list-item>\
        <x:p>there<o:annotation><x:p>hidden</x:p></o:annotation></x:p></x:list-item></x:list></d:frame></d:page><d:page/></o:presentation>";
    let styles = "<o:styles><s:page-layout s:name='notes'><s:page-layout-properties f:page-width='21cm' f:page-height='29.7cm'/></s:page-layout>\
        <s:page-layout s:name='slides'><s:page-layout-properties f:page-width='10in' f:page-height='7.5in'/></s:page-layout>\
        <s:master-page s:name='M' s:page-layout-name='slides'/></o:styles>";
    let bytes = zipped(&[("content.xml", slides.as_bytes()), ("styles.xml", styles.as_bytes())]);
    let inspected = read(&bytes, &formats::ODP).unwrap();
    assert_eq!(inspected.text, "Hello\nthere");
    assert_eq!((inspected.facts.pages, inspected.facts.page_size), (Some(2), Some([720.0, 540.0])));
    let picture = draw_text_page(&bytes, &formats::ODP, 400, &Limits::default()).unwrap();
    assert_eq!((picture.width, picture.height), (400, 300));

    let manifest = "<m:manifest><m:file-entry m:full-path='content.xml'><m:encryption-data/></m:file-entry></m:manifest>";
    let bytes = zipped(&[("META-INF/manifest.xml", manifest.as_bytes()), ("content.xml", b"\x01\x02")]);
    assert!(read(&bytes, &formats::ODT).unwrap().facts.encrypted);
    assert_eq!(draw_text_page(&bytes, &formats::ODT, 400, &Limits::default()), Err(Error::Encrypted));
}

#[test]
fn a_book_begins_behind_its_contents_and_shows_its_cover() {
    let container = "<container><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></container>";
    let book = "<package><metadata><dc:title>A  Book</dc:title><dc:creator>Somebody</dc:creator></metadata><manifest>\
        <item id='n' href='nav.xhtml' properties='nav'/><item id='c' href='chapter%201.xhtml'/><item id='p' href='../cover.png' properties='cover-image'/>\
        </manifest><spine><itemref idref='n'/><itemref idref='c'/></spine></package>";
    let chapter = "<html><head><title>no</title></head><body><h1>One</h1><p>Tom &amp; Jerry&nbsp;went&#8230;</p><br><p>on</body></html>";
    let bytes = zipped(&[
        ("META-INF/container.xml", container.as_bytes()),
        ("OEBPS/book.opf", book.as_bytes()),
        ("OEBPS/nav.xhtml", b"<html><body>Contents</body></html>"),
        ("OEBPS/chapter 1.xhtml", chapter.as_bytes()),
        ("cover.png", b"\x89PNG\r\n"),
    ]);
    let inspected = read(&bytes, &formats::EPUB).unwrap();
    assert_eq!(inspected.text, "One\nTom & Jerry went…\non");
    assert_eq!(inspected.facts.title.as_deref(), Some("A Book"));
    assert_eq!(inspected.thumbnail.map(|thumbnail| thumbnail.format), Some(&formats::PNG));
}
