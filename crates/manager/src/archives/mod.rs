//! Zips of many files, made while they are sent.

pub mod layout;
pub mod names;
