/* SPDX-License-Identifier: MIT */
/*
 * Nodes in Lua: a node is an inline userdata: its struct corm_node, its children's
 * pointers, a copy of its name. What else the node borrows is pinned in its user values:
 *
 *     1        what `value` points into (a BIND's value), or the detail table of a family
 *              that has one (columns, tables, statements)
 *     2        the type object, nil if the type is one of the core's own
 *     3 …      the children, in order; or one table that holds them all
 *
 * A child that the node carries in its own block (lua/node_carry.h) has no object yet: what
 * pins its value is in its place.
 *
 * An absent child among the first LCORM_KIDS_SPARSE takes no user value: a statement has many
 * slots, few of which are filled, and is copied by each of its methods.
 *
 * Its brand tells a node from any other userdata. A node is checked once, where it comes
 * from Lua; what is made of it takes its stack index for good (lcorm_node_at).
 */
#ifndef CORM_LUA_NODE_H
#define CORM_LUA_NODE_H

#include "lua/node_family.h"
#include "sql/node.h"

extern const struct lcorm_family lcorm_element_family; /* ColumnElement */
extern const struct lcorm_family lcorm_column_family; /* Column */
extern const struct lcorm_family lcorm_function_family; /* Function */
extern const struct lcorm_family lcorm_scalar_family; /* ScalarSelect, Exists */
extern const struct lcorm_family lcorm_text_family; /* TextClause */
extern const struct lcorm_family lcorm_from_family; /* FromClause */
extern const struct lcorm_family lcorm_table_family; /* Table */
extern const struct lcorm_family lcorm_statement_family; /* what all statements share */
extern const struct lcorm_family lcorm_select_family; /* Select, CompoundSelect, … */
extern const struct lcorm_family lcorm_insert_family; /* Insert */
extern const struct lcorm_family lcorm_update_family; /* Update */
extern const struct lcorm_family lcorm_delete_family; /* Delete */
extern const struct lcorm_family
    lcorm_custom_family; /* expressions of the user's own */
extern const struct lcorm_family lcorm_custom_statement_family;
extern const struct lcorm_family lcorm_clause_family; /* parts of statements, marks */
extern const struct lcorm_family lcorm_attribute_family; /* InstrumentedAttribute */

enum { LCORM_PIN_VALUE = 1, LCORM_PIN_TYPE, LCORM_PIN_KIDS };
enum { LCORM_KIDS_SPARSE = 32 };

/*
 * Stack indices of what a new node borrows; 0 is nothing. The children are said in one of
 * three ways.
 */
struct lcorm_pins {
    int value; /* what spec->value points into */
    int type; /* the type object that spec->type is in */
    int typed; /* instead: a node whose type spec->type is */
    const int *kids; /* spec->nkids indices of nodes; of nothing or nil: no child */
    int first; /* spec->nkids nodes lie on the stack from here on */
    int list; /* a table with the nodes (false for none), which are checked */
};

/** The node at idx, which is known to be one: checked, coerced or made before. */
static inline const struct corm_node *lcorm_node_at(lua_State *L, int idx)
{
    return lua_touserdata(L, idx);
}

/** The same where idx may be 0, which is no node: NULL. */
static inline const struct corm_node *lcorm_hint_at(lua_State *L, int idx)
{
    return idx == 0 ? NULL : lcorm_node_at(L, idx);
}

/** The node at idx, or NULL. */
const struct corm_node *lcorm_test_node(lua_State *L, int idx);

/** The node at idx if it is an expression as it stands, or NULL. */
const struct corm_node *lcorm_test_expression(lua_State *L, int idx);

/** The node at idx; raises ArgumentError if there is something else. */
const struct corm_node *lcorm_check_node(lua_State *L, int idx);

/**
 * Push a node with the metatable of its kind; spec->kid, unless it is given, is filled from the
 * pins; the name is copied. Returns the node for reading.
 */
const struct corm_node *lcorm_push_node(lua_State *L, const struct corm_node_spec *spec,
                                        const struct lcorm_pins *pins);

/** Push a copy of the node at idx whose child `slot` is the node at kid (0 for none). */
const struct corm_node *lcorm_push_with_kid(lua_State *L, int idx, uint32_t slot,
                                            int kid);

/**
 * Push a node as spec says with the children and pins of the node at idx; what `pins` names
 * (value, type) is pinned instead. spec->kid is not read, spec->nkids must be that node's.
 */
const struct corm_node *lcorm_push_respec(lua_State *L, int idx,
                                          const struct corm_node_spec *spec,
                                          const struct lcorm_pins *pins);

/**
 * Push a node as spec says with the pins of the node at idx, but the children in the table
 * at `list` (false for none), spec->nkids of them.
 */
const struct corm_node *lcorm_push_copy(lua_State *L, int idx,
                                        const struct corm_node_spec *spec, int list);

/** The name of the node's kind in Lua: "select". */
const char *lcorm_kind_name(const struct corm_node *node);

/** The spec that would make the node again, without inherited flags; kid is NULL. */
struct corm_node_spec lcorm_node_spec(const struct corm_node *node);

/** Push the object of child i (from 0) of the node at idx; nil if there is none. */
void lcorm_push_kid(lua_State *L, int idx, uint32_t i);

/** Push the objects of all children of the node at idx, each of which must be there. */
void lcorm_push_kids(lua_State *L, int idx);

/** Push the type object of the node at idx. */
void lcorm_push_node_type(lua_State *L, int idx);

/**
 * Replace the value at idx by the expression that it stands for, and return that: a node
 * stays, nil and corm.NULL become NULL, what has a metafield __clause_element is asked for
 * its node, a select becomes a scalar subquery, and any other value a BIND. `hint` is the
 * index of the node on the other side, which gives the BIND its name and type; 0 if there
 * is none. Raises ArgumentError if the value can be no expression.
 */
const struct corm_node *lcorm_coerce_expression(lua_State *L, int idx, int hint);

/** As above, for a value that lcorm_resolve_node() found to be the node `node` (NULL: none). */
const struct corm_node *lcorm_coerce_resolved(lua_State *L, int idx, int hint,
                                              const struct corm_node *node);

/** Push a BIND of the value at idx; `hint` as above. */
const struct corm_node *lcorm_push_bind(lua_State *L, int idx, int hint);

/**
 * The value at idx as a cell for the type of the node at hint (0: none). Raises
 * ArgumentError for a table or a function that the type cannot take.
 */
struct corm_value lcorm_check_value(lua_State *L, int idx, int hint);

/**
 * Name the spec of a BIND after the column or function `hint` (NULL: none), ANONYMOUS in any
 * case; a name that had to be made stays on the stack.
 */
void lcorm_name_bind(lua_State *L, struct corm_node_spec *spec,
                     const struct corm_node *hint);

/**
 * The spec of a BIND of that value, which the node at hint (0: none) gives its name and type;
 * fills pins->typed. A name that had to be made stays on the stack. flags: enum
 * corm_node_flag.
 */
struct corm_node_spec lcorm_bind_spec(lua_State *L, struct corm_value value, int hint,
                                      unsigned flags, struct lcorm_pins *pins);

/**
 * Push a BIND of a cell whose bytes the value at `pin` holds (0: none).
 * flags: enum corm_node_flag.
 */
const struct corm_node *lcorm_push_bind_value(lua_State *L, int pin,
                                              struct corm_value value, int hint,
                                              unsigned flags);

/** Push an anonymous BIND of the value at idx, named after the string at `name`. */
const struct corm_node *lcorm_push_named_bind(lua_State *L, int idx,
                                              struct corm_value value, int name);

/**
 * Push a userdata with the values of the sequence at idx (of tuples, if width is not 1) as
 * a struct corm_bind_list, and fill the cell of an EXPANDING bind that it pins. Its user
 * value 1 is the flat table of the Lua values.
 */
void lcorm_push_bind_list(lua_State *L, int idx, uint32_t width,
                          struct corm_value *value_out);

/**
 * Push the Lua value of a live BIND whose cell is FOREIGN, or the table of values of an
 * EXPANDING one.
 */
void lcorm_push_bind_foreign(lua_State *L, const struct corm_node *bind);

/** Push a NULL, TRUE, FALSE, DEFAULT or STAR node. */
const struct corm_node *lcorm_push_leaf(lua_State *L, unsigned kind);

/** Push the VALUES at idx as a value: (VALUES (…)). */
void lcorm_push_scalar_values(lua_State *L, int idx);

/** Push SELECT of all columns of what the node at idx selects from. */
void lcorm_push_select_of(lua_State *L, int idx);

/**
 * As lcorm_coerce_expression(), but a plain string, number or table is refused: for places
 * where only SQL can stand. `what` names the place in the message.
 */
const struct corm_node *lcorm_coerce_clause(lua_State *L, int idx, const char *what);

/**
 * Replace the value at idx by the node it stands for (a node, or what has a metafield
 * __clause_element) and return it, or NULL if it stands for none.
 */
const struct corm_node *lcorm_resolve_node(lua_State *L, int idx);

#endif
