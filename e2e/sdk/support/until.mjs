// Waiting for what comes by itself.

/** Waits until `check` gives something, and returns that. `what` says what is waited for. */
export async function until(check, what, within = 5000) {
  const end = performance.now() + within;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited in vain for ${typeof what === 'function' ? what() : what}`);
    await pause(10);
  }
}

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
