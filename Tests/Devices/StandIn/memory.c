/* Device and pinned memory: what is handed out, what is still out, and whether a copy stays within it. */
#include "standin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block { unsigned char *start; size_t bytes; int pinned, live; };

static struct block *s_blocks;
static long s_count, s_capacity;
static size_t s_total = (size_t)8 << 30, s_used;

void standin_memory(size_t bytes) { s_total = bytes; }

size_t memory_total(void) { return s_total; }

size_t memory_left(void) { return s_total - s_used; }

void *memory_take(size_t bytes, int pinned)
{
    if (!pinned && bytes > s_total - s_used)
        return NULL;
    unsigned char *start = aligned_alloc(256, (bytes + 255) / 256 * 256);
    if (!start)
        return NULL;

    /* Not a number as a float, and nothing sensible as an integer. */
    memset(start, 0xFF, bytes);
    if (s_count == s_capacity)
        s_blocks = realloc(s_blocks, (s_capacity = s_capacity * 2 + 64) * sizeof *s_blocks);
    s_blocks[s_count++] = (struct block){ start, bytes, pinned, 1 };
    if (!pinned)
        s_used += bytes;
    return start;
}

int memory_give(void *start, int pinned)
{
    for (long i = s_count - 1; i >= 0; i--)
    {
        struct block *block = &s_blocks[i];
        if (block->start != start || block->pinned != pinned || !block->live)
            continue;
        block->live = 0;
        if (!pinned)
            s_used -= block->bytes;

        /* Who still reads it reads nonsense. */
        memset(start, 0xFF, block->bytes);
        free(start);
        return SUCCESS;
    }
    fault("%s memory %p was freed twice or never taken", pinned ? "pinned" : "device", start);
    return INVALID_VALUE;
}

int memory_holds(const void *start, size_t bytes, int pinned)
{
    for (long i = s_count - 1; i >= 0; i--)
    {
        struct block *block = &s_blocks[i];
        if (block->live && block->pinned == pinned && (unsigned char *)start >= block->start && (unsigned char *)start + bytes <= block->start + block->bytes)
            return 1;
    }
    return 0;
}

long standin_live_memory(int pinned)
{
    long live = 0;
    for (long i = 0; i < s_count; i++)
        live += s_blocks[i].live && s_blocks[i].pinned == pinned;
    return live;
}
