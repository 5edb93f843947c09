/* Runs kernels that the stand-in compiler built for this processor: groups one after the other, work-items as fibers where they wait for each other. */
#include "standin.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { STACK = 256 * 1024, MOST_ITEMS = 1024, WARP = 32, MOST_BYTES = 64 };
enum state { RUNNABLE, AT_BARRIER, AT_EXCHANGE, FINISHED };

/* As the prelude of a kernel's text has it. */
struct place { unsigned thread[3], block[3], threads[3], blocks[3]; };

struct fiber { ucontext_t context; enum state state; int phase; };

static struct fiber s_fibers[MOST_ITEMS];
static unsigned char *s_stacks;
static unsigned char s_posted[MOST_ITEMS][2][MOST_BYTES];
static ucontext_t s_scheduler;
static int s_current, s_items;
static struct function *s_function;
static void **s_arguments;

static void wait_as(enum state state)
{
    s_fibers[s_current].state = state;
    swapcontext(&s_fibers[s_current].context, &s_scheduler);
}

static void barrier(void) { wait_as(AT_BARRIER); }

/* Posts this lane's bytes, and gives those of all lanes of its warp once all have posted. */
static void exchange(const void *mine, int bytes, void *all)
{
    int me = s_current, phase = s_fibers[me].phase ^= 1;
    memcpy(s_posted[me][phase], mine, bytes);
    wait_as(AT_EXCHANGE);
    for (int lane = 0; lane < WARP; lane++)
        memcpy((char *)all + lane * bytes, s_posted[me / WARP * WARP + lane][phase], bytes);
}

static void run_fiber(void)
{
    s_function->call(s_arguments);
    s_fibers[s_current].state = FINISHED;
    setcontext(&s_scheduler);
}

static void set_thread(struct place *place, int item)
{
    place->thread[0] = item % place->threads[0];
    place->thread[1] = item / place->threads[0] % place->threads[1];
    place->thread[2] = item / (place->threads[0] * place->threads[1]);
}

static int release(void)
{
    int released = 0, waiting = 0, finished = 0;
    for (int i = 0; i < s_items; i++)
    {
        waiting += s_fibers[i].state == AT_BARRIER;
        finished += s_fibers[i].state == FINISHED;
    }
    if (waiting == s_items)
        for (int i = 0; i < s_items; i++)
            s_fibers[i].state = RUNNABLE, released = 1;
    else
        for (int first = 0; first < s_items; first += WARP)
        {
            int lanes = 0;
            for (int i = first; i < first + WARP && i < s_items; i++)
                lanes += s_fibers[i].state == AT_EXCHANGE;
            if (lanes == WARP)
                for (int i = first; i < first + WARP; i++)
                    s_fibers[i].state = RUNNABLE, released = 1;
        }
    if (!released && finished < s_items)
        fault("kernel %s: %d work-items of a group ended and %d wait at a barrier", s_function->name, finished, s_items - finished);
    return released;
}

static void run_group(struct place *place)
{
    if (!s_stacks)
        s_stacks = malloc((size_t)STACK * MOST_ITEMS);
    for (int i = 0; i < s_items; i++)
    {
        getcontext(&s_fibers[i].context);
        s_fibers[i].context.uc_stack.ss_sp = s_stacks + (size_t)STACK * i;
        s_fibers[i].context.uc_stack.ss_size = STACK;
        makecontext(&s_fibers[i].context, run_fiber, 0);
        s_fibers[i].state = RUNNABLE;
        s_fibers[i].phase = 0;
    }
    do
        for (s_current = 0; s_current < s_items; s_current++)
            if (s_fibers[s_current].state == RUNNABLE)
            {
                set_thread(place, s_current);
                swapcontext(&s_scheduler, &s_fibers[s_current].context);
            }
    while (release());
}

void run_kernel(const struct operation *operation)
{
    struct function *function = operation->function;
    struct place *place = dlsym(function->library, "standin_place");
    *(void (**)(void))dlsym(function->library, "standin_barrier") = barrier;
    *(void (**)(const void *, int, void *))dlsym(function->library, "standin_exchange") = exchange;
    void *arguments[256];
    unsigned char *next = operation->arguments;
    for (int i = 0; i < function->parameters; i++)
    {
        arguments[i] = next;
        next += (function->sizes[i] + 15) / 16 * 16;
    }
    memcpy(place->threads, operation->block, sizeof place->threads);
    memcpy(place->blocks, operation->grid, sizeof place->blocks);
    s_function = function;
    s_arguments = arguments;
    s_items = operation->block[0] * operation->block[1] * operation->block[2];
    for (place->block[2] = 0; place->block[2] < operation->grid[2]; place->block[2]++)
        for (place->block[1] = 0; place->block[1] < operation->grid[1]; place->block[1]++)
            for (place->block[0] = 0; place->block[0] < operation->grid[0]; place->block[0]++)
                if (function->needs_fibers)
                    run_group(place);
                else
                    for (int i = 0; i < s_items; i++)
                    {
                        set_thread(place, i);
                        function->call(arguments);
                    }
}
