/*
 * A stand-in for NVRTC: it builds CUDA C++ with clang for the processor of this machine, so that the stand-in driver can run it.
 * What it gives out as PTX is a line that names the library; the driver next door reads it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

struct program { char *source, name[256], *log, image[2048]; int is_machine_code; };

static char s_folder[1024] = "/tmp", s_clang[256] = "clang-19";
static int s_version = 12040, s_count;
static const int s_architectures[] = { 50, 52, 60, 61, 70, 75, 80, 86, 87, 89, 90 };

/* Text before and after each program; set by the tests from their own files. */
static char *s_prelude = "";

EXPORT void standin_nvrtc(const char *folder, const char *clang, const char *prelude, int version)
{
    snprintf(s_folder, sizeof s_folder, "%s", folder);
    snprintf(s_clang, sizeof s_clang, "%s", clang);
    s_prelude = strdup(prelude);
    s_version = version;
}

EXPORT int standin_compilations(void) { return s_count; }

EXPORT int nvrtcVersion(int *major, int *minor) { *major = s_version / 1000; *minor = s_version % 1000 / 10; return 0; }
EXPORT const char *nvrtcGetErrorString(int error) { return error == 6 ? "NVRTC_ERROR_COMPILATION" : "an error of the stand-in"; }
EXPORT int nvrtcGetNumSupportedArchs(int *count) { *count = sizeof s_architectures / sizeof *s_architectures; return 0; }
EXPORT int nvrtcGetSupportedArchs(int *architectures) { memcpy(architectures, s_architectures, sizeof s_architectures); return 0; }

EXPORT int nvrtcCreateProgram(struct program **program, const char *source, const char *name, int headers, const char **texts, const char **names)
{
    (void)texts, (void)names;
    if (headers)
        return 3;
    *program = calloc(1, sizeof **program);
    (*program)->source = strdup(source);
    snprintf((*program)->name, sizeof (*program)->name, "%s", name);
    return 0;
}

EXPORT int nvrtcDestroyProgram(struct program **program)
{
    free((*program)->source);
    free((*program)->log);
    free(*program);
    *program = NULL;
    return 0;
}

/* asm("name operands" : "+f"(a), ... : "r"(b), ...); becomes standin_name(a, ..., b, ...); with what is no letter or digit of the name as _. */
static void write_source(FILE *file, const char *text)
{
    for (const char *at; (at = strstr(text, "asm")) != NULL;)
    {
        const char *open = at + 3;
        open += strncmp(open, " volatile", 9) ? 0 : 9;
        if (strncmp(open, "(\"", 2))
        {
            fwrite(text, 1, open - text, file);
            text = open;
            continue;
        }
        fwrite(text, 1, at - text, file);
        fputs("standin_", file);
        for (text = open + 2; *text != ' '; text++)
            fputc((*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9') ? *text : '_', file);
        while (*text != '"' || text[-1] == '\\')
            text++;
        text++;
        fputc('(', file);
        for (int depth = 0, first = 1; ; text++)
        {
            if (*text == '"')
            {
                /* A constraint: the operand follows in parentheses. */
                text = strchr(text + 1, '"') + 1;
                if (!first)
                    fputs(", ", file);
                first = 0;
            }
            depth += (*text == '(') - (*text == ')');
            if (depth < 0)
                break;
            if (depth > 0 || *text == ')')
                fputc(*text, file);
        }
    }
    fputs(text, file);
}

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 16);
    if (file)
    {
        text[fread(text, 1, (1 << 16) - 1, file)] = 0;
        fclose(file);
    }
    return text;
}

EXPORT int nvrtcCompileProgram(struct program *program, int count, const char **options)
{
    char base[1200], command[8192], entry[256];
    snprintf(base, sizeof base, "%s/kernel-%d-%d", s_folder, (int)getpid(), s_count++);
    int length = snprintf(command, sizeof command, "%s -x c++ -nostdinc++ -O1 -ffp-contract=off -shared -fPIC -w -fdeclspec -lm", s_clang);
    for (int i = 0; i < count; i++)
    {
        if (!strncmp(options[i], "--gpu-architecture=", 19))
            program->is_machine_code = !strncmp(options[i] + 19, "sm_", 3);
        else if (!strncmp(options[i], "-D", 2) || !strcmp(options[i], "--std=c++17"))
            length += snprintf(command + length, sizeof command - length, " %s", options[i]);
        else if (strcmp(options[i], "--fmad=true") && strcmp(options[i], "--ftz=false") && strcmp(options[i], "--prec-div=true") && strcmp(options[i], "--prec-sqrt=true"))
        {
            program->log = strdup("error: an option that NVRTC does not have");
            return 5;
        }
    }
    snprintf(entry, sizeof entry, "%.*s", (int)(strlen(program->name) - 3), program->name);
    char path[1300], log[1300], library[1300];
    snprintf(path, sizeof path, "%s.cpp", base);
    snprintf(log, sizeof log, "%s.log", base);
    snprintf(library, sizeof library, "%s.so", base);
    FILE *file = fopen(path, "w");
    if (!file)
        return 8;
    fprintf(file, "%s\n#line 1 \"%s\"\n", s_prelude, program->name);
    write_source(file, program->source);
    int waits = strstr(program->source, "__syncthreads") || strstr(program->source, "mma.sync");
    fprintf(file, "\nextern \"C\" { int standin_needs_fibers = %d; void standin_call(void** arguments) { StandIn::call(%s, arguments); }\n", waits, entry);
    fprintf(file, "int standin_parameters = StandIn::Sizes<decltype(&%s)>::count; int standin_sizes[256]; }\n", entry);
    fprintf(file, "static bool standin_sized = (StandIn::Sizes<decltype(&%s)>::fill(standin_sizes), true);\n", entry);
    fclose(file);
    snprintf(command + length, sizeof command - length, " -o %s %s > %s 2>&1", library, path, log);
    int error = system(command);
    program->log = read_all(log);
    unlink(log);
    snprintf(program->image, sizeof program->image, "// stand-in library %s\n", library);
    return error ? 6 : 0;
}

EXPORT int nvrtcGetProgramLogSize(struct program *program, size_t *size) { *size = strlen(program->log) + 1; return 0; }
EXPORT int nvrtcGetProgramLog(struct program *program, char *log) { strcpy(log, program->log); return 0; }
EXPORT int nvrtcGetPTXSize(struct program *program, size_t *size) { *size = strlen(program->image) + 1; return program->is_machine_code; }
EXPORT int nvrtcGetPTX(struct program *program, char *image) { strcpy(image, program->image); return 0; }
EXPORT int nvrtcGetCUBINSize(struct program *program, size_t *size) { *size = strlen(program->image) + 1; return !program->is_machine_code; }
EXPORT int nvrtcGetCUBIN(struct program *program, char *image) { strcpy(image, program->image); return 0; }
