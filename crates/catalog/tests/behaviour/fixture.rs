//! Catalogs and files to test with.

use catalog::files::{NewFile, Status};
use catalog::folders::{self, Folder};
use catalog::sites::{self, Site};
use catalog::{Catalog, Error, Options, Tx};
use contract::formats::{self, Format};
use contract::ids::FileId;
use tempfile::TempDir;

/// A catalog with one site.
pub struct Fixture {
    pub catalog: Catalog,
    pub site: Site,
    pub dir: TempDir,
}

pub async fn fixture() -> Fixture {
    let dir = TempDir::new().unwrap();
    let catalog = Catalog::open(&options(&dir)).unwrap();
    let site = catalog.write(|tx| sites::create(tx, "site-1", "One", "aaaaaa", 1)).await.unwrap();
    Fixture { catalog, site, dir }
}

pub fn options(dir: &TempDir) -> Options {
    Options { path: dir.path().join("catalog.db"), readers: 2, exclusive: false }
}

pub fn folder(tx: &Tx<'_>, site: i64, id: &str) -> Result<Folder, Error> {
    Ok(folders::by_id(tx, site, id)?.expect("the folder exists"))
}

pub fn id(number: u128, format: &Format) -> FileId {
    FileId::new("aaaaaa", uuid(number), format, None)
}

fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

/// A READY public file of one kilobyte.
pub fn file(site: i64, folder: Folder, number: u128, name: &str, labels: &[&str]) -> NewFile {
    let format = formats::by_file_name(name).unwrap_or(&formats::JPEG);
    NewFile {
        site,
        id: id(number, format),
        format,
        private: false,
        folder,
        name: name.into(),
        file_name: name.into(),
        labels: labels.iter().map(|label| (*label).into()).collect(),
        status: Status::Ready,
        facts: None,
        source_url: None,
        added_by_type: "APP".into(),
        added_by: "key-1".into(),
        original: Some(catalog::files::NewAsset {
            key: "src".into(),
            blob: format!("blob-{number}"),
            mime: format.mime.into(),
            size: 1000,
            hash: [7; 32],
            crc32: u32::MAX,
        }),
    }
}

/// A small random source: tests must repeat.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}
