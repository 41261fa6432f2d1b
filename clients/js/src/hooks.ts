import type { ResolveHook } from 'node:module';

const STAND_INS = ['wix-media.v2', 'wix-auth'];

/** Node's hook that tells where a module is. */
export const resolve: ResolveHook = (specifier, context, next) =>
  STAND_INS.includes(specifier)
    ? { url: new URL(`./${specifier}.js`, import.meta.url).href, shortCircuit: true }
    : next(specifier, context);
