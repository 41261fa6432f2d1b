//! Requests and replies of this server's own API for users and their sessions; the published API has none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::access::Role;
use crate::values::Timestamp;

/// `POST /v1/sessions`: e-mail and password, or the code that a sign-in elsewhere ended with.
#[derive(Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct SignInRequest {
    /// In upper or lower case.
    #[validate(length(max = 254))]
    pub email: Option<String>,
    /// The password.
    #[validate(length(max = 1000))]
    pub password: Option<String>,
    /// Instead of both; good once.
    #[validate(length(max = 200))]
    pub code: Option<String>,
}

/// A session has begun.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInReply {
    /// For the `Authorization` header.
    pub session_token: String,
    /// Seconds until it ends.
    pub expires_in: i64,
    /// Who is signed in.
    pub user: SignedIn,
}

/// `GET` and `DELETE /v1/sessions`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct SessionRequest {}

/// Whose session it is.
#[derive(Clone, Serialize, JsonSchema)]
pub struct SessionReply {
    /// Who is signed in.
    pub user: SignedIn,
}

/// A user who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Names the user.
    pub user_id: String,
    /// In lower case.
    pub email: String,
    /// For people.
    pub name: String,
    /// Where the user may do something.
    pub sites: Vec<SiteRole>,
}

/// Roles on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SiteRole {
    /// The site.
    pub site_id: String,
    /// Its name.
    pub site_name: String,
    /// What the user may do on all of it; absent: nothing, but for the folders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What the user may do in some folders of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<FolderRole>,
}

/// A role on a folder, which counts for all that lies below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FolderRole {
    /// The folder.
    pub folder_id: String,
    /// Its name.
    pub folder_name: String,
    /// What the user may do there: viewer, contributor or editor.
    pub role: Role,
}

/// `POST /v1/users`.
#[derive(Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct AddUserRequest {
    /// Names the user when signing in.
    #[validate(required, length(min = 3, max = 254))]
    pub email: Option<String>,
    /// For people; the e-mail when absent.
    #[validate(length(max = 255))]
    pub name: Option<String>,
    /// What the user may do on the caller's site, or in the folder.
    #[validate(required)]
    pub role: Option<Role>,
    /// The folder that the role is for, with all that lies below it; the whole site when absent.
    #[validate(length(min = 1, max = 100))]
    pub folder_id: Option<String>,
    /// At least 10 characters; one is made when absent. Only for a user who is new to this server.
    #[validate(length(max = 1000))]
    pub password: Option<String>,
}

/// A user has a role.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddUserReply {
    /// Names the user.
    pub user_id: String,
    /// The password that was made; nobody can show it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// `GET /v1/users`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct ListUsersRequest {}

/// The users of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListUsersReply {
    /// The oldest first.
    pub users: Vec<SiteUser>,
}

/// A user, seen from one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SiteUser {
    /// Names the user.
    pub user_id: String,
    /// In lower case.
    pub email: String,
    /// For people.
    pub name: String,
    /// What the user may do on the site; absent: nothing, but for the folders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What the user may do in some folders of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<FolderRole>,
    /// When it was made.
    pub created_date: Timestamp,
}

/// `PATCH /v1/users/{userId}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct UpdateUserRequest {
    /// Which one.
    #[validate(required, length(min = 1, max = 100))]
    pub user_id: Option<String>,
    /// What the user may do from now on.
    #[validate(required)]
    pub role: Option<Role>,
}

/// `DELETE /v1/users/{userId}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct RemoveUserRequest {
    /// Which one.
    #[validate(required, length(min = 1, max = 100))]
    pub user_id: Option<String>,
}

/// `PUT /v1/users/{userId}/folders/{folderId}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GrantFolderRequest {
    /// Whom.
    #[validate(required, length(min = 1, max = 100))]
    pub user_id: Option<String>,
    /// Where, with all that lies below it.
    #[validate(required, length(min = 1, max = 100))]
    pub folder_id: Option<String>,
    /// What the user may do there from now on: viewer, contributor or editor.
    #[validate(required)]
    pub role: Option<Role>,
}

/// `DELETE /v1/users/{userId}/folders/{folderId}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct RevokeFolderRequest {
    /// From whom.
    #[validate(required, length(min = 1, max = 100))]
    pub user_id: Option<String>,
    /// Which folder.
    #[validate(required, length(min = 1, max = 100))]
    pub folder_id: Option<String>,
}
