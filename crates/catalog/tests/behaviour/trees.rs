//! Trees of folders against a small model, while stamps are behind and while they are right.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::files::{self, Change as FileChange, FileRecord};
use catalog::find::{Find, Scope, SortBy, page};
use catalog::folders::{self, Change, Folder, Refusal, Root};
use catalog::{Tx, sites};
use contract::ids::FileId;

use crate::fixture::{Dice, file, fixture, folder};

/// A folder as the model knows it, by id.
#[derive(Debug, Clone)]
struct Node {
    parent: String,
    came_from: Option<String>,
    name: String,
    is_file: bool,
}

#[derive(Debug, Default)]
struct Model {
    nodes: BTreeMap<String, Node>,
}

const ROOTS: [&str; 4] = ["media-root", "visitor-uploads", "trash-root", "gone"];

impl Model {
    fn root(&self, id: &str) -> &'static str {
        let mut at = id.to_owned();
        loop {
            match ROOTS.iter().find(|root| **root == at) {
                Some(root) => return root,
                None => at = self.nodes[&at].parent.clone(),
            }
        }
    }

    fn depth(&self, id: &str) -> i64 {
        if ROOTS.contains(&id) { 0 } else { 1 + self.depth(&self.nodes[id].parent) }
    }

    fn height(&self, id: &str) -> i64 {
        let below = self.nodes.iter().filter(|(_, node)| node.parent == id && !node.is_file);
        below.map(|(id, _)| 1 + self.height(id)).max().unwrap_or(0)
    }

    fn is_in(&self, id: &str, outer: &str) -> bool {
        id == outer || !ROOTS.contains(&id) && self.is_in(&self.nodes[id].parent, outer)
    }

    /// Whether a folder right in the parent has the name; those in the trash by themselves have no right to theirs.
    fn taken(&self, parent: &str, name: &str, but: &str) -> bool {
        parent != "trash-root"
            && self
                .nodes
                .iter()
                .any(|(id, node)| !node.is_file && node.parent == parent && node.name == name && id != but)
    }

    /// The same by the way that leads out of the trash.
    fn is_within(&self, id: &str, outer: &str) -> bool {
        id == outer
            || !ROOTS.contains(&id) && {
                let node = &self.nodes[id];
                self.is_within(node.came_from.as_ref().unwrap_or(&node.parent), outer)
            }
    }

    fn all(&self, is_file: bool, root: &str) -> BTreeSet<String> {
        let nodes = self.nodes.iter().filter(|(id, node)| node.is_file == is_file && self.root(id) == root);
        nodes.map(|(id, _)| id.clone()).collect()
    }

    fn right_in(&self, is_file: bool, parent: &str) -> BTreeSet<String> {
        let nodes = self.nodes.iter().filter(|(_, node)| node.is_file == is_file && node.parent == parent);
        nodes.map(|(id, _)| id.clone()).collect()
    }

    fn forget_gone(&mut self) {
        let gone: Vec<String> = self.nodes.keys().filter(|id| self.root(id) == "gone").cloned().collect();
        for id in gone {
            self.nodes.remove(&id);
            for node in self.nodes.values_mut() {
                node.came_from = node.came_from.take().filter(|from| *from != id);
            }
        }
    }
}

/// Everything in `scope`, by name, in pages of seven.
pub fn find(scope: Scope, text: Option<&str>) -> Find {
    Find {
        site: 1,
        scope,
        within: None,
        kinds: vec![],
        private: None,
        text: text.map(str::to_owned),
        sort: SortBy::Name,
        descending: false,
        position: None,
        limit: 7,
    }
}

/// The ids of all files of a list, page by page.
pub fn all_files(tx: &Tx<'_>, mut find: Find) -> catalog::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    loop {
        let page = page(tx, &find)?;
        found.extend(page.files.iter().map(|file| file.id.to_string()));
        find.position = page.next;
        if find.position.is_none() {
            return Ok(found);
        }
    }
}

/// The ids of all folders of a list, page by page.
pub fn all_folders(tx: &Tx<'_>, mut find: Find) -> catalog::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    loop {
        let page = folders::page(tx, &find)?;
        found.extend(page.folders.iter().map(|folder| folder.id.clone()));
        find.position = page.next;
        if find.position.is_none() {
            return Ok(found);
        }
    }
}

fn check(tx: &Tx<'_>, model: &Model, at: &str) -> catalog::Result<()> {
    for (tree, name) in [(Root::Media, "media-root"), (Root::Trash, "trash-root")] {
        let scope = Scope::Trees(1, vec![tree]);
        assert_eq!(all_files(tx, find(scope.clone(), None))?, model.all(true, name), "files of {name} {at}");
        assert_eq!(
            all_folders(tx, find(scope.clone(), None))?,
            model.all(false, name),
            "folders of {name} {at}"
        );
        let hits = model.all(false, name).into_iter().filter(|id| model.nodes[id].name.contains('b'));
        assert_eq!(all_folders(tx, find(scope.clone(), Some("B")))?, hits.collect(), "search in {name} {at}");
        let hits = model.all(true, name).into_iter().filter(|id| model.nodes[id].name.contains("b."));
        assert_eq!(all_files(tx, find(scope, Some("b.J")))?, hits.collect(), "search in {name} {at}");
    }
    for (id, node) in &model.nodes {
        if node.is_file {
            let found = files::get(tx, 1, &FileId::parse(id).unwrap())?;
            let shown = found.map(|file| (file.root.folder_id(), file.parent_id));
            assert_eq!(shown, Some((model.root(id), node.parent.clone())), "{id} {at}");
            continue;
        }
        let found = folders::by_id(tx, 1, id)?.unwrap_or_else(|| panic!("{id} {at}"));
        assert_eq!((found.root.folder_id(), &found.parent_id), (model.root(id), &node.parent), "{id} {at}");
        assert_eq!(found.name, node.name, "{id} {at}");
        let scope = Scope::Folder(found.num);
        assert_eq!(all_files(tx, find(scope.clone(), None))?, model.right_in(true, id), "files in {id} {at}");
        assert_eq!(all_folders(tx, find(scope, None))?, model.right_in(false, id), "folders in {id} {at}");
        assert_eq!(folders::path(tx, found.num)?.len() as i64 - 1, model.depth(id), "{id} {at}");
    }
    let some = model.nodes.iter().filter(|(_, node)| !node.is_file).step_by(7).take(2);
    let some: Vec<Folder> = some.map(|(id, _)| folder(tx, 1, id)).collect::<catalog::Result<_>>()?;
    check_within(tx, model, &some, at)
}

/// Only what lies within some folders is found, whether it is live or in the trash.
fn check_within(tx: &Tx<'_>, model: &Model, chosen: &[Folder], at: &str) -> catalog::Result<()> {
    let within: Arc<[i64]> = chosen.iter().map(|folder| folder.num).collect();
    let expected = |is_file, root| -> BTreeSet<String> {
        let lies = |id: &String| chosen.iter().any(|folder| model.is_within(id, &folder.id));
        model.all(is_file, root).into_iter().filter(lies).collect()
    };
    for (tree, name) in [(Root::Media, "media-root"), (Root::Trash, "trash-root")] {
        let of = |text| Find { within: Some(within.clone()), ..find(Scope::Trees(1, vec![tree]), text) };
        assert_eq!(all_files(tx, of(None))?, expected(true, name), "files of {name} within {chosen:?} {at}");
        assert_eq!(
            all_folders(tx, of(None))?,
            expected(false, name),
            "folders of {name} within {chosen:?} {at}"
        );
        let hits = expected(false, name).into_iter().filter(|id| model.nodes[id].name.contains('b'));
        assert_eq!(
            all_folders(tx, of(Some("b")))?,
            hits.collect(),
            "search of {name} within {chosen:?} {at}"
        );
    }
    Ok(())
}

/// One random step, done to both.
fn step(tx: &Tx<'_>, model: &mut Model, dice: &mut Dice, number: u128) -> catalog::Result<String> {
    let pick = |dice: &mut Dice, is_file: bool, model: &Model| {
        let ids: Vec<&String> =
            model.nodes.iter().filter(|(_, node)| node.is_file == is_file).map(|(id, _)| id).collect();
        if ids.is_empty() { None } else { Some(ids[dice.roll(ids.len())].clone()) }
    };
    let place = |dice: &mut Dice, model: &Model| {
        let live = |id: &String| model.root(id) == "media-root";
        match pick(dice, false, model).filter(live) {
            Some(id) if dice.roll(4) > 0 => id,
            _ => "media-root".to_owned(),
        }
    };
    let now = number as i64;
    let name = ["a", "b", "ab", "c"][dice.roll(4)].to_owned();
    let what = dice.roll(12);
    let is_file = what >= 6;
    let Some(id) = pick(dice, is_file, model) else { return Ok("nothing".into()) };
    let told = format!("after step {number}, {what} with {id}");
    let target = place(dice, model);
    match what {
        // Folders are moved and renamed,
        0..=2 => {
            let change = Change {
                name: (what >= 1).then(|| name.clone()),
                parent: Some(folder(tx, 1, &target)?).filter(|_| what != 1),
            };
            let moved = change.parent.is_some();
            let node = &model.nodes[&id];
            let new_parent = if moved { target.clone() } else { node.parent.clone() };
            let new_name = if what >= 1 { name } else { node.name.clone() };
            let expected = if model.taken(&new_parent, &new_name, &id) {
                Some(Refusal::Taken)
            } else if moved && model.is_in(&target, &id) {
                Some(Refusal::Cycle)
            } else if moved && model.depth(&target) + 1 + model.height(&id) > folders::DEEPEST {
                Some(Refusal::TooDeep)
            } else {
                None
            };
            let done = folders::update(tx, &folder(tx, 1, &id)?, &change, now)?;
            assert_eq!(done.as_ref().err(), expected.as_ref(), "{told}");
            if done.is_ok() {
                let node = model.nodes.get_mut(&id).unwrap();
                (node.parent, node.name) = (new_parent, new_name);
                if moved {
                    node.came_from = None;
                }
            }
        }
        3 => {
            let done = folders::trash(tx, &folder(tx, 1, &id)?, now)?;
            assert_eq!(done.is_some(), model.root(&id) != "trash-root", "{told}");
            if done.is_some() {
                let node = model.nodes.get_mut(&id).unwrap();
                node.came_from = Some(std::mem::replace(&mut node.parent, "trash-root".into()));
            }
        }
        4 => {
            if let Some(back) = folders::restore(tx, &folder(tx, 1, &id)?)? {
                let node = &model.nodes[&id];
                let old = node.came_from.clone().filter(|from| {
                    model.root(from) == "media-root"
                        && model.depth(from) + 1 + model.height(&id) <= folders::DEEPEST
                });
                let parent = old.unwrap_or("media-root".into());
                let free = |name: &String| !model.taken(&parent, name, &id);
                let numbered = (1..).map(|number| format!("{} ({number})", node.name));
                let name = std::iter::once(node.name.clone()).chain(numbered).find(free).unwrap();
                assert_eq!((&back.parent_id, &back.name), (&parent, &name), "{told}");
                let node = model.nodes.get_mut(&id).unwrap();
                (node.parent, node.name, node.came_from) = (parent, name, None);
            } else {
                assert_ne!(model.root(&id), "trash-root", "{told}");
            }
        }
        5 if dice.roll(3) == 0 => {
            folders::bury(tx, &folder(tx, 1, &id)?)?;
            model.nodes.get_mut(&id).unwrap().parent = "gone".into();
            model.forget_gone();
        }
        5 => {}
        _ => {
            let record: FileRecord = files::get(tx, 1, &FileId::parse(&id).unwrap())?.expect("it is there");
            let node = model.nodes.get_mut(&id).unwrap();
            match what {
                6 | 7 => {
                    let to = folder(tx, 1, &target)?;
                    files::update(
                        tx,
                        record,
                        &FileChange { folder: Some(to), ..FileChange::default() },
                        now,
                    )?;
                    (node.parent, node.came_from) = (target, None);
                }
                8 | 9 => {
                    if files::trash(tx, &record, now)?.is_some() {
                        node.came_from = Some(std::mem::replace(&mut node.parent, "trash-root".into()));
                    }
                }
                10 => {
                    if let Some(back) = files::restore(tx, &record)? {
                        let old = node.came_from.take();
                        let live = |from: &String| model.root(from) == "media-root";
                        let parent = old.filter(live).unwrap_or("media-root".into());
                        assert_eq!(back.parent_id, parent, "{told}");
                        let node = model.nodes.get_mut(&id).unwrap();
                        (node.parent, node.came_from) = (parent, None);
                    }
                }
                _ => {
                    files::bury(tx, &record)?;
                    model.nodes.remove(&id);
                }
            }
        }
    }
    Ok(told)
}

/// Makes a folder or a file somewhere.
fn grow(tx: &Tx<'_>, model: &mut Model, dice: &mut Dice, number: u128) -> catalog::Result<()> {
    let folders: Vec<&String> =
        model.nodes.iter().filter(|(_, node)| !node.is_file).map(|(id, _)| id).collect();
    let parent = match dice.roll(folders.len() + 1) {
        0 => "media-root".to_owned(),
        chosen => folders[chosen - 1].clone(),
    };
    let at = folder(tx, 1, &parent)?;
    let is_file = dice.roll(2) == 0;
    let id = if is_file {
        let name = if dice.roll(2) == 0 { "b.jpg" } else { "c.jpg" };
        let file = files::insert(tx, &file(1, at, number, name, &[]), 1)?;
        sites::charge(tx, 1, file.size)?;
        file.id.to_string()
    } else {
        let name = format!("n{number}");
        match folders::create(tx, &at, &format!("{number:032x}"), &name, 1)? {
            Ok(folder) => folder.id,
            Err(refusal) => {
                assert_eq!((refusal, model.depth(&parent)), (Refusal::TooDeep, folders::DEEPEST));
                return Ok(());
            }
        }
    };
    let name = if is_file { "b.jpg" } else { "" };
    let name = match is_file {
        true => files::get(tx, 1, &FileId::parse(&id).unwrap())?.map_or(name.into(), |file| file.name),
        false => format!("n{number}"),
    };
    model.nodes.insert(id, Node { parent, came_from: None, name, is_file });
    Ok(())
}

async fn play(seed: u64, steps: u128, settles: usize) {
    let fixture = fixture().await;
    let mut model = Model::default();
    let mut dice = Dice(seed);
    for number in 1..=steps {
        let (now_model, now_dice) = (std::mem::take(&mut model), dice.0);
        let done = fixture.catalog.write(move |tx| {
            let mut dice = Dice(now_dice);
            let mut model = Model { nodes: now_model.nodes.clone() };
            if model.nodes.len() < 40 || dice.roll(4) == 0 {
                grow(tx, &mut model, &mut dice, number)?;
            }
            let told = step(tx, &mut model, &mut dice, number)?;
            folders::settle(tx, dice.roll(settles))?;
            check(tx, &model, &told)?;
            Ok::<_, catalog::Error>((model, dice.0))
        });
        let (next, rolled) = done.await.unwrap();
        (model, dice) = (next, Dice(rolled));
    }
    // At last everything is stamped as it should be, and nothing of what is gone is left.
    let settled = fixture.catalog.write(move |tx| {
        while folders::settle(tx, 5)?.more {}
        assert!(folders::is_settled(tx, 1)?);
        check(tx, &model, "in the end")?;
        let site = sites::by_num(tx, 1)?.expect("a site");
        let files = model.nodes.values().filter(|node| node.is_file).count() as i64;
        assert_eq!((site.used_files, site.used_bytes), (files, files * 1000));
        Ok::<_, catalog::Error>(())
    });
    settled.await.unwrap();
}

#[tokio::test]
async fn trees_are_as_a_model_of_them_whatever_happens_and_however_far_behind_stamps_are() {
    // Never settled, settled a little, and settled at once.
    for (seed, settles) in [(1, 1), (2, 4), (3, 8), (4, 10_000)] {
        play(seed, 250, settles).await;
    }
}
