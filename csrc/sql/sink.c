/* SPDX-License-Identifier: MIT */
/* Text being written, with the places of its placeholders: put aside, and put together. */
#include "sql/compiler.h"

void corm_sink_release(struct corm_sink *sink)
{
    corm_strbuf_release(&sink->text);
    corm_vec_release(&sink->marks);
}

void corm_sink_append(struct corm_compiler *c, struct corm_sink *to,
                      const struct corm_sink *from)
{
    size_t base = to->text.len;
    corm_strbuf_add(&to->text, from->text.data, from->text.len);
    corm_vec_foreach (&from->marks, it) {
        struct corm_mark mark = { .pos = it->pos + base, .slot = it->slot };
        if (!corm_vec_push(&to->marks, mark)) {
            corm_compiler_fail_memory(c);
        }
    }
}

struct corm_sink corm_sink_open_aside(struct corm_compiler *c)
{
    struct corm_sink outer = c->sink;

    c->sink = (struct corm_sink){ 0 };
    corm_strbuf_init(&c->sink.text);
    return outer;
}

struct corm_sink corm_sink_close_aside(struct corm_compiler *c,
                                       const struct corm_sink *outer)
{
    struct corm_sink aside = c->sink;

    if (aside.text.is_broken) {
        corm_compiler_fail_memory(c);
    }
    c->sink = *outer;
    return aside;
}

void corm_sink_take(struct corm_compiler *c, struct corm_sink *aside)
{
    corm_sink_append(c, &c->sink, aside);
    corm_sink_release(aside);
}
