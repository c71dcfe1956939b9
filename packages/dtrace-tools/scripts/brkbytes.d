#!/usr/sbin/dtrace -qs
/*
 * brkbytes.d: which code paths grow a command's heap, by how many bytes.
 *
 *	./brkbytes.d -c 'command arguments' -o stacks	starts a command
 *	dtrace-tools flamegraph stacks > heap.svg	draws what it printed
 *
 * Each call of brk() which makes the heap larger adds its bytes to the stack
 * that called it. See brkquantize.d about what brk() tells and what it does not.
 *
 * Parameters, to be changed here:
 *	ustackframes	the deepest stack that is kept whole
 *	FOLLOW		1 to watch the children of the command too, else 0
 *	MIN_BYTES	growth by less than this is not counted
 */
#pragma D option quiet
#pragma D option zdefs
#pragma D option ustackframes=100

inline int FOLLOW = 1;
inline int MIN_BYTES = 1;

uintptr_t heap_end[pid_t];

proc:::exec-success
/pid == $target || (FOLLOW && progenyof($target))/
{
	heap_end[pid] = 0;
}

proc:::create
/pid == $target || (FOLLOW && progenyof($target))/
{
	heap_end[args[0]->pr_pid] = heap_end[pid];
}

syscall::brk:entry, syscall::break:entry
/pid == $target || (FOLLOW && progenyof($target))/
{
	self->new_end = (uintptr_t)arg0;
}

syscall::brk:return, syscall::break:return
/self->new_end && errno == 0 && heap_end[pid] && self->new_end > heap_end[pid] &&
    self->new_end - heap_end[pid] >= MIN_BYTES/
{
	@[ustack()] = sum(self->new_end - heap_end[pid]);
}

syscall::brk:return, syscall::break:return
/self->new_end && errno == 0/
{
	heap_end[pid] = self->new_end;
}

syscall::brk:return, syscall::break:return
{
	self->new_end = 0;
}

proc:::exit
/pid == $target || (FOLLOW && progenyof($target))/
{
	heap_end[pid] = 0;
}
