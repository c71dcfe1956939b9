#!/usr/sbin/dtrace -qs
/*
 * pagefaults.d: which code paths touch memory for the first time.
 *
 *	./pagefaults.d -c 'command arguments' -o stacks	starts a command
 *	./pagefaults.d -p PID -o stacks			watches a running process
 *	dtrace-tools flamegraph stacks > faults.svg	draws what it printed
 *
 * Each fault makes a page resident, whoever allocated it: this is where memory
 * is used, not where it was asked for. Values are bytes, of pages of one size:
 * where the system makes huge pages of its own accord, a fault brings more.
 *
 * Parameters, to be changed here:
 *	ustackframes	the deepest stack that is kept whole
 *	FOLLOW		1 to watch the children of the command too, else 0
 *	PAGE_BYTES	the size of a page
 */
#pragma D option quiet
#pragma D option zdefs
#pragma D option ustackframes=100


inline int FOLLOW = 1;
inline int PAGE_BYTES = 4096;

/* The first is there on illumos, the second on FreeBSD. */
vminfo:::as_fault, fbt:kernel:vm_fault_trap:entry
/pid == $target || (FOLLOW && progenyof($target))/
{
	@[ustack()] = sum(PAGE_BYTES);
}
