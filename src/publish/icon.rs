//! `/favicon.ico`, drawn: a dot that sends two waves, white on the accent colour of the pages.
//!
//! Drawn and not a file, so that its colour and theirs are one; 32-bit BMP in ICO, which every reader
//! and browser takes.

use std::sync::LazyLock;

/// The accent of the style sheet, `#9f2b1e`: red, green, blue.
const ACCENT: [u8; 3] = [0x9f, 0x2b, 0x1e];
const SIZES_PX: [u32; 3] = [16, 32, 48];
/// Samples along each side of a pixel.
const SAMPLES: u32 = 4;

static ICON: LazyLock<Vec<u8>> = LazyLock::new(draw);

/// The bytes of `/favicon.ico`; `image/x-icon`.
pub fn favicon() -> &'static [u8] {
    &ICON
}

fn draw() -> Vec<u8> {
    let images: Vec<Vec<u8>> = SIZES_PX.iter().map(|side| bitmap(*side)).collect();
    let mut icon = Vec::new();
    // ICONDIR: reserved, type 1, count.
    for word in [0, 1, SIZES_PX.len() as u16] {
        icon.extend(word.to_le_bytes());
    }
    let mut offset = 6 + 16 * SIZES_PX.len() as u32;
    for (side, image) in SIZES_PX.iter().zip(&images) {
        icon.extend([*side as u8, *side as u8, 0, 0]);
        icon.extend(1u16.to_le_bytes());
        icon.extend(32u16.to_le_bytes());
        icon.extend((image.len() as u32).to_le_bytes());
        icon.extend(offset.to_le_bytes());
        offset += image.len() as u32;
    }
    icon.extend(images.concat());
    icon
}

/// BITMAPINFOHEADER (height doubled: colours, then mask), rows from below, blue-green-red-alpha.
fn bitmap(side: u32) -> Vec<u8> {
    let mut image = Vec::new();
    for field in [40, side, side * 2] {
        image.extend(field.to_le_bytes());
    }
    image.extend(1u16.to_le_bytes());
    image.extend(32u16.to_le_bytes());
    image.extend([0; 24]);
    for y in (0..side).rev() {
        for x in 0..side {
            image.extend(pixel(x, y, side));
        }
    }
    // The mask is all "shown": alpha decides. Its rows are padded to 32 bits.
    image.extend(vec![0; (side.div_ceil(32) * 4 * side) as usize]);
    image
}

fn pixel(x: u32, y: u32, side: u32) -> [u8; 4] {
    let (mut covered, mut white) = (0, 0);
    for sample in 0..SAMPLES * SAMPLES {
        let at = |pixel: u32, part: u32| {
            let within = (f64::from(part) + 0.5) / f64::from(SAMPLES);
            (f64::from(pixel) + within) / f64::from(side)
        };
        let point = (at(x, sample % SAMPLES), at(y, sample / SAMPLES));
        if is_in_square(point) {
            covered += 1;
            white += u32::from(is_in_signal(point));
        }
    }
    let all = SAMPLES * SAMPLES;
    let mix = |colour: u8| {
        let shade = u32::from(colour) * (covered - white) + 255 * white;
        shade.checked_div(covered).unwrap_or(0) as u8
    };
    let alpha = (covered * 255 / all) as u8;
    [mix(ACCENT[2]), mix(ACCENT[1]), mix(ACCENT[0]), alpha]
}

/// The unit square with rounded corners.
fn is_in_square((x, y): (f64, f64)) -> bool {
    const RADIUS: f64 = 0.18;
    let beyond = |v: f64| (RADIUS - v).max(v - (1.0 - RADIUS)).max(0.0);
    beyond(x).hypot(beyond(y)) <= RADIUS
}

/// A dot at the lower left and two waves around it.
fn is_in_signal((x, y): (f64, f64)) -> bool {
    let (dx, dy) = (x - 0.24, 0.76 - y);
    let distance = dx.hypot(dy);
    let is_wave = (0.28..=0.39).contains(&distance) || (0.50..=0.61).contains(&distance);
    distance <= 0.11 || (is_wave && dx >= -0.02 && dy >= -0.02)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_image_stands_where_the_directory_says() {
        let icon = favicon();
        let word = |at: usize| u32::from_le_bytes(icon[at..at + 4].try_into().unwrap()) as usize;
        for (index, side) in SIZES_PX.iter().enumerate() {
            let (length, offset) = (word(6 + 16 * index + 8), word(6 + 16 * index + 12));
            assert_eq!(word(offset), 40);
            assert_eq!(word(offset + 4), *side as usize);
            assert!(offset + length <= icon.len());
        }
    }
}
