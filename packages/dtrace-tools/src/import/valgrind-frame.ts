/** Names a frame that valgrind wrote as `0xADDRESS: function (file.c:12)` or `0xADDRESS: ??? (in /lib/x.so)`. */
export function valgrindFrame(text: string): string {
  const [, name = text, object] =
    /^(?:0x[0-9A-F]+: )?(.*?)(?: \((?:in (.*)|[^()]*:\d+)\))?$/.exec(text) ?? [];
  if (name !== "???") return name;
  return object === undefined ? name : `[${object.slice(object.lastIndexOf("/") + 1)}]`;
}
