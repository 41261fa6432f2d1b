//! The error envelope (CONTRACT 1.4) and every code and rule name that a reply can carry: one table, from which
//! `docs/ERRORS.md` and `/openapi.json` are made.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// What went wrong, in the terms of gRPC. Which HTTP status that is, the HTTP layer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The request is wrong, whoever sends it.
    InvalidArgument,
    /// No caller is known.
    Unauthenticated,
    /// The caller may not.
    PermissionDenied,
    /// There is no such thing.
    NotFound,
    /// The path is known, this verb isn't.
    MethodNotAllowed,
    /// It was done already.
    AlreadyExists,
    /// More bytes than are taken.
    TooLarge,
    /// A range outside the file.
    OutOfRange,
    /// Try again later.
    Unavailable,
    /// It ended.
    Gone,
    /// A condition of the request doesn't hold.
    PreconditionFailed,
    /// A body of a type that isn't understood.
    WrongContentType,
    /// Bytes were changed on their way.
    Corrupted,
    /// More than the caller's share.
    ResourceExhausted,
    /// No room for more bytes.
    StorageFull,
    /// Our fault.
    Internal,
}

/// How a code travels: as the rule of a field violation, or as the code of an application error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `details.validationError.fieldViolations[].ruleName`.
    Rule,
    /// `details.applicationError.code`.
    Code,
}

macro_rules! codes {
    ($($variant:ident $name:literal $shape:ident $class:ident $meaning:literal;)+) => {
        /// Every rule name and error code of this server.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)+ }

        impl Code {
            /// All of them, in the order of the docs.
            pub const ALL: &[Code] = &[$(Code::$variant),+];

            /// The name on the wire.
            pub fn name(self) -> &'static str { match self { $(Code::$variant => $name),+ } }

            /// Where on the wire it stands.
            pub fn shape(self) -> Shape { match self { $(Code::$variant => Shape::$shape),+ } }

            /// What kind of failure it is.
            pub fn class(self) -> Class { match self { $(Code::$variant => Class::$class),+ } }

            /// What it means and what to do, for the docs.
            pub fn meaning(self) -> &'static str { match self { $(Code::$variant => $meaning),+ } }
        }
    };
}

codes! {
    // Rule names of the published API.
    ResourceNotFound "RESOURCE_NOT_FOUND" Rule InvalidArgument "No file or folder with this id exists on the site. Check the id; a file that was deleted for good stays gone.";
    FieldMaskIsEmptyOrMissing "FIELD_MASK_IS_EMPTY_OR_MISSING" Rule InvalidArgument "The update names nothing that can be changed. Send at least one of the writable fields.";
    MismatchMimeType "MISMATCH_MIME_TYPE" Rule InvalidArgument "The declared MIME type, the file name and the content are of different kinds. Declare what the file is, or send `application/octet-stream` and a name with an extension.";
    ZeroFileSize "ZERO_FILE_SIZE" Rule InvalidArgument "The file is empty.";
    UnsupportedFileFormat "UNSUPPORTED_FILE_FORMAT" Rule InvalidArgument "The file is of a type that this server doesn't take.";
    FileSizeOverLimit "FILE_SIZE_OVER_LIMIT" Rule InvalidArgument "The file is larger than the limit for its type, or an image has more pixels than are allowed.";
    SiteQuotaExceeded "SITE_QUOTA_EXCEEDED" Rule InvalidArgument "The site has no room for this file. Delete files for good or raise the quota.";
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" Rule InvalidArgument "A media type that can't be asked for. `data.allowedValues` lists those that can.";
    UnsupportedSortValue "UNSUPPORTED_SORT_VALUE" Rule InvalidArgument "A field or order that can't be sorted by. `data.allowedValues` lists those that can.";
    InvalidAssetKey "INVALID_ASSET_KEY" Rule InvalidArgument "The file has no asset of this key. `data.allowedValues` lists those it has.";

    // Rule names of this server's own.
    InvalidValue "INVALID_VALUE" Rule InvalidArgument "A value has the wrong type, is missing, too long, too large, too small or not one of those allowed; `violatedRule` says which.";
    UnsupportedFilterValue "UNSUPPORTED_FILTER_VALUE" Rule InvalidArgument "A field or operator that can't be filtered by. `data.allowedValues` lists those that can.";
    InvalidCursor "INVALID_CURSOR" Rule InvalidArgument "The cursor was not made by this server, was changed, or belongs to another call or site. Start again without one.";
    InvalidPath "INVALID_PATH" Rule InvalidArgument "A path has an empty, forbidden or over-long segment, or too many of them.";
    FileSizeMismatch "FILE_SIZE_MISMATCH" Rule InvalidArgument "The body has another length than was declared. Ask for a new upload URL, or send what was declared.";
    PrivateFileNotAllowed "PRIVATE_FILE_NOT_ALLOWED" Rule InvalidArgument "A private file can't be part of a permanent link. Make a download URL for each private file.";
    FolderCycle "FOLDER_CYCLE" Rule InvalidArgument "A folder can't be moved into itself or into one that it holds.";
    FolderTooDeep "FOLDER_TOO_DEEP" Rule InvalidArgument "Folders can be nested 32 levels deep; this one, or one that it holds, would lie deeper.";
    FolderIsFixed "FOLDER_IS_FIXED" Rule InvalidArgument "Roots, and the folder of Communication Channels, can't be moved or deleted.";
    TooManyPresets "TOO_MANY_PRESETS" Rule InvalidArgument "The site has as many presets as it may have (`images.presets`). Remove one that isn't used.";
    TooManyFiles "TOO_MANY_FILES" Rule InvalidArgument "The folder holds more files than fit into one zip. Make links for the folders in it, or for the files.";
    FileHasNoStream "FILE_HAS_NO_STREAM" Rule InvalidArgument "The file can't be streamed: it is no video, or no rendition of it exists yet.";

    // Application errors.
    Unauthenticated "UNAUTHENTICATED" Code Unauthenticated "The `Authorization` header is missing, or its key or token is unknown, expired or revoked.";
    PermissionDenied "PERMISSION_DENIED" Code PermissionDenied "The key or token is good, but doesn't allow this call or belongs to another site.";
    InvalidTokenRequest "INVALID_REQUEST" Code InvalidArgument "Token endpoint (`invalid_request`): a field is missing or wrong; the description says which.";
    InvalidClient "INVALID_CLIENT" Code Unauthenticated "Token endpoint (`invalid_client`): no live API key has this id and secret.";
    InvalidGrant "INVALID_GRANT" Code InvalidArgument "Token endpoint (`invalid_grant`): the token that was handed in is unknown, expired, or of another app or site.";
    UnsupportedGrantType "UNSUPPORTED_GRANT_TYPE" Code InvalidArgument "Token endpoint (`unsupported_grant_type`): there is no such `grant_type`. Use `client_credentials`, `anonymous`, `refresh_token` or `strip_bound_session`.";
    SignInFailed "SIGN_IN_FAILED" Code Unauthenticated "No user has this e-mail and password, or the code is unknown, used up or too old.";
    KeyNotFound "KEY_NOT_FOUND" Code NotFound "The site has no such API key, or it was revoked before.";
    UserNotFound "USER_NOT_FOUND" Code NotFound "The site has no such user.";
    UserExists "USER_EXISTS" Code AlreadyExists "A user with this e-mail exists already. Give a role on the site without a password, or change the role that was given.";
    RouteNotFound "NOT_FOUND" Code NotFound "There is no such path. `/openapi.json` lists those that exist.";
    MethodNotAllowed "METHOD_NOT_ALLOWED" Code MethodNotAllowed "The path exists, but not with this verb.";
    PayloadTooLarge "PAYLOAD_TOO_LARGE" Code TooLarge "The JSON body is larger than the server reads (`http.max_json_bytes`).";
    ResourceExhausted "RESOURCE_EXHAUSTED" Code ResourceExhausted "The caller calls too often, too many calls without a good key come from the address, or the site has too many calls or uploads running; the description says which. Try again after as many seconds as `Retry-After` says.";
    UploadTokenInvalid "UPLOAD_TOKEN_INVALID" Code Unauthenticated "The upload URL was not made by this server or was changed. Ask for a new one.";
    UploadTokenExpired "UPLOAD_TOKEN_EXPIRED" Code Unauthenticated "The upload URL is too old. Ask for a new one.";
    UploadAlreadyDone "UPLOAD_ALREADY_DONE" Code AlreadyExists "The upload URL was used: it is good for one file.";
    UploadInProgress "UPLOAD_IN_PROGRESS" Code AlreadyExists "Another request is sending this file. Wait for it, or ask for a new upload URL.";
    UploadInterrupted "UPLOAD_INTERRUPTED" Code InvalidArgument "The body ended before its declared length, or stalled for too long. The same upload URL may be tried again.";
    UploadNotFound "UPLOAD_NOT_FOUND" Code NotFound "There is no such resumable upload: it was ended, or never begun. Begin one with `POST /upload/tus`.";
    UploadGone "UPLOAD_GONE" Code Gone "The resumable upload has expired, or its bytes are gone. Begin a new one.";
    UploadOffsetMismatch "UPLOAD_OFFSET_MISMATCH" Code AlreadyExists "The piece doesn't begin where the upload has got to. Ask with `HEAD`, and go on from there.";
    UploadTooLong "UPLOAD_TOO_LONG" Code TooLarge "More bytes came than were announced.";
    UploadIncomplete "UPLOAD_INCOMPLETE" Code AlreadyExists "Bytes of the upload are missing. Send them before it is finished.";
    UploadHeader "INVALID_UPLOAD_HEADER" Code InvalidArgument "A header of the resumable upload is missing or not understood; the description says which.";
    UploadVersion "UNSUPPORTED_TUS_VERSION" Code PreconditionFailed "The request needs `Tus-Resumable: 1.0.0`.";
    UploadContentType "UNSUPPORTED_CONTENT_TYPE" Code WrongContentType "Pieces of an upload are sent as `application/offset+octet-stream`.";
    ChecksumMismatch "CHECKSUM_MISMATCH" Code Corrupted "The piece is not what its checksum says, and nothing of it was kept. Send it again.";
    FolderNotFound "FOLDER_NOT_FOUND" Code NotFound "No folder with this id exists on the site. Check the id; a folder that was deleted for good stays gone.";
    FolderAlreadyExists "FOLDER_ALREADY_EXISTS" Code AlreadyExists "Another folder beside it has this name. Choose another name, or use that folder.";
    InvalidImageUrl "INVALID_IMAGE_URL" Code InvalidArgument "The address of the image has a part that isn't understood, or that can't be had of this image; the description names it. `docs/IMAGES.md` has the language.";
    TransformationNotAllowed "TRANSFORMATION_NOT_ALLOWED" Code PermissionDenied "The site serves images as its presets and signed addresses say, and in no other form. Use a preset, or sign the address with generatePrivateImageUrl.";
    ImageUnusable "IMAGE_UNUSABLE" Code InvalidArgument "The image is damaged, or of a kind that can't be decoded here: only the original is served.";
    FileNotFound "FILE_NOT_FOUND" Code NotFound "Nothing is served at this address: the file never existed, was deleted for good, or has no such asset.";
    ChannelsMismatchMimeType "MIME_TYPE_MISMATCH" Code InvalidArgument "Communication Channels: the declared MIME type, the file name and the content are of different kinds.";
    ChannelsZeroFileSize "ZERO_FILE_SIZE" Code InvalidArgument "Communication Channels: the file is empty.";
    ChannelsUnsupportedFileFormat "UNSUPPORTED_FILE_FORMAT" Code InvalidArgument "Communication Channels: the file is of a type that this server doesn't take.";
    ChannelsFileSizeOverLimit "FILE_SIZE_OVER_LIMIT" Code InvalidArgument "Communication Channels: the file is larger than the limit for its type.";
    WebhookNotFound "WEBHOOK_NOT_FOUND" Code NotFound "The site has no such webhook, or the webhook no such delivery.";
    NoNextKey "NO_NEXT_KEY" Code AlreadyExists "No key of the webhook waits to be activated. Make one first.";
    PresetNotFound "PRESET_NOT_FOUND" Code NotFound "The site has no preset of this name.";
    FileIsPrivate "FILE_IS_PRIVATE" Code PermissionDenied "The file is private. Ask for a download URL.";
    LinkInvalid "LINK_INVALID" Code PermissionDenied "The download link was not made by this server, was changed, or belongs to another file.";
    LinkExpired "LINK_EXPIRED" Code PermissionDenied "The download link is too old. Ask for a new one.";
    RangeNotSatisfiable "RANGE_NOT_SATISFIABLE" Code OutOfRange "The range lies outside the file. `Content-Range` says how long it is.";
    StorageFull "STORAGE_FULL" Code StorageFull "The disk is full. Nothing of the file was kept.";
    Unavailable "UNAVAILABLE" Code Unavailable "The database or the storage doesn't answer. Try again.";
    Internal "INTERNAL" Code Internal "A fault of the server. Its log has the cause under the reply's request id.";
}

/// Which built-in rule a field broke (`violatedRule`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ViolatedRule {
    /// A rule of the API's own; `ruleName` says which.
    Custom,
    /// Missing.
    RequiredField,
    /// Of the wrong type or form.
    Format,
    /// A number is too large.
    Max,
    /// A number is too small.
    Min,
    /// A text is too long.
    MaxLength,
    /// A text is too short.
    MinLength,
    /// A list has too many items.
    MaxSize,
    /// A list has too few items.
    MinSize,
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldViolation {
    /// The field, dotted, with indices: `importFileRequests[2].url`.
    pub field: String,
    /// What is wrong and what to do.
    pub description: String,
    /// Which built-in rule was broken.
    pub violated_rule: ViolatedRule,
    /// The API's name of the rule.
    pub rule_name: String,
    /// Facts to act on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// An error that is not about one field.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ApplicationError {
    /// One of [`Code`]'s names.
    pub code: String,
    /// What went wrong and what to do.
    pub description: String,
    /// Facts to act on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// What is wrong with a request, field by field.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidationError {
    /// At least one.
    pub field_violations: Vec<FieldViolation>,
}

/// Exactly one of the two; empty when the fault is ours.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDetails {
    /// Set for application errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_error: Option<ApplicationError>,
    /// Set for validation errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_error: Option<ValidationError>,
}

/// The body of every reply that isn't 200.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ErrorEnvelope {
    /// For people.
    pub message: String,
    /// For programs.
    pub details: ErrorDetails,
}
