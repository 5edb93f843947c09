/* What the parts of the stand-in CUDA driver share. Device memory is memory of this process, streams are queues that run as late as CUDA allows. */
#include <stddef.h>
#include <stdint.h>

enum kind { CONTEXT = 1, STREAM, EVENT, MODULE, FUNCTION, GRAPH, EXECUTABLE };

enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_CONTEXT = 201, INVALID_HANDLE = 400, NOT_FOUND = 500, CAPTURE_UNSUPPORTED = 900, UPDATE_FAILURE = 910, INVALID_PTX = 218 };

enum operation_kind { TO_DEVICE, TO_HOST, WITHIN_DEVICE, FILL, KERNEL, RECORD, WAIT };

struct function
{
    void *library;
    void (*call)(void **);
    int parameters;
    const int *sizes;
    int needs_fibers;
    char name[128];
};

struct operation
{
    enum operation_kind kind;
    void *destination;
    const void *source;
    size_t bytes;
    int value;
    struct function *function;
    unsigned grid[3], block[3];
    unsigned char *arguments;
    int stream;
    long sequence, awaited;
};

struct list
{
    struct operation *items;
    long count, capacity, done;
};

/* Notes a breach of CUDA's rules; the test that ends finds it. */
void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Runs a kernel, group after group. */
void run_kernel(const struct operation *operation);
