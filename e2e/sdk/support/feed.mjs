// A listener to the live feed, which reads `text/event-stream` by hand.
import { until } from './until.mjs';

/** Asks for the feed of a site; the reply, whatever it is. */
export const ask = ({ url, apiKey }, { lastEventId, signal } = {}) => fetch(`${url}/site-media/v1/files/events`, {
  headers: { ...(apiKey ? { Authorization: apiKey } : {}), ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }) },
  signal,
});

/** Listens, from now on or from behind `lastEventId`. */
export async function listen(site, { lastEventId } = {}) {
  const leaving = new AbortController();
  const reply = await ask(site, { lastEventId, signal: leaving.signal });
  if (reply.status !== 200) throw new Error(`the feed answered ${reply.status}: ${await reply.text()}`);
  const told = [];
  let begun = false;
  const feed = {
    type: reply.headers.get('content-type'),
    /** What was told: `id`, `event`, `data`, and when. */
    told,
    lastEventId,
    /** The first `count` events, once there are so many. */
    heard: (count, within) =>
      until(() => told.length >= count && told.slice(0, count), () => `${count} events; there are ${told.length}`, within),
    leave: () => leaving.abort(),
  };
  const take = (block) => {
    const fields = Object.fromEntries(block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)?.slice(1) ?? ['', '']));
    if (fields.id !== undefined) feed.lastEventId = fields.id;
    if (fields.data !== undefined) told.push({ ...fields, data: JSON.parse(fields.data), at: performance.now() });
    begun = true;
  };
  /** How the stream came to its end: `whole`, or what broke it off. */
  feed.ended = (async () => {
    let text = '';
    try {
      for await (const chunk of reply.body.pipeThrough(new TextDecoderStream())) {
        const blocks = (text + chunk).split('\n\n');
        text = blocks.pop();
        blocks.forEach(take);
      }
      return text === '' ? 'whole' : `the last block is cut off: ${text}`;
    } catch (error) {
      return error;
    }
  })();
  await until(() => begun, 'the first lines of the feed');
  return feed;
}
