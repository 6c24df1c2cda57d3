//! Masking (RFC 6455 §5.3): a client's payload is XORed with four bytes. Never where a payload begins or ends.

/// Unmasks in place. `key` is the key for the first byte; what is returned is the key for the byte after the last.
pub(crate) fn unmask(payload: &mut [u8], key: [u8; 4]) -> [u8; 4] {
    let [a, b, c, d] = key;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = payload.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
    let mut next = key;
    next.rotate_left(rest.len() % 4);
    next
}

#[cfg(test)]
mod tests {
    use super::unmask;

    #[test]
    fn in_whatever_parts_it_comes_a_payload_is_unmasked_alike() {
        let masked: Vec<u8> = (0..=255).collect();
        let (mut whole, key) = (masked.clone(), [0x12, 0x34, 0x56, 0x78]);
        unmask(&mut whole, key);
        assert!(whole.iter().enumerate().all(|(at, byte)| *byte == at as u8 ^ key[at % 4]));
        for size in 1..40 {
            let (mut parts, mut key) = (masked.clone(), key);
            parts.chunks_mut(size).for_each(|part| key = unmask(part, key));
            assert_eq!(parts, whole, "in parts of {size}");
        }
    }
}
