/* SPDX-License-Identifier: MIT */
/*
 * What the elements of a columns clause are called, before any name is made up.
 *
 *     SELECT tree.id, other.id AS id_1        a name that is taken gets a number
 *     SELECT tree.id, tree.id AS id__1        the same column again
 *     SELECT tree.id AS tree_id               with table names (Query)
 *     SELECT count(x) AS count_1, a + b AS anon_1
 *
 * Names with a number are told here by what they are made of, and spelled when they are
 * written: numbers count in the order of the text.
 */
#ifndef CORM_SQL_NAMING_H
#define CORM_SQL_NAMING_H

#include "base/arena.h"
#include "base/hmap.h"
#include "base/smap.h"
#include "sql/columns.h"
#include "sql/statement.h"

/* [qualifier_]text[_][_number] */
struct corm_label_name {
    const struct corm_node
        *qualifier; /* an alias whose made-up name and _ go in front */
    const char *text; /* NULL: there is no name, as of text() */
    size_t len;
    uint64_t maker; /* not 0: text is a hint; the name is made up for this identity */
    uint64_t apart; /* not 0: the number behind the name is this identity's */
    uint64_t repeat; /* not 0: it stands there once more, as name__number, and nothing
                        refers to it; told from other repetitions by this */
    uint16_t flags; /* CORM_NODE_QUOTED, CORM_NODE_UNQUOTED */
    bool is_joined; /* text may be table_column, and longer than names can be */
};

/* One element of a columns clause, and what it is called. */
struct corm_label {
    const struct corm_node *column;
    struct corm_label_name name;
    uint32_t element; /* index in the columns clause as written */
    bool is_forced; /* AS name in any case, not just where the place asks for it */
};

/* Names given in one columns clause; zero-initialised but for style and arena. */
struct corm_namer {
    enum corm_label_style style;
    struct corm_arena *arena; /* scratch */
    struct corm_smap taken; /* name → identity of its column */
    uint64_t nrepeats;
};

/** What a column or expression is called by itself; text is NULL if it has no name. */
struct corm_label_name corm_label_name_own(const struct corm_node *column);

/** Free what the namer holds. */
void corm_namer_release(struct corm_namer *namer);

/**
 * Name the next element: fill label->name and is_forced for label->column.
 * False when memory is short.
 */
bool corm_namer_next(struct corm_namer *namer, struct corm_label *label) CORM_NODISCARD;

#endif
