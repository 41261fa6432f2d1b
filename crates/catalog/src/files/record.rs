//! A file's row, and how it is read.

use contract::formats::{self, Format, Kind};
use contract::ids::FileId;
use serde::{Deserialize, Serialize};

use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::folders::{Root, Ways};
use crate::tx::{Row, Tx, values};

/// How far the work on a file has come. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Still worked on.
    Pending = 0,
    /// Can be used.
    Ready = 1,
    /// Failed for good.
    Failed = 2,
}

impl Status {
    pub(super) fn from_num(num: i64) -> Status {
        match num {
            0 => Status::Pending,
            1 => Status::Ready,
            _ => Status::Failed,
        }
    }
}

/// Kind and privacy of a file in one number, the first thing every list index sorts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Facet(i64);

impl Facet {
    /// The facet of a kind, private or not.
    pub fn new(kind: Kind, private: bool) -> Facet {
        let kind = match kind {
            Kind::Image => 0,
            Kind::Vector => 1,
            Kind::Video => 2,
            Kind::Audio => 3,
            Kind::Document => 4,
            Kind::Archive => 5,
            Kind::Model3d => 6,
            Kind::Font => 7,
        };
        Facet(kind << 1 | i64::from(private))
    }

    /// The facet of folders, which lists and searches go by as they do by files.
    pub(crate) const FOLDER: Facet = Facet(16);

    pub(crate) fn from_num(num: i64) -> Facet {
        Facet(num)
    }

    /// Its stored number.
    pub(crate) fn num(self) -> i64 {
        self.0
    }

    pub(crate) fn private(self) -> bool {
        self.0 & 1 == 1
    }

    pub(crate) fn is(self, kind: Kind) -> bool {
        self.0 >> 1 == Facet::new(kind, false).0 >> 1
    }
}

/// The size of a file whose bytes are still on their way (CONTRACT 0.4).
pub const UNKNOWN_SIZE: i64 = -1;

/// A file as the catalog knows it. As JSON it is a snapshot for the event log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Snapshot", try_from = "Snapshot")]
pub struct FileRecord {
    /// Number in this catalog.
    pub num: i64,
    /// The site it belongs to.
    pub site: i64,
    /// Id on the wire.
    pub id: FileId,
    /// What it is, by content.
    pub format: &'static Format,
    /// Set at creation.
    pub private: bool,
    /// Which tree it is in.
    pub root: Root,
    /// Number of its folder.
    pub parent: i64,
    /// Wire id of its folder.
    pub parent_id: String,
    /// Display name.
    pub name: String,
    /// In the order they were given.
    pub labels: Vec<String>,
    /// Bytes; [`UNKNOWN_SIZE`] while they are on their way.
    pub size: i64,
    /// BLAKE3 of the original.
    pub hash: Option<[u8; 32]>,
    /// How far the work has come.
    pub status: Status,
    /// When it came in.
    pub created: i64,
    /// When content, facts, name, labels or folder last changed.
    pub updated: i64,
    /// Counts the events of the file.
    pub revision: i64,
    /// The name it came with.
    pub file_name: String,
    /// Where it was imported from; none: uploaded.
    pub source_url: Option<String>,
    /// What kind of caller brought it, as the wire spells it.
    pub added_by_type: String,
    /// Which caller brought it.
    pub added_by: String,
    /// What is known of its content, as the manager wrote it.
    pub facts: Option<String>,
}

/// The columns that [`record`] reads, from [`SOURCE`].
pub(crate) const COLUMNS: &str = "f.num, f.site, f.id, f.format, f.facet, f.root, f.parent, p.id, f.name, f.labels, \
     f.size, f.hash, f.status, f.created, f.updated, f.revision, f.file_name, f.source_url, f.added_by_type, f.added_by, \
     facts.json";

/// Where [`COLUMNS`] come from.
pub(crate) const SOURCE: &str =
    "files f JOIN folders p ON p.num = f.parent LEFT JOIN facts ON facts.file = f.num";

pub(crate) fn record(row: &Row<'_>) -> Result<FileRecord> {
    let corrupt = |what: &str| Error::Corrupt(format!("a file has no valid {what}"));
    let id: String = row.get(2)?;
    let format: String = row.get(3)?;
    let facet = Facet::from_num(row.get(4)?);
    Ok(FileRecord {
        num: row.get(0)?,
        site: row.get(1)?,
        id: FileId::parse(&id).ok_or_else(|| corrupt("id"))?,
        format: formats::by_name(&format).ok_or_else(|| corrupt("format"))?,
        private: facet.private(),
        root: Root::from_num(row.get(5)?),
        parent: row.get(6)?,
        parent_id: row.get(7)?,
        name: row.get(8)?,
        labels: row.json(9)?,
        size: row.get(10)?,
        hash: row.get(11)?,
        status: Status::from_num(row.get(12)?),
        created: row.get(13)?,
        updated: row.get(14)?,
        revision: row.get(15)?,
        file_name: row.get(16)?,
        source_url: row.get(17)?,
        added_by_type: row.get(18)?,
        added_by: row.get(19)?,
        facts: row.get(20)?,
    })
}

/// A file of a site, live or in the trash.
pub fn get(tx: &Tx<'_>, site: i64, id: &FileId) -> Result<Option<FileRecord>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {SOURCE} WHERE f.uid = ?1 AND f.id = ?2 AND f.site = ?3 AND f.root < 3"
    );
    unless_gone(tx, tx.first(&sql, values![&id.unique(), id.as_str(), site], record)?)
}

/// The file in the tree that it is really in, unless that is none any more: its stamp may be behind.
fn unless_gone(tx: &Tx<'_>, found: Option<FileRecord>) -> Result<Option<FileRecord>> {
    let Some(mut file) = found else { return Ok(None) };
    file.root = Ways::new(tx, file.site)?.root_of(file.parent, file.root)?;
    Ok(Some(file).filter(|file| file.root != Root::Gone))
}

/// Several files of a site, in the order asked for; `None` for each that isn't there.
pub fn get_many(tx: &Tx<'_>, site: i64, ids: &[FileId]) -> Result<Vec<Option<FileRecord>>> {
    ids.iter().map(|id| get(tx, site, id)).collect()
}

/// A file by its number, live or in the trash.
pub fn by_num(tx: &Tx<'_>, num: i64) -> Result<Option<FileRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM {SOURCE} WHERE f.num = ?1 AND f.root < 3");
    unless_gone(tx, tx.first(&sql, values![num], record)?)
}

/// The first files right in a folder, by kind and name, whichever tree that is in.
pub(crate) fn right_in(tx: &Tx<'_>, folder: i64, most: i64) -> Result<Vec<FileRecord>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {SOURCE} WHERE f.parent = ?1 ORDER BY f.facet, f.name_key, f.uid LIMIT ?2"
    );
    tx.query(&sql, values![folder, most], record)
}

/// One stored form of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// `src` is the original.
    pub key: String,
    /// Its key in the storage.
    pub blob: String,
    /// What it is.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// BLAKE3.
    pub hash: [u8; 32],
    /// CRC-32, as zips need it.
    pub crc32: u32,
}

/// The same, to be written.
pub type NewAsset = Asset;

fn asset(row: &Row<'_>) -> Result<Asset> {
    Ok(Asset {
        key: row.get(0)?,
        blob: row.get(1)?,
        mime: row.get(2)?,
        size: row.get(3)?,
        hash: row.get(4)?,
        crc32: row.get(5)?,
    })
}

/// All assets of a file.
pub fn assets(tx: &Tx<'_>, file: i64) -> Result<Vec<Asset>> {
    let sql = "SELECT key, blob, mime, size, hash, crc32 FROM assets WHERE file = ?1 ORDER BY key";
    tx.query(sql, values![file], asset)
}

/// Adds an asset to a file.
pub(super) fn add_asset(tx: &Tx<'_>, file: i64, asset: &NewAsset) -> Result<()> {
    let sql =
        "INSERT INTO assets (file, key, blob, mime, size, hash, crc32) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let crc32 = i64::from(asset.crc32);
    tx.execute(sql, values![file, &asset.key, &asset.blob, &asset.mime, asset.size, &asset.hash, crc32])?;
    Ok(())
}

/// What delivery needs to know of a file, whichever site it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The file.
    pub file: FileRecord,
    /// Its assets.
    pub assets: Vec<Asset>,
}

/// A file by its id alone, as a link names it.
pub fn locate(tx: &Tx<'_>, id: &FileId) -> Result<Option<Located>> {
    let sql = format!("SELECT {COLUMNS} FROM {SOURCE} WHERE f.uid = ?1 AND f.id = ?2 AND f.root < 3");
    let found = unless_gone(tx, tx.first(&sql, values![&id.unique(), id.as_str()], record)?)?;
    let Some(file) = found else { return Ok(None) };
    let assets = assets(tx, file.num)?;
    Ok(Some(Located { file, assets }))
}
