/* SPDX-License-Identifier: MIT */
/* The batch at hand: its layout, its parameters, what the database answered. */
#include "lua/database.h"
#include "lua/decode.h"
#include "lua/execution.h"
#include "lua/instance.h"
#include "lua/mapper.h"
#include "lua/native.h"
#include "lua/params.h"
#include "lua/session.h"
#include "lua/statement.h"
#include "lua/unit.h"

static struct lcorm_unit *check_batch(lua_State *L)
{
    struct lcorm_unit *unit;

    lcorm_check_box(L, 1, &lcorm_unit_class);
    unit = lua_touserdata(L, 1);
    if (unit->batch == NULL) {
        lcorm_fail(L, CORM_E_INVALID_REQUEST,
                   "the unit of work has no batch to execute");
    }
    return unit;
}

/* ---- layout ---- */

static void push_positions(lua_State *L, const uint16_t *positions, uint32_t count)
{
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_pushinteger(L, positions[i] + 1);
        lua_rawseti(L, -2, i + 1);
    }
}

/* Position (from 1) of the batch's table among its mapper's. */
static lua_Integer table_position(const struct corm_batch *batch)
{
    return batch->table == NULL ? 0 : batch->table - batch->mapper->tables.items + 1;
}

/*
 * unit:layout() -> {columns=, keys=, fetch=, table=, relationship=}: positions of
 * attributes, of the table, of the relationship's attribute. For making the statement.
 */
int lcorm_unit_layout(lua_State *L)
{
    const struct corm_batch *batch = check_batch(L)->batch;
    bool is_link = batch->relationship != NULL;

    lua_createtable(L, 0, 5);
    push_positions(L, batch->columns, is_link ? 0 : batch->ncolumns);
    lua_setfield(L, -2, "columns");
    push_positions(L, batch->keys, is_link ? 0 : batch->nkeys);
    lua_setfield(L, -2, "keys");
    push_positions(L, batch->fetch, batch->nfetch);
    lua_setfield(L, -2, "fetch");
    lua_pushinteger(L, table_position(batch));
    lua_setfield(L, -2, "table");
    if (is_link) {
        lua_pushinteger(L, batch->relationship->attribute + 1);
        lua_setfield(L, -2, "relationship");
    }
    return 1;
}

static void push_row_instance(lua_State *L, const struct corm_instance *instance)
{
    lua_getiuservalue(L, 1, LCORM_UNIT_SESSION);
    lcorm_session_push_instance(L, lua_gettop(L), instance);
    lua_remove(L, -2);
}

/* unit:objects() -> sequence of the batch's instances */
int lcorm_unit_objects(lua_State *L)
{
    const struct corm_batch *batch = check_batch(L)->batch;

    lua_settop(L, 1);
    lua_createtable(L, (int)batch->nrows, 0);
    for (uint32_t i = 0; i < batch->nrows; i++) {
        push_row_instance(L, batch->rows[i]);
        lua_rawseti(L, 2, i + 1);
    }
    return 1;
}

/* unit:missing() -> {row, position, …}: values that Lua has to make */
int lcorm_unit_missing(lua_State *L)
{
    const struct corm_batch *batch = check_batch(L)->batch;
    lua_Integer n = 0;

    lua_newtable(L);
    for (uint32_t row = 0; row < batch->nrows; row++) {
        for (uint32_t i = 0; i < batch->ncolumns; i++) {
            if (!corm_batch_lacks(batch, row, batch->columns[i])) {
                continue;
            }
            lua_pushinteger(L, (lua_Integer)row + 1);
            lua_rawseti(L, -2, ++n);
            lua_pushinteger(L, batch->columns[i] + 1);
            lua_rawseti(L, -2, ++n);
        }
    }
    return 1;
}

/* unit:written() -> {object, position, …}: cells that were filled since the last call */
int lcorm_unit_written(lua_State *L)
{
    const struct corm_unit *unit = lcorm_check_box(L, 1, &lcorm_unit_class);
    struct lcorm_unit *own = lua_touserdata(L, 1);
    uint32_t count = corm_unit_nwritten(unit);
    lua_Integer n = 0;
    uint16_t attribute;

    lua_settop(L, 1);
    lua_createtable(L, (int)(2 * (count - own->ntold)), 0);
    for (; own->ntold < count; own->ntold++) {
        push_row_instance(L, corm_unit_written(unit, own->ntold, &attribute));
        lua_rawseti(L, 2, ++n);
        lua_pushinteger(L, attribute + 1);
        lua_rawseti(L, 2, ++n);
    }
    return 1;
}

/* unit:write(row, position, value): what Lua made */
int lcorm_unit_write(lua_State *L)
{
    const struct lcorm_unit *unit = check_batch(L);
    const struct corm_batch *batch = unit->batch;
    lua_Integer row = lcorm_check_integer(L, 2);
    lua_Integer position = lcorm_check_integer(L, 3);
    struct corm_value value = lcorm_to_value(L, 4);
    struct corm_instance *instance;
    struct corm_error err;

    lcorm_arg_check(L, row >= 1 && row <= (lua_Integer)batch->nrows, 2, "no such row");
    instance = batch->rows[row - 1];
    lcorm_arg_check(L, position >= 1 && position <= instance->ncells, 3,
                    "no such attribute");
    lua_settop(L, 4);
    lua_getiuservalue(L, 1, LCORM_UNIT_KEPT);
    lua_pushvalue(L, 4);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    if (value.tag == CORM_TAG_FOREIGN) {
        push_row_instance(L, instance);
        lcorm_instance_pin(L, -1, instance, (uint16_t)(position - 1), 4);
        value.flags = CORM_CELL_PINNED;
    }
    if (corm_unit_write(unit->box.obj, (uint32_t)row - 1, (uint16_t)(position - 1),
                        &value, &err) != CORM_OK) {
        return lcorm_throw(L, &err);
    }
    return 0;
}

/* ---- parameters ---- */

/* True if a value of the attribute may have to go through Lua on its way. */
static bool is_processed(const struct corm_batch *batch, uint16_t attribute)
{
    const struct corm_type *type = batch->mapper->attributes.items[attribute].type;
    return batch->has_foreign || (type->flags & CORM_TYPE_LUA_BIND) ||
           type->variants != NULL;
}

static bool any_processed(const struct corm_batch *batch)
{
    for (uint32_t i = 0; i < batch->ncolumns && batch->relationship == NULL; i++) {
        if (is_processed(batch, batch->columns[i])) {
            return true;
        }
    }
    return false;
}

/*
 * True if the cell goes through Lua: what the database gave goes back as it is. NULL is
 * seen by hooks of types; JSON, whose null has to be asked for, sees it if it was set.
 */
static bool wants_hook(const struct corm_type *type, const struct corm_value *cell)
{
    bool is_raw = (cell->flags & CORM_CELL_RAW) != 0;
    bool sees_null = (type->flags & CORM_TYPE_LUA_BIND) != 0 &&
                     !(is_raw && type->kind == CORM_TYPE_JSON);
    return cell->tag > CORM_TAG_NULL ? !is_raw
                                     : cell->tag == CORM_TAG_NULL && sees_null;
}

/*
 * The first slot from `slot` on that the unit of work gives a value. Others have one of
 * their own: an SQL default may bring parameters along.
 */
static uint32_t next_slot(const struct corm_compiled *compiled, uint32_t slot)
{
    while (slot < compiled->nslots &&
           corm_bind_slot_is_filled(&compiled->slots[slot])) {
        slot++;
    }
    return slot;
}

static uint32_t count_slots(const struct corm_compiled *compiled)
{
    uint32_t n = 0;
    for (uint32_t i = next_slot(compiled, 0); i < compiled->nslots;
         i = next_slot(compiled, i + 1)) {
        n++;
    }
    return n;
}

/* Move the n values that stand in front to their slots. */
static void spread(const struct corm_compiled *compiled, struct corm_value *values,
                   uint32_t n)
{
    for (uint32_t slot = compiled->nslots; slot-- > n;) {
        bool is_filled = corm_bind_slot_is_filled(&compiled->slots[slot]);
        values[slot] = is_filled ? corm_value_unset() : values[--n];
    }
}

/* Values that the database gave go back as they are, those of Lua by their type. */
static void fill_processed(lua_State *L, const struct corm_batch *batch, uint32_t row,
                           struct corm_execution *execution, uint32_t set)
{
    struct corm_instance *instance = batch->rows[row];
    const struct corm_compiled *compiled = execution->compiled;
    uint32_t slot = next_slot(compiled, 0);
    int base = lua_gettop(L);

    push_row_instance(L, instance);
    for (uint32_t i = 0; i < batch->ncolumns;
         i++, slot = next_slot(compiled, slot + 1)) {
        uint16_t at = batch->columns[i];
        if (!is_processed(batch, at) ||
            !wants_hook(batch->mapper->attributes.items[at].type,
                        &instance->cell[at])) {
            continue;
        }
        if (instance->cell[at].tag == CORM_TAG_NULL) {
            lcorm_push_null(L);
        } else {
            lcorm_instance_push_cell(L, base + 1, instance, at);
        }
        lcorm_set_param(L, execution, set, slot, lua_gettop(L));
        lua_pop(L, 1);
    }
    lua_settop(L, base);
}

/* A listener, or another task while this one waits, may change the instances. */
static void keep_bytes(lua_State *L, struct corm_execution *execution, uint32_t set)
{
    struct corm_value *values = corm_execution_values(execution, set);

    for (uint32_t i = 0; i < execution->nslots; i++) {
        if (corm_value_has_bytes(&values[i])) {
            lcorm_keep_bytes(L, execution, &values[i]);
        }
    }
}

static void fill(lua_State *L, const struct corm_batch *batch, uint32_t from,
                 struct corm_execution *execution)
{
    bool is_plain = !any_processed(batch);

    for (uint32_t set = 0; set < execution->nsets; set++) {
        struct corm_value *values = corm_execution_values(execution, set);
        corm_batch_values(batch, from + set, values);
        spread(execution->compiled, values, batch->ncolumns + batch->nkeys);
        if (batch->relationship == NULL) {
            batch->rows[from + set]->dialect =
                lcorm_dialect_number(execution->compiled->dialect);
        }
        keep_bytes(L, execution, set);
        if (!is_plain) {
            fill_processed(L, batch, from + set, execution, set);
        }
    }
}

/* Rows that one statement takes: if rows come back, as many as fit into its VALUES. */
static uint32_t rows_at_once(lua_State *L, const struct corm_compiled *compiled,
                             uint32_t left)
{
    const struct corm_connection *connection = lcorm_check_connection(L, 3);

    return compiled->has_returning
               ? corm_connection_rows_at_once(connection, compiled,
                                              connection->engine->rows_max, left)
               : left;
}

/*
 * unit:prepare(connection, native, compiled, want_rowids) -> Result with the parameters of
 * the batch's next rows, to be run
 */
int lcorm_unit_prepare(lua_State *L)
{
    struct lcorm_unit *unit = check_batch(L);
    const struct corm_batch *batch = unit->batch;
    struct corm_compiled *compiled = lcorm_check_box(L, 4, &lcorm_compiled_class);
    struct corm_execution *execution;
    uint32_t nvalues = batch->ncolumns + batch->nkeys;

    lua_settop(L, 5);
    if (count_slots(compiled) != nvalues) {
        return lcorm_fail(L, CORM_E_FLUSH,
                          "statement has %d parameters where the unit of work has %d",
                          (int)count_slots(compiled), (int)nvalues);
    }
    unit->nprepared = rows_at_once(L, compiled, batch->nrows - unit->nexecuted);
    execution = lcorm_execution_begin(L, 2, 3, compiled, unit->nprepared);
    execution->work->request.want_rowids = lua_toboolean(L, 5);
    fill(L, batch, unit->nexecuted, execution);
    return 1;
}

/* ---- what came back ---- */

/* Append the value on top to what the unit keeps alive; it is popped. */
static void unit_keep_value(lua_State *L)
{
    lua_getiuservalue(L, 1, LCORM_UNIT_KEPT);
    lua_insert(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

static void fetched_reserve(lua_State *L, struct lcorm_unit *unit)
{
    size_t cells = (size_t)unit->batch->nrows * unit->batch->nfetch;

    if (unit->fetched == NULL) {
        unit->fetched = lua_newuserdatauv(L, (cells + 1) * sizeof(*unit->fetched), 0);
        unit->nfetched = 0;
        unit_keep_value(L);
    }
}

static void fetched_take(lua_State *L, struct lcorm_unit *unit,
                         const struct corm_execution *execution)
{
    uint32_t nfetch = unit->batch->nfetch;
    struct corm_value *to = unit->fetched + (size_t)unit->nfetched * nfetch;

    for (uint32_t i = 0; i < nfetch && i < execution->ncols; i++) {
        to[i] = execution->cells[i];
        to[i].flags = CORM_CELL_RAW;
        if (corm_value_has_bytes(&to[i])) {
            to[i].as.s = lua_pushlstring(L, to[i].as.s, to[i].len);
            unit_keep_value(L);
        }
    }
    unit->nfetched++;
}

static enum corm_io fetched_rows(lua_State *L, struct lcorm_unit *unit,
                                 struct corm_execution *execution)
{
    struct corm_error err;
    enum corm_io io;

    while ((io = corm_execution_fetch(execution, &err)) == CORM_IO_ROW) {
        if (unit->nfetched < unit->batch->nrows) {
            fetched_take(L, unit, execution);
        }
    }
    if (io == CORM_IO_ERROR) {
        lcorm_throw(L, &err);
    }
    return io;
}

static void fetched_rowids(struct lcorm_unit *unit, const int64_t *rowids)
{
    for (uint32_t i = 0; i < unit->nprepared; i++) {
        unit->fetched[unit->nfetched++] = corm_value_int(rowids[i]);
    }
}

/* Fetch what the batch wants to know; false if the connection has to wait. */
static bool fetch(lua_State *L, struct lcorm_unit *unit,
                  struct corm_execution *execution)
{
    fetched_reserve(L, unit);
    if (execution->rowids != NULL) {
        fetched_rowids(unit, execution->rowids);
    } else if (fetched_rows(L, unit, execution) == CORM_IO_WAIT) {
        return false;
    }
    if (unit->nfetched != unit->nexecuted + unit->nprepared &&
        unit->batch->kind == CORM_BATCH_INSERT) {
        lcorm_fail(L, CORM_E_FLUSH,
                   "INSERT of %d row(s) into the table of class '%s' returned %d",
                   (int)unit->nprepared, unit->batch->mapper->name,
                   (int)(unit->nfetched - unit->nexecuted));
    }
    return true;
}

static void add_rowcount(struct lcorm_unit *unit, int64_t rowcount)
{
    if (rowcount < 0 || unit->rowcount < 0) {
        unit->rowcount = -1;
    } else {
        unit->rowcount += rowcount;
    }
}

static void finish_batch(lua_State *L, struct lcorm_unit *unit)
{
    const struct corm_value *fetched = unit->batch->nfetch > 0 ? unit->fetched : NULL;
    struct corm_error err;

    if (corm_unit_executed(unit->box.obj, fetched, unit->rowcount, &err) != CORM_OK) {
        lcorm_throw(L, &err);
    }
    unit->fetched = NULL;
    unit->batch = NULL;
}

/*
 * unit:executed(result) -> "wait": wait for the connection and call again; "more": prepare
 * and run the next rows; or the database's count of rows, -1 if it is unknown. Takes the
 * generated keys out of the result.
 */
int lcorm_unit_executed(lua_State *L)
{
    struct lcorm_unit *unit = check_batch(L);
    struct corm_execution *execution = &lcorm_check_rows(L, 2)->execution;

    if (unit->nprepared == 0) {
        unit->nprepared =
            unit->batch->nrows - unit->nexecuted; /* run without prepare() */
    }
    if (unit->batch->nfetch > 0 && !fetch(L, unit, execution)) {
        lua_pushliteral(L, "wait");
        return 1;
    }
    add_rowcount(unit, execution->rowcount);
    unit->nexecuted += unit->nprepared;
    unit->nprepared = 0;
    if (unit->nexecuted < unit->batch->nrows) {
        lua_pushliteral(L, "more");
        return 1;
    }
    finish_batch(L, unit);
    lua_pushinteger(L, unit->rowcount);
    return 1;
}
