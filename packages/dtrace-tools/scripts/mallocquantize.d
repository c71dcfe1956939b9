#!/usr/sbin/dtrace -qs
/*
 * mallocquantize.d: which sizes of memory a program asks malloc() for.
 *
 *	./mallocquantize.d -c 'command arguments'	starts a command
 *	./mallocquantize.d -p PID			watches a running process
 *
 * Every call is seen, and so this costs far more than watching brk(). Children
 * are not watched.
 *
 * Parameters, to be changed here:
 *	MIN_BYTES	smaller blocks are not counted
 */
#pragma D option quiet

inline int MIN_BYTES = 1;

pid$target::malloc:entry
/arg0 >= MIN_BYTES/
{
	@sizes["malloc() sizes"] = quantize(arg0);
	@bytes["Total bytes requested"] = sum(arg0);
	@calls["Total number of calls"] = count();
}

pid$target::calloc:entry
/arg0 * arg1 >= MIN_BYTES/
{
	@sizes["malloc() sizes"] = quantize(arg0 * arg1);
	@bytes["Total bytes requested"] = sum(arg0 * arg1);
	@calls["Total number of calls"] = count();
}

/* A larger block is a new one: what the old one had is asked for again. */
pid$target::realloc:entry
/arg1 >= MIN_BYTES/
{
	@sizes["malloc() sizes"] = quantize(arg1);
	@bytes["Total bytes requested"] = sum(arg1);
	@calls["Total number of calls"] = count();
}
