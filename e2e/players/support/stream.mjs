// A stream taken apart: what its manifests say, and whether its bytes are what they say.
import assert from 'node:assert/strict';
import { ffmpeg, packets, probe } from './ffmpeg.mjs';

/** A request; `status`, `headers`, `type` and the bytes. */
export async function ask(url, headers = {}, init = {}) {
  const reply = await fetch(url, { signal: AbortSignal.timeout(30_000), ...init, headers }).catch((error) => {
    throw new Error(`no answer for ${url}: ${error.cause?.message ?? error.message}`);
  });
  return { url, status: reply.status, headers: reply.headers, type: reply.headers.get('content-type'), bytes: Buffer.from(await reply.arrayBuffer()) };
}

/** The bytes of an address that must be there. */
export async function get(url, headers = {}) {
  const reply = await ask(url, headers);
  assert.ok([200, 206].includes(reply.status), `${reply.status} for ${url}: ${reply.bytes.subarray(0, 300)}`);
  return reply;
}

/** `NAME=value,OTHER="quoted, value"` of a tag of a playlist. */
function attributes(text) {
  return Object.fromEntries([...text.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)].map(([, name, value]) => [name, value.replace(/^"|"$/g, '')]));
}

const lines = (text) => text.split(/\r?\n/).filter((line) => line.trim());

/** A master playlist: `variants` and `media`, each with its attributes and the whole address in `url`. */
export async function master(url) {
  const text = (await get(url)).bytes.toString();
  const rows = lines(text);
  assert.equal(rows[0], '#EXTM3U');
  const variants = [];
  const media = [];
  rows.forEach((row, i) => {
    if (row.startsWith('#EXT-X-STREAM-INF:')) variants.push({ ...attributes(row.slice(18)), uri: rows[i + 1], url: new URL(rows[i + 1], url).href });
    if (row.startsWith('#EXT-X-MEDIA:')) {
      const values = attributes(row.slice(13));
      media.push({ ...values, url: values.URI && new URL(values.URI, url).href });
    }
  });
  return { text, variants, media };
}

const range = (text, after) => {
  const [length, offset] = text.split('@').map(Number);
  const from = offset ?? after;
  return { from, to: from + length - 1 };
};

/** A media playlist: `target`, `init` and `segments` with `url`, `range` and `seconds`. */
export async function playlist(url) {
  const text = (await get(url)).bytes.toString();
  const rows = lines(text);
  assert.equal(rows[0], '#EXTM3U');
  const found = { text, segments: [], ended: rows.includes('#EXT-X-ENDLIST') };
  let next = {};
  let after = 0;
  for (const row of rows) {
    if (row.startsWith('#EXT-X-TARGETDURATION:')) found.target = Number(row.slice(22));
    if (row.startsWith('#EXTINF:')) next.seconds = parseFloat(row.slice(8));
    if (row.startsWith('#EXT-X-BYTERANGE:')) next.range = range(row.slice(17), after);
    if (row.startsWith('#EXT-X-MAP:')) {
      const { URI, BYTERANGE } = attributes(row.slice(11));
      found.init = { url: new URL(URI, url).href, range: BYTERANGE && range(BYTERANGE, 0) };
    }
    if (!row.startsWith('#')) {
      found.segments.push({ ...next, uri: row, url: new URL(row, url).href });
      after = next.range ? next.range.to + 1 : 0;
      next = {};
    }
  }
  return found;
}

/** The boxes of a piece of MP4, which must end where the last of them ends. */
export function boxes(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    assert.ok(size >= 8 && at + size <= bytes.length, `a whole box at ${at} of ${bytes.length}`);
    found.push(bytes.toString('latin1', at + 4, at + 8));
    at += size;
  }
  return found;
}

export const header = ({ from, to }) => ({ Range: `bytes=${from}-${to}` });

/** Asks for one range of a file; it must be answered as exactly that. */
export async function piece(url, part) {
  const reply = await get(url, header(part));
  assert.equal(reply.status, 206, url);
  assert.equal(reply.headers.get('content-range').split('/')[0], `bytes ${part.from}-${part.to}`);
  assert.equal(reply.bytes.length, part.to - part.from + 1);
  return reply.bytes;
}

/** The peak bit rate as RFC 8216 has it: of any segments in a row that are half to one and a half times as long as the target. */
function peak(sizes, target) {
  const rates = [];
  sizes.forEach((_, from) => {
    let [bits, seconds] = [0, 0];
    for (const one of sizes.slice(from)) {
      bits += one.bits;
      seconds += one.seconds;
      if (seconds >= target * 0.5 && seconds <= target * 1.5) rates.push(bits / seconds);
    }
  });
  // A short clip has nothing as long.
  return rates.length ? Math.max(...rates) : sizes.reduce((sum, { bits }) => sum + bits, 0) / sizes.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Fetches all segments of a media playlist by byte range, and looks at each; their seconds and their bits by second. */
export async function segments(url) {
  const { init, segments: list, target, ended } = await playlist(url);
  assert.ok(ended, 'a list that is complete says so');
  assert.equal(init.range.from, 0);
  const start = boxes(await piece(init.url, init.range));
  assert.deepEqual([start[0], start.includes('moov')], ['ftyp', true], start.join());
  const whole = (await get(init.url)).bytes;
  let at = list[0].range.from;
  const sizes = [];
  for (const { url: file, range: part, seconds } of list) {
    assert.equal(file, init.url, 'all is in one file');
    assert.equal(part.from, at, 'no byte is left out');
    const bytes = await piece(file, part);
    assert.ok(bytes.equals(whole.subarray(part.from, part.to + 1)));
    const kinds = boxes(bytes).filter((kind) => !['styp', 'sidx', 'prft', 'emsg', 'free'].includes(kind));
    assert.deepEqual(kinds.slice(0, 2), ['moof', 'mdat'], kinds.join());
    assert.ok(Math.round(seconds) <= target, `${seconds} s in a list whose target is ${target}`);
    sizes.push({ bits: bytes.length * 8, seconds });
    at = part.to + 1;
  }
  // Behind the last one there may be an index of random access.
  assert.ok(boxes(whole.subarray(at)).every((kind) => ['mfra', 'free'].includes(kind)), 'the last segment ends where the file does');
  return { file: init.url, list, seconds: list.reduce((sum, one) => sum + one.seconds, 0), size: whole.length, peak: peak(sizes, target) };
}

/** When the key frames of a file are shown, counted from its first picture. */
export async function keys(file) {
  const list = await packets(file, 'v');
  return list.filter(({ key }) => key).map(({ time }) => time - list[0].time);
}

/**
 * When the first picture or sound of a fragmented file is due, in seconds, as the boxes say it. ffmpeg 5.1 is not asked: where
 * pictures are moved back (negative offsets of composition, as CMAF has them) it shows the whole track later than it is.
 */
export function due(bytes) {
  const at = (kind, from = 0) => {
    const found = bytes.indexOf(kind, from, 'latin1');
    assert.ok(found > 0, `there is a ${kind}`);
    return found;
  };
  const mdhd = at('mdhd');
  const scale = bytes.readUInt32BE(mdhd + (bytes[mdhd + 4] === 1 ? 24 : 16));
  const tfdt = at('tfdt');
  const base = bytes[tfdt + 4] === 1 ? Number(bytes.readBigUInt64BE(tfdt + 8)) : bytes.readUInt32BE(tfdt + 8);
  const tfhd = at('tfhd');
  const headers = bytes.readUInt32BE(tfhd + 4) & 0xffffff;
  const trex = at('trex');
  // Behind the track there may be an offset of data (8 bytes) and a description (4).
  const usual = headers & 8 ? bytes.readUInt32BE(tfhd + 12 + (headers & 1 ? 8 : 0) + (headers & 2 ? 4 : 0)) : bytes.readUInt32BE(trex + 16);
  const trun = at('trun', tfdt);
  const flags = bytes.readUInt32BE(trun + 4) & 0xffffff;
  const count = bytes.readUInt32BE(trun + 8);
  let row = trun + 12 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  let decoded = base;
  let first = Infinity;
  for (let i = 0; i < count; i += 1) {
    let lasts = usual;
    for (const field of [0x100, 0x200, 0x400, 0x800]) {
      if (!(flags & field)) continue;
      if (field === 0x100) lasts = bytes.readUInt32BE(row);
      if (field === 0x800) first = Math.min(first, decoded + bytes.readInt32BE(row));
      row += 4;
    }
    if (!(flags & 0x800)) first = Math.min(first, decoded);
    decoded += lasts;
  }
  // An edit may leave out what is before the first picture.
  const elst = bytes.indexOf('elst', 0, 'latin1');
  const edit = elst < 0 ? 0 : bytes[elst + 4] === 1 ? Number(bytes.readBigInt64BE(elst + 20)) : bytes.readInt32BE(elst + 16);
  return (first - Math.max(edit, 0)) / scale;
}

/** All lists have the same times, to within a frame. */
export function aligned(lists, frame) {
  const [first, ...others] = lists;
  for (const list of others) {
    assert.equal(list.length, first.length, `${list} beside ${first}`);
    list.forEach((time, i) => assert.ok(Math.abs(time - first[i]) <= frame + 0.001, `${time} beside ${first[i]}`));
  }
}

/** The numbers that the frames of the counted clip show, in order. */
export async function numbers(input, cells = 10) {
  const bytes = await ffmpeg('-i', input, '-map', '0:v:0', '-vsync', '0', '-vf', `crop=iw:ih/20:0:ih*0.92,scale=${cells * 4}:1:flags=area,format=gray`, '-f', 'rawvideo', '-');
  return Array.from({ length: bytes.length / (cells * 4) }, (_, row) => {
    // The middle of each cell, where no neighbour shines in.
    const light = (k) => (bytes[row * cells * 4 + k * 4 + 1] + bytes[row * cells * 4 + k * 4 + 2]) / 2;
    return Array.from({ length: cells - 1 }, (__, k) => (light(k) > 128 ? 2 ** k : 0)).reduce((sum, one) => sum + one);
  });
}

/** A DASH manifest: its `representations` with the whole address, and where init and index are. */
export async function mpd(url) {
  const text = (await get(url)).bytes.toString();
  const value = (part, name) => new RegExp(`\\s${name}="([^"]*)"`).exec(part)?.[1];
  const [head] = /<MPD[^>]*>/.exec(text);
  const sets = [...text.matchAll(/<AdaptationSet[\s\S]*?<\/AdaptationSet>/g)].map(([set]) => set);
  const seconds = /^PT(?:(\d+)H)?(?:(\d+)M)?([\d.]+)S$/.exec(value(head, 'mediaPresentationDuration'));
  const representations = sets.flatMap((set) => {
    const [outer] = /<AdaptationSet[^>]*>/.exec(set);
    return [...set.matchAll(/<Representation[^>]*(?:\/>|>[\s\S]*?<\/Representation>)/g)].map(([one]) => {
      const [own] = /<Representation[^>]*>/.exec(one);
      const of = (name) => value(own, name) ?? value(outer, name);
      const between = (found) => found && { from: Number(found.split('-')[0]), to: Number(found.split('-')[1]) };
      const base = /<BaseURL>([^<]*)<\/BaseURL>/.exec(one)?.[1];
      return {
        text: one, of, base, url: base && new URL(base.replaceAll('&amp;', '&'), url).href,
        init: between(value(/<Initialization[^>]*>/.exec(one)?.[0] ?? '', 'range')),
        index: between(value(/<SegmentBase[^>]*>/.exec(one)?.[0] ?? '', 'indexRange')),
      };
    });
  });
  return { text, seconds: Number(seconds[1] ?? 0) * 3600 + Number(seconds[2] ?? 0) * 60 + Number(seconds[3]), profiles: value(head, 'profiles'), representations };
}

/** The name of a codec in manifests, by what is in the file. */
export async function codec(file) {
  const bytes = (await get(file)).bytes;
  const avc = bytes.indexOf('avcC');
  if (avc > 0) return `avc1.${bytes.subarray(avc + 5, avc + 8).toString('hex')}`;
  const { audio } = await probe(file);
  assert.equal(audio?.codec_name, 'aac');
  return 'mp4a.40.2';
}
