//! Languages: files name them by ISO 639-2, the web by BCP 47, and people by what they call them themselves.

/// The codes of ISO 639-2, bibliographic ones too, the shorter one that BCP 47 wants instead, and the language's own name.
const LANGUAGES: &[(&[&str], &str, &str)] = &[
    (&["ara"], "ar", "العربية"),
    (&["bul"], "bg", "Български"),
    (&["cat"], "ca", "Català"),
    (&["ces", "cze"], "cs", "Čeština"),
    (&["dan"], "da", "Dansk"),
    (&["deu", "ger"], "de", "Deutsch"),
    (&["ell", "gre"], "el", "Ελληνικά"),
    (&["eng"], "en", "English"),
    (&["est"], "et", "Eesti"),
    (&["eus", "baq"], "eu", "Euskara"),
    (&["fas", "per"], "fa", "فارسی"),
    (&["fin"], "fi", "Suomi"),
    (&["fra", "fre"], "fr", "Français"),
    (&["gle"], "ga", "Gaeilge"),
    (&["heb"], "he", "עברית"),
    (&["hin"], "hi", "हिन्दी"),
    (&["hrv"], "hr", "Hrvatski"),
    (&["hun"], "hu", "Magyar"),
    (&["ind"], "id", "Bahasa Indonesia"),
    (&["isl", "ice"], "is", "Íslenska"),
    (&["ita"], "it", "Italiano"),
    (&["jpn"], "ja", "日本語"),
    (&["kor"], "ko", "한국어"),
    (&["lav"], "lv", "Latviešu"),
    (&["lit"], "lt", "Lietuvių"),
    (&["msa", "may"], "ms", "Bahasa Melayu"),
    (&["nld", "dut"], "nl", "Nederlands"),
    (&["nob"], "nb", "Norsk bokmål"),
    (&["nor"], "no", "Norsk"),
    (&["pol"], "pl", "Polski"),
    (&["por"], "pt", "Português"),
    (&["ron", "rum"], "ro", "Română"),
    (&["rus"], "ru", "Русский"),
    (&["slk", "slo"], "sk", "Slovenčina"),
    (&["slv"], "sl", "Slovenščina"),
    (&["spa"], "es", "Español"),
    (&["srp"], "sr", "Српски"),
    (&["swe"], "sv", "Svenska"),
    (&["tam"], "ta", "தமிழ்"),
    (&["tha"], "th", "ไทย"),
    (&["tur"], "tr", "Türkçe"),
    (&["ukr"], "uk", "Українська"),
    (&["urd"], "ur", "اردو"),
    (&["vie"], "vi", "Tiếng Việt"),
    (&["zho", "chi"], "zh", "中文"),
];

/// The BCP 47 tag of a language that a file names.
pub fn bcp47(code: &str) -> String {
    let code = code.trim().to_ascii_lowercase();
    let known = LANGUAGES.iter().find(|(codes, _, _)| codes.contains(&code.as_str()));
    known.map_or_else(|| code.clone(), |(_, tag, _)| (*tag).to_owned())
}

/// What those who speak a language call it, by a code or tag; the code itself where that isn't known.
pub fn language_name(code: &str) -> &str {
    let known = LANGUAGES.iter().find(|(codes, tag, _)| *tag == code || codes.contains(&code));
    known.map_or(code, |(_, _, name)| name)
}
