// A film in two languages with words to read in two more: everything in it is to be had in every stream.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { folder, srt } from '../support/clips.mjs';
import { ffmpeg, probe } from '../support/ffmpeg.mjs';
import { startLibrary } from '../support/library.mjs';

const tone = (hertz) => ['-f', 'lavfi', '-t', '4', '-i', `sine=frequency=${hertz}:sample_rate=48000`];

describe('a film in several languages', () => {
  let library;
  let file;
  before(async () => {
    const [words, path] = [join(folder, 'words.srt'), join(folder, 'languages.mkv')];
    await writeFile(words, srt);
    await ffmpeg('-f', 'lavfi', '-t', '4', '-i', 'testsrc2=size=320x240:rate=25', ...tone(440), ...tone(660), '-i', words, '-i', words,
      '-map', '0', '-map', '1', '-map', '2', '-map', '3', '-map', '4', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-c:s', 'srt',
      '-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=ger', '-metadata:s:a:1', 'title=Deutsch "live", 2.0',
      '-metadata:s:s:0', 'language=fre', '-metadata:s:s:1', 'language=pol', '-disposition:s:1', 'default', path);
    library = await startLibrary();
    file = await library.add('languages.mkv', await readFile(path));
  });
  after(() => library.stop());

  it('is known by all of them', () => {
    const { audio, captions } = file.media.video;
    assert.deepEqual(audio.map(({ language, channels }) => [language, channels]), [['eng', 1], ['ger', 1]]);
    assert.deepEqual(captions.map(({ language, default: chosen }) => [language, chosen]), [['fr', false], ['pl', true]]);
  });

  it('has them in the HLS master, the first sound as the usual one, and every list and track is there', async () => {
    const master = await library.stream(file.id, 'HLS');
    const text = await (await fetch(master)).text();
    const media = text.split('\n').filter((line) => line.startsWith('#EXT-X-MEDIA'));
    assert.deepEqual(media.map((line) => /NAME="([^"]*)"/.exec(line)[1]), ['English', "Deutsch 'live', 2.0", 'Français', 'Polski'], 'by its title, or by what it is called');
    assert.deepEqual(media.map((line) => [/TYPE=(\w+)/.exec(line)[1], /LANGUAGE="([\w-]+)"/.exec(line)[1], /DEFAULT=(\w+)/.exec(line)[1]]), [
      ['AUDIO', 'en', 'YES'], ['AUDIO', 'de', 'NO'], ['SUBTITLES', 'fr', 'NO'], ['SUBTITLES', 'pl', 'YES'],
    ]);
    for (const [, list] of text.matchAll(/URI="([^"]+)"/g)) {
      const reply = await fetch(new URL(list, master));
      assert.equal(reply.status, 200, list);
      const [part] = (await reply.text()).split('\n').filter((line) => line && !line.startsWith('#'));
      assert.equal((await fetch(new URL(part, new URL(list, master)))).status, 200, part);
    }
  });

  it('has them in the DASH manifest', async () => {
    const text = await (await fetch(await library.stream(file.id, 'DASH'))).text();
    const sets = [...text.matchAll(/<AdaptationSet[^>]*>/g)].map(([set]) => [/contentType="(\w+)"/.exec(set)[1], /lang="([\w-]+)"/.exec(set)?.[1]]);
    assert.deepEqual(sets.filter(([kind]) => kind !== 'image'), [['video', undefined], ['audio', 'en'], ['audio', 'de'], ['text', 'fr'], ['text', 'pl']]);
    assert.doesNotMatch(text, /"live"/, 'a label can not end an attribute');
  });

  it('is saved with the first sound, and each sound alone', async () => {
    const rendition = file.media.video.resolutions[0];
    assert.equal((await probe(rendition.url)).streams.filter(({ codec_type: kind }) => kind === 'audio').length, 1);
    for (const key of ['audio.m4a', 'audio.1.m4a']) {
      const { downloadUrls: [{ url }] } = await library.client.files.generateFileDownloadUrl(file.id, { assetKeys: [key] });
      const { streams } = await probe(url);
      assert.deepEqual(streams.map(({ codec_name: codec }) => codec), ['aac'], key);
    }
  });

  it('is given further words and relieved of them', async () => {
    await library.caption(file.id, 'fr', 'WEBVTT\n\n00:01.000 --> 00:02.000\nOui');
    const { body } = await library.call('GET', `files/${file.id}/captions`);
    assert.deepEqual(body.captions.map(({ language }) => language).sort(), ['fr', 'pl']);
    const url = body.captions.find(({ language }) => language === 'fr').url;
    assert.match(await (await fetch(url)).text(), /Oui/);
    assert.equal((await library.call('DELETE', `files/${file.id}/captions/fr`)).status, 200);
    assert.equal((await library.call('DELETE', `files/${file.id}/captions/fr`)).body.details.validationError.fieldViolations[0].ruleName, 'RESOURCE_NOT_FOUND');
    assert.equal((await fetch(url)).status, 404);
    const wrong = await library.call('PUT', `files/${file.id}/captions/en`, { text: '1\n00:00:01 -> 2\nno' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.details.validationError.fieldViolations[0].description, /line \d+/);
  });
});
