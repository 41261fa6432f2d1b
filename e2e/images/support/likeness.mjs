// How alike two pictures are, by numbers that are computed here and not by what made one of them.
import sharp from 'sharp';

/** A picture as pixels: RGBA, eight bits, sRGB, upright. `page` chooses a frame of an animation. */
export async function pixels(bytes, { page = 0 } = {}) {
  const { data, info } = await sharp(bytes, { page, limitInputPixels: false })
    .autoOrient().toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The same number of every pixel: `of(r, g, b, a)` of the picture. */
export function plane({ data, width, height }, of) {
  const values = new Float64Array(width * height);
  for (let i = 0; i < values.length; i += 1) values[i] = of(data[4 * i], data[4 * i + 1], data[4 * i + 2], data[4 * i + 3]);
  return { values, width, height };
}

/** Luma (BT.601) as it looks on a background of this grey. */
export const luma = (picture, background = 255) => plane(picture, (r, g, b, a) => {
  const share = a / 255;
  return (0.299 * r + 0.587 * g + 0.114 * b) * share + background * (1 - share);
});

/** The mean of r, g, b and a, each 0 to 255; colours count by their opacity. */
export function meanColour({ data }) {
  const sum = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    for (let c = 0; c < 3; c += 1) sum[c] += data[i + c] * data[i + 3];
    sum[3] += data[i + 3];
  }
  const opacity = sum[3] || 1;
  return [sum[0] / opacity, sum[1] / opacity, sum[2] / opacity, (4 * sum[3]) / data.length];
}

/** The largest distance of two mean colours, by channel. */
export const colourDistance = (one, other) =>
  Math.max(...meanColour(one).map((value, channel) => Math.abs(value - meanColour(other)[channel])));

/** The largest and the mean difference of two pictures of one size, over all channels. */
export function difference(one, other) {
  sameSize(one, other);
  let [largest, sum] = [0, 0];
  for (let i = 0; i < one.data.length; i += 1) {
    const step = Math.abs(one.data[i] - other.data[i]);
    sum += step;
    if (step > largest) largest = step;
  }
  return { largest, mean: sum / one.data.length };
}

/**
 * Structural similarity (Wang et al. 2004) of two pictures of one size: the mean over windows of 8 by 8 luma values, four
 * apart. 1 is the same picture. Pictures smaller than a window are one window.
 */
export function ssim(one, other) {
  sameSize(one, other);
  const [a, b] = [luma(one).values, luma(other).values];
  const { width, height } = one;
  const [w, h] = [Math.min(8, width), Math.min(8, height)];
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  let [sum, windows] = [0, 0];
  for (let top = 0; top + h <= height; top += 4) {
    for (let left = 0; left + w <= width; left += 4) {
      let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
      for (let y = top; y < top + h; y += 1) {
        for (let i = y * width + left, end = i + w; i < end; i += 1) {
          const [p, q] = [a[i], b[i]];
          sa += p;
          sb += q;
          saa += p * p;
          sbb += q * q;
          sab += p * q;
        }
      }
      const n = w * h;
      const [ma, mb] = [sa / n, sb / n];
      const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
      sum += ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
      windows += 1;
    }
  }
  return sum / windows;
}

/** How much happens between neighbours: the mean step of luma to the right and down. Blur lowers it, sharpening raises it. */
export function detail(picture) {
  const { values, width, height } = luma(picture);
  let [sum, steps] = [0, 0];
  for (let y = 0; y + 1 < height; y += 1) {
    for (let x = 0; x + 1 < width; x += 1) {
      const i = y * width + x;
      sum += Math.abs(values[i] - values[i + 1]) + Math.abs(values[i] - values[i + width]);
      steps += 2;
    }
  }
  return sum / steps;
}

/** Mean and standard deviation of luma, and the mean of chroma (the spread of r, g and b). */
export function tone(picture) {
  const { values } = luma(picture);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const chroma = plane(picture, (r, g, b) => Math.max(r, g, b) - Math.min(r, g, b)).values;
  return { mean, spread, chroma: chroma.reduce((sum, value) => sum + value, 0) / chroma.length };
}

function sameSize(one, other) {
  if (one.width === other.width && one.height === other.height) return;
  throw new Error(`${one.width}x${one.height} can't be compared with ${other.width}x${other.height}`);
}
