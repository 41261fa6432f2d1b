//! The bytes of a model.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::document::Document;
use crate::{Error, broken};

/// Each buffer that is here.
pub(super) struct Buffers<'a>(Vec<Option<Cow<'a, [u8]>>>);

impl<'a> Buffers<'a> {
    pub(super) fn open(document: &Document, binary: Option<&'a [u8]>, warnings: &mut Vec<String>) -> Self {
        let mut missing = 0;
        let buffers = document.buffers.iter().enumerate().map(|(at, buffer)| match &buffer.uri {
            None if at == 0 => binary.map(Cow::Borrowed),
            None => None,
            Some(uri) => {
                let bytes = embedded(uri);
                missing += usize::from(bytes.is_none());
                bytes.map(Cow::Owned)
            }
        });
        let buffers = buffers.collect();
        match missing {
            0 => {}
            1 => warnings.push("Its shapes are in another file, which isn't here.".into()),
            many => warnings.push(format!("Its shapes are in {many} other files, which aren't here.")),
        }
        Self(buffers)
    }

    /// Refuses views that reach beyond their buffer, as far as that is here.
    pub(super) fn check(&self, document: &Document) -> Result<(), Error> {
        for view in &document.buffer_views {
            let buffer = self
                .0
                .get(view.buffer)
                .ok_or_else(|| broken("a part of it is in a buffer that isn't there"))?;
            let end = view.byte_offset.checked_add(view.byte_length);
            if buffer.as_ref().is_some_and(|bytes| end.is_none_or(|end| end > bytes.len())) {
                return Err(broken("a part of it reaches beyond its buffer"));
            }
        }
        Ok(())
    }

    /// The bytes of a view; nothing where they aren't here, or packed.
    pub(super) fn view(&self, document: &Document, view: usize) -> Option<&[u8]> {
        let view = document.buffer_views.get(view)?;
        if view.extensions.meshopt.is_some() {
            return None;
        }
        let bytes = self.0.get(view.buffer)?.as_deref()?;
        bytes.get(view.byte_offset..view.byte_offset.checked_add(view.byte_length)?)
    }
}

/// The bytes in a `data:` address. Others are never opened.
pub(super) fn embedded(uri: &str) -> Option<Vec<u8>> {
    let (head, content) = uri.strip_prefix("data:")?.split_once(',')?;
    head.ends_with(";base64").then(|| STANDARD.decode(content.trim()).ok())?
}
