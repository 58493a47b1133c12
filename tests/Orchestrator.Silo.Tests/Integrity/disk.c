/* LD_PRELOAD: what the disk under one folder answers to one process, by the error number that a file holds; 0 lets everything through.
   EIO fails every sync. Any other number fails every write, and every opening for writing. Pipes and sockets are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static volatile int32_t *fault;
static const char *under;

__attribute__((constructor)) static void start(void)
{
    int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    const char *path = getenv("FAULTS_DISK");
    under = getenv("FAULTS_DISK_UNDER");
    int file = path ? real(path, O_RDONLY) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof(int32_t), PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) fault = page;
    close(file);
}

static int fails(int sync)
{
    int now = fault ? *fault : 0;
    if (now == 0 || (now == EIO) != sync) return 0;
    errno = now;
    return 1;
}

static int fails_to_open(const char *path, int flags)
{
    return (flags & (O_WRONLY | O_RDWR | O_CREAT)) && under && path && strncmp(path, under, strlen(under)) == 0 && fails(0);
}

#define REAL(type, name) ((type)dlsym(RTLD_NEXT, name))

int fsync(int file) { return fails(1) ? -1 : REAL(int (*)(int), "fsync")(file); }
int fdatasync(int file) { return fails(1) ? -1 : REAL(int (*)(int), "fdatasync")(file); }

ssize_t pwrite(int file, const void *from, size_t bytes, off_t at)
{
    return fails(0) ? -1 : REAL(ssize_t (*)(int, const void *, size_t, off_t), "pwrite")(file, from, bytes, at);
}

ssize_t pwrite64(int file, const void *from, size_t bytes, off64_t at)
{
    return fails(0) ? -1 : REAL(ssize_t (*)(int, const void *, size_t, off64_t), "pwrite64")(file, from, bytes, at);
}

#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...)                            \
    {                                                                     \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;         \
        va_end(rest);                                                     \
        if (fails_to_open(path, flags)) return -1;                        \
        return REAL(int (*)(const char *, int, ...), #name)(path, flags, mode); \
    }

OPEN(open)
OPEN(open64)
