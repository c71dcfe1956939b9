import type { SamplePackage } from "sample-repository";

const MiB = 1024 * 1024;

/**
 * The packages of the demo as first published.
 *
 * @param prefix where they will be installed, which a package knows when it is built
 */
export function firstRelease(prefix: string): readonly SamplePackage[] {
  return [
    phrases(prefix, "1.0", "Hello, world."),
    hello(prefix, { version: "1.0", depends: ["phrases-[0-9]*"], extra: "" }),
    {
      pkgname: "hello-classic-0.9",
      prefix,
      comment: "Greets the world the old way",
      conflicts: ["hello-[0-9]*"],
      files: { "bin/hello": { content: "#!/bin/sh\necho HELLO\n", mode: 0o755 } },
    },
    {
      pkgname: "atlas-2026.1",
      prefix,
      comment: "Maps of the whole world",
      files: { "share/atlas/world.map": { size: 64 * MiB } },
    },
    {
      pkgname: "globe-3.1nb1",
      prefix,
      comment: "Looks places up in the atlas",
      depends: ["atlas>=2026", "hello>=1.0"],
      files: { "bin/globe": { content: `#!/bin/sh\nls -l ${prefix}/share/atlas\n`, mode: 0o755 } },
    },
  ];
}

/** The packages that change later. */
export function secondRelease(prefix: string): readonly SamplePackage[] {
  return [
    phrases(prefix, "1.1", "Hello, world. What a small heap you have!"),
    hello(prefix, { version: "2.0", depends: ["phrases>=1.1"], extra: 'date "+It is %Y."\n' }),
  ];
}

function phrases(prefix: string, version: string, text: string): SamplePackage {
  return {
    pkgname: `phrases-${version}`,
    prefix,
    comment: "What programs say",
    files: { "share/phrases/greeting": `${text}\n` },
  };
}

function hello(
  prefix: string,
  { version, depends, extra }: { version: string; depends: readonly string[]; extra: string },
): SamplePackage {
  const script = `#!/bin/sh\necho "hello ${version}"\ncat ${prefix}/share/phrases/greeting\n${extra}`;
  return {
    pkgname: `hello-${version}`,
    prefix,
    comment: "Greets the world",
    depends,
    files: { "bin/hello": { content: script, mode: 0o755 } },
  };
}
