//! What is gathered while an archive is read: entries are judged, counted and told, and the limits are kept.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use contract::formats::{self, Kind};
use facts::{ArchiveFacts, Entry};
use rustix::time::{ClockId, clock_gettime};

use crate::names::{self, Fault};
use crate::{Error, Limits};

/// Growth beyond which a file is worth a word: what people pack rarely shrinks to less than a hundredth.
const GROWTH: u64 = 250;
/// Bytes below which growth harms nobody.
const HARMLESS: u64 = 64 << 20;

/// Why reading stops before the end of an archive.
#[derive(Debug)]
pub(crate) enum Stop {
    /// What follows is not what the format asks for, in words for people.
    Damaged(String),
    /// A limit is reached.
    Limit(&'static str),
    /// It isn't read here, in words for people.
    Unsupported(String),
    /// The file can't be read.
    Read(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Self::Damaged("it ends too early".into()),
            _ => Self::Read(error),
        }
    }
}

/// What entries have in common that is said once of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Remark {
    Name(Fault),
    LeadsOut,
    BehindLink,
    Twice,
    ByCase,
    Overlap,
    Grows,
    Lies,
    Device,
}

/// Something an entry does beside having a name and a size, found by the reader of its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trick {
    /// It shares its bytes with another entry.
    Overlap,
    /// Its size, or its name, is told differently in another place.
    Lies,
    /// It is a device, a pipe or a socket.
    Device,
    /// It is another name of an entry of the archive, named from the top: nothing is wrong with that.
    HardLink,
}

/// The state of one look into an archive.
pub(crate) struct Look<'a> {
    pub(crate) limits: &'a Limits,
    tell: &'a mut dyn FnMut(Entry),
    began: Duration,
    length: u64,
    decompressed: u64,
    facts: ArchiveFacts,
    remarks: BTreeMap<Remark, (u64, String)>,
    archives: u64,
    hasher: RandomState,
    exact: HashSet<u64>,
    folded: HashSet<u64>,
    links: HashSet<u64>,
}

impl<'a> Look<'a> {
    pub(crate) fn new(limits: &'a Limits, length: u64, tell: &'a mut dyn FnMut(Entry)) -> Self {
        Self {
            limits,
            tell,
            began: worked(),
            length,
            decompressed: 0,
            facts: ArchiveFacts::default(),
            remarks: BTreeMap::new(),
            archives: 0,
            hasher: RandomState::new(),
            exact: HashSet::new(),
            folded: HashSet::new(),
            links: HashSet::new(),
        }
    }

    /// Whether there is room and time for one more entry. To be asked before it is read.
    pub(crate) fn next(&self) -> Result<(), Stop> {
        if self.facts.entries >= self.limits.entries {
            return Err(Stop::Limit("it has more entries than are looked at"));
        }
        self.in_time()
    }

    fn in_time(&self) -> Result<(), Stop> {
        match worked().saturating_sub(self.began) < self.limits.time {
            true => Ok(()),
            false => Err(Stop::Limit("it takes longer to read than is allowed")),
        }
    }

    /// Notes that bytes were decompressed.
    pub(crate) fn spend(&mut self, bytes: u64) -> Result<(), Stop> {
        self.decompressed += bytes;
        if self.decompressed > self.limits.unpacked {
            return Err(Stop::Limit("it grows to more than is looked at"));
        }
        self.in_time()
    }

    /// Notes that the list itself is encrypted.
    pub(crate) fn encrypted(&mut self) {
        self.facts.encrypted = true;
    }

    /// Something to be said of the whole.
    pub(crate) fn warn(&mut self, sentence: impl Into<String>) {
        self.facts.warnings.push(sentence.into());
    }

    /// Judges, counts and tells an entry.
    pub(crate) fn tell(&mut self, mut entry: Entry, tricks: &[Trick]) {
        let mut found = self.name_remarks(&entry, tricks.contains(&Trick::HardLink));
        found.extend(tricks.iter().filter_map(|trick| match trick {
            Trick::Overlap => Some(Remark::Overlap),
            Trick::Lies => Some(Remark::Lies),
            Trick::Device => Some(Remark::Device),
            Trick::HardLink => None,
        }));
        let packed = entry.packed.unwrap_or(u64::MAX);
        if entry.size > HARMLESS && entry.size / GROWTH > packed {
            found.push(Remark::Grows);
        }
        for remark in &found {
            let (count, _) = self.remarks.entry(*remark).or_insert_with(|| (0, entry.name.clone()));
            *count += 1;
        }
        entry.warning = sentence(&found.iter().map(|remark| remark.of_one(&entry)).collect::<Vec<_>>());
        let format = formats::by_file_name(&entry.name);
        if !entry.folder && entry.link.is_none() && format.is_some_and(|format| format.kind == Kind::Archive)
        {
            self.archives += 1;
        }
        self.facts.entries += 1;
        self.facts.unpacked = self.facts.unpacked.saturating_add(entry.size);
        self.facts.encrypted |= entry.encrypted;
        (self.tell)(entry);
    }

    fn name_remarks(&mut self, entry: &Entry, hard: bool) -> Vec<Remark> {
        let mut found: Vec<Remark> = names::fault(&entry.name).map(Remark::Name).into_iter().collect();
        let name = entry.name.trim_end_matches('/').trim_start_matches("./");
        if !self.links.is_empty() {
            let mut parents = name.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| &name[..at]);
            if parents.any(|parent| self.links.contains(&self.hasher.hash_one(parent))) {
                found.push(Remark::BehindLink);
            }
        }
        if let Some(target) = &entry.link {
            if !hard {
                self.links.insert(self.hasher.hash_one(name));
            }
            if names::leads_out(if hard { "" } else { name }, target) {
                found.push(Remark::LeadsOut);
            }
        }
        // A folder may come again, with the same name, without harm.
        if !name.is_empty() && !self.exact.insert(self.hasher.hash_one(name)) {
            if !entry.folder {
                found.push(Remark::Twice);
            }
        } else if !name.is_empty() && !self.folded.insert(self.hasher.hash_one(name.to_lowercase())) {
            found.push(Remark::ByCase);
        }
        found
    }

    /// What is known of the whole, once there is nothing more to read or reading has stopped.
    pub(crate) fn end(mut self, read: Result<(), Stop>) -> Result<ArchiveFacts, Error> {
        let known = self.facts.entries > 0 || self.facts.encrypted;
        match read {
            Ok(()) => {}
            Err(Stop::Damaged(what)) if known => {
                self.facts.damaged = true;
                self.facts.warnings.push(format!("The archive is damaged: {what}."));
            }
            Err(Stop::Limit(_)) if known => self.facts.more = true,
            Err(Stop::Damaged(what)) => return Err(Error::Broken(format!("the archive is damaged: {what}"))),
            Err(Stop::Limit(what)) => return Err(Error::Limit(format!("the archive is too large: {what}"))),
            Err(Stop::Unsupported(what)) => return Err(Error::Unsupported(what)),
            Err(Stop::Read(error)) => return Err(Error::Read(error)),
        }
        for (remark, (count, example)) in std::mem::take(&mut self.remarks) {
            self.facts.warnings.push(remark.of_all(count, &shown(&example)));
        }
        let unpacked = self.facts.unpacked;
        if unpacked > 4 * HARMLESS && unpacked / GROWTH > self.length {
            let (size, times) = (size(unpacked), unpacked / self.length.max(1));
            self.facts.warnings.push(format!("Unpacked it takes {size}, {times} times what it takes now."));
        }
        match self.archives {
            0 => {}
            1 => {
                self.facts.warnings.push("There is an archive in it, whose content was not looked at.".into())
            }
            many => {
                let text = format!("There are {many} archives in it, whose contents were not looked at.");
                self.facts.warnings.push(text);
            }
        }
        Ok(self.facts)
    }
}

impl Remark {
    fn of_one(self, entry: &Entry) -> String {
        match self {
            Self::Name(fault) => fault.sentence().into(),
            Self::LeadsOut => "it is a link that leads out of the folder it is unpacked into".into(),
            Self::BehindLink => "it lies behind a link of the same archive".into(),
            Self::Twice => "there is another entry of this name".into(),
            Self::ByCase => "another name differs from this by upper and lower case alone".into(),
            Self::Overlap => "it shares its bytes with another entry".into(),
            Self::Grows => {
                let times = entry.size / entry.packed.unwrap_or_default().max(1);
                format!("it grows to {}, {times} times what it takes here", size(entry.size))
            }
            Self::Lies => "what the archive says of it differs from place to place".into(),
            Self::Device => "it is a device or a pipe, no file".into(),
        }
    }

    fn of_all(self, count: u64, example: &str) -> String {
        let (one, many) = match self {
            Self::Name(Fault::Climbs) => (
                "A name leads out of the folder it is unpacked into",
                "names lead out of the folder they are unpacked into",
            ),
            Self::Name(Fault::Absolute) => {
                ("A name begins at the root of a disk", "names begin at the root of a disk")
            }
            Self::Name(Fault::Nul) => ("A name holds a NUL character", "names hold NUL characters"),
            Self::Name(Fault::Control) => {
                ("A name holds characters that can't be seen", "names hold characters that can't be seen")
            }
            Self::Name(Fault::Backslash) => (
                "A name holds backslashes, which only Windows takes for folders",
                "names hold backslashes, which only Windows takes for folders",
            ),
            Self::Name(Fault::Windows) => {
                ("Windows can't unpack one of the names", "names can't be unpacked on Windows")
            }
            Self::Name(Fault::Long) => {
                ("A name is longer than file systems allow", "names are longer than file systems allow")
            }
            Self::LeadsOut => (
                "A link leads out of the folder it is unpacked into",
                "links lead out of the folder they are unpacked into",
            ),
            Self::BehindLink => ("An entry lies behind a link", "entries lie behind links"),
            Self::Twice => ("A name is there twice", "names are there more than once"),
            Self::ByCase => (
                "Two names differ by upper and lower case alone",
                "names differ from others by upper and lower case alone",
            ),
            Self::Overlap => {
                ("An entry shares its bytes with another", "entries share their bytes with others")
            }
            Self::Grows => ("A file grows beyond reason", "files grow beyond reason"),
            Self::Lies => (
                "What is said of an entry differs from place to place",
                "entries are described differently from place to place",
            ),
            Self::Device => ("An entry is a device or a pipe", "entries are devices or pipes"),
        };
        match count {
            1 => format!("{one}: “{example}”."),
            _ => format!("{count} {many}, such as “{example}”."),
        }
    }
}

/// How long this thread has had a core.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// Joins what is wrong with an entry to one sentence.
fn sentence(remarks: &[String]) -> Option<String> {
    let mut text = remarks.join("; ");
    let first = text.chars().next()?;
    text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    text.push('.');
    Some(text)
}

/// A name within a sentence: short, and without what would harm the sentence.
fn shown(name: &str) -> String {
    let visible = |c: char| {
        if c.is_control() || names::fault(&c.to_string()) == Some(Fault::Control) { '\u{fffd}' } else { c }
    };
    let mut text: String = name.chars().take(80).map(visible).collect();
    if name.chars().nth(80).is_some() {
        text.push('…');
    }
    text
}

/// A number of bytes for people.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 999.5 && unit + 1 < units.len() {
        (value, unit) = (value / 1000.0, unit + 1);
    }
    match unit {
        0 => format!("{bytes} bytes"),
        _ if value < 9.95 => format!("{value:.1} {}", units[unit]),
        _ => format!("{value:.0} {}", units[unit]),
    }
}
