//! Pages of files that contain a text.
//!
//! There are two ways to such a page. Walking through the files in order and looking at each is quick when many of them
//! are hits; the candidates that the search index names, sorted, are quick when there are few. Which way is taken is
//! decided by counting candidates up to a limit, so a page looks at a bounded number of files either way.
//!
//! One case remains that isn't bounded: a text of which each part is frequent, and whose hits are many but lie far from
//! the position in the order asked for. There all candidates are sorted after all.

use std::ops::ControlFlow;

use super::walk::{Passed, Run, Runs, Walked};
use super::{Find, Hit};
use crate::error::Result;
use crate::search::{self, Needle, Words};
use crate::tx::{Tx, Value};

/// Candidates that are sorted rather than found by walking: about where both cost the same in a library of a million
/// files, 2 µs for each candidate and 1 µs for each file that is passed.
const MOST_CANDIDATES: usize = 6_000;
/// Files that are passed before candidates are sorted after all.
const LONGEST_WALK: usize = 15_000;
/// Files that are passed before a text too short for a count is looked up.
const FIRST_WALK: usize = 2_000;
/// Hits that are collected before the best are picked.
pub(super) const PILE: usize = 4_096;

/// The next hits that contain the needle.
pub(super) fn search(tx: &Tx<'_>, runs: &Runs<'_>, needle: &Needle, wanted: usize) -> Result<Vec<Hit>> {
    let is_hit = |passed: &Passed<'_>| needle.is_in(passed.haystack, passed.format);
    if needle.is_short() {
        // The index looks up short texts by all words that start with them: quick only when those are few.
        if let Walked::Enough(hits) = runs.walk(tx, wanted, FIRST_WALK, is_hit)? {
            return Ok(hits);
        }
    }
    if let Some(queries) = few_candidates(tx, runs, needle)? {
        return sort_candidates(tx, runs, &queries, needle, wanted);
    }
    if let Walked::Enough(hits) = runs.walk(tx, wanted, LONGEST_WALK, is_hit)? {
        return Ok(hits);
    }
    let all = |run: &Run| (*run, needle.all_words(runs.find.site, run.facet));
    let queries: Vec<(Run, Words)> = runs.all.iter().map(all).collect();
    sort_candidates(tx, runs, &queries, needle, wanted)
}

/// What to ask the index for each run, if that names few candidates in all.
fn few_candidates(tx: &Tx<'_>, runs: &Runs<'_>, needle: &Needle) -> Result<Option<Vec<(Run, Words)>>> {
    let mut queries = Vec::new();
    let mut left = MOST_CANDIDATES;
    for run in &runs.all {
        let Some((words, count)) = rarest(tx, runs.find, *run, needle, left)? else { return Ok(None) };
        left -= count;
        if count > 0 {
            queries.push((*run, words));
        }
    }
    Ok(Some(queries))
}

/// The query that names the fewest candidates of a run, and their number; `None` when that isn't below `most`.
///
/// Asking for all words of a needle would name fewer still, but costs as much as the most frequent of them; the rarest
/// alone costs what it names.
fn rarest(
    tx: &Tx<'_>,
    find: &Find,
    run: Run,
    needle: &Needle,
    most: usize,
) -> Result<Option<(Words, usize)>> {
    let by_format = needle.format_words(find.site, run.facet);
    let formats = if by_format.is_empty() { 0 } else { search::count(tx, &by_format, most)? };
    if formats == most {
        return Ok(None);
    }
    let mut best: Option<(Words, usize)> = None;
    let mut most = most - formats;
    for words in needle.some_words(find.site, run.facet) {
        let count = search::count(tx, &words, most)?;
        if count < most {
            most = count;
            best = Some((words, count));
        }
        if count == 0 {
            break;
        }
    }
    Ok(best.map(|(words, count)| (words.or(by_format), count + formats)))
}

/// The first hits among all candidates: those that the index names, and the files that it doesn't hold yet.
fn sort_candidates(
    tx: &Tx<'_>,
    runs: &Runs<'_>,
    queries: &[(Run, Words)],
    needle: &Needle,
    wanted: usize,
) -> Result<Vec<Hit>> {
    let columns = runs.keys() + &runs.texts();
    let table = runs.of.table();
    let mut hits = Vec::new();
    let mut look = |sql: &str, last: Value<'_>| {
        let mut values = runs.values();
        values.push(last);
        tx.each(sql, &values, |row| {
            let passed = Passed::read(row)?;
            if needle.is_in(passed.haystack, passed.format) {
                hits.extend(runs.hit(row)?);
            }
            if hits.len() > PILE + wanted {
                runs.first(&mut hits, wanted);
            }
            Ok(ControlFlow::Continue(()))
        })
    };
    let last = runs.values().len() + 1;
    for (run, words) in queries {
        look(&search::indexed(table, &columns, &runs.range(*run), last), Value::from(words.query()))?;
    }
    for run in &runs.all {
        look(&search::not_indexed(table, &columns, &runs.range(*run), last), Value::from(runs.find.site))?;
    }
    runs.first(&mut hits, wanted);
    Ok(hits)
}
