//! How the simulated datacenter says no. The text is what a client sees both as reason phrase and in the body, so it
//! must read exactly as Proxmox words it.

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    /// Without the newline that most of them carry in the body.
    pub message: String,
    /// Parameter by parameter, when the parameters were wrong.
    pub errors: Vec<(String, String)>,
    pub form: Form,
}

/// How a refusal is written into the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON body whose message ends with a newline.
    Told,
    /// The same without the newline, as for an unknown method.
    Bare,
    /// No body at all: only the reason phrase tells.
    Silent,
}

/// What is said to somebody who changes a configuration that is not the one he read.
pub const MODIFIED: &str = "detected modified configuration - file changed by other user? Try again.";

impl Refusal {
    /// What Perl's `die` makes: almost every refusal of Proxmox.
    pub fn died(message: impl Into<String>) -> Self {
        Self { status: 500, message: message.into(), errors: Vec::new(), form: Form::Told }
    }

    pub fn parameters(errors: Vec<(String, String)>) -> Self {
        Self { status: 400, message: "Parameter verification failed.".into(), errors, form: Form::Told }
    }

    pub fn parameter(name: &str, text: impl Into<String>) -> Self {
        Self::parameters(vec![(name.into(), text.into())])
    }

    /// `what` is the path and the privilege that is missing; empty where Proxmox says nothing more.
    pub fn forbidden(what: &str) -> Self {
        let message = match what {
            "" => "Permission check failed".to_owned(),
            what => format!("Permission check failed ({what})"),
        };
        Self { status: 403, message, errors: Vec::new(), form: Form::Told }
    }

    pub fn no_tokens(path: &str) -> Self {
        let message = format!("URI '{path}' not available with API token, need proper ticket.");
        Self { status: 403, message, errors: Vec::new(), form: Form::Told }
    }

    /// A log-in that failed, whatever the cause.
    pub fn login() -> Self {
        Self { status: 401, message: "authentication failure".into(), errors: Vec::new(), form: Form::Told }
    }

    /// A call that did not show who asks, or not well enough.
    pub fn unknown_caller(message: &str) -> Self {
        Self { status: 401, message: message.into(), errors: Vec::new(), form: Form::Silent }
    }

    pub fn not_implemented(method: &str, path: &str) -> Self {
        let message = format!("Method '{method} {path}' not implemented");
        Self { status: 501, message, errors: Vec::new(), form: Form::Bare }
    }

    /// The node that should answer cannot be reached.
    pub fn no_route() -> Self {
        Self { status: 595, message: "No route to host".into(), errors: Vec::new(), form: Form::Silent }
    }

    pub fn no_config(node: &str, folder: &str, vmid: u32) -> Self {
        Self::died(no_config_text(node, folder, vmid))
    }
}

pub fn no_config_text(node: &str, folder: &str, vmid: u32) -> String {
    format!("Configuration file 'nodes/{node}/{folder}/{vmid}.conf' does not exist")
}
