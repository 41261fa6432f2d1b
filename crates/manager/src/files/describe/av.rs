//! Videos and sounds in a descriptor (CONTRACT 1.2).

use catalog::files::FileRecord;
use contract::descriptor::{
    AudioAsset, AudioMedia, Image, SoundStream, Storyboard, VideoCaption, VideoMedia, VideoOriginal,
    VideoResolution,
};
use contract::files::StreamFormat;
use contract::formats::Kind;
use contract::values::Int64;
use facts::{Caption, ImageFacts, SoundFacts, VideoFacts};

use super::About;
use crate::Manager;
use crate::delivery::video::stream_url;

/// An address below the one of a file's kind; empty for private files.
fn below(manager: &Manager, file: &FileRecord, rest: &str) -> String {
    if file.private {
        return String::new();
    }
    format!("{}/{}/{}/{rest}", manager.settings().content_url, file.format.kind.host_path(), file.id)
}

/// Where a poster is.
pub(super) fn poster_url(manager: &Manager, file: &FileRecord, number: usize) -> String {
    let host = Kind::Image.host_path();
    format!("{}/{host}/{}f{number:03}.jpg", manager.settings().content_url, file.id)
}

fn size(bytes: u64) -> Int64 {
    Int64(i64::try_from(bytes).unwrap_or(i64::MAX))
}

pub(super) fn video(manager: &Manager, about: &About<'_>, facts: Option<&VideoFacts>) -> VideoMedia {
    let file = about.file;
    let unknown = VideoFacts::default();
    let known = facts.unwrap_or(&unknown);
    let poster = |(number, poster): (usize, &ImageFacts)| Image {
        // The published descriptors have none here: the SDK takes it from the address.
        id: String::new(),
        url: if file.private { String::new() } else { poster_url(manager, file, number) },
        height: poster.height,
        width: poster.width,
        alt_text: None,
        url_expiration_date: None,
        filename: format!("{}f{number:03}.jpg", file.id),
        size_in_bytes: Int64(-1),
        focal_point: None,
    };
    VideoMedia {
        id: file.id.to_string(),
        url: about.url.clone(),
        filename: file.file_name.clone(),
        size_in_bytes: Int64(file.size),
        url_expiration_date: None,
        resolutions: resolutions(manager, file, known),
        posters: known.posters.iter().enumerate().map(poster).collect(),
        storyboard: known.storyboard.as_ref().map(|board| Storyboard {
            url: below(manager, file, "storyboard.jpg"),
            vtt_url: below(manager, file, "storyboard.vtt"),
            columns: board.columns,
            rows: board.rows,
            width: board.width,
            height: board.height,
            interval: board.interval,
            count: board.count,
        }),
        preview_url: known.preview.then(|| below(manager, file, "preview.webp")),
        pending: pending(known),
        captions: known.captions.iter().map(|caption| caption_of(manager, file, caption)).collect(),
        original: facts.map(original),
    }
}

/// What is still being made of a video that can be played.
fn pending(facts: &VideoFacts) -> Vec<String> {
    let pictures = (!facts.finished && !facts.renditions.is_empty()).then(|| "storyboard".to_owned());
    facts.pending.iter().cloned().chain(pictures).collect()
}

/// Captions as they are shown.
pub(crate) fn caption_of(manager: &Manager, file: &FileRecord, caption: &Caption) -> VideoCaption {
    VideoCaption {
        language: caption.language.clone(),
        label: caption.label.clone(),
        default: caption.default,
        url: below(manager, file, &format!("captions.{}.vtt", caption.language)),
    }
}

fn resolutions(manager: &Manager, file: &FileRecord, facts: &VideoFacts) -> Vec<VideoResolution> {
    if facts.renditions.is_empty() {
        return Vec::new();
    }
    let renditions = facts.renditions.iter().map(|rendition| VideoResolution {
        url: below(manager, file, &format!("{}/mp4/file.mp4", rendition.name())),
        height: rendition.height,
        width: rendition.width,
        poster: None,
        format: "mp4".to_owned(),
        quality: Some(rendition.quality.clone()),
        url_expiration_date: None,
        size_in_bytes: Some(size(rendition.size)),
        filename: None,
        codec: Some(rendition.codec.name().to_owned()),
        asset_key: Some(rendition.key()),
    });
    let streams =
        [(StreamFormat::Hls, "hls"), (StreamFormat::Dash, "dash")].map(|(format, name)| VideoResolution {
            url: if file.private { String::new() } else { stream_url(manager, file, facts, format) },
            height: 0,
            width: 0,
            poster: None,
            format: name.to_owned(),
            quality: None,
            url_expiration_date: None,
            size_in_bytes: None,
            filename: None,
            codec: None,
            asset_key: None,
        });
    renditions.chain(streams).collect()
}

fn original(facts: &VideoFacts) -> VideoOriginal {
    VideoOriginal {
        duration: facts.duration,
        width: facts.width,
        height: facts.height,
        frame_rate: facts.frame_rate,
        codec: facts.codec.clone(),
        bitrate: facts.bit_rate.map(size),
        hdr: facts.hdr.map(|hdr| hdr.name().to_owned()),
        audio: facts.sounds.iter().map(stream).collect(),
    }
}

fn stream(sound: &facts::SoundStream) -> SoundStream {
    SoundStream {
        codec: sound.codec.clone(),
        channels: sound.channels,
        sample_rate: sound.sample_rate,
        bitrate: sound.bit_rate.map(size),
        language: sound.language.clone(),
    }
}

pub(super) fn audio(manager: &Manager, about: &About<'_>, facts: Option<&SoundFacts>) -> AudioMedia {
    let file = about.file;
    let duration = facts.map(|facts| facts.duration);
    let original = AudioAsset {
        id: file.id.to_string(),
        url: about.url.clone(),
        filename: file.file_name.clone(),
        duration,
        asset_key: "src".to_owned(),
        format: file.format.name.to_owned(),
        quality: None,
        private: file.private,
        size_in_bytes: Int64(file.size),
        url_expiration_date: None,
    };
    let renditions = facts.map(|facts| facts.renditions.as_slice()).unwrap_or_default();
    let made = renditions.iter().map(|rendition| AudioAsset {
        url: below(manager, file, &rendition.key()),
        asset_key: rendition.key(),
        format: rendition.format.clone(),
        quality: Some(rendition.quality.clone()),
        size_in_bytes: size(rendition.size),
        ..original.clone()
    });
    let made: Vec<AudioAsset> = made.collect();
    let cover = facts.and_then(|facts| facts.cover.as_ref());
    AudioMedia {
        id: file.id.to_string(),
        assets: std::iter::once(original.clone()).chain(made).collect(),
        bitrate: facts.and_then(|facts| facts.bit_rate).and_then(|rate| u32::try_from(rate).ok()),
        format: file.format.name.to_owned(),
        duration,
        size_in_bytes: Int64(file.size),
        tags: facts.map(|facts| facts.tags.clone()).unwrap_or_default(),
        loudness: facts.and_then(|facts| facts.loudness),
        stream: facts.map(|facts| stream(&facts.stream)),
        waveform_url: facts.filter(|facts| facts.waveform).map(|_| below(manager, file, "waveform.json")),
        cover: cover.map(|cover| Image {
            id: String::new(),
            url: below(manager, file, "cover.jpg"),
            height: cover.height,
            width: cover.width,
            alt_text: None,
            url_expiration_date: None,
            filename: "cover.jpg".to_owned(),
            size_in_bytes: Int64(-1),
            focal_point: None,
        }),
    }
}
