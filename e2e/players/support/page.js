// A page with a player in it. Each player is told what to do in its own way; what it shows is read from the picture.
const CELLS = 10;
const FPS = 25;
const video = document.querySelector('video');
const errors = [];
let shown = { frame: null, time: -1, count: 0 };

/** Each takes (address, address of it says DASH) and gives `heights()`, `choose(height)` and `captions(language)`, whose result gives the cues that are on. */
const players = {
  async plain(url) {
    video.src = url;
    return {};
  },

  async hls(url) {
    const hls = new Hls({ startLevel: 0 });
    // What isn't fatal is mended by the player itself, and still nothing that a good stream should cause.
    hls.on(Hls.Events.ERROR, (_, { type, details, fatal, error }) => {
      // Waiting for more is no fault of the stream: two cores are slow at times.
      if (fatal || !['bufferStalledError', 'bufferNudgeOnStall'].includes(details)) errors.push(`${type} ${details} ${error?.message ?? ''}`);
    });
    const ready = new Promise((resolve) => { hls.once(Hls.Events.MANIFEST_PARSED, resolve); });
    hls.loadSource(url);
    hls.attachMedia(video);
    await ready;
    return {
      heights: () => hls.levels.map(({ height }) => height),
      choose: (height) => { hls.currentLevel = hls.levels.findIndex((level) => level.height === height); },
      captions: async (language) => {
        await until(() => hls.subtitleTracks.length);
        hls.subtitleTrack = hls.subtitleTracks.findIndex(({ lang }) => lang === language);
        hls.subtitleDisplay = true;
      },
    };
  },

  async shaka(url) {
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    player.addEventListener('error', ({ detail }) => errors.push(`shaka ${detail.code} ${detail.message}`));
    await player.attach(video);
    await player.load(url);
    return {
      heights: () => player.getVariantTracks().map(({ height }) => height),
      choose: (height) => {
        player.configure({ abr: { enabled: false } });
        player.selectVariantTrack(player.getVariantTracks().find((track) => track.height === height), true);
      },
      captions: async (language) => {
        const track = player.getTextTracks().find((one) => one.language === language);
        if (!track) throw new Error(`shaka knows no captions in ${language}`);
        await player.selectTextTrack(track);
        await player.setTextTrackVisibility?.(true);
      },
    };
  },

  async dashjs(url) {
    const player = dashjs.MediaPlayer().create();
    const { events } = dashjs.MediaPlayer;
    player.updateSettings({ debug: { logLevel: 1 }, streaming: { text: { defaultEnabled: false } } });
    player.on(events.ERROR, ({ error }) => errors.push(`dash.js ${error?.code} ${error?.message}`));
    player.on(events.PLAYBACK_ERROR, ({ error }) => errors.push(`dash.js ${error?.message}`));
    const ready = new Promise((resolve) => { player.on(events.STREAM_INITIALIZED, resolve); });
    player.initialize(video, url, false);
    await ready;
    return {
      heights: () => player.getRepresentationsByType('video').map(({ height }) => height),
      choose: (height) => {
        player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false } } } });
        player.setRepresentationForTypeById('video', player.getRepresentationsByType('video').find((one) => one.height === height).id, true);
      },
      captions: async (language) => {
        await until(() => player.getTracksFor('text').length);
        const index = player.getTracksFor('text').findIndex(({ lang }) => lang === language);
        if (index < 0) throw new Error(`dash.js knows no captions in ${language}`);
        player.enableText(true);
        player.setTextTrack(index);
      },
    };
  },

  async videojs(url, type) {
    // Left to itself it takes no more than so small a picture needs: the lowest quality.
    const player = videojs(video, { width: 64, height: 36, html5: { vhs: { overrideNative: true, enableLowInitialPlaylist: true }, nativeTextTracks: false, nativeAudioTracks: false, nativeVideoTracks: false } });
    player.on('error', () => errors.push(`video.js ${player.error()?.code} ${player.error()?.message}`));
    const ready = new Promise((resolve) => { player.one('loadedmetadata', resolve); });
    player.src({ src: url, type });
    await ready;
    // A list of its own that can't be spread.
    const textTracks = () => Array.from({ length: player.textTracks().length }, (_, i) => player.textTracks()[i]);
    const representations = () => player.tech(true).vhs.representations();
    return {
      heights: () => representations().map(({ height }) => height),
      // It changes at once only for a quality that was off and is turned on.
      choose: (height) => {
        for (const one of representations()) one.enabled(false);
        representations().find((one) => one.height === height).enabled(true);
      },
      captions: async (language) => {
        const track = () => textTracks().find((one) => one.language === language && one.kind !== 'metadata');
        await until(track);
        track().mode = 'showing';
      },
      textTracks,
      // video.js 8 keeps what it has loaded when it is sent back to a quality that it had before.
      returns: false,
    };
  },
};

async function until(check, within = 10_000) {
  const end = performance.now() + within;
  for (;;) {
    const value = check();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited in vain for ${check}; at ${video.currentTime}, ${JSON.stringify(shown)}, ${errors}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

/** The number that the picture shows, or null where there is no counter in it. */
function read() {
  const canvas = document.createElement('canvas');
  canvas.width = CELLS * 8;
  canvas.height = 80;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const lights = Array.from({ length: CELLS }, (_, k) => context.getImageData(k * 8 + 4, 76, 1, 1).data[1]);
  if (lights.at(-1) < 192 || lights.some((light) => light > 64 && light < 192)) return null;
  return lights.slice(0, -1).reduce((sum, light, k) => sum + (light > 128 ? 2 ** k : 0), 0);
}

function watch() {
  video.requestVideoFrameCallback((_, { mediaTime }) => {
    shown = { frame: read(), time: mediaTime, now: video.currentTime, count: shown.count + 1, height: video.videoHeight };
    watch();
  });
}

let player;
window.harness = {
  errors,
  /** Opens an address in a player; the heights that it offers. */
  async open(name, url, type) {
    video.crossOrigin = 'anonymous';
    video.muted = true;
    video.addEventListener('error', () => errors.push(`video ${video.error?.code} ${video.error?.message}`));
    watch();
    // A player that never gets ready says nothing of itself.
    let ready = false;
    const late = until(() => ready || errors.length, 15_000).then(() => { if (!ready) throw new Error(`${name} is not ready: ${errors}`); });
    player = await Promise.race([players[name](url, type), late.then(() => new Promise(() => {}))]);
    ready = true;
    await until(() => video.readyState >= 1 || errors.length);
    return { heights: player.heights?.().sort((a, b) => a - b), duration: video.duration, returns: player.returns !== false };
  },
  /** Plays on until `seconds`; what was seen. */
  async playTo(seconds) {
    await video.play();
    await until(() => video.currentTime >= seconds && shown.time >= 0, 20_000);
    const { totalVideoFrames: frames, droppedVideoFrames: dropped } = video.getVideoPlaybackQuality();
    return { time: video.currentTime, width: video.videoWidth, height: video.videoHeight, frames, dropped, shown };
  },
  /** Goes to a time while paused, and gives what is painted there. */
  async seek(seconds) {
    video.pause();
    video.currentTime = seconds;
    await until(() => !video.seeking && video.readyState >= 2);
    // The frame that is announced last may be one before: what is painted is looked at, until it is what it must be.
    let frame;
    const near = () => {
      frame = read();
      return frame !== null && Math.abs(frame - seconds * FPS) <= 1.5;
    };
    await until(near, 5_000).catch(() => {});
    return { time: video.currentTime, shown: { frame, time: seconds, now: video.currentTime } };
  },
  /** Asks for a quality, and plays until it is seen. */
  async choose(height) {
    player.choose(height);
    await video.play();
    await until(() => video.videoHeight === height && shown.height === height, 20_000).catch(async (error) => {
      // A player that changes at the next segment may be at the end before there is one.
      if (!video.ended) throw error;
    });
    if (shown.height !== height) {
      video.currentTime = 0;
      await video.play();
      await until(() => video.videoHeight === height && shown.height === height, 20_000);
    }
    return { height: video.videoHeight, shown };
  },
  /** Turns captions on. */
  captions: (language) => player.captions(language),
  /** The words that are on at a time. */
  async wordsAt(seconds) {
    video.pause();
    video.currentTime = seconds;
    const tracks = player.textTracks ?? (() => [...video.textTracks]);
    const words = () => tracks().filter(({ mode, kind }) => mode !== 'disabled' && kind !== 'metadata').flatMap(({ activeCues: now }) => Array.from({ length: now?.length ?? 0 }, (_, i) => now[i].text));
    await until(() => !video.seeking && words().length);
    return words();
  },
  /** How much sound was decoded. */
  soundBytes: () => video.webkitAudioDecodedByteCount,
};
