//! Pages of files whose contents have the words of a text.
//!
//! The index of contents says which files are hits for sure, so there is nothing to confirm, but they have to be put in
//! order. Few are looked up and sorted. Of many, the numbers alone are gathered, and the files walked through in order
//! until a page of them has come by; the walk reads nothing but an index.
//!
//! Gathering costs about 0.1 µs for each file that has the words, whatever the page: that is the one part of a page
//! that grows with the library. Where many have them and yet lie far from the position in the order, all are sorted.

use std::ops::ControlFlow;

use super::Hit;
use super::text::PILE;
use super::walk::{Run, Runs};
use crate::contents::{self, Asked};
use crate::error::Result;
use crate::tx::{Tx, Value};

/// Files that are looked up and sorted rather than walked to, 2 µs each.
const MOST_SORTED: usize = 6_000;
/// Files that are passed before all are sorted after all: entries of an index, which cost less than the rows that a walk
/// in search of names reads.
const LONGEST_WALK: usize = 40_000;

/// Numbers of files, the lowest first, with the runs of their facet.
pub(super) type Found = Vec<(Vec<Run>, Vec<i64>)>;

/// The next hits whose contents have what is asked for.
pub(super) fn search(tx: &Tx<'_>, runs: &Runs<'_>, asked: &Asked, wanted: usize) -> Result<Vec<Hit>> {
    in_order(tx, runs, &having(tx, runs, asked)?, wanted, MOST_SORTED)
}

/// All files whose contents have what is asked for.
pub(super) fn having(tx: &Tx<'_>, runs: &Runs<'_>, asked: &Asked) -> Result<Found> {
    let site = runs.find.site;
    let mut found = Vec::new();
    for facet in contents::facets(tx, site)? {
        // The same facet in several trees has one list of words.
        let of_facet: Vec<Run> = runs.all.iter().filter(|run| run.facet == facet).copied().collect();
        if !of_facet.is_empty() {
            let nums = contents::having(tx, site, facet, asked)?;
            if !nums.is_empty() {
                found.push((of_facet, nums));
            }
        }
    }
    Ok(found)
}

/// The next of those that were found; more than `most_sorted` are walked to.
pub(super) fn in_order(
    tx: &Tx<'_>,
    runs: &Runs<'_>,
    found: &Found,
    wanted: usize,
    most_sorted: usize,
) -> Result<Vec<Hit>> {
    let count: usize = found.iter().map(|(_, nums)| nums.len()).sum();
    if count > most_sorted
        && let Some(hits) = walk(tx, runs, found, wanted)?
    {
        return Ok(hits);
    }
    sort(tx, runs, found, wanted)
}

/// The next hits that a walk along the runs comes by; `None` when it would be too long.
fn walk(tx: &Tx<'_>, runs: &Runs<'_>, found: &Found, wanted: usize) -> Result<Option<Vec<Hit>>> {
    let along: Vec<Run> = found.iter().flat_map(|(of_facet, _)| of_facet).copied().collect();
    let mut hits = Vec::new();
    let mut left = LONGEST_WALK;
    runs.step(tx, &along, "", |row| {
        if hits.len() == wanted || left == 0 {
            return Ok(ControlFlow::Break(()));
        }
        left -= 1;
        let num = row.get(2)?;
        if found.iter().any(|(_, nums)| nums.binary_search(&num).is_ok()) {
            hits.extend(runs.hit(row)?);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Some(hits).filter(|hits| left > 0 || hits.len() == wanted))
}

/// The first of all that were found.
fn sort(tx: &Tx<'_>, runs: &Runs<'_>, found: &Found, wanted: usize) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    for (of_facet, nums) in found {
        let ranges: Vec<String> = of_facet.iter().map(|run| format!("({})", runs.range(*run))).collect();
        let mut values = runs.values();
        values.push(Value::Null);
        let last = values.len();
        let sql = format!(
            "SELECT {} FROM {} f WHERE f.num = ?{last} AND ({})",
            runs.keys(),
            runs.of.table(),
            ranges.join(" OR ")
        );
        for num in nums {
            values[last - 1] = Value::from(*num);
            hits.extend(tx.first(&sql, &values, |row| runs.hit(row))?.flatten());
            if hits.len() > PILE + wanted {
                runs.first(&mut hits, wanted);
            }
        }
    }
    runs.first(&mut hits, wanted);
    Ok(hits)
}
