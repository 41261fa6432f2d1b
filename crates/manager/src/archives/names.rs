//! Names of zip entries: safe to unpack on any system, and each there once.

use std::collections::HashSet;

/// The longest name, in bytes: what file systems take, less room for a number.
const LONGEST: usize = 240;

/// Makes the path of each entry, the names of its folders and its own: safe, and unique whatever a file system thinks of
/// case.
pub fn safe_and_unique<'a>(entries: impl IntoIterator<Item = (&'a Vec<String>, &'a str)>) -> Vec<String> {
    let mut taken = HashSet::new();
    entries
        .into_iter()
        .map(|(folders, name)| {
            let name = safe(name);
            let path: String = folders.iter().map(|folder| format!("{}/", safe(folder))).collect();
            let mut free = (1..).map(|number| format!("{path}{}", numbered(&name, number)));
            free.find(|path| taken.insert(path.to_lowercase())).unwrap_or_default()
        })
        .collect()
}

fn numbered(name: &str, number: usize) -> String {
    match (number, contract::formats::extension_of(name)) {
        (1, _) => name.to_owned(),
        (_, Some(extension)) => {
            format!("{} ({number}).{extension}", &name[..name.len() - extension.len() - 1])
        }
        (_, None) => format!("{name} ({number})"),
    }
}

/// A name that is one segment of a path everywhere.
fn safe(name: &str) -> String {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    let replaced = name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c });
    let name: String = replaced.collect();
    // Windows drops dots and spaces at the end, and so would let two names become one.
    let name = shortened(name.trim_matches([' ', '.']));
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_lowercase();
    let numbered = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    let device = DEVICES.contains(&stem.as_str())
        || numbered.is_some_and(|number| number.chars().count() == 1 && number.chars().all(char::is_numeric));
    match name.as_str() {
        "" => "file".to_owned(),
        _ if device => format!("_{name}"),
        _ => name,
    }
}

/// Cuts a name to 240 bytes between two characters, keeping its extension.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let extension =
        contract::formats::extension_of(name).map(|extension| format!(".{extension}")).unwrap_or_default();
    let mut end = LONGEST - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_and_are_unique() {
        let names = [
            "a.jpg",
            "A.JPG",
            "../../etc/passwd",
            "..",
            "",
            "CON.txt",
            "com1",
            "a:b?.png",
            "x. ",
            "x",
            "tab\tname",
            "a (2).jpg",
        ];
        let top = Vec::new();
        let safe = safe_and_unique(names.map(|name| (&top, name)));
        assert_eq!(
            safe,
            [
                "a.jpg",
                "A (2).JPG",
                "_.._etc_passwd",
                "file",
                "file (2)",
                "_CON.txt",
                "_com1",
                "a_b_.png",
                "x",
                "x (2)",
                "tab_name",
                "a (2) (2).jpg"
            ]
        );
    }

    #[test]
    fn paths_are_of_safe_folders_and_lead_nowhere_else() {
        let (odd, same) = (vec!["..".to_owned(), "a/b".into()], vec!["..".to_owned(), "A:B".into()]);
        let paths = safe_and_unique([(&odd, "x.jpg"), (&same, "X.jpg"), (&Vec::new(), "x.jpg")]);
        assert_eq!(paths, ["file/a_b/x.jpg", "file/A_B/X (2).jpg", "x.jpg"]);
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let name = format!("{}.jpeg", "猫".repeat(200));
        let top = Vec::new();
        let safe = safe_and_unique([(&top, name.as_str()), (&top, name.as_str())]);
        assert!(safe.iter().all(|name| name.len() <= 255 && name.ends_with(".jpeg")));
        assert_ne!(safe[0], safe[1]);
    }
}
