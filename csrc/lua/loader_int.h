/* SPDX-License-Identifier: MIT */
/* What the files loader*.c share. `owner` is always the stack index of the loader. */
#ifndef CORM_LUA_LOADER_INT_H
#define CORM_LUA_LOADER_INT_H

#include "lua/loader.h"
#include "lua/result.h"

/* Where a row's entities are on the stack. */
struct lcorm_load_place {
    int first; /* index of the first entity */
    int child; /* index of the one at hand; nil where an outer join found none */
    bool is_new; /* the run has just met it */
};

/* ---- loader_entity.c ---- */

/**
 * Push what entity `at` of the plan is in a row, nil where an outer join found nothing.
 * Returns true if this run meets it for the first time.
 */
bool lcorm_load_entity(lua_State *L, int owner, uint16_t at,
                       const struct corm_value *cells);

/** Push a new persistent instance of a row, without metatable and in no identity map. */
struct corm_instance *lcorm_load_instance(lua_State *L,
                                          const struct lcorm_loader *loader,
                                          const struct corm_load_entity *entity,
                                          const struct corm_value *cells);

/** Fill what the instance on top lacks, or all of it with populate_existing. */
void lcorm_load_refresh(lua_State *L, int owner, const struct corm_load_entity *entity,
                        struct corm_instance *instance, const struct corm_value *cells);

/** Push the identity key of a row; pushes nothing and returns false for a NULL. */
bool lcorm_push_load_key(lua_State *L, const struct corm_load_entity *entity,
                         const struct corm_value *cells);

/* ---- loader_link.c ---- */

static inline bool lcorm_load_has_parent(const struct corm_load_entity *entity)
{
    return entity->link != CORM_LOAD_ROOT && entity->link != CORM_LOAD_REFRESH;
}

/** Put an entity of a row into the relationship of its parent. */
void lcorm_load_link_row(lua_State *L, int owner, const struct corm_load_entity *entity,
                         const struct corm_value *cells,
                         const struct lcorm_load_place *place);

/* ---- loader.c, loader_fill.c ---- */

/** The source for a loader; objects of one class and nothing else go a short way. */
const struct lcorm_row_source *lcorm_loader_source(const struct lcorm_loader *loader);

/** The `fill` of a source of plain objects, see result.h. */
enum corm_io lcorm_loader_fill(lua_State *L, int owner, struct lcorm_rows *rows,
                               int list, lua_Integer *n, lua_Integer max,
                               struct corm_error *err);

#endif
