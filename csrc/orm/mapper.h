/* SPDX-License-Identifier: MIT */
/*
 * What the core knows of a mapped class: its attributes by position, the tables its rows
 * live in, and how its relationships move keys. Built once by the declarations (Lua) and
 * constant afterwards. An attribute's position is its cell in every instance.
 *
 * Names are lent: the Lua side pins the strings, which are interned there, so a key is
 * usually found by its pointer alone (corm_mapper_find_interned).
 */
#ifndef CORM_ORM_MAPPER_H
#define CORM_ORM_MAPPER_H

#include "base/vec.h"
#include "sql/schema.h"

struct corm_mapper;
struct corm_relationship;

enum corm_attribute_kind {
    CORM_ATTRIBUTE_COLUMN = 1, /* the cell is the value */
    CORM_ATTRIBUTE_OBJECT, /* the cell is OBJECT (struct corm_instance) or NULL */
    CORM_ATTRIBUTE_COLLECTION, /* the cell is OBJECT (struct corm_collection) */
};

enum corm_attribute_flag {
    CORM_ATTRIBUTE_PRIMARY_KEY = 1 << 0,
    CORM_ATTRIBUTE_LISTENED =
        1 << 1, /* set/append/remove listeners or validators: Lua goes first */
    CORM_ATTRIBUTE_ACTIVE_HISTORY = 1 << 2, /* load the old value before a change */
    CORM_ATTRIBUTE_DEFERRED = 1 << 3, /* not in the default SELECT */
    CORM_ATTRIBUTE_READ_ONLY = 1 << 4, /* SQL expression: never written */
    CORM_ATTRIBUTE_SERVER_DEFAULT =
        1 << 5, /* the database fills it on INSERT when unset */
    CORM_ATTRIBUTE_SERVER_ONUPDATE = 1 << 6,
    CORM_ATTRIBUTE_DEFAULT = 1 << 7, /* a default computed here on INSERT when unset */
    CORM_ATTRIBUTE_ONUPDATE = 1 << 8,
    CORM_ATTRIBUTE_LUA_VALUE = 1 << 9, /* type with Lua processors or mutable values */
    CORM_ATTRIBUTE_EVALUATES_NULL = 1
                                    << 10, /* NULL is a value of its type, as of JSON */
    CORM_ATTRIBUTE_LISTENED_INIT = 1 << 11, /* Lua hears of the first look at it */
};

struct corm_attribute {
    const char *key; /* name in the class; lent, interned */
    size_t key_len;
    uint8_t kind; /* enum corm_attribute_kind */
    uint16_t index; /* position in mapper->attributes and in every instance */
    uint16_t flags; /* enum corm_attribute_flag */
    const struct corm_column *column; /* of COLUMN; lent */
    const struct corm_type *type; /* of COLUMN; lent */
    struct corm_relationship
        *relationship; /* of OBJECT and COLLECTION; owned by the mapper */
};

/* One table of a mapper and which attribute is which of its columns. */
struct corm_mapped_column {
    const struct corm_column *column;
    uint16_t attribute;
};

struct corm_mapped_table {
    const struct corm_table *table;
    struct corm_vec(struct corm_mapped_column) columns; /* in the table's order */
    struct corm_vec(struct corm_mapped_column) primary_key; /* in the key's order */
};

enum corm_direction {
    CORM_ONE_TO_MANY = 1, /* the other side's row refers to ours */
    CORM_MANY_TO_ONE, /* our row refers to the other side's */
    CORM_MANY_TO_MANY, /* rows of a secondary table refer to both */
};

enum corm_cascade {
    CORM_CASCADE_SAVE_UPDATE = 1 << 0,
    CORM_CASCADE_MERGE = 1 << 1,
    CORM_CASCADE_REFRESH_EXPIRE = 1 << 2,
    CORM_CASCADE_EXPUNGE = 1 << 3,
    CORM_CASCADE_DELETE = 1 << 4,
    CORM_CASCADE_DELETE_ORPHAN = 1 << 5,
};

/* A key moves from `source` to `dest` when objects are related. */
struct corm_sync_pair {
    uint16_t source; /* attribute of the side that is referred to */
    uint16_t dest; /* attribute of the referring side; unused with a secondary table */
    const struct corm_column *secondary; /* column of the secondary table, or NULL */
};

/** Pairs, one for each column of the key. */
struct corm_sync_pairs corm_vec(struct corm_sync_pair);

struct corm_relationship {
    struct corm_mapper *parent; /* the class it is declared on */
    struct corm_mapper *target;
    uint16_t attribute; /* our position in parent */
    uint8_t direction; /* enum corm_direction */
    uint8_t cascade; /* enum corm_cascade bits */
    bool uselist;
    bool viewonly;
    bool passive_deletes;
    bool passive_deletes_all;
    bool active_updates; /* passive_updates = false: members get a changed key */
    bool post_update;
    bool single_parent;
    int8_t
        orphan_bit; /* delete-orphan: which bit of the child's parent bits; else -1 */
    const struct corm_table *secondary; /* of MANY_TO_MANY; lent */
    struct corm_sync_pairs pairs; /* to our side's key */
    struct corm_sync_pairs target_pairs; /* secondary: to the target's key */
    struct corm_vec(struct corm_relationship *) reverse; /* back_populates; lent */
};

enum corm_mapper_flag {
    CORM_MAPPER_LISTENED_PERSIST =
        1 << 0, /* before/after insert/update/delete listeners */
    CORM_MAPPER_LISTENED_LOAD = 1 << 1, /* load/refresh listeners on instances */
    CORM_MAPPER_NO_BATCH = 1 << 2, /* batch = false: one row at a time */
    CORM_MAPPER_CONFIRM_DELETED = 1 << 3,
    CORM_MAPPER_VERSION_LUA = 1 << 4, /* Lua makes the next version */
    CORM_MAPPER_VERSION_NONE = 1 << 5, /* the program or the database makes it */
    CORM_MAPPER_LAZY_DEFAULTS = 1
                                << 6, /* the database's defaults are loaded when read */
    CORM_MAPPER_EAGER_UPDATES = 1 << 7, /* and those of UPDATE are not */
};

struct corm_mapper {
    uint64_t id; /* corm_node_next_id() */
    const char *name; /* class name; lent */
    uint32_t flags; /* enum corm_mapper_flag */
    struct corm_mapper *base; /* root of the inheritance tree; itself if alone */
    struct corm_mapper *inherits; /* parent class's mapper, or NULL */
    struct corm_vec(struct corm_attribute) attributes;
    struct corm_vec(struct corm_mapped_table) tables; /* base table first */
    struct corm_vec(uint16_t) primary_key; /* attribute positions */
    struct corm_vec(struct corm_relationship *) relationships; /* owned */
    struct corm_sync_pairs inherit_pairs; /* from a key of the parent class's table to
                                             another attribute, of our own table */
    int16_t version_attribute; /* -1 none */
    int16_t polymorphic_attribute; /* -1 none */
    struct corm_value polymorphic_identity; /* UNSET if none; bytes lent */
    uint8_t
        norphan_bits; /* of a base: delete-orphan relationships to classes of the tree */
    uint16_t orphan_mask; /* bits of those that point to this class */
    /* key pointer → position + 1, open addressing; built by corm_mapper_seal() */
    struct corm_key_slot {
        const char *key;
        uint16_t position;
    } * slots;
    uint32_t slot_mask;
};

/** Make an empty mapper. Ownership: corm_mapper_free(). NULL when memory is short. */
struct corm_mapper *corm_mapper_new(const char *name) CORM_NODISCARD;
/** Free the mapper with its relationships; NULL is fine. */
void corm_mapper_free(struct corm_mapper *mapper);

/**
 * Append an attribute; its position is *index_out. key is lent for the mapper's life.
 * Errors: CORM_E_ARGUMENT (key taken, too many), CORM_E_NO_MEMORY.
 */
enum corm_rc corm_mapper_add_attribute(struct corm_mapper *mapper,
                                       const struct corm_attribute *attribute,
                                       uint16_t *index_out,
                                       struct corm_error *err) CORM_NODISCARD;

/**
 * Add a table with its columns' attributes (-1: column not mapped). A table that is there
 * already, and has gained columns since, gets its attributes anew.
 */
enum corm_rc corm_mapper_add_table(struct corm_mapper *mapper,
                                   const struct corm_table *table,
                                   const int32_t *attribute_of_column,
                                   struct corm_error *err) CORM_NODISCARD;

/** Make an empty relationship owned by mapper; attribute and target are set later. */
struct corm_relationship *
corm_mapper_add_relationship(struct corm_mapper *mapper) CORM_NODISCARD;

/** Build the key table; call again after attributes were added. */
enum corm_rc corm_mapper_seal(struct corm_mapper *mapper,
                              struct corm_error *err) CORM_NODISCARD;

static inline uint32_t corm_key_hash(const char *key)
{
    uintptr_t p = (uintptr_t)key;
    return (uint32_t)((p >> 4) ^ (p >> 13));
}

/** Position of the attribute whose key is this very pointer, or -1. */
static inline int corm_mapper_find_interned(const struct corm_mapper *mapper,
                                            const char *key)
{
    uint32_t at = corm_key_hash(key);
    for (;; at++) {
        const struct corm_key_slot *slot = &mapper->slots[at & mapper->slot_mask];
        if (slot->key == key) {
            return slot->position;
        }
        if (slot->key == NULL) {
            return -1;
        }
    }
}

/** Position of the attribute with this text as key, or -1. */
int corm_mapper_find(const struct corm_mapper *mapper, const char *key, size_t len);

/** True if `mapper` is `other` or inherits from it. */
bool corm_mapper_isa(const struct corm_mapper *mapper, const struct corm_mapper *other);

#endif
