// ffmpeg and ffprobe: what makes the clips, and what looks at what the server made of them.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const buffers = { maxBuffer: 256 << 20 };

/** Runs ffmpeg on these arguments and returns what it wrote to its output; what it complains about is an error. */
export async function ffmpeg(...args) {
  const { stdout, stderr } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args], { ...buffers, encoding: 'buffer' });
  if (stderr.length) throw new Error(`ffmpeg ${args.join(' ')}: ${stderr.toString().slice(0, 2000)}`);
  return stdout;
}

/** What ffprobe says as JSON; a complaint of it is an error. */
export async function ffprobe(input, ...args) {
  const { stdout, stderr } = await run('ffprobe', ['-v', 'error', '-of', 'json', ...args, input], buffers);
  if (stderr) throw new Error(`ffprobe ${input}: ${stderr.slice(0, 2000)}`);
  return JSON.parse(stdout);
}

/** Streams and format of a file or address: `video`, `audio` (the first of each, if any), `streams`, `format`. */
export async function probe(input, ...args) {
  const { streams, format } = await ffprobe(input, '-show_streams', '-show_format', ...args);
  // A cover of a song is a video stream of one picture.
  const video = streams.find((stream) => stream.codec_type === 'video' && !stream.disposition?.attached_pic);
  return { video, audio: streams.find((stream) => stream.codec_type === 'audio'), streams, format };
}

/** Decodes all of a file or address; whatever is wrong with it is an error. */
export const decodes = (input, ...before) =>
  // Times are passed on as they are: made to fit a constant frame rate, those of a variable one would collide.
  ffmpeg('-xerror', ...before, '-i', input, '-map', '0:v?', '-map', '0:a?', '-fps_mode', 'passthrough', '-enc_time_base', '-1', '-f', 'null', '-');

/** The packets of the first stream of a kind ('v' or 'a'), in the order of presentation: `time`, `duration`, `key`. */
export async function packets(input, kind) {
  const { packets: list } = await ffprobe(input, '-select_streams', `${kind}:0`, '-show_entries', 'packet=pts_time,duration_time,flags');
  return list
    .map(({ pts_time: time, duration_time: duration, flags }) => ({ time: Number(time), duration: Number(duration), key: flags.startsWith('K') }))
    // What is decoded but not shown (the priming of AAC before an edit) is flagged D. In MPEG not every picture has a time.
    .filter(({ time }, i) => !list[i].flags.includes('D') && Number.isFinite(time))
    .sort((a, b) => a.time - b.time);
}

/** When a list of packets begins and ends. */
export const span = (list) => ({ start: list[0].time, end: Math.max(...list.map(({ time, duration }) => time + (duration || 0))) });

/** How long a source plays when all of it is decoded, for those whose header only guesses: sound is counted by its samples. */
export async function decodedSeconds(input) {
  const samples = await ffmpeg('-i', input, '-map', '0:a:0', '-ac', '1', '-ar', '8000', '-f', 's16le', '-');
  return samples.length / 2 / 8000;
}

/** The mean loudness (root mean square, 0 to 1) of each stretch of `seconds` of a sound. */
export async function loudness(input, seconds = 0.1) {
  const bytes = await ffmpeg('-i', input, '-map', '0:a:0', '-ac', '1', '-ar', '8000', '-f', 's16le', '-');
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const step = Math.round(8000 * seconds);
  return Array.from({ length: Math.ceil(samples.length / step) }, (_, i) => {
    const part = samples.subarray(i * step, (i + 1) * step);
    return Math.sqrt(part.reduce((sum, one) => sum + one * one, 0) / part.length) / 32768;
  });
}
