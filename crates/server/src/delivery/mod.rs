//! Where bytes go out: originals, download links, zips.

mod archive;
mod disposition;
mod download;
mod image;
mod original;
mod range;
mod respond;
mod video;

use axum::http::Method;
use axum::routing::{MethodRouter, get, options};
use contract::errors::Code;

use crate::App;
use crate::cors::preflight;
use crate::routes::Route;

const VERBS: &[Method] = &[Method::GET, Method::HEAD, Method::OPTIONS];
const REPLIES: &[(u16, &str)] = &[
    (200, "The bytes."),
    (204, "The answer to a preflight."),
    (206, "One range of the bytes, or several as `multipart/byteranges`."),
    (304, "The copy named in `If-None-Match` is still right."),
    (412, "The copy named in `If-Match` is not the one here."),
];

/// A route that serves bytes to anybody who may have them.
fn bytes(path: &'static str, name: &'static str, summary: &'static str, route: MethodRouter<App>) -> Route {
    Route {
        name,
        summary,
        verbs: VERBS,
        path,
        takes_bytes: false,
        needs_key: false,
        query: &[],
        replies: REPLIES,
        errors: &[
            Code::FileNotFound,
            Code::FileIsPrivate,
            Code::RangeNotSatisfiable,
            Code::Unavailable,
            Code::Internal,
        ],
        route: route.merge(options(|| async { preflight("GET, HEAD, OPTIONS") })),
    }
}

/// A route that serves parts of streams.
fn streamed(
    path: &'static str,
    name: &'static str,
    summary: &'static str,
    route: MethodRouter<App>,
) -> Route {
    Route {
        query: &[("v", false)],
        errors: &[
            Code::FileNotFound,
            Code::FileIsPrivate,
            Code::LinkInvalid,
            Code::LinkExpired,
            Code::RangeNotSatisfiable,
            Code::Unavailable,
            Code::Internal,
        ],
        ..bytes(path, name, summary, route)
    }
}

/// A route that serves pictures in the form that their address asks for.
fn transformed(path: &'static str, name: &'static str, summary: &'static str) -> Route {
    Route {
        query: &[("token", false)],
        errors: &[
            Code::InvalidImageUrl,
            Code::TransformationNotAllowed,
            Code::PresetNotFound,
            Code::ImageUnusable,
            Code::LinkInvalid,
            Code::FileNotFound,
            Code::FileIsPrivate,
            Code::RangeNotSatisfiable,
            Code::ResourceExhausted,
            Code::Unavailable,
            Code::Internal,
        ],
        ..bytes(path, name, summary, get(image::serve))
    }
}

pub(crate) fn routes() -> Vec<Route> {
    let original = |path, name, summary| bytes(path, name, summary, get(original::serve));
    let mut download = bytes(
        "/download/{host}/{id}",
        "download",
        "Serves an asset to whoever has a link to it, as generateFileDownloadUrl makes them.",
        get(download::serve),
    );
    download.query = &[("token", true)];
    download.replies = &[
        (200, "The bytes."),
        (204, "The answer to a preflight."),
        (206, "One range of the bytes, or several as `multipart/byteranges`."),
        (302, "The link is too old and names another address for that case."),
        (304, "The copy named in `If-None-Match` is still right."),
        (412, "The copy named in `If-Match` is not the one here."),
    ];
    download.errors = &[
        Code::LinkInvalid,
        Code::LinkExpired,
        Code::FileNotFound,
        Code::RangeNotSatisfiable,
        Code::Unavailable,
        Code::Internal,
    ];
    vec![
        original("/media/{id}", "image", "Serves an image as it was uploaded."),
        transformed(
            "/media/{id}/v1/{*transformation}",
            "transformedImage",
            "Serves an image in another size or format, or the picture of a drawing, a document, a 3D model or a font.",
        ),
        original("/shapes/{id}", "vector", "Serves a drawing without what might act in it."),
        original("/mp3/{id}", "audio", "Serves a sound as it was uploaded."),
        original("/video/{id}/file", "video", "Serves a video as it was uploaded."),
        bytes(
            "/video/{id}/{quality}/mp4/{name}",
            "rendition",
            "Serves a rendition of a video as a normal MP4.",
            get(video::rendition),
        ),
        bytes(
            "/video/{id}/{asset}",
            "videoAsset",
            "Serves what was made of a video: `storyboard.jpg`, `storyboard.vtt`, `preview.webp`, `captions.en.vtt`.",
            get(original::derived),
        ),
        streamed(
            "/video/{id}/{qualities}/mp4/file.mp4.urlset/{part}",
            "stream",
            "Serves a stream of a video: `master.m3u8`, `manifest.mpd` and what they name. `qualities` stand between commas; \
             those that don't exist are left out.",
            get(video::stream),
        ),
        streamed(
            "/video/{id}/s/{token}/{qualities}/mp4/file.mp4.urlset/{part}",
            "privateStream",
            "The same of a private video, as generateVideoStreamingUrl gives it.",
            get(video::private_stream),
        ),
        bytes(
            "/mp3/{id}/{asset}",
            "audioAsset",
            "Serves what was made of a sound: `128kbs.mp3`, `192kbs.m4a`, `waveform.json`, `waveform.png`, `cover.jpg`.",
            get(original::derived),
        ),
        original("/ugd/{id}", "document", "Serves a document as it was uploaded."),
        transformed(
            "/ugd/{id}/v1/{*transformation}",
            "documentPage",
            "Serves a page of a document as an image: `page/3/w_800/name.jpg`, or any transformation behind the page.",
        ),
        original("/archives/{id}", "archiveFile", "Serves an archive as it was uploaded."),
        original("/3d/{id}", "model", "Serves a 3D model as it was uploaded."),
        original("/fonts/{id}", "font", "Serves a font as it was uploaded."),
        bytes(
            "/fonts/{id}/{asset}",
            "fontAsset",
            "Serves what was made of a font: `font.woff2`.",
            get(original::derived),
        ),
        download,
        bytes(
            "/archive/{hex}",
            "archive",
            "Serves the zip of a permanent link, as generateFilesDownloadUrl makes them.",
            get(archive::serve),
        ),
        bytes(
            "/icons/{name}",
            "icon",
            "Serves the plain picture that stands for a kind of file.",
            get(original::serve_icon),
        ),
    ]
}
