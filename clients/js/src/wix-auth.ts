/** Stands in for the module `wix-auth` of a hosted site. */
export { elevate } from '@wix/sdk/context';
