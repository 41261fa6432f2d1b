//! What models found in a picture. Everything here is a guess of a machine, and says of which one.

use serde::{Deserialize, Serialize};

/// What was found in a picture. What wasn't looked for is absent; what was looked for in vain is empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    /// Faces of people, the surest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faces: Option<Found<Vec<Face>>>,
    /// Everyday words for what is to be seen, the surest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Found<Vec<Label>>>,
    /// What is written in the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Found<Text>>,
    /// Numbers that lie near each other for pictures of similar things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Found<Vec<i8>>>,
    /// Bits that agree for copies of one picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Found<Fingerprint>>,
    /// One plain sentence, where faces and sure labels make one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Found<String>>,
}

/// Something that was found, and by what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found<T> {
    /// The name of the model, or of the method.
    pub model: String,
    /// Which version of it: results of different versions don't compare.
    pub version: String,
    /// What was found.
    pub value: T,
}

/// Where a face is, in fractions of the picture's width and height from its left and upper edge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Face {
    /// The left edge, 0 to 1.
    pub left: f32,
    /// The upper edge, 0 to 1.
    pub top: f32,
    /// How wide it is; left and width are at most 1 together.
    pub width: f32,
    /// How high it is; top and height are at most 1 together.
    pub height: f32,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
}

impl Face {
    /// The box in pixels of a picture of this size: left, top, width and height, at least one pixel, within the picture.
    pub fn pixels(&self, width: u32, height: u32) -> (u32, u32, u32, u32) {
        let span = |start: f32, length: f32, whole: u32| {
            let first = ((start * whole as f32).round() as u32).min(whole.saturating_sub(1));
            let end = (((start + length) * whole as f32).round() as u32).min(whole);
            (first, end.saturating_sub(first).max(1))
        };
        let (left, across) = span(self.left, self.width, width);
        let (top, down) = span(self.top, self.height, height);
        (left, top, across, down)
    }
}

/// A word for something in the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// An everyday word in English.
    pub word: String,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
}

/// What is written in a picture.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Text {
    /// Whether something is written there. It may be so although nothing could be read.
    pub present: bool,
    /// What could be read, from top to bottom, a line of the picture in each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
}

/// 64 bits that stand for how a picture looks as a whole. In JSON it is 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// How many of the 64 bits differ.
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        format!("{:016x}", fingerprint.0)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = std::num::ParseIntError;

    fn try_from(digits: String) -> Result<Self, Self::Error> {
        u64::from_str_radix(&digits, 16).map(Self)
    }
}
