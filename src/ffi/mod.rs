//! The C ABI: one file for each section of the header. Everything here checks
//! what it was given, converts it, and calls down; there is no array logic.
//!
//! Each entry is a plain `extern "C"` function, so that cbindgen, ctest2 and
//! readers see it, and its body is one call of [`guard`], which turns errors
//! and panics into a status. Parameter names that end in `_` stand without it
//! in the header; they make room for the function that checks them.

#![allow(non_camel_case_types)]
#![allow(clippy::missing_safety_doc)] // each comment says what the caller owes

mod arguments;
mod guard;
mod key;
mod message;
mod texts;

pub mod types;

pub mod runtime;

pub mod dtypes;

pub mod lifetime;

pub mod create;

pub mod describe;

pub mod view;

pub mod copy;

pub mod index;

pub mod write;

pub mod compare;

pub mod overlap;

pub mod join;

pub mod files;

pub mod show;

pub mod plan;

pub mod each;

pub mod exchange;
