//! One call of the API: method, path and parameters. Paths are built of segments, each escaped, so that no name can
//! lead elsewhere.

use std::{borrow::Cow, fmt, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::multipart::FilePart;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Proxmox takes parameters of GET and DELETE from the query alone.
    pub(super) fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put)
    }
}

/// What was asked, as errors tell it. Parameters are left out: they may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub method: Method,
    /// Below `/api2/json`.
    pub path: String,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.path)
    }
}

/// A call with its parameters.
#[derive(Clone)]
pub(super) struct Asked {
    pub call: Call,
    pub params: Vec<(Cow<'static, str>, String)>,
    /// What is sent with them as a form in parts.
    pub file: Option<Arc<FilePart>>,
}

impl Asked {
    fn new(method: Method, segments: &[&str]) -> Self {
        let path = segments.iter().map(|segment| format!("/{}", escape(segment))).collect();
        Self { call: Call { method, path }, params: Vec::new(), file: None }
    }

    pub fn get(segments: &[&str]) -> Self {
        Self::new(Method::Get, segments)
    }

    pub fn post(segments: &[&str]) -> Self {
        Self::new(Method::Post, segments)
    }

    pub fn put(segments: &[&str]) -> Self {
        Self::new(Method::Put, segments)
    }

    pub fn delete(segments: &[&str]) -> Self {
        Self::new(Method::Delete, segments)
    }

    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl ToString) -> Self {
        self.params.push((name.into(), value.to_string()));
        self
    }

    /// Leaves the parameter out where there is nothing to say: older nodes refuse what they do not know.
    pub fn with_some(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The parameters as a query or a form.
    pub fn encoded(&self) -> String {
        let pairs: Vec<_> = self.params.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        pairs.join("&")
    }
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn escape(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
