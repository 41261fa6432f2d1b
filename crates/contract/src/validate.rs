//! From the limits that requests declare on their fields to violations on the wire.

use serde_json::{Value, json};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::errors::{Code, FieldViolation, ViolatedRule};
use crate::values::shortened;

/// Everything that is wrong with `request`, by field; empty when it is right.
pub fn violations(request: &impl Validate) -> Vec<FieldViolation> {
    let mut found = Vec::new();
    if let Err(errors) = request.validate() {
        collect("", &errors, &mut found);
    }
    found.sort_by(|a, b| a.field.cmp(&b.field));
    found
}

/// A violation of one of this API's own rules.
pub fn broken(code: Code, field: impl Into<String>, description: impl Into<String>) -> FieldViolation {
    FieldViolation {
        field: field.into(),
        description: description.into(),
        violated_rule: ViolatedRule::Custom,
        rule_name: code.name().to_owned(),
        data: None,
    }
}

/// A violation that lists what would have been allowed (`UnsupportedRequestValueError`, CONTRACT 1.4).
pub fn unsupported(code: Code, field: impl Into<String>, value: &str, allowed: &[&str]) -> FieldViolation {
    let description = format!("`{}` is not supported; use one of {}", shortened(value), allowed.join(", "));
    FieldViolation {
        data: Some(json!({ "allowedValues": allowed, "requestValue": shortened(value) })),
        ..broken(code, field, description)
    }
}

/// A value of the wrong type or form.
pub fn malformed(field: impl Into<String>, description: impl Into<String>) -> FieldViolation {
    FieldViolation { violated_rule: ViolatedRule::Format, ..broken(Code::InvalidValue, field, description) }
}

fn collect(prefix: &str, errors: &ValidationErrors, found: &mut Vec<FieldViolation>) {
    for (name, kind) in errors.errors() {
        let field = if prefix.is_empty() { camel(name) } else { format!("{prefix}.{}", camel(name)) };
        match kind {
            ValidationErrorsKind::Field(list) => {
                found.extend(list.iter().map(|error| violation(&field, error)))
            }
            ValidationErrorsKind::Struct(inner) => collect(&field, inner, found),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(&format!("{field}[{index}]"), inner, found);
                }
            }
        }
    }
}

fn violation(field: &str, error: &ValidationError) -> FieldViolation {
    let number = |name: &str| error.params.get(name).and_then(Value::as_f64);
    let is_list = error.params.get("value").is_some_and(Value::is_array);
    let (rule, text) = match (error.code.as_ref(), number("min"), number("max")) {
        ("required", ..) => (ViolatedRule::RequiredField, "is required".to_owned()),
        ("length", min, max) => {
            let length = length_of(error.params.get("value"));
            match (min.filter(|min| length < *min), is_list) {
                (Some(min), true) => (ViolatedRule::MinSize, format!("needs at least {min} items")),
                (Some(min), false) => (ViolatedRule::MinLength, format!("needs at least {min} characters")),
                (None, true) => {
                    (ViolatedRule::MaxSize, format!("may have at most {} items", max.unwrap_or(0.0)))
                }
                (None, false) => {
                    (ViolatedRule::MaxLength, format!("may have at most {} characters", max.unwrap_or(0.0)))
                }
            }
        }
        ("range", min, max) => {
            let value = number("value").unwrap_or(0.0);
            match min.filter(|min| value < *min) {
                Some(min) => (ViolatedRule::Min, format!("must be at least {min}")),
                None => (ViolatedRule::Max, format!("must be at most {}", max.unwrap_or(0.0))),
            }
        }
        ("items", ..) => (ViolatedRule::MaxLength, message_of(error)),
        _ => (ViolatedRule::Format, message_of(error)),
    };
    FieldViolation { violated_rule: rule, ..broken(Code::InvalidValue, field, format!("`{field}` {text}")) }
}

fn message_of(error: &ValidationError) -> String {
    error.message.as_deref().unwrap_or("is not valid").to_owned()
}

fn length_of(value: Option<&Value>) -> f64 {
    match value {
        Some(Value::String(text)) => text.chars().count() as f64,
        Some(Value::Array(items)) => items.len() as f64,
        _ => 0.0,
    }
}

fn camel(name: &str) -> String {
    let mut words = name.trim_start_matches("r#").split('_');
    let mut text = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(letters.as_str());
    }
    text
}

/// For `#[validate(custom)]`: a list whose items have at most `max` characters each.
pub(crate) fn items_up_to(items: &[String], max: usize) -> Result<(), ValidationError> {
    match items.iter().position(|item| item.chars().count() > max) {
        None => Ok(()),
        Some(index) => Err(ValidationError::new("items")
            .with_message(format!("item {index} may have at most {max} characters").into())),
    }
}

/// For `#[validate(custom)]`: an absolute `http` or `https` URL.
pub(crate) fn web_url(text: &str) -> Result<(), ValidationError> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if plain && host.is_some_and(|host| !host.is_empty()) {
        Ok(())
    } else {
        Err(ValidationError::new("url").with_message("must be an http or https URL".into()))
    }
}
