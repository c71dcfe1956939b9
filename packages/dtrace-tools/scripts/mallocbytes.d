#!/usr/sbin/dtrace -qs
/*
 * mallocbytes.d: which code paths ask malloc() for memory, by how many bytes.
 *
 *	./mallocbytes.d -c 'command arguments' -o stacks	starts a command
 *	./mallocbytes.d -p PID -o stacks			watches a running process
 *	dtrace-tools flamegraph stacks > malloc.svg		draws what it printed
 *
 * Memory that was freed again counts too. Every call is seen, and so this costs
 * far more than watching brk(). Children are not watched.
 *
 * Parameters, to be changed here:
 *	ustackframes	the deepest stack that is kept whole
 *	MIN_BYTES	smaller blocks are not counted
 */
#pragma D option quiet
#pragma D option ustackframes=100


inline int MIN_BYTES = 1;

pid$target::malloc:entry
/arg0 >= MIN_BYTES/
{
	@[ustack()] = sum(arg0);
}

pid$target::calloc:entry
/arg0 * arg1 >= MIN_BYTES/
{
	@[ustack()] = sum(arg0 * arg1);
}

/* A larger block is a new one: what the old one had is asked for again. */
pid$target::realloc:entry
/arg1 >= MIN_BYTES/
{
	@[ustack()] = sum(arg1);
}
