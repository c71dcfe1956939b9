/** The metadata files in the order in which a package has them, and the mode that each has there. */
export const METADATA_MODES: ReadonlyMap<string, number> = new Map([
  ["+CONTENTS", 0o644],
  ["+COMMENT", 0o444],
  ["+DESC", 0o444],
  ["+INSTALL", 0o555],
  ["+DEINSTALL", 0o555],
  ["+DISPLAY", 0o444],
  ["+MTREE_DIRS", 0o444],
  ["+BUILD_VERSION", 0o444],
  ["+BUILD_INFO", 0o444],
  ["+SIZE_PKG", 0o444],
  ["+SIZE_ALL", 0o444],
  ["+PRESERVE", 0o444],
  ["+REQUIRED_BY", 0o644],
  ["+INSTALLED_INFO", 0o644],
]);

export const METADATA_NAMES: readonly string[] = [...METADATA_MODES.keys()];

/** The first ones, which every package must have. */
export const MANDATORY_METADATA = 3;
