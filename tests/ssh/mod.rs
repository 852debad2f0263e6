//! The SSH client, held to OpenSSH's own server.
