//! Which sizes a video is made in.

use super::codec::{effort, thrift};
use super::encode::LATE;
use facts::{Codec, VideoFacts};

/// Names of qualities are the shorter side in pixels; with it goes the highest bit rate, for up to 30 pictures a second.
const RUNGS: [(u32, u64); 6] =
    [(144, 200_000), (240, 400_000), (360, 800_000), (480, 1_400_000), (720, 2_800_000), (1080, 5_000_000)];
/// The names of all qualities, the largest first.
pub const QUALITIES: [&str; 6] = ["1080p", "720p", "480p", "360p", "240p", "144p"];
/// A rung is made when the video's shorter side has at least this share of its pixels: then it is as large as the video.
const NEARLY: f64 = 0.9;
/// The quality that plays well nearly everywhere, where the video has it.
const OPTIMAL: u32 = 720;
/// Longest side in shorter sides: what is longer is made smaller, as decoders count pixels.
const LONGEST: f64 = 64.0 / 27.0;
/// Pictures a second beyond which there are more bits, and beyond which there are none more.
const USUAL_RATE: f64 = 31.0;
pub(super) const MOST_RATE: f64 = 60.5;
/// Times the highest bit rate of a rung that the file itself may have to be taken as it is.
const GENEROUS: f64 = 2.0;

/// A size that a video is made in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// `720p` and the like.
    pub quality: String,
    /// How its pictures are stored.
    pub codec: Codec,
    /// Pixels; even.
    pub width: u32,
    /// Pixels; even.
    pub height: u32,
    /// Bits a second.
    pub max_rate: u64,
}

impl Rung {
    /// What it is called among all renditions of a video: `720p`, `720p.av1`.
    pub fn name(&self) -> String {
        self.codec.rendition(&self.quality)
    }

    /// The key of its asset.
    pub fn key(&self) -> String {
        format!("{}.mp4", self.name())
    }

    /// About how much work it is, beside others.
    pub fn work(&self) -> f64 {
        f64::from(self.width) * f64::from(self.height) * effort(self.codec)
    }

    fn in_codec(&self, codec: Codec) -> Rung {
        let max_rate = (self.max_rate as f64 * thrift(codec)) as u64;
        Rung { codec, max_rate, ..self.clone() }
    }
}

/// What is made of a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In H.264: the optimal one first, then the others, the largest first.
    pub rungs: Vec<Rung>,
    /// The same sizes in the second codec, if there is one.
    pub second: Vec<Rung>,
    /// The one that may be as the file is, without encoding: the largest, if it is the whole of the video.
    pub same: Option<String>,
}

impl Plan {
    /// For a video, up to `most` pixels of the shorter side.
    pub fn new(video: &VideoFacts, most: u32, second: Option<Codec>) -> Plan {
        let short = video.short_side();
        let offered = RUNGS.iter().filter(|(side, _)| {
            *side <= most.max(RUNGS[0].0) && f64::from(short) >= f64::from(*side) * NEARLY
        });
        let mut chosen: Vec<(u32, u64)> = offered.copied().collect();
        if chosen.is_empty() {
            chosen.push(RUNGS[0]);
        }
        chosen.sort_by_key(|(side, _)| (*side > OPTIMAL, std::cmp::Reverse(*side)));
        let rungs: Vec<Rung> = chosen.into_iter().map(|(side, rate)| rung(video, side, rate)).collect();
        let same = rungs.iter().max_by_key(|rung| rung.height).filter(|rung| suits(video, rung));
        let again = second.into_iter().flat_map(|codec| rungs.iter().map(move |rung| rung.in_codec(codec)));
        Plan { same: same.map(|rung| rung.quality.clone()), second: again.collect(), rungs }
    }

    /// All renditions.
    pub fn all(&self) -> impl Iterator<Item = &Rung> {
        self.rungs.iter().chain(&self.second)
    }
}

fn rung(video: &VideoFacts, side: u32, rate: u64) -> Rung {
    let (width, height) = (f64::from(video.width.max(1)), f64::from(video.height.max(1)));
    let (short, long) = (width.min(height), width.max(height));
    let share = (f64::from(side) / short).min(f64::from(side) * LONGEST / long).min(1.0);
    // Chroma has half of the pixels each way, so sizes are even; none is larger than it was.
    let even = |length: f64| {
        let most = (length / 2.0).floor() as u32 * 2;
        ((length * share / 2.0).round() as u32 * 2).min(most).max(2)
    };
    let busy = if video.frame_rate > USUAL_RATE { 1.5 } else { 1.0 };
    Rung {
        quality: format!("{side}p"),
        codec: Codec::H264,
        width: even(width),
        height: even(height),
        max_rate: (rate as f64 * busy) as u64,
    }
}

/// Whether the pictures of a file can be taken as they are: whatever plays H.264 plays them, at this rung's size and at no
/// unreasonable rate. Its key frames are looked at elsewhere.
fn suits(video: &VideoFacts, rung: &Rung) -> bool {
    let profile = matches!(video.profile.as_deref(), Some("Constrained Baseline" | "Main" | "High"));
    let heavy = video.bit_rate.is_none_or(|rate| rate as f64 > rung.max_rate as f64 * GENEROUS);
    video.codec == "h264"
        && profile
        && video.pixel_format.as_deref() == Some("yuv420p")
        && !video.interlaced
        && video.square
        && video.rotation == 0
        && video.hdr.is_none()
        && video.start <= LATE
        && video.frame_rate <= MOST_RATE
        && (video.width, video.height) == (rung.width, rung.height)
        && !heavy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_of(width: u32, height: u32) -> Vec<(String, u32, u32)> {
        let video = VideoFacts { width, height, frame_rate: 30.0, ..VideoFacts::default() };
        let plan = Plan::new(&video, 1080, None);
        plan.rungs.into_iter().map(|rung| (rung.quality, rung.width, rung.height)).collect()
    }

    fn names(width: u32, height: u32) -> Vec<String> {
        made_of(width, height).into_iter().map(|(name, _, _)| name).collect()
    }

    #[test]
    fn a_ladder_begins_with_the_optimal_rung_and_never_goes_above_the_video() {
        assert_eq!(names(1920, 1080), ["720p", "480p", "360p", "240p", "144p", "1080p"]);
        assert_eq!(names(3840, 2160), names(1920, 1080));
        assert_eq!(names(640, 360), ["360p", "240p", "144p"]);
        assert_eq!(names(64, 48), ["144p"]);
        assert_eq!(made_of(64, 48), [("144p".to_owned(), 64, 48)]);
    }

    #[test]
    fn sizes_are_even_and_keep_the_shape_whichever_way_it_stands() {
        assert_eq!(made_of(1080, 1920)[0], ("720p".to_owned(), 720, 1280));
        assert_eq!(made_of(321, 243)[0], ("240p".to_owned(), 318, 240));
        assert_eq!(made_of(175, 143), [("144p".to_owned(), 174, 142)]);
        // Nearly as large as a rung: as large as itself.
        assert_eq!(made_of(1800, 1000).last(), Some(&("1080p".to_owned(), 1800, 1000)));
        // Very long ones are made smaller.
        assert_eq!(made_of(8000, 1000).last(), Some(&("1080p".to_owned(), 2560, 320)));
    }

    #[test]
    fn only_what_plays_everywhere_is_taken_as_it_is() {
        let video = VideoFacts {
            width: 1280,
            height: 720,
            frame_rate: 30.0,
            codec: "h264".into(),
            profile: Some("High".into()),
            pixel_format: Some("yuv420p".into()),
            square: true,
            bit_rate: Some(4_000_000),
            ..VideoFacts::default()
        };
        let same = |video: &VideoFacts| Plan::new(video, 1080, None).same;
        assert_eq!(same(&video).as_deref(), Some("720p"));
        for other in [
            VideoFacts { codec: "hevc".into(), ..video.clone() },
            VideoFacts { pixel_format: Some("yuv420p10le".into()), ..video.clone() },
            VideoFacts { rotation: 90, ..video.clone() },
            VideoFacts { bit_rate: Some(40_000_000), ..video.clone() },
            VideoFacts { interlaced: true, ..video.clone() },
            VideoFacts { start: 0.5, ..video.clone() },
        ] {
            assert_eq!(same(&other), None, "{other:?}");
        }
        assert_eq!(Plan::new(&video, 480, None).same, None);
    }

    #[test]
    fn a_second_codec_has_the_same_sizes_in_fewer_bits() {
        let video = VideoFacts { width: 640, height: 360, frame_rate: 30.0, ..VideoFacts::default() };
        let plan = Plan::new(&video, 1080, Some(Codec::Av1));
        let names: Vec<String> = plan.all().map(Rung::key).collect();
        assert_eq!(
            names,
            ["360p.mp4", "240p.mp4", "144p.mp4", "360p.av1.mp4", "240p.av1.mp4", "144p.av1.mp4"]
        );
        for (first, second) in plan.rungs.iter().zip(&plan.second) {
            assert_eq!((first.width, first.height), (second.width, second.height));
            assert!(second.max_rate < first.max_rate, "{second:?}");
        }
    }
}
