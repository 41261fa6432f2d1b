/** Stands in for the module `wix-media.v2` of a hosted site. Its functions use the client whose context is enabled. */
export * from '@wix/media';
