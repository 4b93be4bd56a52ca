//! Content codings of prepared answers: which one a client takes (RFC 9110 §12.5.3), and making them.

use bytes::Bytes;
use std::io::Write;

/// A coding in which a prepared answer can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
    /// RFC 8878, window within the 8 MB of RFC 9659.
    Zstd,
}

impl Coding {
    /// The token of `Content-Encoding`; None for identity.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Coding::Identity => None,
            Coding::Gzip => Some("gzip"),
            Coding::Brotli => Some("br"),
            Coding::Zstd => Some("zstd"),
        }
    }

    /// What tells the validators of the codings apart.
    pub fn mark(self) -> &'static str {
        match self {
            Coding::Identity => "",
            Coding::Gzip => "-gz",
            Coding::Brotli => "-br",
            Coding::Zstd => "-zs",
        }
    }

    /// The coding to answer with: the highest weight wins, at equal weights br, zstd, gzip, identity.
    ///
    /// No header, or one that allows nothing we have, gives identity (RFC 9110 §12.5.3).
    ///
    /// ```
    /// use presswire::serve::coding::Coding;
    /// assert_eq!(Coding::accepted(Some("gzip, deflate, br")), Coding::Brotli);
    /// assert_eq!(Coding::accepted(Some("gzip;q=1, br;q=0.5")), Coding::Gzip);
    /// assert_eq!(Coding::accepted(Some("br;q=0, *")), Coding::Zstd);
    /// assert_eq!(Coding::accepted(None), Coding::Identity);
    /// ```
    pub fn accepted(header: Option<&str>) -> Coding {
        let Some(header) = header else {
            return Coding::Identity;
        };
        let mut weights: [Option<u32>; 4] = [None; 4];
        let mut others = None;
        for part in header.split(',').take(32) {
            let mut pieces = part.split(';');
            let name = pieces
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=").map(weight))
                .unwrap_or(1000);
            match name.as_str() {
                "br" => weights[0] = Some(weight),
                "zstd" => weights[1] = Some(weight),
                "gzip" | "x-gzip" => weights[2] = Some(weight),
                "identity" => weights[3] = Some(weight),
                "*" => others = Some(weight),
                _ => {}
            }
        }
        let order = [Coding::Brotli, Coding::Zstd, Coding::Gzip];
        let mut best = (Coding::Identity, weights[3].unwrap_or(0));
        for (at, coding) in order.into_iter().enumerate().rev() {
            let weight = weights[at].or(others).unwrap_or(0);
            if weight > 0 && weight >= best.1 {
                best = (coding, weight);
            }
        }
        best.0
    }

    /// `bytes` in this coding. Deterministic: the same bytes give the same answer.
    pub fn encode(self, bytes: &Bytes) -> std::io::Result<Bytes> {
        let coded = match self {
            Coding::Identity => return Ok(bytes.clone()),
            Coding::Gzip => {
                let mut encoder =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
                encoder.write_all(bytes)?;
                encoder.finish()?
            }
            Coding::Brotli => {
                let mut coded = Vec::new();
                // Quality 5: beyond it the time grows much faster than the gain on feeds.
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: 5,
                    size_hint: bytes.len(),
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut bytes.as_ref(), &mut coded, &parameters)?;
                coded
            }
            Coding::Zstd => zstd::bulk::compress(bytes, 6)?,
        };
        Ok(Bytes::from(coded))
    }
}

/// A weight in thousandths; what can't be read counts as 0 (RFC 9110 §12.4.2).
fn weight(text: &str) -> u32 {
    let value: f32 = text.trim().parse().unwrap_or(0.0);
    if (0.0..=1.0).contains(&value) {
        (value * 1000.0).round() as u32
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_zero_refuses_a_coding() {
        assert_eq!(Coding::accepted(Some("gzip;q=0")), Coding::Identity);
        assert_eq!(Coding::accepted(Some("*;q=0")), Coding::Identity);
        assert_eq!(Coding::accepted(Some("deflate")), Coding::Identity);
    }

    #[test]
    fn identity_preferred_is_identity() {
        assert_eq!(
            Coding::accepted(Some("identity, gzip;q=0.5")),
            Coding::Identity
        );
    }

    #[test]
    fn encoding_twice_gives_equal_bytes() {
        let bytes = Bytes::from("press wire ".repeat(2000));
        for coding in [Coding::Gzip, Coding::Brotli, Coding::Zstd] {
            let once = coding.encode(&bytes).unwrap();
            assert_eq!(once, coding.encode(&bytes).unwrap());
            assert!(once.len() < bytes.len() / 4);
        }
    }
}
