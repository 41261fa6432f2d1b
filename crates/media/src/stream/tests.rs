#![allow(clippy::unwrap_used)]

use std::path::Path;

use super::*;
use crate::mp4::made::{self, X264, run};
use crate::mp4::{Segment, Shape};
use facts::Storyboard;

/// A track with segments of four seconds and a last one of a second and a half, all equally heavy.
fn track(codec: &str, shape: Shape, size: u64) -> Track {
    let at = |number: u64| 1000 + number * size;
    let segment = |number: u64| Segment {
        bytes: at(number)..if number == 2 { at(2) + size * 3 / 8 } else { at(number + 1) },
        start: number * 4000,
        duration: if number == 2 { 1500 } else { 4000 },
    };
    Track {
        init: 0..800,
        index: 800..1000,
        timescale: 1000,
        segments: (0..3).map(segment).collect(),
        codec: codec.to_owned(),
        shape,
        language: None,
    }
}

fn picture(name: &str, codec: &str, (width, height): (u32, u32), size: u64, frame_rate: f64) -> Video {
    Video {
        name: name.to_owned(),
        uri: format!("{name}.mp4"),
        track: track(codec, Shape::Video { width, height }, size),
        frame_rate,
    }
}

fn sound(name: &str, language: &str, label: &str, default: bool) -> Audio {
    let shape = Shape::Audio { channels: 2, sample_rate: 48_000 };
    Audio {
        name: name.to_owned(),
        uri: format!("{name}.mp4"),
        language: Some(language.to_owned()),
        label: label.to_owned(),
        default,
        track: track("mp4a.40.2", shape, 64_000),
    }
}

fn small() -> Stream {
    Stream {
        videos: vec![
            picture("720p", "avc1.64001f", (1280, 720), 1_000_000, 60_000.0 / 1001.0),
            picture("360p", "avc1.64001e", (640, 360), 300_000, 30.0),
        ],
        audios: vec![sound("fr", "fr", "Français", false), sound("en", "en", "English", true)],
        captions: vec![Caption {
            name: "captions-en".to_owned(),
            uri: "captions/en.vtt".to_owned(),
            language: "en".to_owned(),
            label: "English".to_owned(),
            default: false,
        }],
        storyboard: Some(Tiles {
            uri: "tiles.webp".to_owned(),
            board: Storyboard { columns: 5, rows: 4, width: 160, height: 90, interval: 0.5, count: 19 },
        }),
    }
}

#[test]
fn a_multivariant_playlist_lists_all_renditions() {
    let expected = "#EXTM3U\n\
#EXT-X-VERSION:7\n\
#EXT-X-INDEPENDENT-SEGMENTS\n\
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Français\",LANGUAGE=\"fr\",DEFAULT=NO,AUTOSELECT=YES,\
CHANNELS=\"2\",URI=\"fr.m3u8\"\n\
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,\
CHANNELS=\"2\",URI=\"en.m3u8\"\n\
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,\
FORCED=NO,URI=\"captions-en.m3u8\"\n\
#EXT-X-STREAM-INF:BANDWIDTH=2128000,AVERAGE-BANDWIDTH=2128000,CODECS=\"avc1.64001f,mp4a.40.2\",\
RESOLUTION=1280x720,FRAME-RATE=59.940,AUDIO=\"audio\",SUBTITLES=\"captions\",CLOSED-CAPTIONS=NONE\n\
720p.m3u8\n\
#EXT-X-STREAM-INF:BANDWIDTH=728000,AVERAGE-BANDWIDTH=728000,CODECS=\"avc1.64001e,mp4a.40.2\",\
RESOLUTION=640x360,FRAME-RATE=30.000,AUDIO=\"audio\",SUBTITLES=\"captions\",CLOSED-CAPTIONS=NONE\n\
360p.m3u8\n";
    assert_eq!(hls::master(&small()), expected);
}

#[test]
fn a_media_playlist_gives_the_bytes_of_each_segment() {
    let track = track("avc1.64001f", Shape::Video { width: 1280, height: 720 }, 800);
    let expected = "#EXTM3U\n\
#EXT-X-VERSION:7\n\
#EXT-X-TARGETDURATION:4\n\
#EXT-X-MEDIA-SEQUENCE:0\n\
#EXT-X-PLAYLIST-TYPE:VOD\n\
#EXT-X-MAP:URI=\"a%20%22b%22.mp4\",BYTERANGE=\"800@0\"\n\
#EXTINF:4.000000,\n#EXT-X-BYTERANGE:800@1000\na%20%22b%22.mp4\n\
#EXTINF:4.000000,\n#EXT-X-BYTERANGE:800@1800\na%20%22b%22.mp4\n\
#EXTINF:1.500000,\n#EXT-X-BYTERANGE:300@2600\na%20%22b%22.mp4\n\
#EXT-X-ENDLIST\n";
    assert_eq!(hls::media(&track, "a \"b\".mp4"), expected);
}

#[test]
fn a_playlist_of_captions_is_one_segment() {
    let expected = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n\
        #EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:9.500000,\nen.vtt\n#EXT-X-ENDLIST\n";
    assert_eq!(hls::caption("en.vtt", 9.5), expected);
    assert!(hls::caption("en.vtt", f64::NAN).contains("#EXT-X-TARGETDURATION:1\n"));
}

#[test]
fn sound_alone_is_a_variant_of_its_own() {
    let mut stream = small();
    stream.videos.clear();
    stream.captions.clear();
    let both = hls::master(&stream);
    assert!(both.contains("CODECS=\"mp4a.40.2\",AUDIO=\"audio\",CLOSED-CAPTIONS=NONE\nen.m3u8\n"), "{both}");
    stream.audios.truncate(1);
    let one = hls::master(&stream);
    assert!(!one.contains("EXT-X-MEDIA") && one.ends_with("CLOSED-CAPTIONS=NONE\nfr.m3u8\n"), "{one}");
}

#[test]
fn no_label_breaks_a_playlist() {
    let mut stream = small();
    stream.audios[0].label = "\"Dub\",\nURI=x".to_owned();
    stream.audios[1].label = "'Dub', URI=x".to_owned();
    stream.captions[0].label = "\u{2028} \r".to_owned();
    stream.captions[0].name = "a:b/c\"".to_owned();
    let text = hls::master(&stream);
    assert!(text.contains("NAME=\"'Dub', URI=x\""), "{text}");
    assert!(text.contains("NAME=\"'Dub', URI=x (2)\""), "{text}");
    assert!(text.contains("NAME=\"a:b/c'\""), "{text}");
    assert!(text.contains("URI=\"a%3Ab%2Fc%22.m3u8\""), "{text}");
    assert!(text.lines().all(|line| line.matches('"').count() % 2 == 0), "{text}");
    assert_eq!(text.lines().count(), hls::master(&small()).lines().count());
}

const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" type="static" mediaPresentationDuration="PT9.500S" minBufferTime="PT4.000S">
  <Period id="0" start="PT0S">
    <AdaptationSet id="0" contentType="video" mimeType="video/mp4" segmentAlignment="true" subsegmentAlignment="true" subsegmentStartsWithSAP="1" maxWidth="1280" maxHeight="720" maxFrameRate="60000/1001">
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <Representation id="720p" codecs="avc1.64001f" bandwidth="2000000" width="1280" height="720" frameRate="60000/1001">
        <BaseURL>720p.mp4</BaseURL>
        <SegmentBase timescale="1000" indexRange="800-999" indexRangeExact="true">
          <Initialization range="0-799"/>
        </SegmentBase>
      </Representation>
      <Representation id="360p" codecs="avc1.64001e" bandwidth="600000" width="640" height="360" frameRate="30">
        <BaseURL>360p.mp4</BaseURL>
        <SegmentBase timescale="1000" indexRange="800-999" indexRangeExact="true">
          <Initialization range="0-799"/>
        </SegmentBase>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id="1" contentType="audio" mimeType="audio/mp4" segmentAlignment="true" subsegmentAlignment="true" subsegmentStartsWithSAP="1" lang="en">
      <Label>English</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <Representation id="en" codecs="mp4a.40.2" bandwidth="128000" audioSamplingRate="48000">
        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
        <BaseURL>en.mp4</BaseURL>
        <SegmentBase timescale="1000" indexRange="800-999" indexRangeExact="true">
          <Initialization range="0-799"/>
        </SegmentBase>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id="2" contentType="audio" mimeType="audio/mp4" segmentAlignment="true" subsegmentAlignment="true" subsegmentStartsWithSAP="1" lang="fr">
      <Label>Français</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="alternate"/>
      <Representation id="fr" codecs="mp4a.40.2" bandwidth="128000" audioSamplingRate="48000">
        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
        <BaseURL>fr.mp4</BaseURL>
        <SegmentBase timescale="1000" indexRange="800-999" indexRangeExact="true">
          <Initialization range="0-799"/>
        </SegmentBase>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id="3" contentType="text" mimeType="text/vtt" lang="en">
      <Label>English</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/>
      <Representation id="captions-en" bandwidth="256">
        <BaseURL>captions/en.vtt</BaseURL>
      </Representation>
    </AdaptationSet>
    <AdaptationSet id="4" contentType="image" mimeType="image/webp">
      <SegmentTemplate media="tiles.webp" timescale="1000" duration="10000" startNumber="1"/>
      <Representation id="storyboard" bandwidth="28800" width="800" height="360">
        <EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="5x4"/>
      </Representation>
    </AdaptationSet>
  </Period>
</MPD>
"#;

#[test]
fn a_manifest_lists_all_renditions() {
    assert_eq!(dash::manifest(&small()), MANIFEST);
}

#[test]
fn a_family_of_codecs_is_a_set_of_its_own() {
    let mut stream = small();
    stream.videos.push(picture("720p-vp9", "vp09.00.31.08", (1280, 720), 800_000, 29.97));
    stream.videos.push(picture("180p", "avc1.64000c", (320, 180), 90_000, 12.5));
    let text = dash::manifest(&stream);
    assert_eq!(text.matches("contentType=\"video\"").count(), 2);
    let second = text.split("contentType=\"video\"").nth(2).unwrap();
    let second = second.split("</AdaptationSet>").next().unwrap();
    assert!(second.contains("720p-vp9") && second.contains("frameRate=\"30000/1001\""), "{second}");
    assert!(text.contains("frameRate=\"25/2\"") || text.contains("frameRate=\"12500/1000\""), "{text}");
}

#[test]
fn tracks_whose_segments_begin_apart_are_not_called_aligned() {
    let mut stream = small();
    stream.videos[1].track.segments[1].start += 1;
    assert!(dash::manifest(&stream).contains("segmentAlignment=\"false\""));
}

#[test]
fn no_text_breaks_a_manifest() {
    let mut stream = small();
    stream.audios[0].label = "<\"R&B\">\u{0}\u{8}'\n".to_owned();
    stream.audios[0].uri = "a&b'.mp4".to_owned();
    stream.storyboard.as_mut().unwrap().uri = "t$Number$.png?a=1&b=2".to_owned();
    let text = dash::manifest(&stream);
    assert!(text.contains("<Label>&lt;&quot;R&amp;B&quot;&gt;&apos; </Label>"), "{text}");
    assert!(text.contains("<BaseURL>a&amp;b&apos;.mp4</BaseURL>"), "{text}");
    assert!(text.contains("mimeType=\"image/png\""), "{text}");
    assert!(text.contains("media=\"t$$Number$$.png?a=1&amp;b=2\""), "{text}");
}

/// Two sizes of the same pictures and two languages, beside each other in a folder.
fn ladder(folder: &Path) -> Stream {
    let video = |name: &str, size: &str| {
        let path = made::video(folder, &format!("{name}.mp4"), &format!("{size}:r=25:d=3"), X264);
        let track = made::track(&path);
        Video { name: name.to_owned(), uri: format!("{name}.mp4"), track, frame_rate: 25.0 }
    };
    let audio = |name: &str, tone: u32| {
        let path = made::audio(folder, &format!("{name}.mp4"), &format!("f={tone}:d=3:r=48000"), "-c:a aac");
        Audio { track: made::track(&path), ..sound(name, name, name, name == "en") }
    };
    Stream {
        videos: vec![video("180p", "320x180"), video("90p", "160x90")],
        audios: vec![audio("en", 440), audio("fr", 880)],
        ..Stream::default()
    }
}

/// What ffmpeg makes of a manifest: packets of each stream that it finds.
fn played(folder: &Path, name: &str) -> Vec<u64> {
    run("ffmpeg", folder, &["-allowed_extensions", "ALL", "-i", name, "-map", "0", "-f", "null", "-"]);
    let arguments = [
        "-allowed_extensions",
        "ALL",
        "-count_packets",
        "-show_entries",
        "stream=nb_read_packets",
        "-of",
        "csv=p=0",
        name,
    ];
    let text = run("ffprobe", folder, &arguments);
    text.lines().filter_map(|line| line.trim_end_matches(',').parse().ok()).collect()
}

#[test]
fn a_player_reads_the_playlists_of_a_real_ladder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let stream = ladder(folder);
    std::fs::write(folder.join("master.m3u8"), hls::master(&stream)).unwrap();
    for video in &stream.videos {
        let playlist = folder.join(format!("{}.m3u8", video.name));
        std::fs::write(playlist, hls::media(&video.track, &video.uri)).unwrap();
    }
    for audio in &stream.audios {
        let playlist = folder.join(format!("{}.m3u8", audio.name));
        std::fs::write(playlist, hls::media(&audio.track, &audio.uri)).unwrap();
    }
    let mut packets = played(folder, "master.m3u8");
    packets.sort_unstable();
    packets.dedup();
    assert_eq!(packets, [75, 142], "75 pictures, and 3 s of sound in frames of 1024 samples");
}

#[test]
fn a_player_reads_the_manifest_of_a_real_ladder() {
    let folder = tempfile::tempdir().unwrap();
    let stream = ladder(folder.path());
    std::fs::write(folder.path().join("manifest.mpd"), dash::manifest(&stream)).unwrap();
    let arguments = ["-i", "manifest.mpd", "-map", "0", "-f", "null", "-"];
    run("ffmpeg", folder.path(), &arguments);
    let arguments = ["-show_entries", "stream=width", "-of", "csv=p=0", "manifest.mpd"];
    let text = run("ffprobe", folder.path(), &arguments);
    assert_eq!(text.split_whitespace().collect::<Vec<_>>()[..2], ["320", "160"]);
}
