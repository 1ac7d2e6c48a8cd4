//! Files that are written, renamed, emptied and copied under the eyes of a follower.

use std::fs::{self, OpenOptions};
use std::io::Write;

use super::*;

/// A folder, its follower, and the text of each stream.
struct Scene {
    folder: tempfile::TempDir,
    follow: Follow,
    streams: Vec<(String, String)>,
    problems: usize,
}

impl Scene {
    fn new(files: &[(&str, &str)], paths: &[&str], from: From) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
        let follow = Follow::new(&paths, from, &Settings::default());
        Self { folder, follow, streams: Vec::new(), problems: 0 }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, name: &str, text: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.path(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    /// Polls as often as it takes to look into the folders once.
    fn poll(&mut self) {
        for _ in 0..=POLLS_PER_WALK {
            let (streams, problems) = (&mut self.streams, &mut self.problems);
            self.follow.poll(&|_| true, &mut |news| match news {
                News::Begun(stream, name, line, offset) => {
                    assert_eq!(stream, streams.len());
                    let name = Path::new(&*name).file_name().unwrap().to_string_lossy().into_owned();
                    let place = if offset > 0 { format!("@{line}:{offset}") } else { String::new() };
                    streams.push((name + &place, String::new()));
                }
                News::Bytes(stream, bytes) => streams[stream].1.push_str(&String::from_utf8_lossy(bytes)),
                News::Ended(stream) => streams[stream].1.push('.'),
                News::Problem(_) => *problems += 1,
            });
        }
    }

    #[track_caller]
    fn check(&mut self, expected: &str) {
        self.poll();
        let shown: Vec<String> = self.streams.iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(shown.join(" ").replace('\n', "|"), expected);
    }
}

#[test]
fn what_is_added_is_read_once() {
    let mut scene = Scene::new(&[("a.log", "1\n")], &["a.log"], From::Start);
    scene.check("a.log=1|");
    scene.append("a.log", "2\n3");
    scene.check("a.log=1|2|3");
    scene.append("a.log", "4\n");
    scene.check("a.log=1|2|34|");
}

#[test]
fn what_is_there_may_be_left_out_up_to_the_last_line_end() {
    let mut scene = Scene::new(&[("a.log", "1\n2\nhal")], &["a.log"], From::End);
    scene.poll();
    scene.append("a.log", "f\n");
    scene.check("a.log@3:4=half|");
}

#[test]
fn a_renamed_file_is_read_on_and_the_new_one_from_its_start() {
    let mut scene = Scene::new(&[("a.log", "1\n")], &["a.log"], From::Start);
    scene.check("a.log=1|");
    fs::rename(scene.path("a.log"), scene.path("a.log.1")).unwrap();
    scene.append("a.log.1", "2\n");
    scene.append("a.log", "3\n");
    scene.check("a.log=1|2| a.log=3|");
    scene.append("a.log.1", "late\n");
    scene.append("a.log", "4\n");
    scene.check("a.log=1|2|late| a.log=3|4|");
}

#[test]
fn in_a_folder_a_renamed_file_is_not_met_again() {
    let first = "2026-11-16 the first line of a log that is long enough to be known again by its copy\n";
    let mut scene = Scene::new(&[("a.log", first)], &["."], From::Start);
    scene.poll();
    fs::rename(scene.path("a.log"), scene.path("a.log.1")).unwrap();
    scene.append("a.log", "new\n");
    let expected = format!("a.log={} a.log=new|", first.trim_end().to_owned() + "|");
    scene.check(&expected);
    for _ in 0..QUIET_POLLS / 8 {
        scene.poll();
    }
    assert_eq!(scene.streams.len(), 2, "{:?}", scene.streams);
    assert_eq!(scene.problems, 1, "that the renamed file is not read again is said");
}

#[test]
fn an_emptied_file_is_read_from_its_start_and_its_copy_is_not() {
    let first = "2026-11-16 the first line of a log that is long enough to be known again by its copy\n";
    let mut scene = Scene::new(&[("a.log", first)], &["."], From::Start);
    scene.poll();
    fs::copy(scene.path("a.log"), scene.path("a.log.1")).unwrap();
    fs::write(scene.path("a.log"), "").unwrap();
    scene.append("a.log", "2\n");
    let expected = format!("a.log={}|. a.log=2|", first.trim_end());
    scene.check(&expected);
    assert_eq!(scene.problems, 1);
}

#[test]
fn a_file_that_was_emptied_and_has_grown_beyond_the_old_place_is_noticed() {
    let mut scene = Scene::new(&[("a.log", "old line\n")], &["a.log"], From::Start);
    scene.poll();
    fs::write(scene.path("a.log"), "new line one\nnew line two\n").unwrap();
    scene.check("a.log=old line|. a.log=new line one|new line two|");
}

#[test]
fn a_file_that_appears_later_is_read_from_its_start() {
    let mut scene = Scene::new(&[("a.log", "1\n")], &[".", "later.log"], From::End);
    scene.poll();
    scene.append("b.log", "2\n");
    scene.append("later.log", "3\n");
    scene.poll();
    let mut names: Vec<&str> = scene.streams.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["a.log@2:2", "b.log", "later.log"]);
    assert_eq!(scene.problems, 1, "that it is missing at first is said");
}

#[test]
fn what_is_no_text_is_not_followed_and_said_once() {
    let packed = "\u{1f}".as_bytes().iter().chain(b"\x8b\x08binary").copied().collect::<Vec<u8>>();
    let mut scene = Scene::new(&[], &["a.gz"], From::Start);
    fs::write(scene.path("a.gz"), packed).unwrap();
    scene.poll();
    scene.poll();
    assert_eq!((scene.streams.len(), scene.problems), (0, 1));
}
