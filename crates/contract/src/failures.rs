//! Why a file FAILED: the codes in `file_failed` events, and in the `failure` of its descriptor.
//!
//! The published events carry a code and a description without saying which codes there are (CONTRACT 6.2); these are this
//! server's. Where a reply of the API has a name for the same thing, it is that name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! failures {
    ($($variant:ident $name:literal $meaning:literal;)+) => {
        /// Why a file FAILED.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $(#[doc = $meaning] $variant,)+ }

        impl Reason {
            /// All of them, in the order of the docs.
            pub const ALL: &[Reason] = &[$(Reason::$variant),+];

            /// The code on the wire.
            pub fn name(self) -> &'static str { match self { $(Reason::$variant => $name),+ } }

            /// What it means and what to do, for the docs.
            pub fn meaning(self) -> &'static str { match self { $(Reason::$variant => $meaning),+ } }
        }
    };
}

failures! {
    UnreadableFile "UNREADABLE_FILE" "The content is damaged. The file is kept as it came, and can be downloaded by link.";
    ProcessingFailed "PROCESSING_FAILED" "The server could not work on the file. Its log has the cause.";
    MismatchMimeType "MISMATCH_MIME_TYPE" "The source sent a file of another kind than was announced by `mimeType`, name or URL; an error page in the place of a picture, for example.";
    UnsupportedFileFormat "UNSUPPORTED_FILE_FORMAT" "The source sent a file of a type that this server doesn't take.";
    ZeroFileSize "ZERO_FILE_SIZE" "The source sent an empty file.";
    FileSizeOverLimit "FILE_SIZE_OVER_LIMIT" "The file is larger than the limit for its type.";
    SiteQuotaExceeded "SITE_QUOTA_EXCEEDED" "The site has no room for the file.";
    SourceNotFound "SOURCE_NOT_FOUND" "The source answered that there is no such file (404 or 410). Check the URL.";
    SourceDenied "SOURCE_DENIED" "The source refused to hand out the file (401 or 403). It may want credentials (`urlHeaders`, `urlParams`), or not serve programs.";
    SourceFailed "SOURCE_FAILED" "The source answered with an error, also after several tries. `data.status` has the last status.";
    SourceUnreachable "SOURCE_UNREACHABLE" "No connection to the source: its name is not known, nobody answers there, or its certificate is not trusted.";
    SourceTimedOut "SOURCE_TIMED_OUT" "The source took too long.";
    SourceBrokeOff "SOURCE_BROKE_OFF" "The source sent less than it announced, also after several tries.";
    SourceNotAllowed "SOURCE_NOT_ALLOWED" "The URL, or a redirect of it, leads to an address that imports may not reach: one of a private network, or no http or https URL. The operator can allow networks with `import.allow_networks`.";
    TooManyRedirects "TOO_MANY_REDIRECTS" "The source redirects more often than is followed.";
}

/// Why a file FAILED, with words for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// One of the codes of `docs/ERRORS.md`, "Why a file FAILED".
    pub code: String,
    /// What went wrong and what to do.
    pub description: String,
    /// Facts to act on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<serde_json::Value>,
}

impl Failure {
    /// For this reason, in these words.
    pub fn new(reason: Reason, description: impl Into<String>) -> Failure {
        Failure { code: reason.name().to_owned(), description: description.into(), data: None }
    }
}
