//! Which format a client gets (CONTRACT 7.4).

use contract::transform::{Animation, Encoding, Extension, Transformation};

/// Longest side of a WebP; an AVIF of more would take minutes.
const LONGEST_WEBP: u32 = 16_383;

/// The newer formats that a client takes, by its `Accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Accepts {
    /// `image/webp`.
    pub webp: bool,
    /// `image/avif`.
    pub avif: bool,
}

impl Accepts {
    /// Reads the header. A format counts when it is named, as browsers do for those that they know: `image/*` doesn't say that
    /// they know new ones.
    pub fn read(header: &str) -> Accepts {
        let named = |mime: &str| {
            header.split(',').any(|entry| {
                let mut parts = entry.split(';').map(str::trim);
                let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(mime));
                is_it && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)))
            })
        };
        Accepts { webp: named("image/webp"), avif: named("image/avif") }
    }
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    /// The format that is made at once.
    pub(super) format: Extension,
    /// A better one that takes long: sent where it exists, else made in the background.
    pub(super) slow: Option<Extension>,
    /// Whether `Accept` had a say.
    pub(super) varies: bool,
}

/// `moves` says whether the image has several frames; `longest` is the longer side of the result, in pixels.
pub(super) fn choose(transformation: &Transformation, accepts: Accepts, moves: bool, longest: u32) -> Choice {
    // What a format can't hold isn't chosen for anybody.
    let webp = accepts.webp && longest <= LONGEST_WEBP;
    let avif = accepts.avif && longest <= LONGEST_WEBP;
    let options = &transformation.options;
    let asked = options.extension;
    let moves = moves && options.animation != Some(Animation::Poster);
    let at_once = |format| Choice { format, slow: None, varies: false };
    match options.encoding {
        None => at_once(asked),
        // A picture that moves would stop.
        Some(_) if moves && matches!(asked, Extension::Gif | Extension::WebP) => {
            Choice { varies: true, ..at_once(if webp { Extension::WebP } else { asked }) }
        }
        Some(Encoding::Avif | Encoding::ProgressiveAvif) => at_once(Extension::Avif),
        Some(Encoding::Auto) => Choice {
            format: if webp { Extension::WebP } else { asked },
            slow: avif.then_some(Extension::Avif),
            varies: true,
        },
    }
}

#[cfg(test)]
mod tests {
    use contract::transform::Address;

    use super::*;

    fn chosen(path: &str, accept: &str, moves: bool) -> Choice {
        let Ok(Address::Spelled(transformation)) = Address::parse(path) else { panic!("{path}") };
        choose(&transformation, Accepts::read(accept), moves, 5)
    }

    #[test]
    fn the_client_has_a_say_where_the_address_lets_it() {
        let browser = "image/avif,image/webp,image/apng,*/*;q=0.8";
        let choice = |format, slow, varies| Choice { format, slow, varies };
        use Extension::{Avif, Gif, Jpeg, WebP};
        assert_eq!(chosen("fit/w_5,h_5/a.jpg", browser, false), choice(Jpeg, None, false));
        assert_eq!(chosen("fit/w_5,h_5,enc_auto/a.jpg", browser, false), choice(WebP, Some(Avif), true));
        assert_eq!(chosen("fit/w_5,h_5,enc_auto/a.jpg", "image/webp;q=0.5", false), choice(WebP, None, true));
        assert_eq!(
            chosen("fit/w_5,h_5,enc_auto/a.jpg", "image/webp;q=0, */*", false),
            choice(Jpeg, None, true)
        );
        assert_eq!(chosen("fit/w_5,h_5,enc_avif,quality_auto/a.jpg", "", false), choice(Avif, None, false));
        let Ok(Address::Spelled(long)) = Address::parse("fill/w_17000,h_5,enc_auto/a.jpg") else { panic!() };
        assert_eq!(choose(&long, Accepts::read(browser), false, 17_000), choice(Jpeg, None, true));
        assert_eq!(chosen("fit/w_5,h_5,enc_auto/a.gif", browser, true), choice(WebP, None, true));
        assert_eq!(chosen("fit/w_5,h_5,enc_avif/a.gif", "*/*", true), choice(Gif, None, true));
        assert_eq!(chosen("fit/w_5,h_5,enc_auto,pstr/a.gif", browser, true), choice(WebP, Some(Avif), true));
    }
}
