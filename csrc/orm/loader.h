/* SPDX-License-Identifier: MIT */
/*
 * The plan for turning rows into instances: which columns are which entity's attributes,
 * which are its key, and where an entity that was joined along hangs. Made once per
 * statement shape, constant afterwards.
 */
#ifndef CORM_ORM_LOADER_H
#define CORM_ORM_LOADER_H

#include "orm/session.h"

/* A column of the result and the attribute that it fills. */
struct corm_load_column {
    uint16_t attribute;
    uint16_t column;
};

enum corm_load_link {
    CORM_LOAD_ROOT = 0, /* a value of the result */
    CORM_LOAD_JOINED, /* in a relationship of the entity `parent` of the same row */
    CORM_LOAD_KEYED, /* in a collection of the parent that the row's parent key names */
    CORM_LOAD_SINGLE, /* in a relationship of the one parent given */
    CORM_LOAD_REFRESH, /* the one parent given itself, of which columns are loaded anew */
};

struct corm_load_entity {
    const struct corm_mapper *mapper;
    uint64_t fp; /* fingerprint of the ENTITY that it is in the statement; 0: of none */
    const struct corm_load_column *columns;
    uint16_t ncolumns;
    const uint16_t *key; /* columns of the primary key, in its order */
    uint16_t nkey;
    uint8_t link; /* enum corm_load_link */
    uint16_t parent; /* of JOINED */
    uint16_t relationship; /* attribute of the parent, of all but ROOT */
    const uint16_t *parent_key; /* columns, of KEYED */
    uint16_t nparent_key;
    bool
        is_collected; /* the run keeps a list of its instances, for what is loaded next */
    bool has_options; /* its instances carry options for what they load later */
};

enum corm_load_kind {
    CORM_LOAD_COLUMN = 0, /* a column of the result */
    CORM_LOAD_ENTITY, /* an instance */
    CORM_LOAD_ROW /* a row within the row */
};

/* One value of the rows that the caller sees. */
struct corm_load_value {
    uint8_t kind; /* enum corm_load_kind */
    uint16_t at; /* column of the result, entity, or row of the plan */
};

struct corm_load_row {
    struct corm_load_value *values;
    uint16_t nvalues;
};

struct corm_load_plan {
    struct corm_load_entity *entities;
    uint16_t nentities;
    struct corm_load_row
        *rows; /* the first is what the caller sees, others are in it */
    uint16_t nrows;
    bool is_scalar; /* the rows have one value: hand that out bare */
    bool has_joined_collections; /* one object may come in several rows */
};

/** Bytes that the texts of an entity's columns need. */
size_t corm_load_bytes(const struct corm_load_entity *entity,
                       const struct corm_value *cells);

/**
 * Fill a fresh persistent instance from a row; bytes is room of corm_load_bytes().
 */
void corm_load_fill(const struct corm_load_entity *entity,
                    struct corm_instance *instance, char *bytes,
                    const struct corm_value *cells);

/**
 * True if the instance lacks something that the row has (expired or deferred columns).
 */
bool corm_load_is_wanted(const struct corm_load_entity *entity,
                         const struct corm_instance *instance);

/**
 * Fill the unset cells of a known instance (all cells with `all`), as above. Changed cells
 * keep their change unless `all`.
 */
void corm_load_refresh(const struct corm_load_entity *entity,
                       struct corm_instance *instance, char *bytes,
                       const struct corm_value *cells, bool all);

#endif
