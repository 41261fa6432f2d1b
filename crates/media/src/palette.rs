//! The colours of a picture: k-means in Oklab, where distances are about as large as people see them.

/// Colours in a palette.
const MOST: usize = 10;
/// Rounds of k-means; it has settled long before on pictures.
const ROUNDS: usize = 16;
/// Clusters closer than this look the same.
const SAME: f32 = 0.02;

type Lab = [f32; 3];

/// The prominent colour and up to ten colours by how much of the picture they cover. `None` without a pixel.
pub(crate) fn of(pixels: &[[u8; 3]]) -> Option<([u8; 3], Vec<[u8; 3]>)> {
    let samples: Vec<Lab> = pixels.iter().map(|rgb| to_oklab(*rgb)).collect();
    let clusters = merge(settle(&samples, seeds(&samples)));
    let palette: Vec<[u8; 3]> = clusters.iter().map(|(lab, _)| to_rgb(*lab)).collect();
    Some((*palette.first()?, palette))
}

/// Starting points as far apart as the picture has them: always the sample farthest from all chosen so far.
fn seeds(samples: &[Lab]) -> Vec<Lab> {
    let Some(first) = mean(samples.iter()) else { return Vec::new() };
    let mut chosen = vec![first];
    let mut distances: Vec<f32> = samples.iter().map(|sample| distance(*sample, first)).collect();
    while chosen.len() < MOST {
        let farthest = distances.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let Some((index, _)) = farthest.filter(|(_, gap)| **gap > SAME * SAME) else { break };
        chosen.push(samples[index]);
        for (sample, nearest) in samples.iter().zip(&mut distances) {
            *nearest = nearest.min(distance(*sample, samples[index]));
        }
    }
    chosen
}

fn settle(samples: &[Lab], mut centres: Vec<Lab>) -> Vec<(Lab, usize)> {
    let mut counts = vec![0; centres.len()];
    for _ in 0..ROUNDS {
        let mut sums = vec![[0.0_f64; 3]; centres.len()];
        counts.fill(0);
        for sample in samples {
            let nearest = nearest(*sample, &centres);
            counts[nearest] += 1;
            for (sum, value) in sums[nearest].iter_mut().zip(sample) {
                *sum += f64::from(*value);
            }
        }
        let mut moved = 0.0;
        for ((centre, sum), count) in centres.iter_mut().zip(&sums).zip(&counts) {
            if *count > 0 {
                let next = sum.map(|sum| (sum / *count as f64) as f32);
                moved += distance(*centre, next);
                *centre = next;
            }
        }
        if moved < 1e-6 {
            break;
        }
    }
    centres.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect()
}

/// Joins clusters that look the same; the widest-spread first.
fn merge(mut clusters: Vec<(Lab, usize)>) -> Vec<(Lab, usize)> {
    clusters.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut kept: Vec<(Lab, usize)> = Vec::new();
    for (lab, count) in clusters {
        match kept.iter_mut().find(|(other, _)| distance(*other, lab) < SAME * SAME) {
            Some((_, sum)) => *sum += count,
            None => kept.push((lab, count)),
        }
    }
    kept.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    kept
}

fn nearest(sample: Lab, centres: &[Lab]) -> usize {
    let closer =
        |a: &(usize, &Lab), b: &(usize, &Lab)| distance(sample, *a.1).total_cmp(&distance(sample, *b.1));
    centres.iter().enumerate().min_by(closer).map_or(0, |(index, _)| index)
}

fn mean<'a>(samples: impl ExactSizeIterator<Item = &'a Lab>) -> Option<Lab> {
    let count = samples.len() as f32;
    let sum = samples.fold([0.0; 3], |sum: Lab, lab| [sum[0] + lab[0], sum[1] + lab[1], sum[2] + lab[2]]);
    (count > 0.0).then(|| sum.map(|sum| sum / count))
}

/// The square of how far apart two colours look.
fn distance(a: Lab, b: Lab) -> f32 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)
}

/// Björn Ottosson's matrices, from linear sRGB.
pub(crate) fn to_oklab(rgb: [u8; 3]) -> Lab {
    let [r, g, b] = rgb.map(|value| {
        let value = f32::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn to_rgb([lightness, a, b]: Lab) -> [u8; 3] {
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    let linear = [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ];
    linear.map(|value| {
        let value = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
        (value.clamp(0.0, 1.0) * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_survive_the_way_there_and_back() {
        for rgb in [[0, 0, 0], [255, 255, 255], [255, 0, 0], [1, 2, 3], [26, 36, 39], [12, 200, 99]] {
            assert_eq!(to_rgb(to_oklab(rgb)), rgb);
        }
    }

    #[test]
    fn a_picture_of_three_colours_has_a_palette_of_three_by_area() {
        let mut pixels = vec![[250, 250, 250]; 600];
        pixels.extend(vec![[200, 30, 30]; 300]);
        pixels.extend(vec![[20, 40, 160]; 100]);
        let (prominent, palette) = of(&pixels).expect("there are pixels");
        assert_eq!(prominent, [250, 250, 250]);
        assert_eq!(palette, [[250, 250, 250], [200, 30, 30], [20, 40, 160]]);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_palette_has_at_most_ten_colours() {
        let pixels: Vec<[u8; 3]> = (0..4096_u32)
            .map(|n| [(n % 16 * 17) as u8, (n / 16 % 16 * 17) as u8, (n / 256 * 17) as u8])
            .collect();
        assert_eq!(of(&pixels).expect("there are pixels").1.len(), 10);
    }
}
