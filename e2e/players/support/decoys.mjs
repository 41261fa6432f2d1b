// Files that only look like video, and lead elsewhere.
import { boxes } from './stream.mjs';

/** A playlist that whoever follows it would read files and ask neighbours for, under the name of a video. */
export const disguised = (port) => Buffer.from(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:10
#EXT-X-MEDIA-SEQUENCE:0
#EXTINF:10.0,
file:///etc/passwd
#EXTINF:10.0,
http://127.0.0.1:${port}/segment.ts
#EXT-X-ENDLIST
`);

/** The same as RIFF, so that the first look sees an AVI; ffmpeg looks at the whole. */
export const riff = (port) => {
  const list = disguised(port);
  const head = Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1');
  head.writeUInt32LE(list.length + 8, 4);
  return Buffer.concat([head, list]);
};

export const concatScript = (port) => Buffer.from(`ffconcat version 1.0
file '/etc/passwd'
file 'http://127.0.0.1:${port}/part.mp4'
`);

export const dashManifest = (port) => Buffer.from(`<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT4S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4">
<Representation id="a" bandwidth="1" codecs="avc1.64001f" width="16" height="16"><BaseURL>http://127.0.0.1:${port}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>
`);

const parents = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf']);

/** An MP4 whose description comes last, with the media of its tracks said to be at `url`. */
export function elsewhere(bytes, url) {
  const entry = (kind, text) => {
    const body = Buffer.concat([Buffer.from([0, 0, 0, 0]), Buffer.from(`${text}\0`)]);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + body.length);
    head.write(kind, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const rebuilt = (part) => {
    const out = [];
    for (let at = 0; at < part.length;) {
      const size = part.readUInt32BE(at);
      const kind = part.toString('latin1', at + 4, at + 8);
      let body = part.subarray(at + 8, at + size);
      if (parents.has(kind)) body = rebuilt(body);
      if (kind === 'dref') body = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), entry('url ', url)]);
      const head = Buffer.alloc(8);
      head.writeUInt32BE(body.length + 8);
      head.write(kind, 4, 'latin1');
      out.push(head, body);
      at += size;
    }
    return Buffer.concat(out);
  };
  if (boxes(bytes).at(-1) !== 'moov') throw new Error('its description must come last, or the places of its media change');
  return rebuilt(bytes);
}
