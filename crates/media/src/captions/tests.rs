#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn made(text: &str) -> String {
    let made = to_webvtt(text.as_bytes()).unwrap();
    assert_eq!(to_webvtt(made.as_bytes()).as_ref(), Ok(&made), "read again");
    made
}

/// The text of the one cue that there is.
fn cleaned(text: &str) -> String {
    let made = made(&format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n"));
    let text = made.strip_prefix("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n").unwrap();
    text.trim_end().to_owned()
}

fn refused(text: &str) -> String {
    to_webvtt(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn subrip_becomes_webvtt() {
    let subrip = "\u{feff}1\r\n00:00:01,500 --> 00:00:03,000 X1:40 X2:600\r\n<font color=\"#fff\">Hello</font>\r\n\
        {\\an8}<I>R&B</I> <3\r\n\r\n2\r\n0:00:04,00 --> 1:00:05,25\r\nfirst\r\n\r\nsecond\r\n\r\n\
        3\r\n00:00:06,000 --> 00:00:07,000\r\n7\r\n4\r\n00:00:08,000 --> 00:00:09,000\r\nend";
    let expected = "WEBVTT\n\n00:00:01.500 --> 00:00:03.000\nHello\n<i>R&amp;B</i> &lt;3\n\n\
        00:00:04.000 --> 01:00:05.250\nfirst\nsecond\n\n00:00:06.000 --> 00:00:07.000\n7\n\n\
        00:00:08.000 --> 00:00:09.000\nend\n";
    assert_eq!(made(subrip), expected);
}

#[test]
fn webvtt_is_put_in_order_without_comments_styles_and_regions() {
    let text = "WEBVTT - a title\nX-TIMESTAMP-MAP=LOCAL:0\n\nSTYLE\n::cue { background: url(https://x.test) }\n\n\
        REGION\nid:a\n\nNOTE to self\nmore\n\nlater\n00:05.000 --> 00:06.000 align:middle region:a line:-1 size:200%\n\
        B\n\n00:01.000 --> 00:02.000 position:10%,line-left align:end align:start vertical:rl line:5.5%,end\nA\n\n\
        back\n00:03.000 --> 00:03.000\nnever\n";
    let expected = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 position:10%,line-left align:start vertical:rl \
        line:5.5%,end\nA\n\nlater\n00:00:05.000 --> 00:00:06.000 align:center line:-1\nB\n";
    assert_eq!(made(text), expected);
}

#[test]
fn known_tags_are_kept_in_balance() {
    for (text, expected) in [
        ("<v.loud Fred & Co>Hi", "<v.loud Fred &amp; Co>Hi</v>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<c.yellow.bg\"x.ok>a</c></c>", "<c.yellow.ok>a</c>"),
        ("<ruby>漢<rt>kan</rt></ruby><rt>x</rt>", "<ruby>漢<rt>kan</rt></ruby>x"),
        ("<lang en-GB>x</lang><lang>y</lang>", "<lang en-GB>x</lang>y"),
        ("<script>alert(1)</script><u onclick=x>y</u>", "alert(1)<u>y</u>"),
        ("a<00:00:01.500>b", "ab"),
        ("a < b > c <i >d", "a &lt; b &gt; c <i>d</i>"),
        ("&amp; &nbsp;&#39; &; &x &toolonganame;", "&amp; &nbsp;&#39; &amp;; &amp;x &amp;toolonganame;"),
        ("--<font>&gt;", "--&gt;"),
        ("--<x\n>>", "--&gt;"),
        ("<v A--\n>x", "<v A>x</v>"),
        ("<c.a--\n>x", "<c>x</c>"),
        ("  a  \n   \n\tb", "a\nb"),
    ] {
        assert_eq!(cleaned(text), expected, "{text}");
    }
    let deep = cleaned(&"<b>".repeat(1000));
    assert_eq!(deep, format!("{}{}", "<b>".repeat(16), "</b>".repeat(16)));
}

#[test]
fn every_usual_encoding_is_read() {
    let text = "1\n00:00:01,000 --> 00:00:02,000\n„Größe“ – 5 €\n";
    let expected = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n„Größe“ – 5 €\n";
    let big: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows = b"1\n00:00:01,000 --> 00:00:02,000\n\x84Gr\xf6\xdfe\x93 \x96 5 \x80\n";
    let marked = format!("\u{feff}{text}");
    for bytes in [text.as_bytes(), marked.as_bytes(), &big, &little, windows] {
        assert_eq!(to_webvtt(bytes).as_deref(), Ok(expected));
    }
    let old = text.replace('\n', "\r");
    assert_eq!(to_webvtt(old.as_bytes()).as_deref(), Ok(expected));
}

#[test]
fn an_error_names_its_line() {
    assert_eq!(refused("WEBVTT\n\n00:00:01 --> 00:02.000\nx"), "line 3: `00:00:01` is no cue time");
    assert_eq!(refused("1\n00:00:01,000 -->\nx"), "line 2: a cue time is missing");
    assert_eq!(refused("1\n00:00:01,000 --> 00:60:00,000\nx"), "line 2: `00:60:00,000` is no cue time");
    assert_eq!(refused("\n[Script Info]\nTitle: x"), "line 2: `[Script Info]` is no cue time");
    assert_eq!(refused("1\n00:00:01,000 --> 00:00:02,0000\nx"), "line 2: `00:00:02,0000` is no cue time");
}

#[test]
fn captions_without_a_cue_are_an_error() {
    for text in ["", "\n\n", "WEBVTT", "WEBVTT\n\nNOTE x\n", "1\n2\n", "WEBVTT\n\n00:02.000 --> 00:01.000\nx"]
    {
        assert_eq!(to_webvtt(text.as_bytes()), Err(CaptionError::Empty), "{text:?}");
    }
}

#[test]
fn captions_have_limits() {
    assert_eq!(to_webvtt(&vec![b'\n'; LONGEST + 1]), Err(CaptionError::TooLong));
    let cue = "00:00:01,000 --> 00:00:02,000\nx\n";
    assert!(to_webvtt(cue.repeat(MOST_CUES).as_bytes()).is_ok());
    assert_eq!(to_webvtt(cue.repeat(MOST_CUES + 1).as_bytes()), Err(CaptionError::TooMany));
    // It is longer as WebVTT.
    let long = format!("{cue}{}", ">".repeat(LONGEST / 2));
    assert_eq!(to_webvtt(long.as_bytes()), Err(CaptionError::TooLong));
}

#[test]
fn a_long_cue_takes_no_long_time() {
    for part in ["<", "&", "{\\", "<b", "<v a>", "</b>", "x\n", "-->"] {
        let text = format!("1\n00:00:01,000 --> 00:00:02,000\n{}", part.repeat(400_000 / part.len()));
        let begun = std::time::Instant::now();
        let _ = to_webvtt(text.as_bytes());
        assert!(begun.elapsed().as_secs() < 5, "{part}: {:?}", begun.elapsed());
    }
}

/// Text in which something happens.
fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "WEBVTT\n\n",
        "\n",
        "\n\n",
        "\r",
        "NOTE",
        "STYLE\n",
        "-->",
        "00:01.000 --> 00:02.000",
        "00:00:03,000 --> 01:00:04,5 line:1",
        " ",
        "<",
        ">",
        "--",
        "<v ",
        "<b>",
        "</b>",
        "<ruby>",
        "<rt>",
        "</ruby>",
        "<c.a-",
        "<lang ",
        "&",
        "amp;",
        "{\\",
        "}",
        "x",
        "é",
        "12",
        "\u{a0}",
        "\u{85}",
        "\u{2028}",
        "\0",
        "\u{feff}",
        "-",
    ]);
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_was_written_is_read_again_unchanged(head in any::<bool>(), text in pieces()) {
        let head = if head { "WEBVTT\n\n00:01.000 --> 00:02.000\n" } else { "" };
        if let Ok(made) = to_webvtt(format!("{head}{text}").as_bytes()) {
            prop_assert_eq!(to_webvtt(made.as_bytes()), Ok(made));
        }
    }

    #[test]
    fn any_bytes_are_captions_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for head in [&b""[..], b"\xfe\xff", b"1\n00:00:01,000 --> 00:00:02,000\n", b"WEBVTT\n\n0:1.0 --> 0:2.0\n"] {
            if let Ok(made) = to_webvtt(&[head, &bytes].concat()) {
                prop_assert_eq!(to_webvtt(made.as_bytes()), Ok(made));
            }
        }
    }
}
