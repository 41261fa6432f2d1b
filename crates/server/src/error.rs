//! The one place where domain errors become HTTP: a status and the documented envelope (CONTRACT 1.4).
//!
//! A 5xx tells the caller nothing but its code; the log has the cause, once, under the request's id.

use std::error::Error as StdError;

use axum::Json;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use contract::errors::{
    ApplicationError, Class, Code, ErrorDetails, ErrorEnvelope, FieldViolation, ValidationError,
};
use manager::Error;
use serde_json::Value;

/// An error on its way out.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    /// In a box, as errors travel through functions whose good results are small.
    envelope: Box<ErrorEnvelope>,
    cause: Option<String>,
    /// Seconds after which it makes sense to try again.
    retry_after: Option<u64>,
}

/// When to try again what the disk or the database was in the way of, in seconds.
const RETRY_LATER: u64 = 5;

/// The HTTP status of a class of errors.
pub fn status_of(class: Class) -> StatusCode {
    match class {
        Class::InvalidArgument => StatusCode::BAD_REQUEST,
        Class::Unauthenticated => StatusCode::UNAUTHORIZED,
        Class::PermissionDenied => StatusCode::FORBIDDEN,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Class::AlreadyExists => StatusCode::CONFLICT,
        Class::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Class::OutOfRange => StatusCode::RANGE_NOT_SATISFIABLE,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Class::Gone => StatusCode::GONE,
        Class::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Class::WrongContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        // What TUS has for it; no registry knows it.
        Class::Corrupted => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
        Class::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Class::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        Class::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ApiError {
    /// What the caller will read.
    pub(crate) fn code(&self) -> Code {
        self.code
    }

    /// Its status.
    pub(crate) fn status(&self) -> StatusCode {
        status_of(self.code.class())
    }

    /// What it says to people.
    pub(crate) fn message(&self) -> String {
        self.envelope.message.clone()
    }

    /// What goes over the wire.
    pub(crate) fn into_envelope(self) -> ErrorEnvelope {
        *self.envelope
    }

    /// An application error with its documented meaning as the description.
    pub(crate) fn of(code: Code) -> ApiError {
        ApiError::described(code, code.meaning().to_owned(), None)
    }

    /// One or more wrong fields.
    pub(crate) fn invalid(violations: Vec<FieldViolation>) -> ApiError {
        Error::Invalid(violations).into()
    }

    pub(crate) fn described(code: Code, description: String, data: Option<Value>) -> ApiError {
        let error = ApplicationError { code: code.name().to_owned(), description: description.clone(), data };
        let details = ErrorDetails { application_error: Some(error), validation_error: None };
        let retry_after =
            matches!(code.class(), Class::Unavailable | Class::StorageFull).then_some(RETRY_LATER);
        let envelope = Box::new(ErrorEnvelope { message: description, details });
        ApiError { code, envelope, cause: None, retry_after }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> ApiError {
        let code = error.code();
        match error {
            Error::Invalid(field_violations) => {
                let listed: Vec<String> = field_violations
                    .iter()
                    .map(|violation| format!("\"{}\" {}", violation.field, violation.description))
                    .collect();
                let details = ErrorDetails {
                    validation_error: Some(ValidationError { field_violations }),
                    application_error: None,
                };
                let message = format!("INVALID_ARGUMENT: {}", listed.join(", "));
                let envelope = Box::new(ErrorEnvelope { message, details });
                ApiError { code, envelope, cause: None, retry_after: None }
            }
            Error::Refused { code, description, data, cause } => ApiError {
                cause: cause.map(|cause| chain(cause.as_ref())),
                ..ApiError::described(code, description, data)
            },
            Error::Exhausted { description, retry_after } => {
                ApiError { retry_after: Some(retry_after), ..ApiError::described(code, description, None) }
            }
            Error::Internal(cause) => {
                ApiError { cause: Some(chain(cause.as_ref())), ..ApiError::of(Code::Internal) }
            }
        }
    }
}

/// An error and what lies behind it, in one line.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let causes = std::iter::successors(Some(error as &dyn StdError), |error| StdError::source(*error));
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        if let Some(cause) = &self.cause {
            tracing::error!(code = self.code.name(), cause, "the request failed");
        }
        let mut response = (status, Json(self.envelope)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // What is wrong now may be right in a moment; and texts of clients stand in it.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}

/// For a path that doesn't exist.
pub(crate) async fn no_such_route() -> ApiError {
    ApiError::of(Code::RouteNotFound)
}

/// For a verb that a path doesn't take; the router adds which it does.
pub(crate) async fn wrong_verb() -> ApiError {
    ApiError::of(Code::MethodNotAllowed)
}
