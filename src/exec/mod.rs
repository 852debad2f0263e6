//! Runs a script inside a guest over whichever road is open, and carries files in and out. What must hold: no byte of a
//! script, its output or a file is lost or changed, and nothing is run twice, whatever breaks on the way.
