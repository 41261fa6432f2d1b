// A stream whose manifests are written by hand and whose media ffmpeg made: what a player or check says of the server, it
// must not say of this. `spoil` makes one thing of it wrong, so that it is seen that the checks see that.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { clip, cues, folder } from './clips.mjs';
import { ffmpeg, probe } from './ffmpeg.mjs';

export const SECONDS = 4;
// The large quality takes the longest to make, and to spoil another is enough.
const ladderOf = (spoil) => ({ ...(spoil ? {} : { '720p': [1280, 720, '1500k'] }), '360p': [640, 360, '500k'], '144p': [256, 144, '150k'] });
const cmaf = ['-movflags', '+cmaf+frag_keyframe+global_sidx'];

/** The index of a fragmented file: `init` and the `segments` as [offset, length, seconds], and where the index lies. */
export async function indexOf(path) {
  const bytes = await readFile(path);
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) !== 'sidx') continue;
    const size = bytes.readUInt32BE(at);
    const long = bytes[at + 8] === 1;
    const scale = bytes.readUInt32BE(at + 16);
    let row = at + (long ? 36 : 28);
    let offset = at + size + (long ? Number(bytes.readBigUInt64BE(at + 28)) : bytes.readUInt32BE(at + 24));
    const count = bytes.readUInt16BE(row + 2);
    row += 4;
    const segments = [];
    for (let i = 0; i < count; i += 1, row += 12) {
      const length = bytes.readUInt32BE(row) & 0x7fffffff;
      segments.push([offset, length, bytes.readUInt32BE(row + 4) / scale]);
      offset += length;
    }
    return { init: at, index: [at, at + size - 1], segments, size: bytes.length };
  }
  throw new Error(`${path} has no index`);
}

async function makeLadder(dir, source, ladder, spoil) {
  await mkdir(dir, { recursive: true });
  for (const [quality, [width, height, rate]] of Object.entries(ladder)) {
    // One rendition whose key frames are elsewhere can't be switched to without a seam.
    const every = spoil === 'keys' && quality === '360p' ? 3 : SECONDS;
    await ffmpeg('-i', source, '-an', '-vf', `scale=${width}:${height}`, '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', rate, '-maxrate', rate, '-bufsize', rate,
      '-force_key_frames', `expr:gte(t,n_forced*${every})`, '-sc_threshold', '0', '-g', '1000', '-bf', '0', ...cmaf, join(dir, `${quality}.mp4`));
  }
  // The sound of a spoilt one is late.
  const late = spoil === 'sound' ? ['-itsoffset', '0.2'] : [];
  await ffmpeg(...late, '-i', source, '-vn', '-c:a', 'aac', '-b:a', '96k', ...cmaf, '-frag_duration', `${SECONDS * 1e6}`, join(dir, 'audio.mp4'));
  await ffmpeg('-i', join(dir, `${Object.keys(ladder)[0]}.mp4`), ...late, '-i', join(dir, 'audio.mp4'), '-map', '0:v', '-map', '1:a', '-c', 'copy', '-movflags', '+faststart', join(dir, 'whole.mp4'));
}

async function manifests(dir, ladder, spoil) {
  const files = new Map();
  const rows = [];
  const sets = [];
  const sound = (await stat(join(dir, 'audio.mp4'))).size;
  for (const quality of [...Object.keys(ladder), 'audio']) {
    const path = join(dir, `${quality}.mp4`);
    const { init, index, segments, size } = await indexOf(path);
    const longest = Math.max(...segments.map(([, , seconds]) => seconds));
    files.set(`${quality}.m3u8`, ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.round(longest)}`, '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS',
      `#EXT-X-MAP:URI="${quality}.mp4",BYTERANGE="${init}@0"`,
      ...segments.flatMap(([offset, length, seconds]) => [`#EXTINF:${seconds.toFixed(5)},`, `#EXT-X-BYTERANGE:${length - (spoil === 'ranges' ? 9 : 0)}@${offset}`, `${quality}.mp4`]),
      '#EXT-X-ENDLIST', ''].join('\n'));
    const { video, format } = await probe(path);
    const bytes = await readFile(path);
    const profile = bytes.subarray(bytes.indexOf('avcC') + 5).subarray(0, 3).toString('hex');
    const rate = Math.round((size * 8) / Number(format.duration));
    const base = `<BaseURL>${quality}.mp4</BaseURL><SegmentBase indexRange="${index.join('-')}"><Initialization range="0-${init - 1}"/></SegmentBase>`;
    if (video) {
      rows.push(`#EXT-X-STREAM-INF:BANDWIDTH=${rate * 2 + 200_000},AVERAGE-BANDWIDTH=${rate + Math.round((sound * 8) / 12)},RESOLUTION=${video.width}x${video.height},FRAME-RATE=25.000,CODECS="avc1.${profile},mp4a.40.2",AUDIO="audio",SUBTITLES="captions"`, `${quality}.m3u8`);
      sets.push(`<Representation id="${quality}" bandwidth="${rate}" codecs="avc1.${profile}" width="${video.width}" height="${video.height}" frameRate="25">${base}</Representation>`);
    } else {
      sets.push(`</AdaptationSet><AdaptationSet contentType="audio" mimeType="audio/mp4" subsegmentAlignment="true" subsegmentStartsWithSAP="1"><Representation id="audio" bandwidth="${rate}" codecs="mp4a.40.2" audioSamplingRate="48000">${base}</Representation></AdaptationSet>`);
    }
  }
  files.set('captions.en.m3u8', '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:12\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:12,\ncaptions.en.vtt\n#EXT-X-ENDLIST\n');
  const stamp = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23);
  files.set('captions.en.vtt', `WEBVTT\n\n${cues.map(({ from, to, text }) => `${stamp(from)} --> ${stamp(to)}\n${text}\n`).join('\n')}`);
  files.set('master.m3u8', ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio.m3u8"',
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="captions.en.m3u8"', ...rows, ''].join('\n'));
  files.set('manifest.mpd', `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" type="static" mediaPresentationDuration="PT12S" minBufferTime="PT4S"><Period>
<AdaptationSet contentType="video" mimeType="video/mp4" subsegmentAlignment="true" subsegmentStartsWithSAP="1">${sets.join('\n')}
<AdaptationSet contentType="text" mimeType="text/vtt" lang="en"><Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/><Representation id="captions.en" bandwidth="256"><BaseURL>captions.en.vtt</BaseURL></Representation></AdaptationSet>
</Period></MPD>
`);
  return files;
}

const types = { m3u8: 'application/vnd.apple.mpegurl', mpd: 'application/dash+xml', mp4: 'video/mp4', vtt: 'text/vtt; charset=utf-8' };

/** Serves the reference; `hls`, `dash` and `progressive` are its addresses, `dir` its files. `spoil`: 'keys', 'sound', 'ranges' or 'cors'. */
export async function startReference({ spoil } = {}) {
  const dir = join(folder, `reference-${spoil ?? 'whole'}-${process.pid}`);
  const ladder = ladderOf(spoil);
  await makeLadder(dir, await clip('counted.mp4'), ladder, spoil);
  const texts = await manifests(dir, ladder, spoil);
  const server = createServer((request, reply) => {
    answer(dir, texts, request, reply, spoil).catch(() => reply.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  const stream = `${base}/video/a/,${Object.keys(ladder)},/mp4/file.mp4.urlset`;
  return {
    dir,
    captions: 'en',
    qualities: Object.keys(ladder),
    heights: Object.values(ladder).map(([, height]) => height).sort((a, b) => a - b),
    hls: `${stream}/master.m3u8`,
    dash: `${stream}/manifest.mpd`,
    progressive: `${base}/video/a/${Object.keys(ladder)[0]}/mp4/file.mp4`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
      await rm(dir, { recursive: true });
    },
  };
}

async function answer(dir, texts, request, reply, spoil) {
  const path = new URL(request.url, 'http://reference').pathname;
  const name = /\/\d+p\/mp4\/file\.mp4$/.test(path) ? 'whole.mp4' : path.split('/').pop();
  const file = join(dir, name);
  const size = texts.has(name) ? Buffer.byteLength(texts.get(name)) : await stat(file).then((found) => found.size, () => -1);
  if (spoil !== 'cors') reply.setHeader('Access-Control-Allow-Origin', '*').setHeader('Access-Control-Allow-Headers', 'Range').setHeader('Access-Control-Expose-Headers', '*');
  if (request.method === 'OPTIONS') return reply.writeHead(204).end();
  if (size < 0) return reply.writeHead(404).end();
  const etag = `"${name}-${size}"`;
  reply.setHeader('Content-Type', name === 'audio.mp4' ? 'audio/mp4' : types[name.split('.').pop()]).setHeader('Accept-Ranges', 'bytes').setHeader('ETag', etag)
    .setHeader('Cache-Control', 'public, max-age=60').setHeader('X-Content-Type-Options', 'nosniff');
  if (request.headers['if-none-match'] === etag) return reply.writeHead(304).end();
  const same = (request.headers['if-range'] ?? etag) === etag;
  const asked = same ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
  const from = asked ? Number(asked[1]) : 0;
  const to = asked?.[2] ? Math.min(Number(asked[2]), size - 1) : size - 1;
  if (from >= size) return reply.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
  reply.writeHead(asked ? 206 : 200, { 'Content-Length': to - from + 1, ...(asked ? { 'Content-Range': `bytes ${from}-${to}/${size}` } : {}) });
  if (request.method === 'HEAD') return reply.end();
  if (texts.has(name)) return reply.end(Buffer.from(texts.get(name)).subarray(from, to + 1));
  // A player that turns away leaves a connection that is closed.
  return pipeline(createReadStream(file, { start: from, end: to }), reply).catch(() => {});
}
