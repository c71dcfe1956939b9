#!/usr/sbin/dtrace -qs
/*
 * mmapbytes.d: which code paths take memory by mmap(), by how many bytes.
 *
 *	./mmapbytes.d -c 'command arguments' -o stacks	starts a command
 *	./mmapbytes.d -p PID -o stacks			watches a running process
 *	dtrace-tools flamegraph stacks > mmap.svg	draws what it printed
 *
 * malloc() takes large blocks by mmap(), which brk() does not show. Only private
 * anonymous memory that may be written counts: files and reserved address space
 * are no memory of the program's own. What munmap() gives back is not subtracted.
 *
 * Parameters, to be changed here:
 *	ustackframes	the deepest stack that is kept whole
 *	FOLLOW		1 to watch the children of the command too, else 0
 *	MIN_BYTES	smaller mappings are not counted
 *	MAP_ANON_FLAG	0x100 on illumos, 0x1000 on FreeBSD, NetBSD and macOS
 */
#pragma D option quiet
#pragma D option zdefs
#pragma D option ustackframes=100


inline int FOLLOW = 1;
inline int MIN_BYTES = 1;
inline int MAP_ANON_FLAG = 0x100;

/* arg2 is the protection (2: may be written), arg3 the flags (2: private). */
syscall::mmap:entry, syscall::mmap64:entry, syscall::freebsd6_mmap:entry
/(pid == $target || (FOLLOW && progenyof($target))) &&
    (arg2 & 2) && (arg3 & 2) && (arg3 & MAP_ANON_FLAG) && arg1 >= MIN_BYTES/
{
	self->length = arg1;
}

syscall::mmap:return, syscall::mmap64:return, syscall::freebsd6_mmap:return
/self->length && errno == 0/
{
	@[ustack()] = sum(self->length);
}

syscall::mmap:return, syscall::mmap64:return, syscall::freebsd6_mmap:return
{
	self->length = 0;
}
