// What a transformation says, and what size and picture must come of it.
import sharp from 'sharp';

/** `fill/w_1,h_2,al_c,q_80/name.jpg` (with or without `…/v1/` before it) as parts, options of the last part, and extension. */
export function parse(uri) {
  const steps = uri.replace(/^(.*?\/)?v1\//, '').split('/');
  const name = steps.pop();
  const parts = [];
  for (let i = 0; i < steps.length; i += 2) {
    const tokens = steps[i + 1].split(',').map((token) => [token.split('_', 1)[0], token.split('_').slice(1)]);
    parts.push({ verb: steps[i], tokens: Object.fromEntries(tokens) });
  }
  return { parts, options: parts.at(-1).tokens, extension: name.slice(name.lastIndexOf('.') + 1).toLowerCase() };
}

const number = (tokens, key) => Number(tokens[key][0]);
// image-kit rounds everything but the crop of a cropped picture that is tiled.
const box = (tokens) => [Math.round(number(tokens, 'w')), Math.round(number(tokens, 'h'))];

/** The size of what comes of a picture of `width` by `height`. A `fit` enlarges only where `lg_` allows it. */
export function sizeOf({ width, height }, { parts }) {
  return parts.reduce((now, { verb, tokens }) => {
    const [w, h] = box(tokens);
    if (verb === 'fill' || verb === 'scrop') return { width: w, height: h };
    if (verb === 'crop') {
      const { width: cut, height: high } = rectangle(now, tokens, w, h);
      return { width: cut, height: high };
    }
    const scale = Math.min(tokens.lg ? Infinity : 1, w / now.width, h / now.height);
    return { width: Math.max(1, Math.round(now.width * scale)), height: Math.max(1, Math.round(now.height * scale)) };
  }, { width, height });
}

/** The rectangle of `crop`: aligned, or at x and y, which are 0 where nothing is said; cut to the picture. */
function rectangle(now, tokens, w, h) {
  if (tokens.al) {
    const [width, height] = [Math.min(w, now.width), Math.min(h, now.height)];
    const at = place(now, { width, height }, tokens);
    return { left: Math.round(at.left), top: Math.round(at.top), width, height };
  }
  const [left, top] = ['x', 'y'].map((key) => (tokens[key] ? Math.round(number(tokens, key)) : 0));
  return { left, top, width: Math.min(w, now.width - left), height: Math.min(h, now.height - top) };
}

/** Where a window lies in a picture: by alignment, or with a focal point as near to its middle as the edges allow. */
function place(picture, window, { al, fp }) {
  const free = { left: picture.width - window.width, top: picture.height - window.height };
  if (fp) {
    const [x, y] = fp.map(Number);
    const within = (value, most) => Math.max(0, Math.min(most, value));
    return {
      left: within(x * picture.width - window.width / 2, free.left),
      top: within(y * picture.height - window.height / 2, free.top),
    };
  }
  const side = al?.[0] ?? 'c';
  const share = (start, end) => (side.includes(start) ? 0 : side.includes(end) ? 1 : 0.5);
  // `b` alone is the bottom; `bl` and `br` are corners.
  return { left: free.left * share('l', 'r'), top: free.top * share('t', 'b') };
}

const raw = (source) => source.raw().toBuffer({ resolveWithObject: true });

/**
 * The picture that comes of `bytes` by the same geometry and unsharp mask: pixels, RGBA. sharp decodes; where it shrinks, it
 * makes the same picture (the harness's test compares them). Where it enlarges, or cuts between pixels, libvips is up to
 * half a pixel off, so that the resampling is done here.
 */
export async function reference(bytes, { parts, options }) {
  const { data, info } = await raw(sharp(bytes).autoOrient().toColourspace('srgb').ensureAlpha());
  let now = { data, width: info.width, height: info.height };
  for (const { verb, tokens } of parts) {
    const target = sizeOf(now, { parts: [{ verb, tokens }] });
    if (verb === 'crop') now = resampled(now, rectangle(now, tokens, ...box(tokens)), target);
    else if (verb === 'fit') now = resampled(now, { left: 0, top: 0, width: now.width, height: now.height }, target);
    else now = fill(now, target, tokens);
  }
  return options.usm ? unsharp(now, ...options.usm.map(Number)) : now;
}

/** Cuts out what covers the target, and scales it. What needs no scaling is cut at whole pixels, and not touched. */
function fill(now, target, tokens) {
  const scale = Math.max(target.width / now.width, target.height / now.height);
  const window = { width: target.width / scale, height: target.height / scale };
  const { left, top } = place(now, window, tokens);
  return resampled(now, scale === 1 ? { left: Math.round(left), top: Math.round(top), ...window } : { left, top, ...window }, target);
}

/** For each of `size` pixels of a frame from `start` on: the first pixel that counts, and the weights (Lanczos, three lobes). */
function weights(start, length, size, limit) {
  const step = length / size;
  const stretch = Math.max(1, step);
  const lanczos = (x) => (x === 0 ? 1 : (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2);
  return Array.from({ length: size }, (_, i) => {
    const centre = start + (i + 0.5) * step - 0.5;
    const first = Math.max(0, Math.ceil(centre - 3 * stretch + 1e-9));
    const last = Math.min(limit - 1, Math.floor(centre + 3 * stretch - 1e-9));
    const row = Float64Array.from({ length: last - first + 1 }, (__, n) => lanczos((first + n - centre) / stretch));
    const sum = row.reduce((total, weight) => total + weight, 0);
    return { first, row: row.map((weight) => weight / sum) };
  });
}

/** A frame of a picture (in its pixels, and parts of them) at another size; colours count by their opacity. */
function resampled({ data, width, height }, frame, size) {
  const [across, down] = [weights(frame.left, frame.width, size.width, width), weights(frame.top, frame.height, size.height, height)];
  const top = down[0].first;
  const rows = Math.max(...down.map(({ first, row }) => first + row.length)) - top;
  const narrow = new Float64Array(rows * size.width * 4);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const { first, row } = across[x];
      let [r, g, b, a] = [0, 0, 0, 0];
      for (let n = 0, i = 4 * ((top + y) * width + first); n < row.length; n += 1, i += 4) {
        const share = (row[n] * data[i + 3]) / 255;
        r += share * data[i];
        g += share * data[i + 1];
        b += share * data[i + 2];
        a += share * 255;
      }
      narrow.set([r, g, b, a], 4 * (y * size.width + x));
    }
  }
  const result = { data: Buffer.alloc(size.width * size.height * 4), ...size };
  const line = new Float64Array(size.width * 4);
  for (let y = 0; y < size.height; y += 1) {
    const { first, row } = down[y];
    line.fill(0);
    for (let n = 0; n < row.length; n += 1) {
      const from = (first - top + n) * line.length;
      for (let i = 0; i < line.length; i += 1) line[i] += row[n] * narrow[from + i];
    }
    for (let i = 0, into = y * line.length; i < line.length; i += 1, into += 1) {
      const value = i % 4 === 3 ? line[i] : (line[i] * 255) / Math.max(1, line[i | 3]);
      result.data[into] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return result;
}

/** An unsharp mask: what a Gaussian of `radius` takes away is added `amount` times, where it is more than `threshold`. */
async function unsharp(now, radius, amount, threshold) {
  const { data, width, height } = now;
  const soft = await raw(sharp(data, { raw: { width, height, channels: 4 } }).blur(Math.max(0.3, radius)));
  const sharpened = Buffer.from(data);
  for (let i = 0; i < data.length; i += 1) {
    const step = data[i] - soft.data[i];
    if (i % 4 !== 3 && Math.abs(step) > threshold) sharpened[i] = Math.max(0, Math.min(255, data[i] + amount * step));
  }
  return { ...now, data: sharpened };
}
