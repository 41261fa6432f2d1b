//! Names in zips.

use super::directory::le32;
use super::entry::field;

/// Characters 128 to 255 of code page 437, in which names are written that don't say otherwise.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The name: UTF-8 where the zip says so, in its flags or beside, or where it can't well be anything else (as from
/// macOS, which doesn't say it), and else in code page 437.
pub(super) fn name(bytes: &[u8], flags: u16, extra: &[u8]) -> String {
    if flags & 1 << 11 != 0 {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    // The name beside counts while the other is still the one it was made for.
    let beside =
        field(extra, 0x7075).filter(|field| field.len() > 5 && le32(field, 1) == crc32fast::hash(bytes));
    if let Some(name) = beside.and_then(|field| std::str::from_utf8(&field[5..]).ok()) {
        return name.to_owned();
    }
    if let Ok(name) = std::str::from_utf8(bytes) {
        return name.to_owned();
    }
    bytes.iter().map(|byte| cp437(*byte)).collect()
}

fn cp437(byte: u8) -> char {
    match byte.checked_sub(128) {
        None => char::from(byte),
        Some(at) => CP437.chars().nth(at.into()).unwrap_or('\u{fffd}'),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_of_characters_is_whole() {
        assert_eq!(super::CP437.chars().count(), 128);
        assert_eq!(super::name(b"\x81bung", 0, &[]), "übung");
        assert_eq!(super::name("übung".as_bytes(), 0, &[]), "übung");
    }
}
