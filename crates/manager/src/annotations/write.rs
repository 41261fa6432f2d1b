//! What was seen in a picture, written where it belongs: facts, labels, words for search, and what looks alike.

use catalog::Tx;
use catalog::contents::{self, Words};
use catalog::files::{self, Change, FileRecord};
use catalog::likeness::{self, Likeness, Vector};
use facts::{Annotations, Facts, Labels};

use crate::actor::Actor;
use crate::error::{Result, internal};
use crate::events::{Happened, tell};
use crate::files::facts_of;

/// What was seen, ready to be written.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    found: Annotations,
    likeness: Likeness,
    /// Of the text in the picture, if somebody looked for one.
    words: Option<Words>,
}

impl Seen {
    pub(super) fn of(mut found: Annotations) -> Seen {
        // They are for finding alone, and long.
        let vector = found
            .embedding
            .take()
            .and_then(|found| Vector::new(&format!("{} {}", found.model, found.version), found.value));
        let hash = found.fingerprint.take().map(|found| found.value.0);
        let words = found.text.as_ref().map(|text| Words::of(&text.value.lines.join("\n")));
        Seen { found, likeness: Likeness { vector, hash }, words }
    }
}

/// Writes it, and tells that the file has changed. Nothing where the file is gone.
pub(super) fn write(
    tx: &Tx<'_>,
    num: i64,
    seen: &Seen,
    by: Option<&Actor>,
    now: i64,
) -> Result<Option<FileRecord>> {
    let Some(file) = files::by_num(tx, num)? else { return Ok(None) };
    let mut facts = facts_of(&file)?;
    note(&mut facts, seen.found.clone(), &file.labels);
    facts.annotated = Some(now);
    let labels = facts.labels.as_ref().map(Labels::visible);
    let known = likeness::get(tx, num)?;
    let likeness = Likeness {
        vector: seen.likeness.vector.clone().or(known.vector),
        hash: seen.likeness.hash.or(known.hash),
    };
    likeness::set(tx, &file, &likeness)?;
    if let Some(words) = &seen.words {
        contents::set(tx, num, words)?;
    }
    files::set_facts(tx, &file, &serde_json::to_string(&facts).map_err(internal)?)?;
    let site = file.site;
    files::update(tx, file, &Change { labels, ..Change::default() }, now)?;
    let file = files::by_num(tx, num)?;
    if let Some(file) = &file {
        tell(tx, site, Happened::FileUpdated { file: Box::new(file.clone()) }, by, now)?;
    }
    Ok(file)
}

/// Puts what was seen beside what is known; what nobody looked for this time stays.
fn note(facts: &mut Facts, found: Annotations, typed: &[String]) {
    if let Some(labels) = &found.labels {
        let whose = facts.labels.get_or_insert_with(|| Labels { typed: typed.to_vec(), ..Labels::default() });
        whose.find(labels.value.iter().map(|label| label.word.clone()).collect());
    }
    let known = facts.annotations.get_or_insert_with(Annotations::default);
    let Annotations { faces, labels, text, caption, .. } = found;
    // A sentence that faces and labels no longer make is gone with them.
    if faces.is_some() || labels.is_some() {
        known.caption = caption;
    }
    known.faces = faces.or(known.faces.take());
    known.labels = labels.or(known.labels.take());
    known.text = text.or(known.text.take());
}
