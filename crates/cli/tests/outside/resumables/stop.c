/* Ends the process at its n-th sync, for the processes that are started with it in LD_PRELOAD: right before it, so that
 * whatever was done since the last one has happened, and nothing after it has. Syncs count from when the file named by
 * STOP_ARMED is there; n stands in STOP_AT.
 */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long syncs;

static void count(void) {
    const char *armed = getenv("STOP_ARMED"), *at = getenv("STOP_AT");
    if (armed && at && access(armed, F_OK) == 0 && atomic_fetch_add(&syncs, 1) + 1 == atol(at)) _exit(9);
}

int fsync(int fd) { count(); return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { count(); return syscall(SYS_fdatasync, fd); }
