//! Which of several hosts a key lies on: the hash of channels_redis, so that all sides agree. No connection here.

/// The host of a name among `hosts`, counted from 0.
pub(crate) fn host_of(name: &str, hosts: usize) -> usize {
    if hosts <= 1 {
        return 0;
    }
    let bucket = f64::from(crc32fast::hash(name.as_bytes()) & 0xFFF);
    // Python divides floats here; with hosts that do not divide 4096 an integer division would differ.
    let host = (bucket / (4096.0 / hosts as f64)) as usize;
    host.min(hosts - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_references_vectors_hold() {
        for (name, expected) in [
            ("key_one", [1, 2, 2, 6]),
            ("key_two", [0, 1, 1, 4]),
            ("room-1", [1, 1, 2, 5]),
            ("specific.3bd81ba96f004593916b5fe767a533df!", [1, 1, 2, 5]),
        ] {
            assert_eq!([2, 3, 4, 10].map(|hosts| host_of(name, hosts)), expected, "{name}");
            assert_eq!(host_of(name, 1), 0);
        }
    }

    #[test]
    fn every_host_gets_a_share() {
        for hosts in 1..=13 {
            let mut share = vec![0_u32; hosts];
            (0..10_000).for_each(|n| share[host_of(&format!("room-{n}"), hosts)] += 1);
            assert!(share.iter().all(|share| *share > 0), "{share:?}");
        }
    }
}
