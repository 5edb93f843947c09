/*
 * A stand-in for libcuda, to test what the engine does with a driver where there is no GPU. It keeps every handle, checks that calls obey CUDA's rules,
 * and runs a stream's commands only when somebody waits for them: what the host changes too early is then seen to be wrong.
 * Behaviour follows the CUDA driver API reference (stream, event, memory, module, execution control and graph management).
 */
#include "standin.h"
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLED(name) do { int injected = called(name); if (injected) return injected; } while (0)
#define IN_CONTEXT(name) do { CALLED(name); if (!t_context) { fault("%s without a current context", name); return INVALID_CONTEXT; } } while (0)
#define CHECK(handle, kind) do { if (!is_live(handle, kind)) { fault("%s: handle %p is no live one", __func__, (void *)(handle)); return INVALID_HANDLE; } } while (0)
#define EXPORT __attribute__((visibility("default")))

struct handle
{
    enum kind kind;
    int live;
    struct list commands;
    long sequence;
    struct handle *capture;
    int stream;
    long at;
    double time;
    struct function function;
};

void *memory_take(size_t, int);
int memory_give(void *, int);
int memory_holds(const void *, size_t, int);
size_t memory_total(void), memory_left(void);

static struct handle *s_handles[1 << 16];
static int s_handle_count;
static char s_faults[1 << 16], s_called[1 << 20];
static char s_fail_name[64];
static int s_fail_after, s_fail_error, s_eager_copies, s_devices = 1, s_architecture = 80, s_version = 12040, s_most_threads = 1024;
static double s_clock;
static _Thread_local struct handle *t_context;
static struct handle *s_primary;
static int s_retained;

void fault(const char *format, ...)
{
    size_t used = strlen(s_faults);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(s_faults + used, sizeof s_faults - used - 2, format, arguments);
    va_end(arguments);
    strcat(s_faults, "\n");
}

static int called(const char *name)
{
    size_t used = strlen(s_called);
    if (used + strlen(name) + 2 < sizeof s_called)
        snprintf(s_called + used, sizeof s_called - used, "%s\n", name);
    return s_fail_error && !strcmp(name, s_fail_name) && s_fail_after-- == 0 ? s_fail_error : 0;
}

/* ---- what tests ask and set ---- */

EXPORT void standin_reset(void) { s_faults[0] = s_called[0] = 0; s_fail_error = 0; s_eager_copies = 0; s_devices = 1; s_architecture = 80; s_version = 12040; s_most_threads = 1024; }
EXPORT const char *standin_faults(void) { return s_faults; }
EXPORT const char *standin_called(void) { return s_called; }
EXPORT void standin_forget_calls(void) { s_called[0] = 0; }
EXPORT void standin_fail(const char *name, int after, int error) { snprintf(s_fail_name, sizeof s_fail_name, "%s", name); s_fail_after = after; s_fail_error = error; }
EXPORT void standin_machine(int devices, int architecture, int version, int threads) { s_devices = devices; s_architecture = architecture; s_version = version; s_most_threads = threads; }
EXPORT void standin_eager_copies(int eager) { s_eager_copies = eager; }
EXPORT int standin_live(int kind)
{
    int live = 0;
    for (int i = 0; i < s_handle_count; i++)
        live += s_handles[i]->live && s_handles[i]->kind == (enum kind)kind;
    return live;
}

/* ---- handles: never given out twice, so that a dead one is known ---- */

static struct handle *make(enum kind kind)
{
    struct handle *handle = calloc(1, sizeof *handle);
    handle->kind = kind;
    handle->live = 1;
    s_handles[s_handle_count++] = handle;
    return handle;
}

static int is_live(const void *handle, enum kind kind)
{
    for (int i = s_handle_count - 1; i >= 0; i--)
        if (s_handles[i] == handle)
            return s_handles[i]->live && s_handles[i]->kind == kind;
    return 0;
}

static int index_of(const struct handle *handle)
{
    for (int i = 0; i < s_handle_count; i++)
        if (s_handles[i] == handle)
            return i;
    return -1;
}

/* ---- streams ---- */

static void append(struct list *list, struct operation operation)
{
    if (list->count == list->capacity)
        list->items = realloc(list->items, (list->capacity = list->capacity * 2 + 64) * sizeof *list->items);
    list->items[list->count++] = operation;
}

static void run_until(struct handle *stream, long sequence);

static void run(const struct operation *operation)
{
    switch (operation->kind)
    {
    case TO_DEVICE:
    case TO_HOST:
    case WITHIN_DEVICE:
        if (!memory_holds(operation->destination, operation->bytes, operation->kind == TO_HOST) || !memory_holds(operation->source, operation->bytes, operation->kind == TO_DEVICE))
            fault("a copy of %zu bytes ran when its memory was gone", operation->bytes);
        else
            memcpy(operation->destination, operation->source, operation->bytes);
        break;
    case FILL:
        memset(operation->destination, operation->value, operation->bytes);
        break;
    case KERNEL:
        run_kernel(operation);
        break;
    case WAIT:
        run_until(s_handles[operation->stream], operation->awaited);
        break;
    case RECORD:
        break;
    }
    s_clock += 1;
    if (operation->kind == RECORD)
        s_handles[operation->value]->time = s_clock;
}

static void run_until(struct handle *stream, long sequence)
{
    while (stream->commands.done < stream->commands.count && stream->commands.items[stream->commands.done].sequence <= sequence)
    {
        struct operation operation = stream->commands.items[stream->commands.done++];
        run(&operation);
        free(operation.arguments);
    }
    if (stream->commands.done == stream->commands.count)
        stream->commands.done = stream->commands.count = 0;
}

static void run_all(void)
{
    for (int i = 0; i < s_handle_count; i++)
        if (s_handles[i]->kind == STREAM && s_handles[i]->live)
            run_until(s_handles[i], s_handles[i]->sequence);
}

static int give(struct handle *stream, struct operation operation)
{
    CHECK(stream, STREAM);
    if (stream->capture)
    {
        append(&stream->capture->commands, operation);
        return SUCCESS;
    }
    operation.sequence = ++stream->sequence;
    append(&stream->commands, operation);

    /* The first stream computes; later ones copy, and a fast bus has them done at once. */
    if (s_eager_copies && stream->stream > 0)
        run_until(stream, stream->sequence);
    return SUCCESS;
}

/* ---- the driver ---- */

EXPORT int cuInit(unsigned flags) { CALLED("cuInit"); return flags ? INVALID_VALUE : SUCCESS; }
EXPORT int cuDriverGetVersion(int *version) { CALLED("cuDriverGetVersion"); *version = s_version; return SUCCESS; }
EXPORT int cuGetErrorName(int error, const char **name) { static char text[32]; snprintf(text, sizeof text, "CUDA_ERROR_%d", error); *name = text; return SUCCESS; }
EXPORT int cuGetErrorString(int error, const char **text) { (void)error; *text = "said by the stand-in"; return SUCCESS; }
EXPORT int cuDeviceGetCount(int *count) { CALLED("cuDeviceGetCount"); *count = s_devices; return SUCCESS; }
EXPORT int cuDeviceGet(int *device, int ordinal) { CALLED("cuDeviceGet"); *device = ordinal + 40; return ordinal >= 0 && ordinal < s_devices ? SUCCESS : 101; }
EXPORT int cuDeviceGetName(char *name, int length, int device) { CALLED("cuDeviceGetName"); snprintf(name, length, "Stand-in %d", device - 40); return SUCCESS; }
EXPORT int cuDeviceTotalMem_v2(size_t *bytes, int device) { (void)device; CALLED("cuDeviceTotalMem"); *bytes = memory_total(); return SUCCESS; }
EXPORT int cuDeviceGetAttribute(int *value, int attribute, int device)
{
    CALLED("cuDeviceGetAttribute");
    if (device < 40 || device >= 40 + s_devices)
        return 101;
    *value = attribute == 75 ? s_architecture / 10 : attribute == 76 ? s_architecture % 10 : 108;
    return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRetain(struct handle **context, int device)
{
    (void)device;
    CALLED("cuDevicePrimaryCtxRetain");
    if (s_retained++ == 0)
        s_primary = make(CONTEXT);
    *context = s_primary;
    return SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRelease_v2(int device)
{
    (void)device;
    CALLED("cuDevicePrimaryCtxRelease");
    if (s_retained == 0)
        fault("a context was released more often than retained");
    else if (--s_retained == 0)
    {
        run_all();
        s_primary->live = 0;
        if (t_context == s_primary)
            t_context = NULL;
    }
    return SUCCESS;
}

EXPORT int cuCtxSetCurrent(struct handle *context) { CALLED("cuCtxSetCurrent"); CHECK(context, CONTEXT); t_context = context; return SUCCESS; }

EXPORT int cuStreamCreate(struct handle **stream, unsigned flags)
{
    IN_CONTEXT("cuStreamCreate");
    if (flags != 1)
        fault("a stream that waits for the default stream");
    int streams = standin_live(STREAM);
    *stream = make(STREAM);
    (*stream)->stream = streams;
    return SUCCESS;
}

EXPORT int cuStreamSynchronize(struct handle *stream)
{
    IN_CONTEXT("cuStreamSynchronize");
    CHECK(stream, STREAM);
    if (stream->capture)
    {
        fault("a stream was waited for while it was captured");
        return CAPTURE_UNSUPPORTED;
    }
    run_until(stream, stream->sequence);
    return SUCCESS;
}

EXPORT int cuStreamDestroy_v2(struct handle *stream)
{
    IN_CONTEXT("cuStreamDestroy");
    CHECK(stream, STREAM);
    if (stream->commands.done < stream->commands.count)
        fault("a stream was destroyed with %ld commands left", stream->commands.count - stream->commands.done);
    stream->live = 0;
    return SUCCESS;
}

EXPORT int cuEventCreate(struct handle **event, unsigned flags)
{
    IN_CONTEXT("cuEventCreate");
    *event = make(EVENT);
    (*event)->at = -1;
    (*event)->function.parameters = flags == 0;
    return SUCCESS;
}

EXPORT int cuEventRecord(struct handle *event, struct handle *stream)
{
    IN_CONTEXT("cuEventRecord");
    CHECK(event, EVENT);
    CHECK(stream, STREAM);
    if (stream->capture)
    {
        fault("an event was recorded into a capture");
        return CAPTURE_UNSUPPORTED;
    }
    int error = give(stream, (struct operation){ .kind = RECORD, .value = index_of(event) });
    event->stream = index_of(stream);
    event->at = stream->sequence;
    return error;
}

EXPORT int cuEventSynchronize(struct handle *event)
{
    IN_CONTEXT("cuEventSynchronize");
    CHECK(event, EVENT);
    if (event->at < 0)
        fault("an event was waited for that was never recorded");
    else
        run_until(s_handles[event->stream], event->at);
    return SUCCESS;
}

EXPORT int cuStreamWaitEvent(struct handle *stream, struct handle *event, unsigned flags)
{
    IN_CONTEXT("cuStreamWaitEvent");
    CHECK(stream, STREAM);
    CHECK(event, EVENT);
    if (flags || stream->capture)
        fault("a captured stream was made to wait for an event outside");
    if (event->at < 0)
        fault("a stream waits for an event that was never recorded");
    return give(stream, (struct operation){ .kind = WAIT, .stream = event->stream, .awaited = event->at });
}

EXPORT int cuEventElapsedTime(float *milliseconds, struct handle *start, struct handle *end)
{
    IN_CONTEXT("cuEventElapsedTime");
    CHECK(start, EVENT);
    CHECK(end, EVENT);
    if (!start->function.parameters || !end->function.parameters)
        fault("a time was asked of an event without one");
    if (start->time == 0 || end->time == 0)
        return 600;
    *milliseconds = (float)(end->time - start->time);
    return SUCCESS;
}

EXPORT int cuEventDestroy_v2(struct handle *event) { IN_CONTEXT("cuEventDestroy"); CHECK(event, EVENT); event->live = 0; return SUCCESS; }

/* ---- memory ---- */

EXPORT int cuMemGetInfo_v2(size_t *left, size_t *total) { IN_CONTEXT("cuMemGetInfo"); *left = memory_left(); *total = memory_total(); return SUCCESS; }

EXPORT int cuMemAlloc_v2(uint64_t *address, size_t bytes)
{
    IN_CONTEXT("cuMemAlloc");
    if (bytes == 0)
        fault("no bytes were allocated");
    *address = (uint64_t)memory_take(bytes, 0);
    return *address ? SUCCESS : OUT_OF_MEMORY;
}

EXPORT int cuMemFree_v2(uint64_t address)
{
    IN_CONTEXT("cuMemFree");
    run_all();
    return memory_give((void *)address, 0);
}

EXPORT int cuMemHostAlloc(void **address, size_t bytes, unsigned flags) { IN_CONTEXT("cuMemHostAlloc"); *address = memory_take(bytes, 1); return !flags && *address ? SUCCESS : OUT_OF_MEMORY; }

EXPORT int cuMemFreeHost(void *address) { IN_CONTEXT("cuMemFreeHost"); run_all(); return memory_give(address, 1); }

static int copy(struct handle *stream, enum operation_kind kind, void *destination, const void *source, size_t bytes)
{
    if (!memory_holds(destination, bytes, kind == TO_HOST) || !memory_holds(source, bytes, kind == TO_DEVICE))
    {
        fault("a copy of %zu bytes leaves its memory, or the host's is not pinned", bytes);
        return INVALID_VALUE;
    }
    return give(stream, (struct operation){ .kind = kind, .destination = destination, .source = source, .bytes = bytes });
}

EXPORT int cuMemcpyHtoDAsync_v2(uint64_t destination, const void *source, size_t bytes, struct handle *stream) { IN_CONTEXT("cuMemcpyHtoDAsync"); return copy(stream, TO_DEVICE, (void *)destination, source, bytes); }
EXPORT int cuMemcpyDtoHAsync_v2(void *destination, uint64_t source, size_t bytes, struct handle *stream) { IN_CONTEXT("cuMemcpyDtoHAsync"); return copy(stream, TO_HOST, destination, (void *)source, bytes); }
EXPORT int cuMemcpyDtoDAsync_v2(uint64_t destination, uint64_t source, size_t bytes, struct handle *stream) { IN_CONTEXT("cuMemcpyDtoDAsync"); return copy(stream, WITHIN_DEVICE, (void *)destination, (void *)source, bytes); }

EXPORT int cuMemsetD8Async(uint64_t address, unsigned char value, size_t bytes, struct handle *stream)
{
    IN_CONTEXT("cuMemsetD8Async");
    if (!memory_holds((void *)address, bytes, 0))
    {
        fault("%zu bytes were filled outside device memory", bytes);
        return INVALID_VALUE;
    }
    return give(stream, (struct operation){ .kind = FILL, .destination = (void *)address, .bytes = bytes, .value = value });
}

/* ---- modules: the text of the stand-in compiler names the library that it built ---- */

EXPORT int cuModuleLoadData(struct handle **module, const char *image)
{
    IN_CONTEXT("cuModuleLoadData");
    const char *mark = "// stand-in library ";
    if (strncmp(image, mark, strlen(mark)))
        return INVALID_PTX;
    char path[1024];
    snprintf(path, sizeof path, "%.*s", (int)strcspn(image + strlen(mark), "\n"), image + strlen(mark));
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return INVALID_PTX;
    *module = make(MODULE);
    (*module)->function.library = library;
    return SUCCESS;
}

EXPORT int cuModuleUnload(struct handle *module)
{
    IN_CONTEXT("cuModuleUnload");
    CHECK(module, MODULE);
    run_all();
    module->live = 0;
    dlclose(module->function.library);
    return SUCCESS;
}

EXPORT int cuModuleGetFunction(struct handle **function, struct handle *module, const char *name)
{
    IN_CONTEXT("cuModuleGetFunction");
    CHECK(module, MODULE);
    void *library = module->function.library;
    if (!dlsym(library, name))
        return NOT_FOUND;
    *function = make(FUNCTION);
    struct function *made = &(*function)->function;
    made->library = library;
    made->call = (void (*)(void **))dlsym(library, "standin_call");
    made->parameters = *(int *)dlsym(library, "standin_parameters");
    made->sizes = dlsym(library, "standin_sizes");
    made->needs_fibers = *(int *)dlsym(library, "standin_needs_fibers");
    snprintf(made->name, sizeof made->name, "%s", name);
    return SUCCESS;
}

EXPORT int cuFuncGetAttribute(int *value, int attribute, struct handle *function) { IN_CONTEXT("cuFuncGetAttribute"); CHECK(function, FUNCTION); *value = attribute == 0 ? s_most_threads : 0; return SUCCESS; }

EXPORT int cuLaunchKernel(
    struct handle *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, struct handle *stream, void **parameters, void **extra)
{
    IN_CONTEXT("cuLaunchKernel");
    CHECK(function, FUNCTION);
    CHECK(stream, STREAM);
    if (shared || extra || !gx || !gy || !gz || gy > 65535 || gz > 65535 || bx * by * bz == 0 || bx * by * bz > (unsigned)s_most_threads || bz > 64)
    {
        fault("kernel %s: a launch of %ux%ux%u groups of %ux%ux%u is not possible", function->function.name, gx, gy, gz, bx, by, bz);
        return INVALID_VALUE;
    }

    /* The driver copies the arguments before it returns. */
    unsigned char *arguments = calloc(function->function.parameters + 1, 256), *next = arguments;
    for (int i = 0; i < function->function.parameters; i++)
    {
        memcpy(next, parameters[i], function->function.sizes[i]);
        next += (function->function.sizes[i] + 15) / 16 * 16;
    }
    return give(stream, (struct operation){ .kind = KERNEL, .function = &function->function, .grid = { gx, gy, gz }, .block = { bx, by, bz }, .arguments = arguments });
}

/* ---- graphs ---- */

static void copy_list(struct list *to, const struct list *from)
{
    to->count = to->done = 0;
    for (long i = 0; i < from->count; i++)
    {
        struct operation operation = from->items[i];
        if (operation.arguments)
            operation.arguments = memcpy(malloc((operation.function->parameters + 1) * 256), operation.arguments, (operation.function->parameters + 1) * 256);
        append(to, operation);
    }
}

EXPORT int cuStreamBeginCapture_v2(struct handle *stream, int mode)
{
    IN_CONTEXT("cuStreamBeginCapture");
    CHECK(stream, STREAM);
    if (stream->capture || mode != 2)
        fault("a capture within a capture, or one that forbids allocation");
    stream->capture = make(GRAPH);
    return SUCCESS;
}

EXPORT int cuStreamEndCapture(struct handle *stream, struct handle **graph)
{
    IN_CONTEXT("cuStreamEndCapture");
    CHECK(stream, STREAM);
    if (!stream->capture)
        fault("the end of a capture that did not begin");
    *graph = stream->capture;
    stream->capture = NULL;
    return SUCCESS;
}

EXPORT int cuGraphInstantiateWithFlags(struct handle **executable, struct handle *graph, uint64_t flags)
{
    IN_CONTEXT("cuGraphInstantiate");
    CHECK(graph, GRAPH);
    *executable = make(EXECUTABLE);
    copy_list(&(*executable)->commands, &graph->commands);
    return flags ? INVALID_VALUE : SUCCESS;
}

EXPORT int cuGraphExecUpdate_v2(struct handle *executable, struct handle *graph, void *why)
{
    IN_CONTEXT("cuGraphExecUpdate");
    CHECK(executable, EXECUTABLE);
    CHECK(graph, GRAPH);
    (void)why;
    struct list *old = &executable->commands, *new = &graph->commands;
    if (old->count != new->count)
        return UPDATE_FAILURE;
    for (long i = 0; i < old->count; i++)
        if (old->items[i].kind != new->items[i].kind || old->items[i].function != new->items[i].function)
            return UPDATE_FAILURE;
    copy_list(old, new);
    return SUCCESS;
}

EXPORT int cuGraphLaunch(struct handle *executable, struct handle *stream)
{
    IN_CONTEXT("cuGraphLaunch");
    CHECK(executable, EXECUTABLE);
    CHECK(stream, STREAM);
    struct list copied = { 0 };
    copy_list(&copied, &executable->commands);
    for (long i = 0; i < copied.count; i++)
        give(stream, copied.items[i]);
    free(copied.items);
    return SUCCESS;
}

EXPORT int cuGraphExecDestroy(struct handle *executable) { IN_CONTEXT("cuGraphExecDestroy"); CHECK(executable, EXECUTABLE); executable->live = 0; return SUCCESS; }

EXPORT int cuGraphDestroy(struct handle *graph) { IN_CONTEXT("cuGraphDestroy"); CHECK(graph, GRAPH); graph->live = 0; return SUCCESS; }
