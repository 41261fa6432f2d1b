//! A transaction as operations see it, and the one place that knows how the engine spells things.
//!
//! SQL elsewhere in this crate is what both engines speak (`?1` becomes `$1` for PostgreSQL).

use std::cell::RefCell;
use std::fmt;
use std::ops::ControlFlow;

use rusqlite::types::{FromSql, ToSql, ToSqlOutput, ValueRef};

use crate::error::{Error, Result};
use crate::versions::{Topic, Touched};

/// A value bound to a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Int(i64::from(value))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Value::Text(value)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Value::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Value::Blob(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Value::Blob(value)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Value::Blob(value)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// `values![a, b]`: the values of a statement, in the order of its placeholders.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::tx::Value::from($value)),*] };
}
pub(crate) use values;

/// A row of a result.
pub(crate) struct Row<'a>(&'a rusqlite::Row<'a>);

impl Row<'_> {
    /// The column at `index`, from 0.
    pub(crate) fn get<T: FromSql>(&self, index: usize) -> Result<T> {
        Ok(self.0.get(index)?)
    }

    /// A text column, without a copy.
    pub(crate) fn text(&self, index: usize) -> Result<&str> {
        self.0.get_ref(index)?.as_str().map_err(|error| Error::Corrupt(error.to_string()))
    }

    /// A column that holds JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, index: usize) -> Result<T> {
        Ok(serde_json::from_str(self.text(index)?)?)
    }
}

/// A transaction in which an operation runs. Reads see one state of the database.
pub struct Tx<'a> {
    connection: &'a rusqlite::Connection,
    failure: RefCell<Option<Error>>,
    touched: RefCell<Touched>,
    #[cfg(test)]
    asked: RefCell<std::collections::BTreeSet<String>>,
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tx")
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: &'a rusqlite::Connection) -> Tx<'a> {
        Tx {
            connection,
            failure: RefCell::new(None),
            touched: RefCell::default(),
            #[cfg(test)]
            asked: RefCell::default(),
        }
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize> {
        let mut statement = self.prepare(sql)?;
        statement.execute(rusqlite::params_from_iter(values)).map_err(|error| self.noted(error))
    }

    /// Why the engine gave the whole transaction up, when it did: a full disk may make it.
    pub(crate) fn given_up(&self) -> Result<()> {
        if !self.connection.is_autocommit() {
            return Ok(());
        }
        let why = self.failure.take();
        Err(why.unwrap_or_else(|| Error::Unavailable("the transaction was given up".into())))
    }

    /// Remembers a failure that may have ended the transaction.
    fn noted(&self, error: impl Into<Error>) -> Error {
        let error = error.into();
        if self.connection.is_autocommit() {
            self.failure.replace(Some(error.clone()));
        }
        error
    }

    /// Notes that copies of something are old once this transaction is committed.
    pub(crate) fn touch(&self, topic: Topic<'_>) {
        self.touched.borrow_mut().add(topic);
    }

    /// Notes that copies of any file may be old once this transaction is committed.
    pub(crate) fn touch_files(&self) {
        self.touched.borrow_mut().add_files();
    }

    /// What this transaction has changed.
    pub(crate) fn touched(&self) -> Touched {
        *self.touched.borrow()
    }

    /// Counts the rows that were changed so far, in this transaction and before.
    pub(crate) fn changes(&self) -> u64 {
        self.connection.total_changes()
    }

    /// Inserts a row and returns the number that the engine gave it.
    pub(crate) fn insert(&self, sql: &str, values: &[Value<'_>]) -> Result<i64> {
        let mut statement = self.prepare(sql)?;
        statement.insert(rusqlite::params_from_iter(values)).map_err(|error| self.noted(error))
    }

    /// All rows of a query.
    pub(crate) fn query<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// The rows of a query one by one, read no further than `visit` wants.
    pub(crate) fn each(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut visit: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        while let Some(row) = rows.next().map_err(|error| self.noted(error))? {
            if visit(&Row(row))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The first row of a query.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        let row = rows.next().map_err(|error| self.noted(error))?;
        row.map(|row| read(&Row(row))).transpose()
    }

    /// The one row of a statement that always gives one, such as an `INSERT … RETURNING`.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.first(sql, values, read)?.ok_or_else(|| Error::Corrupt("a row is missing".into()))
    }

    fn prepare(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>> {
        #[cfg(test)]
        self.asked.borrow_mut().insert(sql.to_owned());
        Ok(self.connection.prepare_cached(sql)?)
    }
}

#[cfg(test)]
impl Tx<'_> {
    /// How the engine runs each statement that was asked for so far, line by line.
    pub(crate) fn plans(&self) -> Vec<(String, Vec<String>)> {
        let plan = |sql: &str| {
            let mut explained = self.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            explained.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<Vec<String>>>()
        };
        let asked = self.asked.take();
        asked
            .into_iter()
            .map(|sql| plan(&sql).map(|lines| (sql, lines)))
            .collect::<Result<_, _>>()
            .expect("plans")
    }
}
