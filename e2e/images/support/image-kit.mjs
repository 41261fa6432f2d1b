// URLs as the published clients make them: one table of everything that they can say.
import { alignTypes, fittingTypes, getData, getPlaceholder, getResponsiveImageProps, htmlTag, sdk } from '@wix/image-kit';
import { media } from '@wix/sdk';
import { pictures } from './pictures.mjs';

const source = (name) => {
  const { width, height } = pictures.find((picture) => picture.name === name);
  return { id: name, width, height };
};
const target = (width, height, more = {}) => ({ width, height, htmlTag: htmlTag.IMG, alignment: alignTypes.CENTER, ...more });
/** WebP and AVIF take part in everything, and GIFs too. */
const all = { allowWebpAvifTransforms: true, allowFullGIFTransformation: true, allowAnimatedTransform: true };
const uri = (fitting, name, to, options = {}, from = {}) =>
  getData(fitting, { ...source(name), ...from }, to, { ...all, ...options }).uri;

const table = new Map();
/** Puts URLs into the table under the first heading that they come with; what isn't transformed is none. */
function put(heading, uris) {
  for (const one of uris) if (one.includes('/v1/') && !table.has(one)) table.set(one, heading);
}
const times = (...lists) => lists.reduce((rows, list) => rows.flatMap((row) => list.map((one) => [...row, one])), [[]]);

// Smaller than the pictures, of another shape, and larger than most.
const sizes = [[240, 180], [331, 97], [90, 260], [1100, 800]];

put('every fitting', times(Object.values(fittingTypes), ['photo.jpg', 'alpha.png', 'photo.webp', 'small.jpg'], sizes)
  .map(([fitting, name, [w, h]]) => uri(fitting, name, target(w, h))));
put('every kind of picture', times(['fit', 'fill'], pictures.filter(({ animated }) => !animated), sizes.slice(0, 2))
  .map(([fitting, { name }, [w, h]]) => uri(fitting, name, target(w, h))));
put('every alignment', times(Object.values(alignTypes), ['fill', 'tile', 'original_size', 'legacy_strip_fill', 'legacy_strip_tile'], ['photo.jpg', 'tall.jpeg'])
  .map(([alignment, fitting, name]) => uri(fitting, name, target(300, 200, { alignment }))));
put('focal points', times([[0, 0], [30, 70], [50, 50], [88, 12], [100, 100]], ['photo.jpg', 'tall.jpeg', 'alpha.png'], [[200, 200], [160, 40]])
  .map(([[x, y], name, [w, h]]) => uri('fill', name, target(w, h), {}, { focalPoint: { x, y } })));
put('device pixels', times([1, 2, 3], ['fit', 'fill'], ['photo.jpg', 'small.jpg', 'opaque.png', 'photo.webp'])
  .map(([pixelAspectRatio, fitting, name]) => uri(fitting, name, target(210, 150, { pixelAspectRatio }))));
put('enlarged', times(['auto', 'classic', 'super'], ['fit', 'fill', 'stretch'], ['small.jpg', 'alpha.png'], [[360, 270], [700, 500], [1300, 700]])
  .map(([upscaleMethod, fitting, name, [w, h]]) => uri(fitting, name, target(w, h), { upscaleMethod })));
// The client knows no longest side, only an area, which it rounds.
put('as large as it goes', [[9000, 1000], [1000, 9000], [6000, 4200]]
  .map(([w, h]) => uri('fill', 'large.jpg', target(w, h), { upscaleMethod: 'super', unsharpMask: { radius: 0, amount: 0, threshold: 0 } })));
put('an unknown size', times(['fit', 'fill'], ['photo.jpg', 'opaque.png'], [1, 2])
  .map(([fitting, name, pixelAspectRatio]) => uri(fitting, name, target(180, 140, { pixelAspectRatio }), {}, { width: undefined, height: undefined })));
put('qualities', times([5, 30, 60, 75, 90], ['photo.jpg', 'opaque.png', 'photo.webp'])
  .map(([quality, name]) => uri('fill', name, target(256, 192), { quality })));
put('filters', times(
  [{ contrast: 40 }, { contrast: -40 }, { brightness: 25 }, { brightness: -25 }, { saturation: 60 }, { saturation: -100 }, { hue: 90 }, { hue: -180 },
    { blur: 3 }, { blur: 100 }, { contrast: 12.5, blur: 0.5 }, { contrast: 10, brightness: -10, saturation: 20, hue: 15, blur: 1 }],
  ['photo.jpg', 'alpha.png'],
).map(([filters, name]) => uri('fill', name, target(220, 160), { filters })));
put('unsharp masks', times([[0, 0, 0], [0.5, 0.2, 0], [1.2, 1, 0], [4, 2, 0.05], [128, 1, 0], [500, 10, 255]], ['photo.jpg', 'alpha.png'])
  .map(([[radius, amount, threshold], name]) => uri('fill', name, target(240, 150), { unsharpMask: { radius, amount, threshold } })));
put('encodings', times([{ autoEncode: false }, { autoEncode: true }, { encoding: 'AVIF' }, { encoding: 'PAVIF' }, { progressive: false }], ['photo.jpg', 'alpha.png', 'alpha.webp'])
  .map(([options, name]) => uri('fill', name, target(202, 152), options)));
put('crops', times(
  [{ x: 100, y: 20, width: 150, height: 180 }, { x: 0, y: 0, width: 220, height: 60 }, { x: 250, y: 150, width: 4000, height: 4000 }, { x: -20, y: -30, width: 200, height: 200 }],
  ['fit', 'fill', 'stretch', 'tile', 'original_size'], ['photo.jpg', 'alpha.png', 'tall.jpeg'],
).map(([crop, fitting, name]) => uri(fitting, name, target(140, 100), {}, { crop })));
// What is cut from a crop keeps its fractions.
put('crops', ['photo.jpg', 'alpha.png'].map((name) =>
  uri('tile', name, target(140.6, 99.5), {}, { crop: { x: 100, y: 20, width: 150.5, height: 180.5 } })));
put('placeholders', times(['fit', 'fill', 'tile', 'original_size', 'legacy_normal'], pictures, [[980, 600], [400, 300], [120, 120]])
  .map(([fitting, { name, animated }, [w, h]]) => getPlaceholder(fitting, source(name), target(w, h), { hasAnimation: animated }).uri));
put('animations', times(['fit', 'fill'], ['animated.gif', 'still.gif'], [[160, 120], [99, 40]])
  .map(([fitting, name, [w, h]]) => uri(fitting, name, target(w, h))));
put('sources of a page', times(['photo.jpg', 'opaque.png'], [undefined, 60], ['fill', 'fit', 'original_size']).flatMap(([name, widthProportion, displayMode]) => {
  const props = { displayMode, uri: name, ...source(name), widthProportion, siteMargin: 10, alignType: 'top', baseHostURL: '' };
  const { srcset, fallbackSrc, sources = [] } = getResponsiveImageProps({ ...props, baseHostURL: 'here/' }, 320, 240);
  const strings = [srcset, fallbackSrc, ...sources.flatMap((one) => [one.srcset, one.fallbackSrc])].filter(Boolean);
  return strings.flatMap((text) => text.split(', ')).map((one) => one.split(' ')[0].replace('here/', ''));
}));

const path = (url) => url.replace('https://static.wixstatic.com/media/', '');
put('the helpers of image-kit', times(['photo.jpg', 'small.jpg', 'opaque.png'], [1, 2]).flatMap(([name, devicePixelRatio]) => {
  const { width, height } = source(name);
  const more = { devicePixelRatio };
  return [
    sdk.getScaleToFitImageURL(name, width, height, 270, 190, more),
    sdk.getScaleToFillImageURL(name, width, height, 270, 190, { ...more, focalPoint: { x: 20, y: 80 } }),
    sdk.getScaleToFillImageURL(name, width, height, 90, 110, { ...more, name: 'a name/with: "signs".png', quality: 70 }),
    sdk.getCropImageURL(name, width, height, 30, 40, 200, 100, 100, 50, more),
  ].map(path);
}));
// These swap width and height of the source; what they ask for is asked for.
put('the helpers of @wix/sdk', times(['photo.jpg', 'tall.jpeg', 'alpha.png'], [[400, 400], [120, 300]]).flatMap(([name, [w, h]]) => {
  const { width, height } = source(name);
  const image = `wix:image://v1/${name}/a%20name.jpg#originWidth=${width}&originHeight=${height}`;
  return [
    media.getScaledToFitImageUrl(image, w, h, {}),
    media.getScaledToFillImageUrl(image, w, h, { quality: 82 }),
    media.getCroppedImageUrl(image, 10, 20, 220, 160, w, h, {}),
  ].map(path);
}));

/** All of them: heading, and the URL behind `…/media/`, in which a picture's name stands for its id. */
export const urls = [...table].map(([one, heading]) => ({ heading, uri: one, name: one.slice(0, one.indexOf('/')) }));
