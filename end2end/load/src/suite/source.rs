//! Which commit a program was built from: by the list of its sources that cargo leaves beside it, and the work tree that
//! they are in. The tree where *this* program was built says nothing about another. What changed while it was being built is
//! not seen: cargo sees it when it builds again, as `make bench-peers` does. Never a guess.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// A short commit, `… with changes` if its tree was not clean; else `unknown`, and why.
pub(super) fn commit_of(program: &Path) -> String {
    commit(program).unwrap_or_else(|why| format!("unknown ({why})"))
}

fn commit(program: &Path) -> Result<String, &'static str> {
    let sources = sources(program).ok_or("nothing says what the program was built from")?;
    let built = modified(program).map_err(|_| "the program cannot be read")?;
    // A commit that changes no source is as good a name for the same program as the one before it.
    if sources.iter().any(|source| modified(source).map_or(true, |modified| modified > built)) {
        return Err("its sources have changed since it was built");
    }
    let tree = sources.first().and_then(|source| source.parent()).ok_or("it has no sources")?;
    let head = git(tree, &["rev-parse", "--short", "HEAD"]).ok_or("its sources are in no git")?;
    // The page that the figures go to is no part of what is measured.
    let changed =
        git(tree, &["status", "--porcelain", "--", ":/", ":(exclude,top)BENCHMARKS.md"]).ok_or("git does not say")?;
    Ok(if changed.is_empty() { head } else { format!("{head} with changes") })
}

/// What cargo wrote when it built exactly this file: `program: source source …`, blanks in names escaped.
fn sources(program: &Path) -> Option<Vec<PathBuf>> {
    let text = fs::read_to_string(program.with_extension("d")).ok()?;
    let (built, sources) = text.lines().next()?.split_once(": ")?;
    let same = |one: &Path| one.canonicalize().ok();
    let is_this = same(Path::new(&unescaped(built))).is_some_and(|built| same(program) == Some(built));
    let names = sources.replace("\\ ", "\0");
    is_this.then(|| names.split_whitespace().map(|name| PathBuf::from(name.replace('\0', " "))).collect())
}

fn unescaped(name: &str) -> String {
    name.replace("\\ ", " ")
}

fn modified(file: &Path) -> io::Result<SystemTime> {
    fs::metadata(file)?.modified()
}

fn git(tree: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(tree).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tempfile::TempDir;

    use super::*;

    /// A tree with one commit, and a program that was built from it a minute ago.
    struct Tree(TempDir);

    impl Tree {
        fn new() -> Self {
            let tree = Self(TempDir::new().unwrap());
            let at = |name: &str| tree.0.path().join(name);
            fs::create_dir_all(at("target")).unwrap();
            for (name, text) in [("a source.rs", ""), (".gitignore", "target"), ("target/tea", "")] {
                fs::write(at(name), text).unwrap();
            }
            let [program, source] =
                [at("target/tea"), at("a source.rs")].map(|name| name.to_str().unwrap().replace(' ', "\\ "));
            fs::write(at("target/tea.d"), format!("{program}: {source}\n")).unwrap();
            tree.git(&["init", "-q"]);
            tree.git(&["add", "."]);
            tree.git(&["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"]);
            tree.touch("a source.rs", 60);
            tree.touch("target/tea", 30);
            tree
        }

        fn git(&self, arguments: &[&str]) -> String {
            git(self.0.path(), arguments).unwrap()
        }

        fn touch(&self, name: &str, seconds_ago: u64) {
            let file = fs::File::options().append(true).open(self.0.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(seconds_ago)).unwrap();
        }

        fn commit(&self) -> String {
            commit_of(&self.0.path().join("target/tea"))
        }
    }

    #[test]
    fn a_program_is_of_the_commit_that_its_own_sources_are_at() {
        let tree = Tree::new();
        let head = tree.git(&["rev-parse", "--short", "HEAD"]);
        assert_eq!(tree.commit(), head);
        fs::write(tree.0.path().join("BENCHMARKS.md"), "figures").unwrap();
        assert_eq!(tree.commit(), head, "the page is no source");
        fs::write(tree.0.path().join("new.rs"), "").unwrap();
        assert_eq!(tree.commit(), format!("{head} with changes"));
    }

    #[test]
    fn a_program_that_is_older_than_its_sources_is_of_no_known_commit() {
        let tree = Tree::new();
        tree.touch("a source.rs", 10);
        assert_eq!(tree.commit(), "unknown (its sources have changed since it was built)");
        fs::remove_file(tree.0.path().join("a source.rs")).unwrap();
        assert_eq!(tree.commit(), "unknown (its sources have changed since it was built)");
    }

    #[test]
    fn a_program_that_was_carried_elsewhere_is_of_no_known_commit() {
        let tree = Tree::new();
        let elsewhere = tree.0.path().join("tea");
        fs::copy(tree.0.path().join("target/tea"), &elsewhere).unwrap();
        assert_eq!(commit_of(&elsewhere), "unknown (nothing says what the program was built from)");
        // Nor with the list of the other one beside it.
        fs::copy(tree.0.path().join("target/tea.d"), elsewhere.with_extension("d")).unwrap();
        assert_eq!(commit_of(&elsewhere), "unknown (nothing says what the program was built from)");
        assert_eq!(commit_of(Path::new("/nowhere/tea")), "unknown (nothing says what the program was built from)");
    }
}
