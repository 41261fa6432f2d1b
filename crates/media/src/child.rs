//! Programs beside us, run with limits: a bound on memory, time and what they write, no standard input, and an end to all of
//! it when nobody wants the result any more.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child as Process, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, kill_process_group, set_parent_process_death_signal, setpriority_process,
    setrlimit,
};
use serde::{Deserialize, Serialize};

/// How often a run looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);
/// What is kept of the words of a program that fails: the end of them, in bytes.
const WORDS: usize = 2048;
/// Longest line of output that is read, in bytes.
const LINE: u64 = 16 << 20;

/// What a program may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Address space, in bytes.
    pub memory: u64,
    /// Time on all cores together.
    pub cpu: Duration,
    /// Time on the clock.
    pub wall: Duration,
    /// Bytes of any one file that it writes.
    pub output: u64,
    /// How much others go before, 0 to 19.
    pub nice: u8,
}

/// Says whether a run is still wanted. Clones share the answer.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// From now on it isn't.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is no longer wanted.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why a run came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The program says that it failed; with the last of its words.
    #[error("it ended with {0}: {1}")]
    Failed(ExitStatus, String),
    /// A limit ended it: which, as a sentence goes on after "it".
    #[error("it {0}")]
    Limited(&'static str),
    /// Nobody wanted the result any more.
    #[error("it was stopped")]
    Stopped,
    /// It could not be run.
    #[error("it could not be run")]
    Io(#[from] io::Error),
}

/// Runs a program to its end, in the thread of the caller. Each line that it writes is handed to `line`.
///
/// It gets a process group of its own, which is killed as a whole when it takes too long or isn't wanted any more, and dies
/// with the calling thread.
pub fn run(
    program: &Path,
    arguments: &[OsString],
    limits: &Limits,
    stop: &Stop,
    line: impl FnMut(&str),
) -> Result<(), Fault> {
    follow(limited(program, arguments, limits), limits.wall, stop, line)
}

/// The same with a program that [limits itself](Limits::apply) before it does anything else.
pub fn run_limiting_itself(
    program: &Path,
    arguments: &[OsString],
    limits: &Limits,
    stop: &Stop,
    line: impl FnMut(&str),
) -> Result<(), Fault> {
    let mut command = Command::new(program);
    command.args(arguments);
    follow(command, limits.wall, stop, line)
}

impl Limits {
    /// Holds the calling process to all of them but the one on the clock, and lets it die with its parent.
    pub fn apply(&self) -> io::Result<()> {
        let most = |value| Rlimit { current: Some(value), maximum: Some(value) };
        set_parent_process_death_signal(Some(Signal::KILL))?;
        setrlimit(Resource::Core, most(0))?;
        setrlimit(Resource::As, most(self.memory))?;
        setrlimit(Resource::Cpu, most(self.cpu.as_secs().max(1)))?;
        setrlimit(Resource::Fsize, most(self.output))?;
        setpriority_process(None, i32::from(self.nice))?;
        Ok(())
    }
}

fn follow(
    mut command: Command,
    wall: Duration,
    stop: &Stop,
    mut line: impl FnMut(&str),
) -> Result<(), Fault> {
    use std::os::unix::process::CommandExt;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut group = Group(command.spawn()?);
    let (lines, words) = (lines_of(group.0.stdout.take())?, last_words_of(group.0.stderr.take())?);
    let end = Instant::now() + wall;
    loop {
        if stop.is_stopped() {
            return Err(Fault::Stopped);
        }
        if Instant::now() > end {
            return Err(Fault::Limited("took too long"));
        }
        match lines.recv_timeout(LOOK) {
            Ok(text) => line(&text),
            Err(RecvTimeoutError::Timeout) => {}
            // It writes no more; a program that lives on without its output is asked again in a moment.
            Err(RecvTimeoutError::Disconnected) => {
                if let Some(status) = group.0.try_wait()? {
                    return judge(status, words);
                }
                thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

fn judge(status: ExitStatus, words: thread::JoinHandle<String>) -> Result<(), Fault> {
    use std::os::unix::process::ExitStatusExt;
    if status.success() {
        return Ok(());
    }
    match status.signal() {
        Some(signal) if signal == Signal::XCPU.as_raw() => {
            Err(Fault::Limited("took too much time of the processors"))
        }
        Some(signal) if signal == Signal::XFSZ.as_raw() => Err(Fault::Limited("wrote too much")),
        _ => Err(Fault::Failed(status, words.join().unwrap_or_default())),
    }
}

/// The program behind those that limit it; each of them becomes the next, so that it is one process.
fn limited(program: &Path, arguments: &[OsString], limits: &Limits) -> Command {
    let mut command = Command::new("nice");
    command
        .args(["-n".to_owned(), limits.nice.to_string()])
        .args(["setpriv", "--pdeathsig", "KILL", "prlimit", "--core=0"])
        .arg(format!("--as={}", limits.memory))
        .arg(format!("--cpu={}", limits.cpu.as_secs().max(1)))
        .arg(format!("--fsize={}", limits.output))
        .arg(program)
        .args(arguments);
    command
}

/// A process and all that it began. Whatever is left of them when this is dropped is killed.
struct Group(Process);

impl Drop for Group {
    fn drop(&mut self) {
        if !matches!(self.0.try_wait(), Ok(Some(_))) {
            if let Some(group) = Pid::from_raw(self.0.id() as i32) {
                // What has ended meanwhile needs no signal.
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = self.0.wait();
        }
    }
}

fn lines_of(output: Option<impl Read + Send + 'static>) -> io::Result<Receiver<String>> {
    let (sender, lines) = sync_channel(64);
    let mut output = BufReader::new(output.ok_or(io::ErrorKind::BrokenPipe)?);
    thread::Builder::new().name("lines".into()).spawn(move || {
        loop {
            let mut line = Vec::new();
            match output.by_ref().take(LINE).read_until(b'\n', &mut line) {
                Ok(1..) => {}
                Ok(0) | Err(_) => return,
            }
            let text = String::from_utf8_lossy(&line);
            if sender.send(text.trim_end_matches(['\n', '\r']).to_owned()).is_err() {
                return;
            }
        }
    })?;
    Ok(lines)
}

fn last_words_of(output: Option<impl Read + Send + 'static>) -> io::Result<thread::JoinHandle<String>> {
    let mut output = output.ok_or(io::ErrorKind::BrokenPipe)?;
    thread::Builder::new().name("words".into()).spawn(move || {
        let (mut kept, mut buffer) = (Vec::new(), [0; 4096]);
        while let Ok(read @ 1..) = output.read(&mut buffer) {
            kept.extend_from_slice(&buffer[..read]);
            kept.drain(..kept.len().saturating_sub(WORDS));
        }
        String::from_utf8_lossy(&kept).trim().to_owned()
    })
}

/// Arguments of different kinds in one list.
pub(crate) fn arguments<A: AsRef<OsStr>>(list: impl IntoIterator<Item = A>) -> Vec<OsString> {
    list.into_iter().map(|argument| argument.as_ref().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        memory: 1 << 30,
        cpu: Duration::from_secs(5),
        wall: Duration::from_secs(5),
        output: 1000,
        nice: 5,
    };

    fn shell(script: &str, limits: &Limits, stop: &Stop) -> (Result<(), Fault>, Vec<String>) {
        let mut lines = Vec::new();
        let arguments = arguments(["-c", script]);
        let ran = run(Path::new("/bin/sh"), &arguments, limits, stop, |line| lines.push(line.to_owned()));
        (ran, lines)
    }

    #[test]
    fn lines_come_as_they_are_written_and_the_last_words_stay() {
        let (ran, lines) = shell("echo one; echo; echo 'two words'", &LIMITS, &Stop::default());
        assert!(ran.is_ok(), "{ran:?}");
        assert_eq!(lines, ["one", "", "two words"]);
        let (ran, _) = shell("echo no such thing >&2; exit 3", &LIMITS, &Stop::default());
        assert!(
            matches!(ran, Err(Fault::Failed(status, words)) if status.code() == Some(3) && words == "no such thing")
        );
    }

    #[test]
    fn a_run_that_takes_too_long_or_is_not_wanted_ends_with_all_that_it_began() {
        let folder = tempfile::tempdir().expect("a folder");
        let mark = folder.path().join("mark");
        let script = format!("(sleep 1.2; touch {}) & wait", mark.display());
        let began = Instant::now();
        let short = Limits { wall: Duration::from_millis(200), ..LIMITS };
        let (ran, _) = shell(&script, &short, &Stop::default());
        assert!(matches!(ran, Err(Fault::Limited(_))), "{ran:?}");
        let stop = Stop::default();
        let stopper = stop.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(200));
            stopper.stop();
        });
        let (ran, _) = shell(&script, &LIMITS, &stop);
        assert!(matches!(ran, Err(Fault::Stopped)), "{ran:?}");
        assert!(began.elapsed() < Duration::from_secs(1));
        thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists(), "what it began went on");
    }

    #[test]
    fn what_is_written_and_the_memory_are_limited() {
        let folder = tempfile::tempdir().expect("a folder");
        let script = format!("exec dd if=/dev/zero of={}/x bs=600 count=10", folder.path().display());
        let (ran, _) = shell(&script, &LIMITS, &Stop::default());
        assert!(matches!(ran, Err(Fault::Limited("wrote too much"))), "{ran:?}");
        let (ran, _) = shell("exec dd if=/dev/zero of=/dev/null bs=2G count=1", &LIMITS, &Stop::default());
        assert!(matches!(ran, Err(Fault::Failed(..))), "{ran:?}");
    }
}
