//! Members of archives.

use std::io::Cursor;
use std::ops::ControlFlow;

use super::{check, gzip, tar, zip, zstd};
use crate::source::{Settings, read_from};

#[test]
fn members_of_archives_are_sources() {
    let files: &[(&str, &[u8])] = &[("logs/b.log", b"bee\n"), ("a.log", b""), ("c.gz", &gzip(b"sea\n"))];
    let expected = ["in!logs/b.log=bee\n", "in!a.log=", "in!c.gz=sea\n"];
    check(&tar(files), &expected);
    check(&gzip(&tar(files)), &expected);
    check(&zstd(&tar(files)), &expected);
    check(&zip(files), &expected);
    check(&zip(&[("in.tar.gz", &gzip(&tar(&files[..1])))]), &["in!in.tar.gz!logs/b.log=bee\n"]);
    check(&zip(&[("../../etc/x", b"one\n")]), &["in!../../etc/x=one\n"]);
    check(&zip(&[]), &[]);
    let long = "d/".repeat(90) + "x.log";
    check(&tar(&[(&long, b"one\n")]), &[&format!("in!{long}=one\n")]);
    check(&[tar(files), tar(&files[..1])].concat(), &[&expected[..], &expected[..1]].concat());
}

#[test]
fn archives_that_are_cut_keep_their_first_members() {
    let files: &[(&str, &[u8])] = &[("a.log", b"one\n"), ("b.log", b"two and more\n")];
    let tar = tar(files);
    check(tar.get(..512 * 3 + 3).unwrap(), &["in!a.log=one\n", "in!b.log=two", "Damaged"]);
    check(tar.get(..512 * 2 + 100).unwrap(), &["in!a.log=one\n", "Damaged"]);
    let zip = zip(files);
    let central = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    check(zip.get(..central).unwrap(), &["in!a.log=one\n", "in!b.log=two and more\n", "Damaged"]);
}

#[test]
fn a_member_that_is_not_read_does_not_hide_the_next() {
    let bytes = tar(&[("a", &[b'x'; 2000]), ("b", b"two\n")]);
    let mut names = Vec::new();
    read_from("in", Box::new(Cursor::new(bytes.clone())), &Settings::default(), &mut |source| {
        names.push(source.name.to_string());
        ControlFlow::Continue(())
    });
    assert_eq!(names, ["in!a", "in!b"]);
    let mut count = 0;
    read_from("in", Box::new(Cursor::new(bytes)), &Settings::default(), &mut |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert_eq!(count, 1);
}

#[test]
fn encrypted_members_are_named() {
    let mut bytes = zip(&[("a.log", b"one\n")]);
    for signature in [b"PK\x03\x04", b"PK\x01\x02"] {
        let at = bytes.windows(4).position(|window| window == signature).unwrap();
        bytes[at + if signature == b"PK\x03\x04" { 6 } else { 8 }] |= 1;
    }
    check(&bytes, &["Unsupported"]);
}
