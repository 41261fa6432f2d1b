//! Programs beside us that can do what we can't. Each is optional, and costs only what it does when it is missing.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::av::{Film, encodes};
use crate::child::{Limits, Stop, run};
use crate::office::Office;
use facts::Codec;

/// What decoding a picture may take.
const PICTURE: Limits = Limits {
    memory: 2 << 30,
    cpu: Duration::from_secs(10),
    wall: Duration::from_secs(10),
    output: 1 << 30,
    nice: 0,
};
/// Bytes at the start of a HEIC among which its description lies.
const HEADER: u64 = 256 << 10;

/// The programs that were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tools {
    /// Decodes HEIC: `heif-convert` (Debian: libheif-examples).
    pub heif: Option<PathBuf>,
    /// Decodes and encodes video and sound: FFmpeg (Debian: ffmpeg).
    pub film: Option<Film>,
    /// Sets office documents as pages: LibreOffice within bubblewrap (Debian: libreoffice-writer-nogui and its like, and
    /// bubblewrap).
    pub office: Option<Office>,
    /// What FFmpeg should encode beside H.264, whether it can or not.
    pub second: Option<Codec>,
}

impl Tools {
    /// Looks for the programs in `PATH`, and asks whether FFmpeg can encode the second codec.
    pub fn detect(second: Option<Codec>) -> Tools {
        let film = find("ffmpeg").zip(find("ffprobe")).map(|(ffmpeg, ffprobe)| {
            let second = second.filter(|codec| encodes(&ffmpeg, *codec));
            Film { ffmpeg, ffprobe, second }
        });
        Tools {
            heif: find("heif-convert").or_else(|| find("heif-dec")),
            film,
            office: find("soffice").zip(find("bwrap")).map(|(soffice, bwrap)| Office { soffice, bwrap }),
            second,
        }
    }

    /// What is missing, and what that costs, in sentences for people.
    pub fn missing(&self) -> Vec<&'static str> {
        let lacks = |codec: Codec| {
            let film = self.film.as_ref().filter(|film| film.second != self.second);
            film.is_some() && self.second == Some(codec)
        };
        let vp9 = "ffmpeg has no libvpx-vp9: videos are made in H.264 alone";
        let av1 = "ffmpeg has no libsvtav1: videos are made in H.264 alone";
        let heif = "heif-convert is missing (Debian: libheif-examples): HEIC images have no colours and no other forms";
        let film = "ffmpeg is missing (Debian: ffmpeg): videos and sounds are served as they came, without streams and posters";
        let office = "soffice or bwrap is missing (Debian: libreoffice-writer-nogui, -calc-nogui, -impress-nogui, bubblewrap): office \
                      documents are shown by their text alone, and have no pages";
        let all = [
            (self.office.is_none(), office),
            (self.heif.is_none(), heif),
            (self.film.is_none(), film),
            (lacks(Codec::Vp9), vp9),
            (lacks(Codec::Av1), av1),
        ];
        all.into_iter().filter_map(|(missing, sentence)| missing.then_some(sentence)).collect()
    }
}

impl Tools {
    /// The first picture of a HEIC file as a JPEG, as displayed, or as a PNG where some of it can be seen through; `None`
    /// without the program.
    pub fn decode(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let Some(program) = &self.heif else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let extension = if see_through(path)? { "png" } else { "jpg" };
        let output = folder.path().join(format!("picture.{extension}"));
        let arguments = ["-q".into(), "95".into(), path.into(), output.clone().into()];
        run(program, &arguments as &[OsString], &PICTURE, &Stop::default(), |_| {})
            .map_err(io::Error::other)?;
        // A file with several pictures becomes several files, numbered from 1.
        let numbered = folder.path().join(format!("picture-1.{extension}"));
        let first = [output, numbered].into_iter().find(|file| file.exists());
        first.map(fs::read).transpose()
    }
}

/// Whether one of a HEIC's pictures holds opacity: it says so by one of two names.
fn see_through(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    fs::File::open(path)?.take(HEADER).read_to_end(&mut head)?;
    let names: [&[u8]; 2] = [b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"];
    Ok(names.iter().any(|name| memchr::memmem::find(&head, name).is_some()))
}

fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
