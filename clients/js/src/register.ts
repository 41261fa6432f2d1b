/** `node --import media-manager-client/register app.js`: Node then finds `wix-media.v2` and `wix-auth` in this package. */
import { register } from 'node:module';

register('./hooks.js', import.meta.url);
