//! Who calls: requests and replies of the token endpoints (CONTRACT 8, RFC 6749), and of this server's own API for the
//! tokens of members and visitors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::enums::IdentityType;
use crate::errors::ErrorEnvelope;
use crate::values::integer;

/// Longest token that is looked at, in characters.
const TOKEN: u64 = 4000;
/// How long an access token that an app mints may be good, in minutes.
pub const LONGEST_MINTED: i64 = 1440;

/// `POST /oauth2/token`, of every grant type. The published SDK sends names in snake case and in camel case.
#[derive(Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct TokenRequest {
    /// `client_credentials`, `anonymous`, `refresh_token` or `strip_bound_session`.
    #[serde(alias = "grantType")]
    #[validate(required, length(max = 100))]
    pub grant_type: Option<String>,
    /// An app: the id of an API key.
    #[serde(alias = "clientId")]
    #[validate(length(max = 100))]
    pub client_id: Option<String>,
    /// The API key itself.
    #[serde(alias = "clientSecret")]
    #[validate(length(max = TOKEN))]
    pub client_secret: Option<String>,
    /// The site; needed when the app has several.
    #[serde(alias = "instanceId")]
    #[validate(length(max = 100))]
    pub instance_id: Option<String>,
    /// `client_credentials`: the access token of a visitor or member in whose name the app acts.
    #[serde(alias = "onBehalfOf")]
    #[validate(length(max = TOKEN))]
    pub on_behalf_of: Option<String>,
    /// `refresh_token`: what came with an access token.
    #[serde(alias = "refreshToken")]
    #[validate(length(max = TOKEN))]
    pub refresh_token: Option<String>,
    /// `strip_bound_session`: the access token of a visitor or member.
    #[serde(alias = "accessToken")]
    #[validate(length(max = TOKEN))]
    pub access_token: Option<String>,
}

/// A token (RFC 6749 5.1).
#[derive(Clone, Serialize, JsonSchema)]
pub struct TokenReply {
    /// For the `Authorization` header, bare or after `Bearer`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds until it ends.
    pub expires_in: i64,
    /// Brings the next access token of the same visitor or member; apps need none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// An error of the token endpoints: the envelope, and beside it the fields of RFC 6749 5.2.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TokenError {
    /// `invalid_request`, `invalid_client`, `invalid_grant` or `unsupported_grant_type`.
    pub error: String,
    /// What went wrong and what to do.
    pub error_description: String,
    /// As everywhere.
    #[serde(flatten)]
    pub envelope: ErrorEnvelope,
}

/// `POST /oauth2/token-info`.
#[derive(Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct TokenInfoRequest {
    /// The token in question.
    #[validate(required, length(max = TOKEN))]
    pub token: Option<String>,
}

/// `POST /oauth2/revoke` (RFC 7009 2.1).
#[derive(Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct RevokeRequest {
    /// An access token or a refresh token of the app.
    #[validate(required, length(max = TOKEN))]
    pub token: Option<String>,
    /// The app: the id of an API key.
    #[serde(alias = "clientId")]
    #[validate(length(max = 100))]
    pub client_id: Option<String>,
    /// The API key itself.
    #[serde(alias = "clientSecret")]
    #[validate(required, length(max = TOKEN))]
    pub client_secret: Option<String>,
}

/// Nothing: the token is good for nothing any more, or never was.
#[derive(Clone, Serialize, JsonSchema)]
pub struct RevokeReply {}

/// Whom a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum SubjectType {
    /// An app itself.
    App,
    /// A member of a site.
    Member,
    /// A visitor of a site.
    Visitor,
    /// A user of this system.
    User,
}

/// What a token says; only `active`, which is false, when it says nothing any more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    /// Whether it is good.
    pub active: bool,
    /// Whom it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// Their id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_id: Option<String>,
    /// When it ends, in seconds since 1970; none: never by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was made, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// The app that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The site, where there is just one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_id: Option<String>,
    /// The same, as the published clients call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
}

/// What a user may do on a site; each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees and downloads.
    Viewer,
    /// Uploads, imports, makes folders, renames and labels files.
    Contributor,
    /// Does everything with files and folders.
    Editor,
    /// Decides who else may do what.
    Owner,
}

impl Role {
    /// All of them, the lowest first.
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Contributor, Role::Editor, Role::Owner];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Contributor => "contributor",
            Role::Editor => "editor",
            Role::Owner => "owner",
        }
    }

    /// The role with this name.
    pub fn by_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// For whom an app mints a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Minted {
    /// A member of the site.
    Member,
    /// A visitor who did not sign in.
    AnonymousVisitor,
}

impl From<Minted> for IdentityType {
    fn from(minted: Minted) -> IdentityType {
        match minted {
            Minted::Member => IdentityType::Member,
            Minted::AnonymousVisitor => IdentityType::AnonymousVisitor,
        }
    }
}

/// `POST /media-manager/v1/tokens`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct MintRequest {
    /// Whose token.
    #[validate(required)]
    pub identity_type: Option<Minted>,
    /// Their id, as the app knows it; a new one when absent.
    #[validate(length(min = 1, max = 100), custom(function = plain))]
    pub identity_id: Option<String>,
    /// The app that they belong to; a caller who is an app may leave it out.
    #[validate(length(min = 1, max = 100))]
    pub client_id: Option<String>,
    /// 1 to 1440; 60 when absent.
    #[serde(default, deserialize_with = "integer")]
    #[schemars(with = "Option<i64>")]
    #[validate(range(min = 1, max = LONGEST_MINTED))]
    pub expiration_in_minutes: Option<i64>,
}

fn plain(text: &str) -> Result<(), ValidationError> {
    match text.chars().any(char::is_control) {
        false => Ok(()),
        true => Err(ValidationError::new("plain").with_message("may not contain control characters".into())),
    }
}

/// A token of a member or visitor.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MintReply {
    /// What the member or visitor calls with.
    pub access_token: String,
    /// Brings the next one.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    /// Whose it is.
    pub identity_type: Minted,
    /// Their id.
    pub identity_id: String,
}
