/*
 * Changes a btree with the original BerkeleyDB 1.85 library, which is loaded when there is one, and prints all that is in it.
 *
 *   original-library FILE < CHANGES > ENTRIES
 *
 * A change is a line `+KEY<TAB>VALUE` or `-KEY`; an entry is printed as `KEY<TAB>VALUE`. Keys and values have a NUL at their
 * end in the file, and no tab or line feed in them. The status is 3 where there is no such library.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The library's interface, which has no header where only the library itself is installed. */
typedef struct { void *data; size_t size; } Text;
typedef struct Database {
	int type;
	int (*close)(struct Database *);
	int (*del)(const struct Database *, const Text *, unsigned);
	int (*get)(const struct Database *, const Text *, Text *, unsigned);
	int (*put)(const struct Database *, Text *, const Text *, unsigned);
	int (*seq)(const struct Database *, Text *, Text *, unsigned);
	int (*sync)(const struct Database *, unsigned);
} Database;
typedef Database *(*Open)(const char *, int, int, int, const void *);
enum { BTREE = 0, FIRST = 3, NEXT = 7 };

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static Open find_open(void)
{
	const char *names[] = { "libdb1.so.2", "libdb.so.2" };
	for (int i = 0; i < 2; i++) {
		void *library = dlopen(names[i], RTLD_NOW);
		if (library != NULL)
			return (Open)dlsym(library, "dbopen");
	}
	exit(3);
}

static void change(Database *db, char *line)
{
	char *tab = strchr(line, '\t');
	if (tab != NULL)
		*tab = '\0';
	Text key = { line + 1, strlen(line + 1) + 1 };
	if (*line == '-') {
		if (db->del(db, &key, 0) < 0)
			fail("del");
	} else {
		Text value = { tab + 1, strlen(tab + 1) + 1 };
		if (db->put(db, &key, &value, 0) < 0)
			fail("put");
	}
}

/* Each entry is also looked up, by way of the tree. */
static void print_all(Database *db)
{
	Text key, value, found;
	int status = db->seq(db, &key, &value, FIRST);
	for (; status == 0; status = db->seq(db, &key, &value, NEXT)) {
		char *name = strdup(key.data), *owner = strdup(value.data);
		Text wanted = { name, strlen(name) + 1 };
		if (db->get(db, &wanted, &found, 0) != 0 || strcmp(found.data, owner) != 0)
			fail(name);
		printf("%s\t%s\n", name, owner);
		free(name);
		free(owner);
	}
	if (status < 0)
		fail("seq");
}

int main(int argc, char **argv)
{
	Open open_database = find_open();
	if (argc != 2)
		return 2;
	Database *db = open_database(argv[1], O_RDWR | O_CREAT, 0644, BTREE, NULL);
	if (db == NULL)
		fail(argv[1]);
	char *line = NULL;
	size_t room = 0;
	for (ssize_t length; (length = getline(&line, &room, stdin)) > 0;) {
		line[length - 1] = '\0';
		change(db, line);
	}
	print_all(db);
	if (db->close(db) != 0)
		fail("close");
	return 0;
}
