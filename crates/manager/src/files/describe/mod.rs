//! From what the catalog knows to what the API shows (CONTRACT 1.2).

mod av;
mod contents;
mod seen;

pub(crate) use av::caption_of;

use catalog::files::{FileRecord, Status};
use contract::descriptor::{
    Color, Colors, FileDescriptor, FocalPoint, IdentityInfo, Image, ImageMedia, Media,
};
use contract::enums::{ContentDisposition, IdentityType, OperationStatus, State};
use contract::formats::Kind;
use contract::values::{Int64, Timestamp};
use facts::{Facts, ImageFacts};
use media::icons;

use crate::Manager;
use crate::delivery::image::preview_url;
use crate::delivery::{Linked, sign_link, static_url};
use crate::error::Result;
use crate::files::facts_of;

/// How long the links in a descriptor of a private file are good, in minutes.
const PREVIEW_MINUTES: i64 = 60;

/// Shows a file.
pub(crate) fn describe(manager: &Manager, site_id: &str, file: FileRecord) -> Result<FileDescriptor> {
    let about = About::new(manager, &file, facts_of(&file)?)?;
    Ok(FileDescriptor {
        url: static_url(manager, &file),
        thumbnail_url: about.thumbnail(manager),
        media: about.media(manager),
        failure: about.facts.failure.clone(),
        notice: about.facts.notice.clone(),
        parent_folder_id: file.parent_id,
        hash: file.hash.map(|hash| hex(&hash[..16])).unwrap_or_default(),
        size_in_bytes: Int64(file.size),
        private: file.private,
        media_type: file.format.kind.media_type(),
        operation_status: match file.status {
            Status::Pending => OperationStatus::Pending,
            Status::Ready => OperationStatus::Ready,
            Status::Failed => OperationStatus::Failed,
        },
        internal_tags: match file.source_url {
            None => vec!["_fileOrigin_uploaded".to_owned()],
            Some(_) => Vec::new(),
        },
        source_url: file.source_url,
        labels: file.labels,
        created_date: Timestamp { millis: file.created },
        updated_date: Timestamp { millis: file.updated },
        site_id: site_id.to_owned(),
        state: State::Ok,
        added_by: IdentityInfo {
            identity_type: IdentityType::by_name(&file.added_by_type),
            identity_id: file.added_by,
        },
        mime_type: file.format.mime.to_owned(),
        display_name: file.name,
        id: file.id.to_string(),
    })
}

/// A signed link to what is shown of a private file, if there is anything to show, and when it ends.
fn preview(manager: &Manager, file: &FileRecord, facts: &Facts) -> Result<Option<(String, i64)>> {
    let expires = manager.now() + PREVIEW_MINUTES * 60_000;
    let poster = facts.poster().map(|number| format!("poster.{number}"));
    let asset = match file.format.kind {
        Kind::Image if file.status == Status::Ready => Some("src"),
        Kind::Video => poster.as_deref(),
        _ => None,
    };
    if let Some(asset) = asset {
        let linked = Linked { asset, shown: ContentDisposition::Inline, name: &file.name, redirect: None };
        return Ok(Some((sign_link(manager, file, linked, expires)?, expires)));
    }
    let drawn = facts.picture.is_some() || (file.format.kind == Kind::Vector && facts.image.is_some());
    let signed = drawn.then(|| {
        let path = contents::thumbnail_path(file.format.kind);
        preview_url(manager, file, &path, expires).map(|url| (url, expires))
    });
    signed.transpose()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the media object of a file is made of.
struct About<'a> {
    file: &'a FileRecord,
    facts: Facts,
    /// Where the original is; empty for private files (CONTRACT 5.3).
    url: String,
    /// A signed link to a private image, and when it ends.
    preview: Option<(String, i64)>,
}

impl<'a> About<'a> {
    fn new(manager: &Manager, file: &'a FileRecord, facts: Facts) -> Result<About<'a>> {
        let preview = if file.private { preview(manager, file, &facts)? } else { None };
        let url = if file.private { String::new() } else { static_url(manager, file) };
        Ok(About { file, facts, url, preview })
    }

    /// Images and vectors stand for themselves, and other kinds have an icon until they can be drawn.
    fn thumbnail(&self, manager: &Manager) -> String {
        let kind = self.file.format.kind;
        let drawable = matches!(kind, Kind::Image | Kind::Vector) && self.file.status != Status::Failed;
        let poster = self.facts.poster().map(|number| av::poster_url(manager, self.file, number));
        match &self.preview {
            Some((url, _)) => url.clone(),
            None if poster.is_some() => poster.unwrap_or_default(),
            None if drawable && !self.file.private => self.url.clone(),
            None if self.facts.picture.is_some() && !self.file.private => {
                contents::thumbnail_url(manager, self.file)
            }
            None => format!("{}/icons/{}", manager.settings().content_url, icons::name(self.file.format)),
        }
    }

    fn media(&self, manager: &Manager) -> Option<Media> {
        let file = self.file;
        // Nothing is known of bytes that are still on their way.
        file.hash?;
        Some(match file.format.kind {
            Kind::Image | Kind::Vector => Media::Image(Box::new(self.image()?)),
            Kind::Video => Media::Video(Box::new(av::video(manager, self, self.facts.video.as_ref()))),
            Kind::Audio => Media::Audio(Box::new(av::audio(manager, self, self.facts.sound.as_ref()))),
            Kind::Document => Media::Document(contents::document(manager, self)),
            Kind::Archive => Media::Archive(contents::archive(self)),
            Kind::Model3d => Media::Model3d(contents::model(manager, self)),
            Kind::Font => Media::Font(contents::font(manager, self)),
        })
    }

    /// Images have this once their size is known. Vectors always do: the reference replies show them this way, and their
    /// size is 0 until they can be measured.
    fn image(&self) -> Option<ImageMedia> {
        let (width, height) = match (&self.facts.image, self.file.format.kind) {
            (Some(facts), _) => (facts.width, facts.height),
            (None, Kind::Vector) => (0, 0),
            (None, _) => return None,
        };
        let image = Image {
            id: self.file.id.to_string(),
            url: self.url.clone(),
            height,
            width,
            alt_text: None,
            url_expiration_date: None,
            filename: self.file.file_name.clone(),
            size_in_bytes: Int64(self.file.size),
            focal_point: self.facts.focal_point().map(|[x, y]| FocalPoint { x: x * 100.0, y: y * 100.0 }),
        };
        let preview_image = self.preview.as_ref().map(|(url, expires)| Image {
            url: url.clone(),
            url_expiration_date: Some(Timestamp { millis: *expires }),
            ..image.clone()
        });
        Some(ImageMedia {
            image,
            colors: self.facts.image.as_ref().and_then(colors),
            faces: seen::faces(&self.facts),
            preview_image,
            caption: seen::caption(&self.facts),
            contains_text: seen::text(&self.facts).map(|text| text.present),
            text: seen::text(&self.facts)
                .filter(|text| !text.lines.is_empty())
                .map(|text| text.lines.join("\n")),
            annotations: seen::annotations(&self.facts),
            is_animated: self.facts.image.as_ref().is_some_and(|facts| facts.animated),
            thumbhash: self.facts.image.as_ref().and_then(|facts| facts.thumbhash.clone()),
            blurhash: self.facts.image.as_ref().and_then(|facts| facts.blurhash.clone()),
        })
    }
}

fn colors(facts: &ImageFacts) -> Option<Colors> {
    let palette = facts.palette.iter().copied().map(Color::from).collect();
    facts.prominent.map(|prominent| Colors { prominent: prominent.into(), palette })
}
