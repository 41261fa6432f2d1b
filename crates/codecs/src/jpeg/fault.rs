//! Errors of the library: it calls back and must not be returned to, so it is left by unwinding.

use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use mozjpeg_sys::{jpeg_common_struct, jpeg_error_mgr, jpeg_std_error};

use super::Result;
use crate::Error;

/// Carries an error through the library.
struct Fault(String);

/// The manager of errors that each run of the library gets.
pub(super) fn manager() -> Box<jpeg_error_mgr> {
    // SAFETY: a struct of numbers and optional pointers, for which zeros are right.
    let mut manager: Box<jpeg_error_mgr> = Box::new(unsafe { std::mem::zeroed() });
    // SAFETY: fills it in, with functions and tables of the library.
    unsafe { jpeg_std_error(&mut manager) };
    manager.error_exit = Some(exit);
    manager.emit_message = Some(note);
    manager.output_message = Some(keep_quiet);
    manager
}

unsafe extern "C-unwind" fn exit(common: &mut jpeg_common_struct) {
    // SAFETY: `err` is the manager that was set before the library was first called. Its formatter isn't used: it writes
    // up to 200 bytes into what the binding declares as 80.
    let code = unsafe { (*common.err).msg_code };
    let text = format!("error {code} of the JPEG library");
    resume_unwind(Box::new(Fault(text)));
}

/// Counts warnings, of which data that are cut off or damaged make many.
unsafe extern "C-unwind" fn note(common: &mut jpeg_common_struct, level: c_int) {
    if level < 0 {
        // SAFETY: as above.
        unsafe { (*common.err).num_warnings += 1 };
    }
}

unsafe extern "C-unwind" fn keep_quiet(_: &mut jpeg_common_struct) {}

/// Runs calls of the library and turns its errors into ours.
pub(super) fn guarded<T>(calls: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(calls)).map_err(|fault| match fault.downcast::<Fault>() {
        Ok(fault) => Error::Damaged(fault.0),
        Err(other) => resume_unwind(other),
    })
}
