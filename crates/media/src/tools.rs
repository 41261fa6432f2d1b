//! Programs beside us that can do what we can't. Each is optional, and costs only what it does when it is missing.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Longest run of a program.
const LONGEST: Duration = Duration::from_secs(10);
/// Bytes at the start of a HEIC among which its description lies.
const HEADER: u64 = 256 << 10;
/// Most memory of a program, in bytes of address space.
const MEMORY: u64 = 2 << 30;

/// The programs that were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tools {
    /// Decodes HEIC: `heif-convert` (Debian: libheif-examples).
    pub heif: Option<PathBuf>,
}

impl Tools {
    /// Looks for the programs in `PATH`.
    pub fn detect() -> Tools {
        Tools { heif: find("heif-convert").or_else(|| find("heif-dec")) }
    }

    /// What is missing, and what that costs, in sentences for people.
    pub fn missing(&self) -> Vec<&'static str> {
        let heif = "heif-convert is missing (Debian: libheif-examples): HEIC images have no colours and no other forms";
        self.heif.is_none().then_some(heif).into_iter().collect()
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
        run(program, path, &output)?;
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

/// Runs a decoder on `input`, which writes `output`. It gets no standard input, little memory and little time.
fn run(program: &Path, input: &Path, output: &Path) -> io::Result<()> {
    let mut child = Command::new("prlimit")
        .arg(format!("--as={MEMORY}"))
        .arg(format!("--cpu={}", LONGEST.as_secs()))
        .arg(format!("--fsize={}", 1_u64 << 30))
        .arg("--core=0")
        .arg(program)
        .args(["-q", "95"])
        .arg(input)
        .arg(output)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() {
                Ok(())
            } else {
                Err(io::Error::other(format!("it ended with {status}")))
            };
        }
        if began.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
