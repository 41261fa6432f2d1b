/* A disk that loses whatever was not synced, for the processes that are started with it in LD_PRELOAD.
 *
 * Each sync of a file or folder below LOSSY_ROOT copies what it promises into LOSSY_KEPT: a file's bytes under the number
 * of its inode, a folder's entries (name, inode, kind) likewise. After a crash the test puts together what was kept: the
 * contents that were synced, under the names that were synced, and nothing else. With LOSSY_LIES set, syncs of files are
 * answered and not kept, which shows that the test would notice.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long counter;

static int fresh(char *path, const char *kept) {
    snprintf(path, PATH_MAX, "%s/making-%ld", kept, atomic_fetch_add(&counter, 1));
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

static int put(int to, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(to, bytes, length);
        if (written < 0) return -1;
        bytes += written;
        length -= written;
    }
    return 0;
}

static int keep_file(const char *self, int to) {
    static _Thread_local char buffer[1 << 16];
    int from = open(self, O_RDONLY | O_CLOEXEC);
    if (from < 0) return -1;
    ssize_t length;
    while ((length = read(from, buffer, sizeof buffer)) > 0)
        if (put(to, buffer, length) < 0) break;
    close(from);
    return length == 0 ? 0 : -1;
}

static int keep_folder(const char *self, int to) {
    DIR *folder = opendir(self);
    if (!folder) return -1;
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        char line[NAME_MAX + 64];
        int length = snprintf(line, sizeof line, "%lu %c %s\n", (unsigned long)entry->d_ino,
                              entry->d_type == DT_DIR ? 'd' : 'f', entry->d_name);
        if (put(to, line, length) < 0) break;
    }
    closedir(folder);
    return entry ? -1 : 0;
}

/* 0 when what the sync promises is kept; -1 and errno when it can't be. */
static int keep(int fd) {
    const char *root = getenv("LOSSY_ROOT"), *kept = getenv("LOSSY_KEPT");
    char self[64], real[PATH_MAX], making[PATH_MAX], made[PATH_MAX];
    struct stat status;
    if (!root || !kept || fstat(fd, &status) < 0) return -1;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(self, real, sizeof real - 1);
    if (length < 0) return -1;
    real[length] = 0;
    if (strncmp(real, root, strlen(root)) != 0) return 0;
    int folder = S_ISDIR(status.st_mode);
    if (!folder && getenv("LOSSY_LIES")) return 0;
    int to = fresh(making, kept);
    if (to < 0) return -1;
    int done = folder ? keep_folder(self, to) : keep_file(self, to);
    close(to);
    snprintf(made, sizeof made, "%s/%lu", kept, (unsigned long)status.st_ino);
    return done < 0 ? -1 : rename(making, made);
}

/* One at a time: of two syncs of one folder, the later to end must not put back what the earlier saw. */
static int keep_in_turn(int fd) {
    static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&turn);
    int done = keep(fd), why = errno;
    pthread_mutex_unlock(&turn);
    errno = why;
    return done;
}

int fsync(int fd) { return keep_in_turn(fd); }
int fdatasync(int fd) { return keep_in_turn(fd); }
