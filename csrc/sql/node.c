/* SPDX-License-Identifier: MIT */
#include "sql/node.h"

#include "base/hash.h"

#include <stdatomic.h>
#include <string.h>

const char corm_node_brand = 0;

static atomic_uint_fast64_t last_id;

uint64_t corm_node_next_id(void)
{
    return atomic_fetch_add_explicit(&last_id, 1, memory_order_relaxed) + 1;
}

/* What a kind is treated by, so that making a node need not ask for each. */
enum trait {
    TRAIT_IDENTIFIED = 1 << 0, /* an id, if there is one, is all there is to know */
    TRAIT_BIND = 1 << 1,
    TRAIT_COLREF = 1 << 2,
    TRAIT_MARK = 1 << 3, /* the mapper's */
    TRAIT_CUSTOM = 1 << 4,
    TRAIT_EXECUTED = 1 << 5, /* programs keep it in order to execute it again */
    TRAITS_OF_FLAGS = TRAIT_BIND | TRAIT_COLREF | TRAIT_MARK | TRAIT_CUSTOM
};

static const uint8_t traits[CORM_NODE_KIND_COUNT] = {
    [CORM_NODE_COLUMN] = TRAIT_IDENTIFIED,
    [CORM_NODE_TABLE] = TRAIT_IDENTIFIED,
    [CORM_NODE_BIND] = TRAIT_BIND,
    [CORM_NODE_COLREF] = TRAIT_COLREF,
    [CORM_NODE_TEXT] = TRAIT_EXECUTED,
    [CORM_NODE_CUSTOM] = TRAIT_CUSTOM,
    [CORM_NODE_CUSTOM_STATEMENT] = TRAIT_CUSTOM,
    [CORM_NODE_SELECT] = TRAIT_EXECUTED,
    [CORM_NODE_COMPOUND] = TRAIT_EXECUTED,
    [CORM_NODE_INSERT] = TRAIT_EXECUTED,
    [CORM_NODE_UPDATE] = TRAIT_EXECUTED,
    [CORM_NODE_DELETE] = TRAIT_EXECUTED,
    [CORM_NODE_STATEMENT_TEXT] = TRAIT_EXECUTED,
    [CORM_NODE_ENTITY] = TRAIT_MARK,
    [CORM_NODE_ATTRIBUTE] = TRAIT_MARK,
    [CORM_NODE_RELATIONSHIP] = TRAIT_MARK,
};

static bool has_trait(const struct corm_node *node, unsigned trait)
{
    return (traits[node->kind] & trait) != 0;
}

/*
 * Aliases are left out on purpose (they are told apart by corm_node_match), and so is a
 * BIND's value. A free column has no id: its name is what it is.
 */
static uint64_t node_fingerprint(const struct corm_node *node, uint64_t of_kids)
{
    uint64_t head = (uint64_t)node->kind | (uint64_t)node->op << 8 |
                    (uint64_t)node->flags << 16 | (uint64_t)node->nkids << 32;
    if (has_trait(node, TRAIT_IDENTIFIED) && node->id != 0) {
        return corm_hash_mix(node->kind, node->id);
    }
    uint64_t fp = corm_hash_mix(head ^ of_kids, node->type->fp);
    if (node->kind == CORM_NODE_ENTITY) {
        fp = corm_hash_mix(fp, node->id);
    }
    if (node->name != NULL) {
        fp = corm_hash_mix(fp, corm_hash_bytes(node->name, node->name_len));
    }
    if (node->kind != CORM_NODE_BIND && node->value.tag != CORM_TAG_UNSET) {
        fp = corm_hash_mix(fp, corm_value_hash(&node->value));
    }
    return fp;
}

/* True for a column of a query that is text there: literal_column(). */
static bool is_of_text(const struct corm_node_spec *colref)
{
    const struct corm_node *behind = colref->nkids > 1 ? colref->kid[1] : NULL;
    return behind != NULL && (colref->flags & CORM_NODE_ANONYMOUS) == 0 &&
           (behind->kind == CORM_NODE_LITERAL ||
            (behind->kind == CORM_NODE_COLREF && (behind->flags & CORM_NODE_RAW) != 0));
}

/* The flags said and those that the kind has by itself. */
static unsigned own_flags(const struct corm_node_spec *spec)
{
    unsigned trait = traits[spec->kind] & TRAITS_OF_FLAGS;
    if (CORM_LIKELY(trait == 0)) {
        return spec->flags;
    }
    if (trait == TRAIT_BIND) {
        return spec->flags | CORM_NODE_HAS_BIND;
    }
    if (trait == TRAIT_MARK) {
        return spec->flags | CORM_NODE_HAS_ENTITY;
    }
    if (trait == TRAIT_COLREF) {
        return spec->flags | (is_of_text(spec) ? CORM_NODE_RAW : 0u);
    }
    bool is_cacheable = spec->value.tag != CORM_TAG_UNSET;
    return spec->flags | CORM_NODE_HAS_CUSTOM |
           (is_cacheable ? 0u : CORM_NODE_UNCACHEABLE);
}

/*
 * Copy the children's pointers, gather what the node takes from them and return their part
 * of the fingerprint. Absent children, of which statements have many, are passed over: which
 * of them are there is hashed with each.
 */
static uint64_t take_kids(const struct corm_node_spec *spec,
                          const struct corm_node **kids, unsigned *flags)
{
    uint64_t fp = 0;
    for (uint32_t i = 0; i < spec->nkids; i++) {
        const struct corm_node *kid = spec->kid[i];
        kids[i] = kid;
        if (kid != NULL) {
            *flags |= kid->flags & CORM_NODE_INHERITED;
            fp = corm_hash_fold(fp + i, kid->fp);
        }
    }
    return fp;
}

struct corm_node *corm_node_init(void *memory, const struct corm_node_spec *spec)
{
    struct corm_node *node = memory;
    /* The children's pointers follow the struct in the same block. */
    const struct corm_node **kids = (const struct corm_node **)(node + 1);
    unsigned flags = own_flags(spec);
    uint64_t of_kids = take_kids(spec, kids, &flags);
    *node = (struct corm_node){
        .brand = &corm_node_brand,
        .kind = spec->kind,
        .op = spec->op,
        .flags = (uint16_t)flags,
        .nkids = spec->nkids,
        .id = spec->id,
        .serial = traits[spec->kind] & TRAIT_EXECUTED ? corm_node_next_id() : 0,
        .type = spec->type == NULL ? &corm_type_null : spec->type,
        .name = spec->name,
        .name_len = spec->name_len,
        .value = spec->value,
        .kid = kids,
    };
    node->fp = node_fingerprint(node, of_kids);
    return node;
}

struct corm_node *corm_node_new(struct corm_arena *arena,
                                const struct corm_node_spec *spec)
{
    void *memory = corm_arena_alloc(arena, corm_node_size(spec->nkids));
    return memory == NULL ? NULL : corm_node_init(memory, spec);
}

bool corm_node_is_flag(const struct corm_node *node)
{
    if (node->type->kind != CORM_TYPE_BOOLEAN) {
        return false;
    }
    switch ((enum corm_node_kind)node->kind) {
    case CORM_NODE_TRUE:
    case CORM_NODE_FALSE:
    case CORM_NODE_BIND:
    case CORM_NODE_LITERAL:
    case CORM_NODE_COLUMN:
    case CORM_NODE_COLREF:
    case CORM_NODE_FUNCTION:
    case CORM_NODE_CASE:
    case CORM_NODE_CAST:
    case CORM_NODE_OVER:
    case CORM_NODE_FILTER:
    case CORM_NODE_WITHIN:
        return true;
    case CORM_NODE_ATTRIBUTE:
    case CORM_NODE_COERCE:
    case CORM_NODE_LABEL:
        return node->kid[0] != NULL && corm_node_is_flag(node->kid[0]);
    default:
        return false;
    }
}

/* ANY (a), ALL (a), also as functions */
static bool is_collection(const struct corm_node *node)
{
    if (node->kind == CORM_NODE_UNARY) {
        return node->op == CORM_OP_ANY || node->op == CORM_OP_ALL;
    }
    return node->kind == CORM_NODE_FUNCTION && node->name_len == 3 &&
           (memcmp(node->name, "any", 3) == 0 || memcmp(node->name, "all", 3) == 0);
}

/* A comparison with ANY or ALL has no opposite operator: NOT (a = ANY (b)). */
static bool has_collection_operand(const struct corm_node *node)
{
    for (uint32_t i = 0; i < node->nkids; i++) {
        const struct corm_node *kid = node->kid[i];
        if (kid != NULL && is_collection(kid)) {
            return true;
        }
    }
    return false;
}

static struct corm_node_spec spec_of(const struct corm_node *node)
{
    return (struct corm_node_spec){
        .kind = node->kind,
        .op = node->op,
        .flags = node->flags,
        .id = node->id,
        .type = node->type,
        .name = node->name,
        .name_len = node->name_len,
        .value = node->value,
        .nkids = node->nkids,
        .kid = node->kid,
    };
}

const struct corm_node *corm_node_negate(const struct corm_node *node,
                                         const struct corm_node **kid_slot,
                                         struct corm_node_spec *spec)
{
    bool is_not = node->kind == CORM_NODE_UNARY && node->op == CORM_OP_NOT;
    if (is_not && corm_node_is_flag(node->kid[0])) {
        return node->kid[0];
    }
    if (node->kind == CORM_NODE_TRUE || node->kind == CORM_NODE_FALSE) {
        *spec = spec_of(node);
        spec->kind = node->kind == CORM_NODE_TRUE ? CORM_NODE_FALSE : CORM_NODE_TRUE;
        return NULL;
    }
    enum corm_op opposite = corm_op_negation((enum corm_op)node->op);
    bool is_comparison =
        node->kind == CORM_NODE_BINARY || node->kind == CORM_NODE_BETWEEN;
    if (is_comparison && opposite != CORM_OP_NONE && !has_collection_operand(node)) {
        *spec = spec_of(node);
        spec->op = (uint8_t)opposite;
        return NULL;
    }
    *kid_slot = node;
    *spec = (struct corm_node_spec){
        .kind = CORM_NODE_UNARY,
        .op = CORM_OP_NOT,
        .type = &corm_type_boolean,
        .nkids = 1,
        .kid = kid_slot,
    };
    return NULL;
}

static bool lists_equal(const struct corm_bind_list *a, const struct corm_bind_list *b)
{
    if (a->count != b->count || a->width != b->width) {
        return false;
    }
    for (size_t i = 0; i < (size_t)a->count * a->width; i++) {
        if (!corm_value_equal(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

bool corm_bind_value_equal(const struct corm_value *a, const struct corm_value *b)
{
    if (a->tag == CORM_TAG_OBJECT && b->tag == CORM_TAG_OBJECT) {
        return lists_equal(a->as.p, b->as.p);
    }
    return corm_value_equal(a, b);
}
