// The clips that the tests upload, made by ffmpeg when they are first asked for.
import { mkdtempSync, rmSync } from 'node:fs';
import { access, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { ffmpeg } from './ffmpeg.mjs';

// run.sh gives all files of tests one folder; a file that is run alone has its own.
const own = !process.env.MEDIA_MANAGER_CLIPS;
export const folder = process.env.MEDIA_MANAGER_CLIPS ?? mkdtempSync(join(tmpdir(), 'media-manager-clips-'));
if (own) process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export const FPS = 25;
/** Cells of the counter: nine bits, the lowest first, and one that is always white. */
export const CELLS = 10;

/** A filter that writes the number of each frame into the lowest tenth of the picture, as nine black or white cells. */
export const counter = (width, height) => {
  // Whole pixels, so that a cell ends where its neighbour begins.
  const at = (k) => Math.round((width * k) / CELLS);
  const top = Math.round(height * 0.9);
  const cell = (k, colour, when = '') => `drawbox=x=${at(k)}:y=${top}:w=${at(k + 1) - at(k)}:h=${height - top}:color=${colour}:t=fill${when}`;
  const bits = Array.from({ length: CELLS - 1 }, (_, k) => cell(k, 'white', `:enable='gte(mod(n,${2 ** (k + 1)}),${2 ** k})'`));
  return [`drawbox=x=0:y=${top}:w=${width}:h=${height - top}:color=black:t=fill`, ...bits, cell(CELLS - 1, 'white')].join(',');
};

const pattern = (seconds, size = '320x240', rate = FPS) => ['-f', 'lavfi', '-t', `${seconds}`, '-i', `testsrc2=size=${size}:rate=${rate}`];
/** A tone that is heard in the first fifth of every second. */
const beeps = (seconds, channels = 'stereo') =>
  ['-f', 'lavfi', '-t', `${seconds}`, '-i', `aevalsrc='${Array(channels === '5.1' ? 6 : 2).fill('0.5*sin(880*PI*t)*lt(mod(t,1),0.2)').join('|')}':c=${channels}:s=48000`];
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
const aac = ['-c:a', 'aac', '-b:a', '96k'];
const plain = [...h264, ...aac, '-movflags', '+faststart'];

/** Arguments of ffmpeg for each clip; the output is added. */
const recipes = {
  // What the players play: every frame tells which one it is. Its key frames are where no clock would put them.
  'counted.mp4': [...pattern(12, '1280x720'), ...beeps(12), '-vf', counter(1280, 720), ...plain, '-crf', '28', '-force_key_frames', '0,3.4,7.24,9.6'],
  // The same, smaller.
  'counted-small.mp4': [...pattern(12, '640x360'), ...beeps(12), '-vf', counter(640, 360), ...plain, '-crf', '28', '-force_key_frames', '0,3.4,7.24,9.6'],
  // What takes a while to encode.
  'busy.mp4': [...pattern(30, '1280x720'), ...beeps(30), '-c:v', 'mpeg4', '-q:v', '4', ...aac],
  'small.mp4': [...pattern(4), ...beeps(4), ...plain],
  'other.mp4': [...pattern(4), ...beeps(4), '-vf', 'negate', ...plain],
  'vfr.mkv': [...pattern(6, '320x240', 30), ...beeps(6), '-vf', "select='lt(t,2)+not(mod(n,3))'", '-vsync', 'vfr', ...h264, ...aac],
  '50fps.mp4': [...pattern(4, '320x240', 50), ...beeps(4), ...plain],
  '5994fps.mp4': [...pattern(4, '320x240', '60000/1001'), ...beeps(4), ...plain],
  'surround.mp4': [...pattern(4), ...beeps(4, '5.1'), ...plain],
  'silent.mp4': [...pattern(4), ...h264, '-movflags', '+faststart'],
  'portrait.mp4': [...pattern(4, '360x640'), ...beeps(4), ...plain],
  // H.264 with a colour for each pixel may have odd sizes.
  'odd.mp4': [...pattern(4, '321x243'), ...beeps(4), ...plain, '-pix_fmt', 'yuv444p'],
  'anamorphic.mp4': [...pattern(4, '720x576'), ...beeps(4), '-vf', 'setsar=16/15', ...plain],
  'interlaced.mpg': [...pattern(4, '720x576', 50), ...beeps(4), '-vf', 'tinterlace=interleave_top,fieldorder=tff', '-c:v', 'mpeg2video', '-b:v', '4M', '-flags', '+ilme+ildct', '-top', '1', '-c:a', 'mp2'],
  'hdr.mp4': [...pattern(4, '640x360'), ...beeps(4), '-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1',
    '-x265-params', 'log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc', '-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc', ...aac],
  // Half a second of sound comes before the first picture, as browsers record it.
  'late.mkv': ['-itsoffset', '0.5', ...pattern(4), ...beeps(4.5), ...h264, ...aac],
  'moov-last.mp4': [...pattern(4), ...beeps(4), ...h264, ...aac],
  'one-frame.mp4': [...pattern(1), '-frames:v', '1', ...h264],
  // Two seconds of black, then what can be seen.
  'black-first.mp4': ['-f', 'lavfi', '-t', '2', '-i', `color=black:size=640x360:rate=${FPS}`, ...pattern(8, '640x360'), ...beeps(10),
    '-filter_complex', '[0:v][1:v]concat=n=2:v=1[v]', '-map', '[v]', '-map', '2:a', ...plain],
  // FFmpeg can decode this one, and hardly anybody has it.
  'snow.avi': [...pattern(1), '-c:v', 'snow', '-strict', '-2'],
  // A tone in the first half, next to nothing in the second.
  'halves.wav': ['-f', 'lavfi', '-t', '8', '-i', "aevalsrc='if(lt(t,4),0.8,0.02)*sin(880*PI*t)':s=44100", '-c:a', 'pcm_s16le'],
};

/** Clips that are made of others. */
const made = {
  async 'rotated.mp4'(path) {
    // The matrix alone is added: 640x360 is stored, 360x640 is shown.
    const stored = await kept('landscape.mp4', (out) => ffmpeg(...pattern(4, '640x360'), ...beeps(4), ...plain, out));
    await ffmpeg('-i', stored, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', '-movflags', '+faststart', path);
  },
  async 'truncated.mp4'(path) {
    const whole = await readFile(await clip('small.mp4'));
    await writeFile(path, whole.subarray(0, Math.floor(whole.length / 2)));
  },
  // The end of this one is where its description was.
  async 'headless.mp4'(path) {
    const whole = await readFile(await clip('moov-last.mp4'));
    await writeFile(path, whole.subarray(0, whole.lastIndexOf('moov') - 4));
  },
};

async function kept(name, make) {
  const path = join(folder, name);
  if (await access(path).then(() => true, () => false)) return path;
  // What is half made when a run is broken off must not pass for whole.
  const part = join(folder, `.part-${process.pid}-${name}`);
  try {
    await make(part);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
  return path;
}

/** The path of a clip. */
export function clip(name) {
  const make = made[name] ?? (recipes[name] && ((path) => ffmpeg(...recipes[name], path)));
  if (!make) throw new Error(`there is no clip ${name}`);
  return kept(name, make);
}

// What ffmpeg calls the containers whose extension doesn't say it.
const muxers = { m4v: 'mp4', f4v: 'mp4', mpg: 'mpeg', vob: 'vob', m1v: 'mpeg1video', wmv: 'asf', ogv: 'ogg' };

/** The first ten seconds of a video of the corpus as they are there, in a container of the same kind. */
export function beginning(path) {
  const extension = extname(path).slice(1);
  // A bare stream of pictures has no times to end by.
  const long = extension === 'm1v' ? ['-frames:v', '240'] : ['-t', '10'];
  return kept(`beginning.${extension}`, (part) => ffmpeg('-i', path, '-map', '0:v:0', '-map', '0:a:0?', '-c', 'copy', ...long, ...(muxers[extension] ? ['-f', muxers[extension]] : []), part));
}

/** The bytes of a clip. */
export const bytesOf = async (name) => readFile(await clip(name));

export const sizeOf = async (name) => (await stat(await clip(name))).size;

const types = {
  mp4: 'video/mp4', m4v: 'video/mp4', f4v: 'video/mp4', mov: 'video/quicktime', mkv: 'video/x-matroska', avi: 'video/x-msvideo', webm: 'video/webm', ogv: 'video/ogg',
  wmv: 'video/x-ms-wmv', asf: 'video/x-ms-wmv', '3gp': 'video/3gpp', '3g2': 'video/3gpp', flv: 'video/x-flv',
  mpg: 'video/mpeg', mpeg: 'video/mpeg', m1v: 'video/mpeg', vob: 'video/mpeg',
  mp3: 'audio/mpeg', aac: 'audio/aac', aif: 'audio/aiff', ogg: 'audio/ogg', opus: 'audio/ogg', wav: 'audio/wav', ac3: 'audio/ac3', wv: 'audio/x-wavpack',
};

/** The type that a name stands for. */
export const typeOf = (name) => types[extname(name).slice(1).toLowerCase()];

/** Captions as SRT; a cue is on from its `from` to its `to`, in seconds. */
export const cues = [
  { from: 0.5, to: 2.5, text: 'The first words' },
  { from: 8, to: 11, text: 'Nearly at the end' },
];
const stamp = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23).replace('.', ',');
export const srt = cues.map(({ from, to, text }, i) => `${i + 1}\r\n${stamp(from)} --> ${stamp(to)}\r\n${text}\r\n`).join('\r\n');
