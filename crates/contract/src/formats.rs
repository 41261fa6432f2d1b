//! The file formats this server knows: one table of names, MIME types and extensions.
//!
//! The contract publishes categories but no list (CONTRACT 5.6), so the list is ours. Whether a format is admitted,
//! and how large it may be, is a setting; what it is called and where it is served is decided here.

use crate::enums::MediaType;

/// The family a format belongs to. It decides id suffix, host path, limits and how a file is processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Raster images.
    Image,
    /// Vector drawings.
    Vector,
    /// Video.
    Video,
    /// Sound.
    Audio,
    /// Documents.
    Document,
    /// Archives.
    Archive,
    /// 3D models.
    Model3d,
    /// Fonts.
    Font,
}

impl Kind {
    /// Every kind, in the order settings and docs list them.
    pub const ALL: [Kind; 8] = [
        Kind::Image,
        Kind::Vector,
        Kind::Video,
        Kind::Audio,
        Kind::Document,
        Kind::Archive,
        Kind::Model3d,
        Kind::Font,
    ];

    /// The kind's lower-case name, as settings spell it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Image => "image",
            Kind::Vector => "vector",
            Kind::Video => "video",
            Kind::Audio => "audio",
            Kind::Document => "document",
            Kind::Archive => "archive",
            Kind::Model3d => "model3d",
            Kind::Font => "font",
        }
    }

    /// The wire's name for the kind.
    pub fn media_type(self) -> MediaType {
        match self {
            Kind::Image => MediaType::Image,
            Kind::Vector => MediaType::Vector,
            Kind::Video => MediaType::Video,
            Kind::Audio => MediaType::Audio,
            Kind::Document => MediaType::Document,
            Kind::Archive => MediaType::Archive,
            Kind::Model3d => MediaType::Model3d,
            Kind::Font => MediaType::Other,
        }
    }

    /// The first segment of the path that serves files of this kind (CONTRACT 7.5).
    pub fn host_path(self) -> &'static str {
        match self {
            Kind::Image => "media",
            Kind::Vector => "shapes",
            Kind::Video => "video",
            Kind::Audio => "mp3",
            Kind::Document => "ugd",
            Kind::Archive => "archives",
            Kind::Model3d => "3d",
            Kind::Font => "fonts",
        }
    }
}

/// One file format. Compare by reference to the statics of this module, or by `name`.
#[derive(Debug)]
pub struct Format {
    /// Short lower-case name, unique in the table.
    pub name: &'static str,
    /// The family.
    pub kind: Kind,
    /// The MIME type that replies and downloads carry.
    pub mime: &'static str,
    /// Other MIME types that clients declare for it.
    pub also: &'static [&'static str],
    /// Extensions without a dot, the usual one first.
    pub extensions: &'static [&'static str],
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Format {}

impl Format {
    /// The usual extension, without a dot.
    pub fn extension(&self) -> &'static str {
        self.extensions[0]
    }

    /// Whether `mime` (lower case, without parameters) names this format.
    pub fn answers_to(&self, mime: &str) -> bool {
        self.mime == mime || self.also.contains(&mime)
    }
}

/// The format with this `name`.
pub fn by_name(name: &str) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| format.name == name)
}

/// The format a MIME type names; case and parameters (`; charset=…`) don't matter.
pub fn by_mime(mime: &str) -> Option<&'static Format> {
    let bare = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ALL.iter().copied().find(|format| format.answers_to(&bare))
}

/// The format a file name's extension names; case doesn't matter.
pub fn by_file_name(name: &str) -> Option<&'static Format> {
    let extension = extension_of(name)?.to_ascii_lowercase();
    ALL.iter().copied().find(|format| format.extensions.contains(&extension.as_str()))
}

/// What follows the last dot of a file name, where that looks like an extension (1 to 10 ASCII letters and digits).
pub fn extension_of(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let plausible =
        (1..=10).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    (plausible && !stem.is_empty()).then_some(extension)
}

macro_rules! formats {
    ($($constant:ident: $kind:ident $name:literal $mime:literal also [$($also:literal)*] ext [$($ext:literal)+];)+) => {
        $(
            #[doc = concat!("`", $mime, "`")]
            pub static $constant: Format = Format {
                name: $name, kind: Kind::$kind, mime: $mime, also: &[$($also),*], extensions: &[$($ext),+],
            };
        )+
        /// Every format, kinds together.
        pub static ALL: &[&Format] = &[$(&$constant),+];
    };
}

formats! {
    JPEG: Image "jpeg" "image/jpeg" also ["image/jpg" "image/pjpeg"] ext ["jpg" "jpeg" "jpe" "jfif"];
    PNG: Image "png" "image/png" also ["image/x-png" "image/apng"] ext ["png" "apng"];
    GIF: Image "gif" "image/gif" also [] ext ["gif"];
    WEBP: Image "webp" "image/webp" also [] ext ["webp"];
    AVIF: Image "avif" "image/avif" also ["image/avif-sequence"] ext ["avif" "avifs"];
    HEIC: Image "heic" "image/heic" also ["image/heif" "image/heic-sequence" "image/heif-sequence"] ext ["heic" "heif" "hif" "heics"];
    TIFF: Image "tiff" "image/tiff" also ["image/tif" "image/x-tiff"] ext ["tif" "tiff"];
    BMP: Image "bmp" "image/bmp" also ["image/x-ms-bmp" "image/x-bmp"] ext ["bmp" "dib"];
    ICO: Image "ico" "image/x-icon" also ["image/vnd.microsoft.icon" "image/ico"] ext ["ico" "cur"];

    SVG: Vector "svg" "image/svg+xml" also ["image/svg"] ext ["svg" "svgz"];

    MP4: Video "mp4" "video/mp4" also ["video/x-m4v"] ext ["mp4" "m4v" "f4v"];
    MOV: Video "mov" "video/quicktime" also [] ext ["mov" "qt"];
    WEBM: Video "webm" "video/webm" also [] ext ["webm"];
    MKV: Video "mkv" "video/x-matroska" also ["video/matroska"] ext ["mkv"];
    AVI: Video "avi" "video/x-msvideo" also ["video/avi" "video/msvideo" "video/vnd.avi"] ext ["avi"];
    WMV: Video "wmv" "video/x-ms-wmv" also ["video/x-ms-asf"] ext ["wmv" "asf"];
    FLV: Video "flv" "video/x-flv" also [] ext ["flv"];
    MPEG: Video "mpeg" "video/mpeg" also ["video/mpg" "video/x-mpeg"] ext ["mpg" "mpeg" "mpe" "m1v" "m2v" "vob"];
    MPEG_TS: Video "mpegts" "video/mp2t" also [] ext ["ts" "mts" "m2ts"];
    THREE_GP: Video "3gp" "video/3gpp" also ["video/3gpp2"] ext ["3gp" "3g2"];
    OGV: Video "ogv" "video/ogg" also [] ext ["ogv"];

    MP3: Audio "mp3" "audio/mpeg" also ["audio/mp3" "audio/x-mp3" "audio/mpeg3"] ext ["mp3"];
    WAV: Audio "wav" "audio/wav" also ["audio/x-wav" "audio/wave" "audio/vnd.wave"] ext ["wav"];
    FLAC: Audio "flac" "audio/flac" also ["audio/x-flac"] ext ["flac"];
    OGG: Audio "ogg" "audio/ogg" also ["application/ogg" "audio/vorbis" "audio/opus"] ext ["ogg" "oga" "opus"];
    M4A: Audio "m4a" "audio/mp4" also ["audio/x-m4a" "audio/m4a"] ext ["m4a" "m4b"];
    AAC: Audio "aac" "audio/aac" also ["audio/x-aac" "audio/aacp"] ext ["aac"];
    AIFF: Audio "aiff" "audio/aiff" also ["audio/x-aiff"] ext ["aiff" "aif" "aifc"];
    AC3: Audio "ac3" "audio/ac3" also ["audio/x-ac3" "audio/eac3" "audio/vnd.dolby.dd-raw"] ext ["ac3" "eac3"];
    AMR: Audio "amr" "audio/amr" also ["audio/amr-wb" "audio/3gpp"] ext ["amr" "awb"];
    CAF: Audio "caf" "audio/x-caf" also [] ext ["caf"];
    WAVPACK: Audio "wv" "audio/x-wavpack" also ["audio/wavpack"] ext ["wv"];
    WEBA: Audio "weba" "audio/webm" also [] ext ["weba"];
    WMA: Audio "wma" "audio/x-ms-wma" also [] ext ["wma"];

    PDF: Document "pdf" "application/pdf" also ["application/x-pdf"] ext ["pdf"];
    DOC: Document "doc" "application/msword" also [] ext ["doc" "dot"];
    DOCX: Document "docx" "application/vnd.openxmlformats-officedocument.wordprocessingml.document" also [] ext ["docx"];
    XLS: Document "xls" "application/vnd.ms-excel" also [] ext ["xls" "xlt"];
    XLSX: Document "xlsx" "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" also [] ext ["xlsx"];
    PPT: Document "ppt" "application/vnd.ms-powerpoint" also [] ext ["ppt" "pps"];
    PPTX: Document "pptx" "application/vnd.openxmlformats-officedocument.presentationml.presentation" also [] ext ["pptx"];
    ODT: Document "odt" "application/vnd.oasis.opendocument.text" also [] ext ["odt"];
    ODS: Document "ods" "application/vnd.oasis.opendocument.spreadsheet" also [] ext ["ods"];
    ODP: Document "odp" "application/vnd.oasis.opendocument.presentation" also [] ext ["odp"];
    RTF: Document "rtf" "application/rtf" also ["text/rtf"] ext ["rtf"];
    EPUB: Document "epub" "application/epub+zip" also [] ext ["epub"];
    TXT: Document "txt" "text/plain" also [] ext ["txt" "text" "log"];
    CSV: Document "csv" "text/csv" also ["application/csv" "text/tab-separated-values"] ext ["csv" "tsv"];
    MARKDOWN: Document "md" "text/markdown" also ["text/x-markdown"] ext ["md" "markdown"];

    ZIP: Archive "zip" "application/zip" also ["application/x-zip-compressed" "application/x-zip"] ext ["zip"];
    TAR: Archive "tar" "application/x-tar" also [] ext ["tar"];
    GZIP: Archive "gz" "application/gzip" also ["application/x-gzip"] ext ["gz" "tgz"];
    XZ: Archive "xz" "application/x-xz" also [] ext ["xz" "txz"];
    ZSTD: Archive "zst" "application/zstd" also ["application/x-zstd"] ext ["zst" "tzst"];
    BZIP2: Archive "bz2" "application/x-bzip2" also ["application/bzip2"] ext ["bz2" "tbz2"];
    SEVEN_ZIP: Archive "7z" "application/x-7z-compressed" also [] ext ["7z"];
    RAR: Archive "rar" "application/vnd.rar" also ["application/x-rar-compressed" "application/x-rar"] ext ["rar"];

    GLB: Model3d "glb" "model/gltf-binary" also [] ext ["glb"];
    GLTF: Model3d "gltf" "model/gltf+json" also [] ext ["gltf"];
    OBJ: Model3d "obj" "model/obj" also [] ext ["obj"];
    STL: Model3d "stl" "model/stl" also ["application/sla" "application/vnd.ms-pki.stl"] ext ["stl"];
    PLY: Model3d "ply" "model/ply" also ["application/ply"] ext ["ply"];

    TTF: Font "ttf" "font/ttf" also ["application/x-font-ttf" "application/font-sfnt" "font/sfnt"] ext ["ttf" "ttc"];
    OTF: Font "otf" "font/otf" also ["application/x-font-otf" "application/x-font-opentype"] ext ["otf"];
    WOFF: Font "woff" "font/woff" also ["application/font-woff" "application/x-font-woff"] ext ["woff"];
    WOFF2: Font "woff2" "font/woff2" also ["application/font-woff2"] ext ["woff2"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_name_mime_or_extension_stands_for_two_formats() {
        let mut names = HashSet::new();
        let mut mimes = HashSet::new();
        let mut extensions = HashSet::new();
        for format in ALL {
            assert!(names.insert(format.name), "{}", format.name);
            for mime in std::iter::once(&format.mime).chain(format.also) {
                assert!(mimes.insert(*mime), "{mime}");
            }
            for extension in format.extensions {
                assert!(extensions.insert(*extension), "{extension}");
            }
        }
    }

    #[test]
    fn lookups_ignore_case_and_parameters() {
        assert_eq!(by_mime("Text/Plain; charset=UTF-8"), Some(&TXT));
        assert_eq!(by_file_name("a.b.JPEG"), Some(&JPEG));
        assert_eq!(by_file_name(".jpg"), None);
        assert_eq!(by_file_name("jpg"), None);
        assert_eq!(extension_of("x.no extension"), None);
    }
}
