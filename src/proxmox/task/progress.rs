//! How far a task is, where its log tells. What must hold: a number that is no share of the work is none.

/// How far the work is by the last line that says so, 0 to 1.
pub fn share_done(log: &[impl AsRef<str>]) -> Option<f32> {
    log.iter().rev().find_map(|line| share_in(line.as_ref()))
}

/// What one line tells: of a download's dots, of a copied or restored disk, of a backup.
fn share_in(line: &str) -> Option<f32> {
    let line = line.trim();
    let before = |mark: &str| line.split_once(mark).map(|(before, _)| before);
    let number = if line.contains("progress ") {
        line.split_once("progress ")?.1.split('%').next()
    } else if line.contains("transferred ") && line.contains(" of ") {
        before("%)")?.rsplit('(').next()
    } else if is_dots(line) {
        before("%")?.rsplit(' ').next()
    } else if line.contains("% (") && line.contains(" of ") {
        before("% (")?.rsplit(' ').next()
    } else {
        None
    };
    let percent: f32 = number?.trim().parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
}

/// ` 32768K ........ ........ 53%  112M 0s`
fn is_dots(line: &str) -> bool {
    line.split_once('K').is_some_and(|(start, rest)| {
        start.chars().all(|c| c.is_ascii_digit()) && !start.is_empty() && rest.trim_start().starts_with('.')
    })
}

#[cfg(test)]
mod tests {
    use super::share_done;

    #[test]
    fn only_a_share_of_the_work_counts() {
        for (line, share) in [
            (" 32768K ........ ........ ........ ........ 53%  112M 0s", Some(0.53)),
            ("progress 7% (read 75497472 bytes, duration 0 sec)", Some(0.07)),
            ("transferred 2.1 GiB of 4.0 GiB (52.50%)", Some(0.525)),
            ("INFO:  12% (1.2 GiB of 10.0 GiB) in 3s, read: 409.6 MiB/s", Some(0.12)),
            ("/images/203/disk.raw: 335/65536 files (0.0% non-contiguous), 13492/262144 blocks", None),
            ("total size is 0  speedup is 0.00", None),
            ("progress 700%", None),
            ("100%", None),
            ("", None),
        ] {
            assert_eq!(share_done(&[line]), share, "{line}");
        }
        assert_eq!(share_done(&["progress 7% (x)", "progress 9% (x)", "creating archive"]), Some(0.09));
    }
}
