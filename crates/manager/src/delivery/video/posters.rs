//! Posters: stills of a video at addresses of images, `/media/{id}f000.jpg` and so on (CONTRACT 7.5).

use std::sync::Arc;

use catalog::Topic;
use catalog::files::{Asset, FileRecord, Located, Status};
use contract::formats::{self, Kind};
use contract::ids::FileId;
use facts::Facts;

use super::video_of;
use crate::Manager;
use crate::delivery::original::look_up;
use crate::error::{Result, internal};

/// The video and the number of a poster by its name.
fn named(name: &str) -> Option<(FileId, usize)> {
    let (stem, number) = name.strip_suffix(".jpg")?.rsplit_once('f')?;
    let digits = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| number.parse().ok()).flatten()?;
    Some((FileId::parse(stem)?, number))
}

/// A poster as if it were an image of its own; `None` when the name is of no poster that there is.
pub(in crate::delivery) async fn poster(manager: &Manager, name: &str) -> Result<Option<Arc<Located>>> {
    let Some((id, number)) = named(name) else { return Ok(None) };
    let copies = &manager.inner.videos.posters;
    let version = manager.catalog().version(Topic::File(&id));
    if let Some(poster) = copies.get(&(id.clone(), number), version) {
        return Ok(Some(poster));
    }
    let Some(video) =
        look_up(manager, id.clone()).await?.filter(|found| found.file.format.kind == Kind::Video)
    else {
        return Ok(None);
    };
    let key = format!("poster.{number}");
    let (Some(asset), Some(still)) = (
        video.assets.iter().find(|asset| asset.key == key),
        video_of(&video.file)?.posters.get(number).cloned(),
    ) else {
        return Ok(None);
    };
    let facts = Facts { image: Some(still), ..Facts::default() };
    let file = FileRecord {
        format: &formats::JPEG,
        status: Status::Ready,
        name: name.to_owned(),
        size: asset.size,
        hash: Some(asset.hash),
        facts: Some(serde_json::to_string(&facts).map_err(internal)?),
        ..video.file.clone()
    };
    let poster = Arc::new(Located { file, assets: vec![Asset { key: "src".to_owned(), ..asset.clone() }] });
    copies.keep((id, number), version, poster.clone());
    Ok(Some(poster))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_poster_tells_the_video_and_the_number() {
        let id = "4acbb8_0123456789abcdef0123456789abcdef";
        let read = |name: String| named(&name).map(|(id, number)| (id.to_string(), number));
        assert_eq!(read(format!("{id}f002.jpg")), Some((id.to_owned(), 2)));
        for name in
            [format!("{id}f02.jpg"), format!("{id}f002.png"), format!("{id}.jpg"), format!("{id}f+02.jpg")]
        {
            assert_eq!(read(name.clone()), None, "{name}");
        }
    }
}
