#!/usr/sbin/dtrace -qs
/*
 * brkquantize.d: how much a command's heap grows, in steps of which sizes.
 *
 *	./brkquantize.d -c 'command arguments'		starts a command
 *	./brkquantize.d -p PID				watches a running process
 *
 * malloc() asks the kernel for memory by brk(), whose argument is the new end
 * of the heap. Growth is the difference to the last end, kept for each process
 * (not each thread: threads share a heap). Memory that malloc() has back from
 * free() and hands out again does not show; neither does what it takes by mmap().
 *
 * Parameters, to be changed here:
 *	FOLLOW		1 to watch the children of the command too, else 0
 *	MIN_BYTES	growth by less than this is not counted
 */
#pragma D option quiet
/* The system call is "brk" on illumos and Linux, "break" on FreeBSD: the other probe is not there. */
#pragma D option zdefs

inline int FOLLOW = 1;
inline int MIN_BYTES = 1;

/* The end of each process's heap; 0 while it is not known. */
uintptr_t heap_end[pid_t];

/* A new program has a new heap, whose beginning is not known yet. */
proc:::exec-success
/pid == $target || (FOLLOW && progenyof($target))/
{
	heap_end[pid] = 0;
}

/* A child begins with the heap of its parent. */
proc:::create
/pid == $target || (FOLLOW && progenyof($target))/
{
	heap_end[args[0]->pr_pid] = heap_end[pid];
}

syscall::brk:entry, syscall::break:entry
/pid == $target || (FOLLOW && progenyof($target))/
{
	/* An argument of 0 asks where the end is. */
	self->new_end = (uintptr_t)arg0;
}

/* The first call of a program tells where its heap is; growth counts from there. */
syscall::brk:return, syscall::break:return
/self->new_end && errno == 0 && heap_end[pid] && self->new_end > heap_end[pid] &&
    self->new_end - heap_end[pid] >= MIN_BYTES/
{
	this->size = self->new_end - heap_end[pid];
	@sizes["brk() allocation sizes"] = quantize(this->size);
	@bytes["Total bytes allocated"] = sum(this->size);
	@calls["Total number of brk() calls"] = count();
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
