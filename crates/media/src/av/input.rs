//! How FFmpeg is made to read one file: as what it is, with decoders that are in use, and nothing else.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use contract::formats::Format;

use super::arguments;

/// Decoders of what people have, by FFmpeg's names. It has hundreds more, of games and of the past, in which nobody looks for
/// mistakes.
const PICTURES: &str = "h264,hevc,libdav1d,vp9,vp8,vp7,vp6,vp6a,vp6f,mpeg4,mpeg2video,mpeg1video,msmpeg4v1,msmpeg4v2,\
    msmpeg4,wmv1,wmv2,wmv3,vc1,theora,flv,h263,h263p,h261,svq1,svq3,cinepak,indeo3,indeo4,indeo5,qtrle,\
    rpza,rv10,rv20,rv30,rv40,dvvideo,prores,dnxhd,cfhd,hap,ffv1,huffyuv,ffvhuff,utvideo,magicyuv,\
    rawvideo,msrle,msvideo1,mjpeg,png,bmp,gif,webp,tiff";
const SOUNDS: &str = "aac,aac_latm,mp3float,mp3,mp2float,mp2,mp1float,mp1,ac3,eac3,dca,truehd,mlp,flac,alac,ape,wavpack,\
    tta,opus,libopus,vorbis,libvorbis,speex,libspeex,amrnb,amrwb,\
    wmav1,wmav2,wmapro,wmalossless,wmavoice,cook,sipr,nellymoser,gsm,gsm_ms,qcelp,qdm2,qdmc,mace3,mace6,\
    adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,adpcm_swf,adpcm_yamaha,g722,g726,g726le,\
    pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_u16le,pcm_u16be,pcm_s24le,pcm_s24be,\
    pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_dvd,pcm_bluray";
const TEXTS: &str = "subrip,srt,ass,ssa,mov_text,webvtt,text";

/// The options in front of which others may stand, and which the output follows.
pub(super) fn input(path: &Path, format: &Format) -> Vec<OsString> {
    let decoders = format!("{PICTURES},{SOUNDS},{TEXTS}");
    let mut list = arguments(["-f", demuxer(format, path), "-protocol_whitelist", "file"]);
    list.extend(arguments(["-codec_whitelist", &decoders, "-i"]));
    list.push(path.into());
    list
}

/// The name that FFmpeg has for a format, so that nothing in a file can choose another one.
fn demuxer(format: &Format, path: &Path) -> &'static str {
    match format.name {
        "mp4" | "mov" | "3gp" | "m4a" => "mov",
        "webm" | "mkv" | "weba" => "matroska",
        "wmv" | "wma" => "asf",
        "mpeg" => match first_bytes(path) {
            // A stream of pictures without a container around it.
            Some([0, 0, 1, 0xb3, ..]) => "mpegvideo",
            _ => "mpeg",
        },
        "ac3" => match first_bytes(path) {
            // The stream identification tells the newer kind.
            Some([.., id]) if id >> 3 > 10 => "eac3",
            _ => "ac3",
        },
        "ogv" | "ogg" => "ogg",
        name => name,
    }
}

fn first_bytes(path: &Path) -> Option<[u8; 6]> {
    let mut bytes = [0; 6];
    File::open(path).ok()?.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::process::Command;

    use super::*;

    #[test]
    fn ffmpeg_knows_every_decoder_by_its_name() {
        let told = Command::new("ffmpeg").args(["-v", "error", "-decoders"]).output().expect("ffmpeg runs");
        let told = String::from_utf8(told.stdout).expect("it is text");
        let known: HashSet<&str> = told.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
        let named = [PICTURES, SOUNDS, TEXTS].into_iter().flat_map(|names| names.split(','));
        let unknown: Vec<&str> = named.filter(|name| !known.contains(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
