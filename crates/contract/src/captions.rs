//! Requests and replies of this server's own API for captions of videos; the published API has none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::descriptor::VideoCaption;
use crate::values::flag;

/// `PUT /v1/files/{fileId}/captions/{language}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct SetCaptionsRequest {
    /// The video: an id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// BCP 47: `en`, `pt-BR`.
    #[validate(required, custom(function = language_tag))]
    pub language: Option<String>,
    /// What players call them; the language when absent.
    #[validate(length(max = 100))]
    pub label: Option<String>,
    /// WebVTT or SubRip, at most 2 MiB.
    #[validate(required, length(min = 1, max = 2_097_152))]
    pub text: Option<String>,
    /// Shown unless the viewer decides otherwise.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub default: Option<bool>,
}

/// `DELETE /v1/files/{fileId}/captions/{language}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct RemoveCaptionsRequest {
    /// The video: an id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// As they were set.
    #[validate(required, custom(function = language_tag))]
    pub language: Option<String>,
}

/// `GET /v1/files/{fileId}/captions`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ListCaptionsRequest {
    /// The video: an id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
}

/// The captions of a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListCaptionsReply {
    /// In the order they were set.
    pub captions: Vec<VideoCaption>,
}

/// A language and what makes it a special one: letters and digits between hyphens, the first part of letters alone.
pub fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let fits =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 35
        && (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(fits)
}

fn language_tag(text: &str) -> Result<(), ValidationError> {
    if is_language_tag(text) {
        return Ok(());
    }
    let wanted = "must be a language tag of BCP 47, such as `en` or `pt-BR`";
    Err(ValidationError::new("language").with_message(wanted.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_tags() {
        for tag in ["en", "pt-BR", "zh-Hant-TW", "deu", "en-x-private"] {
            assert!(is_language_tag(tag), "{tag}");
        }
        for text in ["", "e", "e1", "en-", "en--US", "en/../x", "en.vtt", "abcdefghi", "en-éé"] {
            assert!(!is_language_tag(text), "{text}");
        }
    }
}
