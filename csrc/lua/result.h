/* SPDX-License-Identifier: MIT */
/*
 * Results in Lua. A Result owns an execution and hands out its rows; a view of it
 * (ScalarResult, MappingResult, …) is a small object of its own that reads from the same
 * rows. Both begin with a struct lcorm_result and have the same methods.
 *
 * Rows come from the execution's cursor, or from a source that the layer above puts in
 * between: the ORM's loader turns cells into instances, a frozen result replays a list.
 *
 *     static enum corm_io loader_next(lua_State *L, int owner,
 *                                     struct lcorm_rows *rows, struct corm_error *err)
 *     {
 *         enum corm_io io = corm_execution_fetch(&rows->execution, err);
 *         if (io == CORM_IO_ROW) push one value made of rows->execution.cells;
 *         return io;
 *     }
 *     static const struct lcorm_row_source entity_source = { .next = loader_next,
 *                                                            .is_scalar = true };
 */
#ifndef CORM_LUA_RESULT_H
#define CORM_LUA_RESULT_H

#include "engine/execution.h"
#include "lua/row.h"

struct lcorm_rows;

struct lcorm_row_source {
    /**
     * Push the next value and return ROW; or push nothing and return DONE, WAIT (the
     * connection of rows->execution has to wait; call again) or ERROR.
     * owner: stack index of the source's own object, which the result pins. May raise.
     */
    enum corm_io (*next)(lua_State *L, int owner, struct lcorm_rows *rows,
                         struct corm_error *err);
    bool is_scalar; /* what it pushes is the only column, bare; otherwise it is a Row */
    bool refills; /* WAIT means: call function [3] of the owner, a table, then go on */
    /**
     * Many steps of next() in one, or NULL: put values into the table at `list` behind
     * position *n, which is counted on, until it is max. NULL values are corm.NULL.
     * ROW says that max was reached.
     */
    enum corm_io (*fill)(lua_State *L, int owner, struct lcorm_rows *rows, int list,
                         lua_Integer *n, lua_Integer max, struct corm_error *err);
};

/* What a Result and its views share; part of the Result. */
struct lcorm_rows {
    struct corm_execution execution; /* closed (connection NULL) if there is none */
    const struct lcorm_row_source *source; /* NULL: Rows of the execution's cells */
    bool has_rows; /* it is a kind of result that can be fetched from */
    bool is_closed; /* by close(): fetching is an error now */
    bool must_be_unique; /* its rows repeat objects: fetching needs unique() */
    lua_KFunction after_run; /* what goes on when the statement has run */
    lua_KContext after_run_ctx;
};

enum lcorm_view { LCORM_VIEW_ROWS = 0, LCORM_VIEW_SCALARS, LCORM_VIEW_MAPPINGS };

struct lcorm_result {
    const struct lcorm_class
        *cls; /* &lcorm_result_class: quicker to see than the metatable's mark */
    struct lcorm_rows *rows; /* of this very object, or of the one in user value ROOT */
    const struct lcorm_shape
        *shape; /* of the rows; pinned by META; NULL without columns */
    const uint32_t *projection; /* columns that columns() chose, from 0; NULL: all */
    struct corm_value *projected; /* room for their cells */
    int64_t yield_per; /* rows of one partition; 0 unless set */
    uint32_t column; /* of SCALARS: position from 0 among all columns */
    const struct corm_type *type; /* of SCALARS: of that column */
    uint8_t view; /* enum lcorm_view */
    bool is_unique;
};

enum {
    LCORM_RESULT_ROOT = 1, /* of a view: its Result; of a Result: its Connection */
    LCORM_RESULT_META, /* metatable of the rows it pushes; nil without columns */
    LCORM_RESULT_OWNER, /* of a Result: object of its source, or the Row of new keys */
    LCORM_RESULT_SEEN, /* of a unique one: {[key] = true}, the strategy under [0] */
    LCORM_RESULT_DETAIL, /* of a Result: table of what Lua knows of the execution */
    LCORM_RESULT_NATIVE, /* of a Result: the native connection it runs on */
    LCORM_RESULT_STATEMENT, /* of a Result: the node that it executes, or nil */
    LCORM_RESULT_UV_COUNT = LCORM_RESULT_STATEMENT
};

extern const struct lcorm_class lcorm_result_class; /* Result and every view */

/**
 * Push a Result without rows; connection (stack index, 0 for none) becomes its user value.
 * Its execution is zeroed: corm_execution_init() it, or give it a source.
 */
struct lcorm_result *lcorm_result_new(lua_State *L, int connection);

/** The result at idx; raises ArgumentError for anything else. */
struct lcorm_result *lcorm_check_result(lua_State *L, int idx);

/** The Result at idx itself, not a view; raises ArgumentError. */
struct lcorm_rows *lcorm_check_rows(lua_State *L, int idx);

/**
 * Let the Result at idx take its rows from a source. owner: stack index of the source's
 * object, 0 for none. metatable: stack index of the metatable of its rows (see row.h),
 * 0 to leave it; names the columns in any case.
 */
void lcorm_result_set_source(lua_State *L, int idx,
                             const struct lcorm_row_source *source, int owner,
                             int metatable);

/** Let the Result at idx make its rows with the metatable (stack index) of a shape. */
void lcorm_result_set_metatable(lua_State *L, int idx, int metatable);

#endif
