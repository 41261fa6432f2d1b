//! Which file lies in which row, without gaps.

use std::collections::HashMap;

/// The rows of a table, numbered from 0 on; the last one takes the place of one that goes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    ids: Vec<i64>,
    rows: HashMap<i64, usize>,
}

impl Places {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The file in a row that there is.
    pub(crate) fn id(&self, row: usize) -> i64 {
        self.ids[row]
    }

    /// The file's row; one more than there were when it had none.
    pub(crate) fn row_for(&mut self, id: i64) -> usize {
        *self.rows.entry(id).or_insert_with(|| {
            self.ids.push(id);
            self.ids.len() - 1
        })
    }

    /// Gives up the file's row, which the last row moves into.
    pub(crate) fn remove(&mut self, id: i64) -> Option<usize> {
        let row = self.rows.remove(&id)?;
        self.ids.swap_remove(row);
        if let Some(moved) = self.ids.get(row) {
            self.rows.insert(*moved, row);
        }
        Some(row)
    }
}
