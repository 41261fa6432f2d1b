//! Requests and replies of this server's own API for presets and strict mode; the published API has neither.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::transform::{Extension, Transformation};
use crate::values::{Timestamp, flag};

/// Longest name, in characters.
const LONGEST_NAME: usize = 50;

/// `PUT /v1/presets/{name}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct SetPresetRequest {
    /// 1 to 50 of `a-z`, `0-9` and `-`.
    #[validate(required, custom(function = preset_name))]
    pub name: Option<String>,
    /// What stands between `/v1/` and the file name of an image's address: `fill/w_400,h_300,al_c,q_80`.
    #[validate(required, length(max = 2000), custom(function = understood))]
    pub transformation: Option<String>,
}

/// Calls that are about one preset.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct PresetRequest {
    /// Which one.
    #[validate(required, length(min = 1, max = 100))]
    pub name: Option<String>,
}

/// A transformation with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preset {
    /// Stands for the transformation: `/media/{id}/v1/preset/{name}/file.jpg`.
    pub name: String,
    /// As it was set.
    pub transformation: String,
    /// When it was made.
    pub created_date: Timestamp,
    /// When it was last set.
    pub updated_date: Timestamp,
}

/// `GET /v1/presets`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct ListPresetsRequest {}

/// The presets of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListPresetsReply {
    /// By name.
    pub presets: Vec<Preset>,
}

/// `GET /v1/image-policy`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct GetImagePolicyRequest {}

/// `PUT /v1/image-policy`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct SetImagePolicyRequest {
    /// Whether images are made only as presets and signed addresses say.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    #[validate(required)]
    pub strict: Option<bool>,
}

/// How a site wants its images to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImagePolicyReply {
    /// Whether images are made only as presets and signed addresses say; else as any address says.
    pub strict: bool,
}

fn preset_name(name: &str) -> Result<(), ValidationError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(fits) {
        return Ok(());
    }
    let text = format!("must be 1 to {LONGEST_NAME} of the characters a-z, 0-9 and -");
    Err(ValidationError::new("name").with_message(text.into()))
}

/// Any format will do: the file name of an address chooses it.
fn understood(text: &str) -> Result<(), ValidationError> {
    match Transformation::parse(text, Extension::default()) {
        Ok(_) => Ok(()),
        Err(refused) => Err(ValidationError::new("transformation")
            .with_message(format!("is not understood at {refused}").into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::violations;

    fn wrong(name: &str, transformation: &str) -> Vec<(String, String)> {
        let request =
            SetPresetRequest { name: Some(name.into()), transformation: Some(transformation.into()) };
        violations(&request).into_iter().map(|wrong| (wrong.field, wrong.description)).collect()
    }

    #[test]
    fn names_are_plain_and_transformations_are_understood() {
        assert_eq!(wrong("card-2", "fill/w_400,h_300,al_c,q_80"), []);
        assert_eq!(wrong(&"a".repeat(50), "crop/x_1,y_2,w_30,h_40/fit/w_10,h_10"), []);
        for name in ["", "Card", "a_b", "a/b", "ä", "a.b", &"a".repeat(51)] {
            let wrong = wrong(name, "fit/w_1,h_1");
            assert!(matches!(&wrong[..], [(field, _)] if field == "name"), "{name}: {wrong:?}");
        }
        for text in ["", "fit/w_1", "fit/w_1,h_1/a.jpg", "preset/a", "stretch/w_1,h_1", "fit/w_0,h_1"] {
            let wrong = wrong("a", text);
            assert!(matches!(&wrong[..], [(field, _)] if field == "transformation"), "{text}: {wrong:?}");
        }
        let (_, description) = wrong("a", "fit/w_0,h_1").remove(0);
        assert!(
            description.starts_with("`transformation` is not understood at `w_0`: it is"),
            "{description}"
        );
    }
}
