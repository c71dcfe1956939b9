import { Profile, type Stack } from "./profile.ts";

/** Adds profiles of the same unit up. */
export function merge(profiles: Iterable<Profile>): Profile {
  let sum: Profile | undefined;
  for (const profile of profiles) {
    sum ??= new Profile(profile.unit);
    for (const { frames, value, count } of profile.stacks()) sum.add(frames, value, count);
  }
  return sum ?? new Profile();
}

/** Keeps the stacks that have a frame whose name matches. */
export function filter(profile: Profile, pattern: RegExp): Profile {
  return rebuilt(profile, (stack) =>
    stack.frames.some((name) => pattern.test(name)) ? stack.frames : undefined,
  );
}

/** Keeps the stacks that have a frame whose name matches, from the first such frame on: it becomes the root. */
export function focus(profile: Profile, pattern: RegExp): Profile {
  return rebuilt(profile, ({ frames }) => {
    const at = frames.findIndex((name) => pattern.test(name));
    return at === -1 ? undefined : frames.slice(at);
  });
}

/** Turns every stack round, so that the frames that did the work are at the root and their callers above. */
export function invert(profile: Profile): Profile {
  return rebuilt(profile, ({ frames }) => frames.toReversed());
}

/** Gives each frame another name; frames for which `rename` gives undefined are left out of their stacks. */
export function mapFrames(profile: Profile, rename: (name: string) => string | undefined): Profile {
  const names = new Map<string, string | undefined>();
  return rebuilt(profile, ({ frames }) => {
    const renamed: string[] = [];
    for (const name of frames) {
      if (!names.has(name)) names.set(name, rename(name));
      const other = names.get(name);
      if (other !== undefined) renamed.push(other);
    }
    return renamed;
  });
}

/** Puts a frame below all others, such as the name of the process whose stacks these are. */
export function prefixed(profile: Profile, root: string): Profile {
  return rebuilt(profile, ({ frames }) => [root, ...frames]);
}

/** Scales all values so that they add up to `total`: profiles of runs of different length can be compared then. */
export function normalise(profile: Profile, total: number): Profile {
  const scale = profile.total === 0 ? 0 : total / profile.total;
  const scaled = new Profile(profile.unit);
  for (const { frames, value, count } of profile.stacks()) scaled.add(frames, value * scale, count);
  return scaled;
}

/** What the C library and C++ do between a program's request for memory and the kernel. */
const ALLOCATOR_NAMES = [
  String.raw`_*(?:GI_+)?(?:s?brk(?:_unlocked)?|mmap(?:64)?|munmap|mremap|mprotect)`,
  String.raw`_*(?:GI_+)?libc_(?:malloc|calloc|realloc|memalign)`,
  String.raw`_*(?:malloc|calloc|realloc|posix_memalign|aligned_alloc|memalign)(?:_unlocked)?`,
  String.raw`_?int_(?:malloc|realloc|memalign|free)|_mid_memalign|systrim`,
  String.raw`_*default_morecore|__glibc_morecore|morecore|sysmalloc(?:_mmap)?`,
  String.raw`grow_heap|new_heap|arena_get2?|ptmalloc_init|tcache_init(?:\.part\.0)?`,
  String.raw`operator new(?:\[\])?(?:\(.*\))?`,
];
const ALLOCATOR = new RegExp(`^(?:.*\`)?(?:${ALLOCATOR_NAMES.join("|")})(?:@+GLIBC\\S*)?$`);

/** The frame that stands for all rows of the allocator. */
export const ALLOCATOR_FRAME = "[allocator]";

/** Folds the rows above malloc (`malloc`, `sysmalloc`, `sbrk`, `__brk`, ...) into one. */
export function foldAllocator(profile: Profile): Profile {
  return rebuilt(profile, ({ frames }) => {
    let end = frames.length;
    while (end > 0 && ALLOCATOR.test(frames[end - 1] ?? "")) end--;
    return end === frames.length ? frames : [...frames.slice(0, end), ALLOCATOR_FRAME];
  });
}

function rebuilt(profile: Profile, change: (stack: Stack) => readonly string[] | undefined): Profile {
  const changed = new Profile(profile.unit);
  for (const stack of profile.stacks()) {
    const frames = change(stack);
    if (frames !== undefined) changed.add(frames, stack.value, stack.count);
  }
  return changed;
}
