//! 64-bit hashes of words, the same in every run and on every machine: some are stored as keys.

/// Mixes words of 64 bits (the multiply-and-fold step of wyhash).
#[derive(Clone, Copy, Debug)]
pub(super) struct Mixer(u64);

impl Default for Mixer {
    fn default() -> Mixer {
        Mixer(0xa076_1d64_78bd_642f)
    }
}

impl Mixer {
    pub(super) fn add(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value) * 0xe703_7ed1_a0b4_28db_u128;
        self.0 = (product as u64 ^ (product >> 64) as u64).wrapping_add(0x8ebc_6af0_9c88_c6e3);
    }

    pub(super) fn finish(mut self) -> u64 {
        self.add(0x5899_65cc_7537_4cc3);
        self.0
    }
}

/// The hash of a folded word.
pub(super) fn folded_hash(folded: &str) -> u64 {
    let mut mixer = Mixer::default();
    mixer.add(folded.len() as u64);
    for chunk in folded.as_bytes().chunks(8) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        mixer.add(u64::from_le_bytes(bytes));
    }
    mixer.finish()
}
