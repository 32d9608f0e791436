//! Runs the corpus and the findings through the targets, without libFuzzer:
//!
//!     replay [--seconds N] [--seed N] [TARGET...]   the corpus, then inputs made of it for N seconds each
//!     replay --list                                 the targets
//!     replay TARGET FILE...                         some inputs
//!
//! The inputs that `--seconds` makes are changed and joined at random, without
//! knowledge of what they reach: a quick look with a stable toolchain, not a
//! substitute for `make fuzz`.

use libarray_fuzz::{TARGETS, Target};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn inputs(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

/// xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn input(&mut self, corpus: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
        let mut input = match corpus.len() {
            0 => Vec::new(),
            count => corpus[self.below(count)].1.clone(),
        };
        for _ in 0..=self.below(6) {
            let at = self.below(input.len() + 1);
            let byte = self.below(256) as u8;
            match self.below(6) {
                0 => input.truncate(at),
                1 => input.insert(at, byte),
                2 if !corpus.is_empty() => {
                    let other = &corpus[self.below(corpus.len())].1;
                    input.truncate(at);
                    input.extend(&other[self.below(other.len() + 1)..]);
                }
                3 => input.extend((0..self.below(40)).map(|_| self.below(256) as u8)),
                _ if at < input.len() => input[at] = byte,
                _ => {}
            }
        }
        input
    }
}

/// What runs now, in a file, for when the process dies of it.
fn run(target: &Target, input: &[u8], name: &dyn std::fmt::Display) {
    if std::panic::catch_unwind(|| (target.run)(input)).is_err() {
        let path = std::env::temp_dir().join(format!(
            "libarray-fuzz-{}-{}",
            target.name,
            std::process::id()
        ));
        std::fs::write(&path, input).unwrap();
        eprintln!(
            "replay: {} fails on {name}, which stands in {}",
            target.name,
            path.display()
        );
        std::process::exit(1);
    }
}

fn main() {
    let (mut seconds, mut seed, mut names) = (0u64, 1u64, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || {
            arguments
                .next()
                .and_then(|n| n.parse().ok())
                .expect("a number")
        };
        match argument.as_str() {
            "--list" => {
                return TARGETS
                    .iter()
                    .for_each(|target| println!("{}", target.name));
            }
            "--seconds" => seconds = number(),
            "--seed" => seed = number(),
            _ => names.push(argument),
        }
    }
    let is_target = |name: &String| TARGETS.iter().any(|target| target.name == *name);
    if let Some(place) = names.iter().position(|name| !is_target(name)) {
        let target = TARGETS
            .iter()
            .find(|target| names.first().is_some_and(|name| name == target.name));
        let target = target.unwrap_or_else(|| panic!("no target {}", names[0]));
        for path in &names[place.max(1)..] {
            run(
                target,
                &std::fs::read(path).unwrap_or_else(|e| panic!("{path}: {e}")),
                path,
            );
        }
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    println!(
        "{:<12}{:>10}{:>10}{:>14}{:>10}",
        "target", "corpus", "findings", "executions", "seconds"
    );
    let mut total = 0;
    for target in TARGETS
        .iter()
        .filter(|t| names.is_empty() || names.iter().any(|n| n == t.name))
    {
        let corpus = inputs(&folder.join("corpus").join(target.name));
        let findings = inputs(&folder.join("findings").join(target.name));
        assert!(!corpus.is_empty(), "{} has no corpus", target.name);
        let start = Instant::now();
        for (path, input) in corpus.iter().chain(&findings) {
            run(target, input, &path.display());
        }
        let mut executions = corpus.len() + findings.len();
        let mut random = Random(seed | 1 << 40);
        while start.elapsed() < Duration::from_secs(seconds) {
            run(
                target,
                &random.input(&corpus),
                &format_args!("an input of seed {seed}"),
            );
            executions += 1;
        }
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{:<12}{:>10}{:>10}{executions:>14}{seconds:>10.1}",
            target.name,
            corpus.len(),
            findings.len()
        );
        total += corpus.len() + findings.len();
    }
    println!("{total} passed, 0 failed");
}
