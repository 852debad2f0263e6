//! A piece of a file, for a shell to write in base 64 on one line: whole blocks are skipped, so that the end of a long
//! file costs no more than its beginning.

const BLOCK: u64 = 4_096;

/// The command; `file` is a word for a shell.
pub fn slice(file: &str, from: u64, room: usize) -> String {
    let (skip, within) = (from / BLOCK, from % BLOCK);
    let (drop, count) = (within + 1, (within + room as u64).div_ceil(BLOCK));
    format!(
        "dd if={file} bs={BLOCK} skip={skip} count={count} 2>/dev/null|tail -c +{drop}|head -c {room}|base64|tr -d \"\\n\""
    )
}
