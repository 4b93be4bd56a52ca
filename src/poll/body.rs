//! A response body -> bytes: decompressed as it arrives and cut where it grows too large.
//!
//! Every limit counts decoded bytes, and nothing beyond them is ever held: a gigabyte of zeros that
//! came as a kilobyte of brotli costs what the limit allows. Offered and understood are gzip (all
//! its members), br, and deflate for those who send it unasked; zstd is not, since its windows may
//! take 128 MB. Pushed-in (`Write`) decoders rather than `async-compression`: the bytes come in
//! chunks anyway, so there is nothing to await and no stream adapter between socket and decoder.

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, Write};

/// What `Content-Encoding` says, as far as we go along with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// None, or `identity`.
    Plain,
    /// `gzip`, `x-gzip`.
    Gzip,
    /// `br`.
    Brotli,
    /// `deflate`: zlib by RFC 9110 §8.4.1.2, raw by old servers.
    Deflate,
}

impl Coding {
    /// Reads `Content-Encoding`; None where it is one that we did not offer, or several.
    pub fn named(text: &str) -> Option<Coding> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "identity" | "none" | "utf-8" => Some(Coding::Plain),
            "gzip" | "x-gzip" => Some(Coding::Gzip),
            "br" => Some(Coding::Brotli),
            "deflate" => Some(Coding::Deflate),
            _ => None,
        }
    }
}

/// Why a body ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It is larger than the limit.
    TooLarge,
    /// Its compression is damaged or broke off.
    Damaged,
}

/// Takes the chunks of a body and gives its decoded bytes.
pub struct Decoder {
    inner: Inner,
    coding: Coding,
}

enum Inner {
    /// Nothing has come yet: the first bytes say whether the coding is what the header says.
    Waiting(Sink),
    Plain(Sink),
    Gzip(Box<MultiGzDecoder<Sink>>),
    Brotli(Box<brotli::DecompressorWriter<Sink>>),
    Zlib(Box<ZlibDecoder<Sink>>),
    Raw(Box<DeflateDecoder<Sink>>),
    Done,
}

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

impl Decoder {
    /// A decoder that holds at most `limit_bytes` of decoded bytes.
    pub fn new(coding: Coding, limit_bytes: usize) -> Decoder {
        let sink = Sink {
            bytes: Vec::new(),
            limit: limit_bytes,
            full: false,
        };
        Decoder {
            inner: Inner::Waiting(sink),
            coding,
        }
    }

    /// Decodes one more chunk.
    ///
    /// # Errors
    /// [`Cut`] where no further chunk is of use; what came before it stands.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Cut> {
        if chunk.is_empty() {
            return Ok(());
        }
        if let Inner::Waiting(_) = self.inner {
            self.begin(chunk);
        }
        let written = match &mut self.inner {
            Inner::Plain(sink) => sink.write_all(chunk),
            Inner::Gzip(gzip) => gzip.write_all(chunk),
            Inner::Brotli(brotli) => brotli.write_all(chunk),
            Inner::Zlib(zlib) => zlib.write_all(chunk),
            Inner::Raw(raw) => raw.write_all(chunk),
            Inner::Waiting(_) | Inner::Done => Ok(()),
        };
        match written {
            Ok(()) => Ok(()),
            Err(_) if self.sink().is_some_and(|sink| sink.full) => Err(Cut::TooLarge),
            // Padding after the last member (tar and some caches add zeros) is not damage.
            Err(why) if why.kind() == io::ErrorKind::InvalidInput && self.past_a_member() => Ok(()),
            Err(_) => Err(Cut::Damaged),
        }
    }

    /// The decoded bytes, and whether they end early.
    pub fn finish(mut self) -> (Vec<u8>, Option<Cut>) {
        let whole = match &mut self.inner {
            Inner::Gzip(gzip) => gzip.try_finish().is_ok() || self.past_a_member(),
            Inner::Brotli(brotli) => brotli.close().is_ok(),
            Inner::Zlib(zlib) => zlib.try_finish().is_ok(),
            Inner::Raw(raw) => raw.try_finish().is_ok(),
            Inner::Waiting(_) | Inner::Plain(_) | Inner::Done => true,
        };
        let Some(sink) = self.sink_mut() else {
            return (Vec::new(), Some(Cut::Damaged));
        };
        let cut = match (sink.full, whole) {
            (true, _) => Some(Cut::TooLarge),
            (false, true) => None,
            (false, false) => Some(Cut::Damaged),
        };
        let (bytes, limit) = (std::mem::take(&mut sink.bytes), sink.limit);
        // A file `feed.xml.gz` served as it is, or compressed twice by two servers in a row.
        if cut.is_none() && bytes.starts_with(&GZIP_MAGIC) {
            return unpack_once(&bytes, limit);
        }
        (bytes, cut)
    }

    /// Takes the coding from the header, unless the first bytes say that it can't be.
    fn begin(&mut self, first: &[u8]) {
        let Inner::Waiting(sink) = std::mem::replace(&mut self.inner, Inner::Done) else {
            return;
        };
        self.inner = match self.coding {
            Coding::Gzip if GZIP_MAGIC.starts_with(&first[..first.len().min(2)]) => {
                Inner::Gzip(Box::new(MultiGzDecoder::new(sink)))
            }
            Coding::Plain | Coding::Gzip => Inner::Plain(sink),
            Coding::Brotli => {
                Inner::Brotli(Box::new(brotli::DecompressorWriter::new(sink, 16 << 10)))
            }
            // RFC 1950: the low nibble of a zlib stream's first byte is 8; raw deflate's is not likely.
            Coding::Deflate if first[0] & 0x0f == 8 => {
                Inner::Zlib(Box::new(ZlibDecoder::new(sink)))
            }
            Coding::Deflate => Inner::Raw(Box::new(DeflateDecoder::new(sink))),
        };
    }

    /// A gzip stream of which something was decoded, and what follows is no further member.
    fn past_a_member(&self) -> bool {
        matches!(&self.inner, Inner::Gzip(gzip) if gzip.header().is_none() && !gzip.get_ref().bytes.is_empty())
    }

    fn sink(&self) -> Option<&Sink> {
        match &self.inner {
            Inner::Waiting(sink) | Inner::Plain(sink) => Some(sink),
            Inner::Gzip(gzip) => Some(gzip.get_ref()),
            Inner::Brotli(brotli) => Some(brotli.get_ref()),
            Inner::Zlib(zlib) => Some(zlib.get_ref()),
            Inner::Raw(raw) => Some(raw.get_ref()),
            Inner::Done => None,
        }
    }

    fn sink_mut(&mut self) -> Option<&mut Sink> {
        match &mut self.inner {
            Inner::Waiting(sink) | Inner::Plain(sink) => Some(sink),
            Inner::Gzip(gzip) => Some(gzip.get_mut()),
            Inner::Brotli(brotli) => Some(brotli.get_mut()),
            Inner::Zlib(zlib) => Some(zlib.get_mut()),
            Inner::Raw(raw) => Some(raw.get_mut()),
            Inner::Done => None,
        }
    }
}

fn unpack_once(bytes: &[u8], limit: usize) -> (Vec<u8>, Option<Cut>) {
    let mut gzip = MultiGzDecoder::new(Sink {
        bytes: Vec::new(),
        limit,
        full: false,
    });
    let whole = gzip.write_all(bytes).and_then(|()| gzip.try_finish());
    let sink = gzip.get_mut();
    let cut = match (sink.full, whole) {
        (true, _) => Some(Cut::TooLarge),
        (false, Ok(())) => None,
        (false, Err(_)) => Some(Cut::Damaged),
    };
    (std::mem::take(&mut sink.bytes), cut)
}

/// Bytes up to a limit; what comes after it is refused.
struct Sink {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Write for Sink {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        let room = self.limit - self.bytes.len();
        if more.len() <= room {
            self.bytes.extend_from_slice(more);
            return Ok(more.len());
        }
        self.bytes.extend_from_slice(&more[..room]);
        self.full = true;
        Err(io::Error::other("larger than the limit"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("writes to memory");
        encoder.finish().expect("writes to memory")
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut encoder = brotli::CompressorWriter::new(&mut packed, 4096, 5, 24);
        encoder.write_all(bytes).expect("writes to memory");
        drop(encoder);
        packed
    }

    fn decode(coding: Coding, limit: usize, bytes: &[u8], step: usize) -> (Vec<u8>, Option<Cut>) {
        let mut decoder = Decoder::new(coding, limit);
        for chunk in bytes.chunks(step) {
            if decoder.push(chunk).is_err() {
                let (bytes, cut) = decoder.finish();
                return (bytes, Some(cut.unwrap_or(Cut::Damaged)));
            }
        }
        decoder.finish()
    }

    const TEXT: &[u8] = b"<rss><channel><title>A title</title></channel></rss>";

    #[test]
    fn every_coding_gives_the_bytes_whatever_the_chunks() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(TEXT).expect("writes to memory");
        let zlib = zlib.finish().expect("writes to memory");
        for (coding, bytes) in [
            (Coding::Plain, TEXT.to_vec()),
            (Coding::Gzip, gzip(TEXT)),
            (Coding::Brotli, brotli(TEXT)),
            (Coding::Deflate, zlib),
        ] {
            for step in [1, 7, 4096] {
                assert_eq!(
                    decode(coding, 1000, &bytes, step),
                    (TEXT.to_vec(), None),
                    "{coding:?} {step}"
                );
            }
        }
    }

    #[test]
    fn all_members_of_a_gzip_are_read() {
        let two = [gzip(b"one "), gzip(b"two")].concat();
        for step in [1, 5, 4096] {
            assert_eq!(
                decode(Coding::Gzip, 100, &two, step),
                (b"one two".to_vec(), None)
            );
        }
    }

    #[test]
    fn padding_after_a_gzip_is_no_damage() {
        let padded = [gzip(TEXT), vec![0; 600]].concat();
        for step in [1, 64, 4096] {
            assert_eq!(
                decode(Coding::Gzip, 1000, &padded, step),
                (TEXT.to_vec(), None),
                "{step}"
            );
        }
    }

    #[test]
    fn gzip_that_the_header_does_not_name_is_read() {
        assert_eq!(
            decode(Coding::Plain, 1000, &gzip(TEXT), 16),
            (TEXT.to_vec(), None)
        );
        assert_eq!(
            decode(Coding::Gzip, 1000, &gzip(&gzip(TEXT)), 16),
            (TEXT.to_vec(), None)
        );
    }

    #[test]
    fn plain_text_that_the_header_calls_gzip_is_read() {
        assert_eq!(decode(Coding::Gzip, 1000, TEXT, 16), (TEXT.to_vec(), None));
    }

    #[test]
    fn broken_off_compression_keeps_what_came() {
        let long: Vec<u8> = (0..20_000_u32).flat_map(|n| n.to_be_bytes()).collect();
        let packed = gzip(&long);
        let (bytes, cut) = decode(Coding::Gzip, 1 << 20, &packed[..packed.len() / 2], 1000);
        assert_eq!(cut, Some(Cut::Damaged));
        assert!(!bytes.is_empty() && long.starts_with(&bytes));
        let packed = brotli(&long);
        let (bytes, cut) = decode(Coding::Brotli, 1 << 20, &packed[..packed.len() / 2], 1000);
        assert_eq!(cut, Some(Cut::Damaged));
        assert!(long.starts_with(&bytes));
    }

    #[test]
    fn wrong_checksum_is_damage() {
        let mut packed = gzip(TEXT);
        let at = packed.len() - 6;
        packed[at] ^= 0xff;
        assert_eq!(
            decode(Coding::Gzip, 1000, &packed, 16).1,
            Some(Cut::Damaged)
        );
    }

    #[test]
    fn bombs_stop_at_the_limit() {
        let zeros = vec![0; 50 << 20];
        for (coding, bomb) in [
            (Coding::Gzip, gzip(&zeros)),
            (Coding::Brotli, brotli(&zeros)),
        ] {
            let (bytes, cut) = decode(coding, 1 << 20, &bomb, 16 << 10);
            assert_eq!(
                (bytes.len(), cut),
                (1 << 20, Some(Cut::TooLarge)),
                "{coding:?}"
            );
            assert!(
                bytes.capacity() <= 4 << 20,
                "{coding:?} held {}",
                bytes.capacity()
            );
        }
        let (bytes, cut) = decode(Coding::Plain, 1 << 20, &gzip(&zeros), 16 << 10);
        assert_eq!(
            (bytes.len(), cut),
            (1 << 20, Some(Cut::TooLarge)),
            "unnamed"
        );
    }

    #[test]
    fn codings_not_offered_are_not_understood() {
        assert_eq!(Coding::named("zstd"), None);
        assert_eq!(Coding::named("gzip, br"), None);
        assert_eq!(Coding::named(" X-GZIP "), Some(Coding::Gzip));
    }
}
