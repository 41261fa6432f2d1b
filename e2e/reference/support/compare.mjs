// Compares a value with the one that a page promises, field by field.
//
// Objects have the same fields, arrays the same length, and every value is equal, but for these:
//   _createdDate, _updatedDate   any time, written as the page writes it
//   hash                         32 hex digits; the empty string where the page has it
//   sizeInBytes                  any number of bytes, as a string; "-1" where the page has it, and only there
//   r, g, b                      0 to 255; palette has at least one colour, each with the fields of the page's first
//   files                        in any order, as the pages follow none: by media type and name
//   wix:image, wix:video         any widths and heights
//   links                        any token; any qualities of a stream; any name of a zip of 32 hex digits; of a picture for all files of a kind, any address, and that of
//                              a picture of the file itself
//   addedBy, mimeType,           may be there although the page has none, as other pages have them
//   colors, hex, isAnimated
//   what OURS names              may be there, as this server has it beside the published API

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const both = (pattern) => (is, promised) => [is, promised].every((value) => pattern.test(String(value)));

const FIELDS = {
  _createdDate: both(DATE),
  _updatedDate: both(DATE),
  hash: (is, promised) => (promised === '' ? is === '' : /^[0-9a-f]{32}$/.test(is)),
  sizeInBytes: (is, promised) => is === promised || both(/^\d+$/)(is, promised),
  uploadToken: both(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  r: (is) => Number.isInteger(is) && is >= 0 && is <= 255,
};
FIELDS.g = FIELDS.r;
FIELDS.b = FIELDS.r;

/** A text without what differs from server to server. */
const form = (text) => text
  .replace(/(origin|poster)(Width|Height)=\d+/g, '$1$2={pixels}')
  .replace(/\/(media\/\w{32}\.png|icons\/\w+\.svg|media\/[\w~.]+\/v1\/fit\/w_\d+,h_\d+\/thumbnail\.\w+)$/, '/{icon}')
  .replace(/,(\d+p,)+\/mp4/, ',{qualities},/mp4')
  .replace(/\/archive\/[0-9a-f]{32}$/, '/archive/{zip}')
  .replace(/[\w-]{20,}\.[\w-]{100,}\.[\w-]{40,}$/, '{token}');

const ELSEWHERE = ['addedBy', 'mimeType', 'colors', 'hex', 'isAnimated'];
const OURS = [
  'thumbhash', 'blurhash',
  // of videos
  'storyboard', 'previewUrl', 'pending', 'captions', 'duration', 'width', 'height', 'frameRate', 'codec', 'bitrate', 'hdr', 'audio', 'assetKey',
  // of sounds
  'quality', 'tags', 'loudness', 'stream', 'waveformUrl', 'cover',
  // of documents, archives, models and fonts
  'thumbnail', 'pages', 'title', 'author', 'words', 'encrypted', 'entryCount', 'unpackedSizeInBytes', 'damaged', 'hasMoreEntries', 'warnings',
  'boundingBox', 'triangles', 'vertices', 'materials', 'textures', 'animations', 'style', 'weight', 'italic', 'monospaced', 'glyphs', 'scripts', 'axes',
  // of what machines see
  'caption', 'containsText', 'text', 'annotations', 'focalPoint', 'notice',
];

const byKind = (files) => [...files].sort((a, b) => order(a).localeCompare(order(b)));
const order = ({ mediaType, displayName }) => `${mediaType} ${displayName}`;
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What differs, by path; nothing when the page's promise is kept. */
export function differences(is, promised, path = '') {
  const field = path.split('.').pop().replace(/\[\d+\]$/, '');
  if (Array.isArray(promised) && Array.isArray(is)) {
    if (field === 'palette' && is.length > 0) return all(is, (colour, i) => differences(colour, promised[0], `${path}[${i}]`));
    if (is.length !== promised.length) return { [path]: `${promised.length} promised, there are ${is.length}` };
    const [left, right] = field === 'files' ? [byKind(is), byKind(promised)] : [is, promised];
    return all(right, (value, i) => differences(left[i], value, `${path}[${i}]`));
  }
  if (isObject(promised) && isObject(is)) {
    return all([...new Set([...Object.keys(promised), ...Object.keys(is)])], (key) => {
      const at = path ? `${path}.${key}` : key;
      if (!(key in is)) return { [at]: 'is missing' };
      if (!(key in promised)) return [...ELSEWHERE, ...OURS].includes(key) ? {} : { [at]: 'is not on the page' };
      return differences(is[key], promised[key], at);
    });
  }
  return same(field, is, promised) ? {} : { [path]: `${JSON.stringify(promised)} promised, is ${JSON.stringify(is)}` };
}

const all = (values, compare) => Object.assign({}, ...values.map(compare));

function same(field, is, promised) {
  if (field in FIELDS) return FIELDS[field](is, promised);
  return typeof is === 'string' && typeof promised === 'string' ? form(is) === form(promised) : is === promised;
}
