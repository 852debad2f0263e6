//! What a plan would send, told before it is sent.
