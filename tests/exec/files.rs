//! Files into real guests and out of them: whole, with their modes, and the old one untouched until the new one is there.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use proximity::exec::{ExecError, Found, Link, NewFile, get, put};

use tokio_util::sync::CancellationToken;

use super::{
    lab::{Lab, Shell},
    real::{binary, link},
};

async fn fetched(link: &mut Link, path: &str) -> Result<(Vec<u8>, Found), ExecError> {
    let mut bytes = Vec::new();
    let found = get(link, path, &mut bytes, |_, _| {}, &CancellationToken::new()).await?;
    Ok((bytes, found))
}

#[tokio::test]
async fn a_file_of_any_size_goes_in_and_comes_out_as_it_was() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { return };
        let mut link = link(&lab).await;
        for size in [0, 1, 2, 3_000, 4_095, 4_096, 8_193, 49_152, 49_153, 200_000] {
            let (bytes, file) = (binary(size), lab.root().join(format!("it's {size} \"bytes\" $HOME")));
            let path = file.display().to_string();
            let mut steps = Vec::new();
            let new = NewFile { mode: Some(0o640), ..NewFile::at(&path) };
            assert_eq!(
                put(&mut link, &*bytes, &new, |done| steps.push(done), &CancellationToken::new()).await,
                Ok(size as u64),
                "{shell:?}"
            );
            assert_eq!(std::fs::read(&file).unwrap(), bytes, "{shell:?} {size}");
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o640);
            assert_eq!(steps.last().copied().unwrap_or(0), size as u64);
            let (back, found) = fetched(&mut link, &path).await.unwrap();
            assert!(back == bytes, "{shell:?} {size}");
            assert_eq!(found, Found { size: size as u64, mode: 0o640 });
        }
        let strays = std::fs::read_dir(lab.root()).unwrap().filter_map(Result::ok);
        let strays = strays.filter(|entry| entry.file_name().to_string_lossy().starts_with(".proximity"));
        assert_eq!(strays.count(), 0);
        assert_eq!(link.breaks, 0, "{shell:?}");
    }
}

#[tokio::test]
async fn a_file_keeps_its_mode_and_a_link_still_leads_to_it() {
    let Some(lab) = Lab::start(Shell::Ash).await else { return };
    let mut link = link(&lab).await;
    let (file, sign) = (lab.root().join("real"), lab.root().join("sign"));
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o4755)).unwrap();
    symlink(&file, &sign).unwrap();
    put(&mut link, &b"new"[..], &NewFile::at(sign.display().to_string()), |_| {}, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"new");
    assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o7777, 0o4755);
    assert!(std::fs::symlink_metadata(&sign).unwrap().is_symlink());
    let (fresh, path) = (lab.root().join("fresh"), lab.root().join("fresh").display().to_string());
    put(&mut link, &b"new"[..], &NewFile::at(path), |_| {}, &CancellationToken::new()).await.unwrap();
    assert_eq!(std::fs::metadata(&fresh).unwrap().mode() & 0o7777, 0o644);
}

#[tokio::test]
async fn an_upload_is_cut_again_and_again_and_still_is_the_file() {
    for shell in [Shell::Bash, Shell::Dash, Shell::Ash] {
        let Some(lab) = Lab::start(shell).await else { return };
        let (mut link, bytes, file) = (link(&lab).await, binary(400_000), lab.root().join("file"));
        let new = NewFile::at(file.display().to_string());
        let (mut cuts, cancel) = (0, CancellationToken::new());
        let cut = |done| {
            if done > 100_000 * (cuts + 1) {
                cuts += 1;
                lab.cut();
            }
        };
        let size = put(&mut link, &*bytes, &new, cut, &cancel);
        assert_eq!(size.await, Ok(400_000), "{shell:?}");
        assert!(std::fs::read(&file).unwrap() == bytes, "{shell:?}");
        assert!(link.breaks >= 3, "{shell:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_is_told_and_leaves_everything_as_it_was() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let mut link = link(&lab).await;
    let folder = lab.root().join("folder");
    std::fs::create_dir(&folder).unwrap();
    let path = |name: &str| lab.root().join(name).display().to_string();
    let why = |error: ExecError| match error {
        ExecError::Inside { why, .. } => why,
        other => panic!("{other}"),
    };
    let error =
        put(&mut link, &b"x"[..], &NewFile::at(path("folder")), |_| {}, &CancellationToken::new()).await.unwrap_err();
    assert_eq!(why(error), "there is a folder of that name");
    let error = put(&mut link, &b"x"[..], &NewFile::at(path("nowhere/file")), |_| {}, &CancellationToken::new())
        .await
        .unwrap_err();
    assert!(why(error).contains("No such file or directory"));
    let new = NewFile { owner: Some("nobody-of-that-name".into()), ..NewFile::at(path("file")) };
    std::fs::write(lab.root().join("file"), "old").unwrap();
    let error = put(&mut link, &b"x"[..], &new, |_| {}, &CancellationToken::new()).await.unwrap_err();
    assert!(why(error).contains("invalid user"));
    assert_eq!(std::fs::read(lab.root().join("file")).unwrap(), b"old");
    assert_eq!(why(fetched(&mut link, &path("folder")).await.unwrap_err()), "it is a folder");
    assert!(why(fetched(&mut link, &path("missing")).await.unwrap_err()).contains("No such file"));
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_is_not_handed_out_as_good() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let (mut link, file) = (link(&lab).await, lab.root().join("log"));
    std::fs::write(&file, binary(100_000)).unwrap();
    let (mut sink, path) = (Vec::new(), file.display().to_string());
    let change = |done, _| {
        if done > 50_000 {
            std::fs::write(&file, [7; 100_000]).unwrap();
        }
    };
    let read = get(&mut link, &path, &mut sink, change, &CancellationToken::new()).await;
    assert!(matches!(read, Err(ExecError::Changed { .. })));
}

#[tokio::test]
async fn a_path_is_taken_as_it_is_or_not_at_all() {
    let Some(lab) = Lab::start(Shell::Ash).await else { return };
    let mut link = link(&lab).await;
    for path in ["", "/tmp/a\nb"] {
        let error = put(&mut link, &b"x"[..], &NewFile::at(path), |_| {}, &CancellationToken::new()).await.unwrap_err();
        assert!(matches!(error, ExecError::Inside { .. }), "{error}");
    }
    let deep = lab.root().join("d".repeat(200)).join("e".repeat(200)).join("f".repeat(200));
    std::fs::create_dir_all(deep.parent().unwrap()).unwrap();
    let path = deep.display().to_string();
    put(&mut link, &b"deep"[..], &NewFile::at(&path), |_| {}, &CancellationToken::new()).await.unwrap();
    assert_eq!(fetched(&mut link, &path).await.unwrap().0, b"deep");
    // What the system makes up as it is read has no size before.
    assert!(fetched(&mut link, "/proc/version").await.unwrap().0.starts_with(b"Linux"));
    assert_eq!(link.breaks, 0);
}

#[tokio::test]
async fn a_file_that_is_broken_off_leaves_nothing_behind() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let (mut link, cancel, bytes) = (link(&lab).await, CancellationToken::new(), binary(300_000));
    let new = NewFile::at(lab.root().join("file").display().to_string());
    let error = put(&mut link, &*bytes, &new, |_| cancel.cancel(), &cancel).await.unwrap_err();
    assert!(matches!(error, ExecError::Cancelled { .. }), "{error}");
    let names = std::fs::read_dir(lab.root()).unwrap().filter_map(Result::ok).map(|entry| entry.file_name());
    assert!(
        names.map(|name| name.into_string().unwrap()).all(|name| name != "file" && !name.starts_with(".proximity"))
    );
}
