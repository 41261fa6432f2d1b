//! Office documents as PDF, by LibreOffice where it is beside us: what their authors see.
//!
//! A document may name pictures and texts of other files and of the network, which LibreOffice would put into what it makes. So it
//! runs in a world of its own (bubblewrap) that has no network, and no files but its own and the document.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use contract::formats::Format;

use crate::child::{Fault, Limits, Stop, run};

/// What one document may take. A document of a hundred pages takes some seconds.
const LIMITS: Limits = Limits {
    memory: 8 << 30,
    cpu: Duration::from_secs(120),
    wall: Duration::from_secs(180),
    output: 1 << 30,
    nice: 15,
};
/// Folders of the system that LibreOffice reads, as far as they are there.
const READS: [&str; 5] =
    ["/usr", "/etc/fonts", "/etc/libreoffice", "/var/cache/fontconfig", "/var/lib/libreoffice"];
/// Where the document lies in that world.
const WORK: &str = "/work";

/// The programs that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// LibreOffice.
    pub soffice: PathBuf,
    /// bubblewrap.
    pub bwrap: PathBuf,
}

/// Whether LibreOffice is asked for documents of this format.
pub fn sets(format: &Format) -> bool {
    let office = ["doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf"];
    office.contains(&format.name)
}

impl Office {
    /// Has a document set, into a file in `folder`, which belongs to this run alone. Blocks, for seconds.
    pub fn to_pdf(
        &self,
        document: &Path,
        format: &Format,
        folder: &Path,
        stop: &Stop,
    ) -> Result<PathBuf, Fault> {
        // LibreOffice goes by the ending of the name.
        let name = format!("document.{}", format.extension());
        fs::copy(document, folder.join(&name))?;
        run(&self.bwrap, &self.arguments(folder, &name), &LIMITS, stop, |_| {})?;
        let made = folder.join("document.pdf");
        // It ends well where it could not read the document, too.
        if fs::symlink_metadata(&made).is_ok_and(|made| made.is_file() && made.len() > 0) {
            Ok(made)
        } else {
            let text = "LibreOffice could not read the document";
            Err(Fault::Io(io::Error::new(io::ErrorKind::InvalidData, text)))
        }
    }

    fn arguments(&self, folder: &Path, name: &str) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = Vec::new();
        let mut add = |words: &[&str]| arguments.extend(words.iter().map(OsString::from));
        add(&["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]);
        READS.iter().for_each(|path| add(&["--ro-bind-try", path, path]));
        for link in ["bin", "lib", "lib64"] {
            add(&["--symlink", &format!("usr/{link}"), &format!("/{link}")]);
        }
        add(&["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]);
        add(&["--setenv", "HOME", WORK, "--setenv", "PATH", "/usr/bin", "--chdir", WORK, "--bind"]);
        arguments.extend([folder.as_os_str().to_owned(), WORK.into(), self.soffice.as_os_str().to_owned()]);
        let mut add = |words: &[&str]| arguments.extend(words.iter().map(OsString::from));
        // A profile for this run alone: others don't wait for it, and nothing of it is left.
        add(&[&format!("-env:UserInstallation=file://{WORK}/profile"), "--headless", "--norestore"]);
        add(&["--nolockcheck", "--nodefault", "--nofirststartwizard", "--convert-to", "pdf"]);
        add(&["--outdir", WORK, &format!("{WORK}/{name}")]);
        arguments
    }
}
