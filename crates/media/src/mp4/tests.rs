#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use super::made::{X264, audio, composed, run, track, video, whole};
use super::*;

/// A packet as ffprobe tells it: seconds of showing and of decoding, bytes, flags.
type Packet = (f64, f64, u64, String);

fn packets(folder: &Path, file: &str, stream: usize) -> Vec<Packet> {
    let entries = "packet=pts_time,dts_time,size,flags";
    let select = stream.to_string();
    let arguments = ["-select_streams", &select, "-show_entries", entries, "-of", "csv=p=0", file];
    let text = run("ffprobe", folder, &arguments);
    let packet = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |at: usize| fields[at].parse::<f64>().unwrap();
        (number(0), number(1), fields[2].parse().unwrap(), fields[3].to_owned())
    };
    // What stands on lines of its own is about the packet before.
    text.lines().filter(|line| line.contains('_') || line.contains('D')).map(packet).collect()
}

fn first_shown(packets: &[Packet]) -> f64 {
    packets.iter().map(|packet| packet.0).fold(f64::MAX, f64::min)
}

/// What a stream holds once it is decoded.
fn pictures(folder: &Path, file: &str, stream: usize) -> Vec<String> {
    let map = format!("0:{stream}");
    let arguments = ["-i", file, "-map", &map, "-fps_mode", "passthrough", "-f", "framemd5", "-"];
    let text = run("ffmpeg", folder, &arguments);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit(',').next().unwrap().trim().to_owned()).collect()
}

/// Composes track files, compares each packet and each picture with theirs, and gives when each track is first shown.
fn check(folder: &Path, paths: &[PathBuf]) -> Vec<f64> {
    let (movie, reads) = composed(paths).unwrap();
    let segments: usize = paths.iter().map(|path| track(path).segments.len()).sum();
    assert!(reads <= segments + paths.len(), "{reads} reads for {segments} segments");
    let bytes = whole(&movie, paths);
    assert_eq!(movie.length(), bytes.len() as u64);
    let kinds: Vec<_> = boxes::Boxes::new(&bytes).map(|found| found.unwrap().0).collect();
    assert_eq!(kinds, [*b"ftyp", *b"moov", *b"mdat"]);
    let name = "movie.mp4";
    std::fs::write(folder.join(name), &bytes).unwrap();
    run("ffmpeg", folder, &["-i", name, "-f", "null", "-"]);
    let mut starts = Vec::new();
    for (stream, path) in paths.iter().enumerate() {
        let source = path.file_name().unwrap().to_str().unwrap();
        let (before, after) = (packets(folder, source, 0), packets(folder, name, stream));
        assert_eq!(before.len(), after.len(), "{source}");
        // For ffprobe, negative composition offsets put a fragmented file off.
        let shift = first_shown(&after) - first_shown(&before);
        for (old, new) in before.iter().zip(&after) {
            assert_eq!((old.2, &old.3), (new.2, &new.3), "{source}");
            let late = (old.0 + shift - new.0).abs() + (old.1 + shift - new.1).abs();
            assert!(late < 0.000_01, "{source}: {old:?} {new:?}");
        }
        assert_eq!(pictures(folder, source, 0), pictures(folder, name, stream), "{source}");
        starts.push(first_shown(&after));
    }
    starts
}

#[test]
fn a_head_tells_what_a_track_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = video(folder.path(), "v.mp4", "160x90:r=25:d=3", X264);
    let head = track(&path);
    assert_eq!((head.timescale, head.segments.len()), (12_800, 3));
    assert_eq!((head.start(), head.duration()), (0.0, 3.0));
    assert_eq!(head.shape, Shape::Video { width: 160, height: 90 });
    assert!(head.codec.starts_with("avc1.64"), "{}", head.codec);
    assert_eq!(head.language, None);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(&bytes[head.index.start as usize + 4..][..4], b"sidx");
    assert_eq!((head.init.start, head.init.end), (0, head.index.start));
    let mut at = head.index.end;
    for segment in &head.segments {
        assert_eq!(segment.bytes.start, at);
        assert_eq!(&bytes[at as usize + 4..][..4], b"moof");
        at = segment.bytes.end;
    }
    assert_eq!((head.length(), &bytes[at as usize + 4..][..4]), (at, &b"mfra"[..]));
    let heaviest = head.segments.iter().map(|part| part.bytes.end - part.bytes.start).max();
    assert_eq!(Some(head.peak_bandwidth()), heaviest.map(|bytes| bytes * 8));
    assert_eq!(head.average_bandwidth(), ((at - head.index.end) * 8).div_ceil(3));
}

#[test]
fn sound_is_told_with_channels_and_language() {
    let folder = tempfile::tempdir().unwrap();
    let french = "-c:a aac -ac 6 -metadata:s:a:0 language=fra";
    let aac = track(&audio(folder.path(), "a.mp4", "d=2:r=44100", french));
    assert_eq!((aac.codec.as_str(), aac.language.as_deref()), ("mp4a.40.2", Some("fra")));
    assert_eq!(aac.shape, Shape::Audio { channels: 6, sample_rate: 44_100 });
    let opus = track(&audio(folder.path(), "o.mp4", "d=2:r=48000", "-c:a libopus -ac 2"));
    assert_eq!(opus.codec, "opus");
    assert_eq!(opus.shape, Shape::Audio { channels: 2, sample_rate: 48_000 });
    let high = track(&audio(folder.path(), "h.mp4", "d=2:r=96000", "-c:a aac"));
    assert_eq!(high.shape, Shape::Audio { channels: 1, sample_rate: 96_000 });
}

#[test]
fn a_movie_holds_the_packets_of_its_tracks() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let paths =
        [video(folder, "v.mp4", "160x90:r=25:d=3", X264), audio(folder, "a.mp4", "d=3:r=48000", "-c:a aac")];
    assert_eq!(check(folder, &paths), [0.0, 0.0]);
    let (movie, _) = composed(&paths).unwrap();
    let mut order: Vec<usize> = movie.pieces.iter().map(|piece| piece.track).collect();
    order.dedup();
    assert_eq!(order, [0, 1, 0, 1, 0, 1], "segments take turns");
    let entries = "stream=duration,nb_frames:format=duration";
    let text = run("ffprobe", folder, &["-show_entries", entries, "-of", "csv=p=0", "movie.mp4"]);
    assert!(text.starts_with("3.000000,75\n"), "{text}");
}

#[test]
fn a_movie_may_be_video_alone_or_sound_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    check(folder, &[video(folder, "v.mp4", "160x90:r=60000/1001:d=2", X264)]);
    check(folder, &[audio(folder, "a.mp4", "d=2:r=44100", "-c:a aac")]);
}

#[test]
fn a_movie_may_have_several_sounds_of_which_the_first_is_on() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let sound = |name: &str, tone: &str, language: &str| {
        audio(folder, name, tone, &format!("-c:a aac -metadata:s:a:0 language={language}"))
    };
    let paths = [
        video(folder, "v.mp4", "64x48:r=25:d=2", X264),
        sound("a.mp4", "d=2:r=48000", "eng"),
        sound("b.mp4", "f=900:d=2:r=44100", "fra"),
    ];
    check(folder, &paths);
    let entries = "stream=id:stream_tags=language:stream_disposition=default";
    let text = run("ffprobe", folder, &["-show_entries", entries, "-of", "csv=p=0", "movie.mp4"]);
    assert_eq!(text, "0x1,1,und\n0x2,1,eng\n0x3,0,fra\n");
}

#[test]
fn the_edit_list_of_a_track_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Composition offsets here are positive, and an edit takes them back.
    let arguments = "-f lavfi -i testsrc2=s=160x90:r=25:d=2 -c:v libx264 -preset veryfast -g 25 -f mp4 \
        -movflags frag_keyframe+delay_moov+default_base_moof+global_sidx -y v.mp4";
    run("ffmpeg", folder, &arguments.split_whitespace().collect::<Vec<_>>());
    let path = folder.join("v.mp4");
    assert!(std::fs::read(&path).unwrap().windows(4).any(|window| window == b"elst"));
    assert_eq!(check(folder, &[path]), [0.0]);
}

#[test]
fn pictures_may_come_at_any_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let uneven = format!("-vf select='not(mod(n\\,7))+gt(mod(n\\,5)\\,2)' -fps_mode vfr {X264}");
    check(folder, &[video(folder, "v.mp4", "160x90:r=30:d=4", &uneven)]);
}

#[test]
fn sound_that_begins_later_waits() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let pictures = video(folder, "v.mp4", "160x90:r=25:d=3", X264);
    let arguments = "-itsoffset 0.7 -f lavfi -i sine=d=2:r=44100 -c:a aac -frag_duration 1000000 \
        -movflags +cmaf+frag_discont+global_sidx -f mp4 -y a.mp4";
    run("ffmpeg", folder, &arguments.split_whitespace().collect::<Vec<_>>());
    let paths = [pictures, folder.join("a.mp4")];
    let late = track(&paths[1]).start();
    assert!((0.6..0.7).contains(&late), "{late}");
    let starts = check(folder, &paths);
    assert_eq!(starts[0], 0.0);
    assert!((starts[1] - late).abs() < 0.000_01, "{starts:?}");
}

#[test]
fn what_comes_before_the_beginning_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let arguments = "-f lavfi -i sine=d=2:r=44100 -c:a aac -frag_duration 1000000 \
        -movflags +cmaf+frag_discont+global_sidx -f mp4 -y a.mp4";
    run("ffmpeg", folder, &arguments.split_whitespace().collect::<Vec<_>>());
    let (movie, _) = composed(&[folder.join("a.mp4")]).unwrap();
    std::fs::write(folder.join("movie.mp4"), whole(&movie, &[folder.join("a.mp4")])).unwrap();
    let packets = packets(folder, "movie.mp4", 0);
    assert_eq!((packets[0].3.as_str(), packets[1].0), ("KD", 0.0));
}

#[test]
fn a_movie_may_be_vp9_and_opus() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8";
    let paths = [
        video(folder, "v.mp4", "160x90:r=30:d=2", vp9),
        audio(folder, "a.mp4", "d=2:r=48000", "-c:a libopus"),
    ];
    assert_eq!(track(&paths[0]).codec, "vp09.00.10.08");
    check(folder, &paths);
}

#[test]
fn a_movie_may_be_av1() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = video(folder, "v.mp4", "160x90:r=25:d=2", "-c:v libsvtav1 -preset 12 -g 25");
    assert_eq!(track(&path).codec, "av01.0.00M.08");
    check(folder, &[path]);
}

#[test]
fn a_movie_may_be_hevc() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = video(folder, "v.mp4", "160x90:r=25:d=2", "-c:v libx265 -tag:v hvc1 -preset ultrafast -g 25");
    assert!(track(&path).codec.starts_with("hvc1.1.6.L"), "{}", track(&path).codec);
    check(folder, &[path]);
}
