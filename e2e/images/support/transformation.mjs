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
const from = ({ data, info: { width, height, channels } }) => sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
const lanczos = { kernel: 'lanczos3', fit: 'fill' };

/** The picture that sharp makes of `bytes` by the same geometry and unsharp mask: pixels, RGBA. */
export async function reference(bytes, { parts, options }) {
  let now = await raw(sharp(bytes).autoOrient().toColourspace('srgb').ensureAlpha());
  for (const { verb, tokens } of parts) {
    const { width, height } = now.info;
    const target = sizeOf({ width, height }, { parts: [{ verb, tokens }] });
    if (verb === 'crop') {
      now = await raw(from(now).extract(rectangle({ width, height }, tokens, ...box(tokens))));
    } else if (verb === 'fit') {
      now = await raw(from(now).resize({ ...target, ...lanczos }));
    } else {
      now = await fill(now, target, tokens);
    }
  }
  const sharpened = options.usm ? await unsharp(now, ...options.usm.map(Number)) : now;
  return { data: sharpened.data, width: sharpened.info.width, height: sharpened.info.height };
}

/**
 * Cuts out what covers the target, and scales it. sharp cuts at whole pixels only, so where a part of one shows, the picture
 * is made four times as large first. What needs no scaling is cut at whole pixels and not touched.
 */
async function fill(now, { width, height }, tokens) {
  const { width: w, height: h } = now.info;
  const scale = Math.max(width / w, height / h);
  const finer = scale <= 0.3 || scale === 1 ? 1 : scale <= 3 ? 4 : Math.ceil(scale);
  const large = finer === 1 ? now : await raw(from(now).resize({ width: w * finer, height: h * finer, ...lanczos }));
  const exact = { width: (width * finer) / scale, height: (height * finer) / scale };
  const at = place({ width: w * finer, height: h * finer }, exact, tokens);
  const cut = { width: Math.min(w * finer, Math.round(exact.width)), height: Math.min(h * finer, Math.round(exact.height)) };
  const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
  const corner = { left: within(at.left, w * finer - cut.width), top: within(at.top, h * finer - cut.height) };
  return raw(from(await raw(from(large).extract({ ...corner, ...cut }))).resize({ width, height, ...lanczos }));
}

/** An unsharp mask: what a Gaussian of `radius` takes away is added `amount` times, where it is more than `threshold`. */
async function unsharp(now, radius, amount, threshold) {
  const soft = await raw(from(now).blur(Math.max(0.3, radius)));
  const data = Buffer.from(now.data);
  for (let i = 0; i < data.length; i += 1) {
    const step = now.data[i] - soft.data[i];
    if (i % 4 !== 3 && Math.abs(step) > threshold) data[i] = Math.max(0, Math.min(255, now.data[i] + amount * step));
  }
  return { ...now, data };
}
