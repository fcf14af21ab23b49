/* SPDX-License-Identifier: MIT */
/*
 * The session's core in Lua: an inline userdata with a struct corm_session. User values:
 * 1 the listed instances by instance->held_slot (they are held until flushed), 2 the
 * identity map (one weak table of instances per inheritance tree, by key), 3 the Session
 * in Lua, 4 deleted instances whose transaction is open (weak), 5 keys that were switched
 * by a flush.
 *
 * An instance points to its session; whichever goes first: the session's finaliser
 * detaches what is left in its tables.
 *
 * Identity keys: a single integer key is itself, everything else is a string that begins
 * with the identity token, so equal keys are equal Lua values.
 */
#ifndef CORM_LUA_SESSION_H
#define CORM_LUA_SESSION_H

#include "lua/kit.h"
#include "orm/session.h"

extern const struct lcorm_class lcorm_session_class;

enum { LCORM_KEY_MAX = 32 /* columns of a key */ };

enum lcorm_session_uservalue {
    LCORM_SESSION_HELD = 1,
    LCORM_SESSION_IDENTITY,
    LCORM_SESSION_OWNER,
    LCORM_SESSION_DELETED,
    LCORM_SESSION_SWITCHES,
    LCORM_SESSION_USERVALUES = LCORM_SESSION_SWITCHES
};

/* ---- session.c: the core and what it holds ---- */

/** The session core at idx; raises ArgumentError if there is something else. */
struct corm_session *lcorm_check_session(lua_State *L, int idx);

/** Push the userdata of a session core that is alive. */
void lcorm_push_session(lua_State *L, const struct corm_session *session);

/** Hold the instance at idx as long as it is listed. core: index of its session's core. */
void lcorm_session_hold(lua_State *L, const struct corm_session *session, int idx,
                        struct corm_instance *instance);
void lcorm_session_hold_at(lua_State *L, int core, int idx,
                           struct corm_instance *instance);

/** Hold nothing but what is listed. */
void lcorm_session_drop_unlisted(lua_State *L, int core);

/** Push the userdata of a held instance, nil if it is not held. */
void lcorm_session_push_held(lua_State *L, int core,
                             const struct corm_instance *instance);

/** Push the userdata of an instance of the session: a held one, or by its identity. */
void lcorm_session_push_instance(lua_State *L, int core,
                                 const struct corm_instance *instance);

/* ---- session_identity.c: the identity map ---- */

/** Put the instance at idx into the identity map. */
void lcorm_identity_put(lua_State *L, int core, int idx,
                        const struct corm_instance *instance);

/** As above, into the table of its tree at index `identity`. */
void lcorm_identity_put_at(lua_State *L, int identity, int idx,
                           const struct corm_instance *instance);

/** Take the instance out, unless its place has gone to another one. */
void lcorm_identity_drop(lua_State *L, int core, const struct corm_instance *instance);

/** Push the identity map's table for the mapper's tree; core is the session's index. */
void lcorm_push_identity_table(lua_State *L, int core,
                               const struct corm_mapper *mapper);

/**
 * Push the identity key of nkey cells; `token` is the index of the identity token or 0.
 * Returns false and pushes nothing if a cell is NULL or UNSET.
 */
bool lcorm_push_identity_key(lua_State *L, const struct corm_value *key, uint32_t nkey,
                             int token);

/*
 * The cells of an identity key. What the database gave and what a program set count as the
 * same: a UUID's text, a date, a decimal.
 */
struct lcorm_key {
    struct corm_arena *arena; /* scratch, once something had to be converted */
    uint32_t n;
    struct corm_value cells[LCORM_KEY_MAX];
};

/** Append a cell of a type; is_raw: as the database gave it. There must be room. */
void lcorm_key_add(lua_State *L, struct lcorm_key *key, const struct corm_type *type,
                   const struct corm_value *cell, bool is_raw);

/** Append what an attribute of an instance is, or was before its change. */
void lcorm_key_add_cell(lua_State *L, struct lcorm_key *key,
                        const struct corm_attribute *attribute,
                        const struct corm_value *cell);

/**
 * Push the key of what was added, which ends its use; pushes nothing and returns false if a
 * cell is NULL.
 */
bool lcorm_push_key(lua_State *L, struct lcorm_key *key);

/** As above for an instance's committed primary key. */
bool lcorm_push_instance_key(lua_State *L, const struct corm_instance *instance);

/** core:instances(), see there. */
int lcorm_session_instances(lua_State *L);

/** Call visit for every instance of the identity map; it finds the instance on top. */
void lcorm_identity_each(lua_State *L, int core,
                         void (*visit)(lua_State *L, int core,
                                       struct corm_instance *instance));

/* ---- session_join.c: coming and going ---- */

/**
 * Make the instance at idx, and what its save-update cascade reaches, pending in the
 * session (or persistent again, if it was detached). Raises InvalidRequestError if one of
 * them belongs to another session.
 */
void lcorm_session_add(lua_State *L, int core, int idx);

/** As above for the instance alone, without its cascades. */
void lcorm_session_attach(lua_State *L, int core, int idx);

/** Plan the instance at idx for deletion, if it is persistent. */
void lcorm_session_mark_delete(lua_State *L, int idx);

/** Take the instance out of its session; a pending one becomes transient. */
void lcorm_session_expunge(lua_State *L, struct corm_instance *instance);

/** The instance is no session's any more: detached, or transient if it has no key. */
void lcorm_instance_detach(struct corm_instance *instance);

/* ---- session_transaction.c: what a transaction's end makes of instances ---- */

/** Forget what was loaded and changed of the instance at idx; it loads when read. */
void lcorm_instance_expire(lua_State *L, int idx, struct corm_instance *instance);

/** Note a deleted instance, which a rollback brings back. */
void lcorm_session_note_deleted(lua_State *L, int core, int idx);

/** True if the instance's primary key differs from the one it was loaded with. */
bool lcorm_instance_key_is_changed(const struct corm_instance *instance);

/** Move the instance at idx to its new key in the identity map; noted for a rollback. */
void lcorm_session_switch_key(lua_State *L, int core, int idx,
                              struct corm_instance *instance);

/** instance_history.c: core.history() and what else concerns an instance's past. */
void lcorm_open_instance_history(lua_State *L);

/** session_statement.c: which classes and tables a statement mentions. */
void lcorm_open_session_statement(lua_State *L);

/** core:begin(), core:commit(), core:rollback(), core:expire(): see there. */
int lcorm_session_begin(lua_State *L);
int lcorm_session_commit(lua_State *L);
int lcorm_session_rollback(lua_State *L);
int lcorm_session_expire_all(lua_State *L);
int lcorm_session_expire(lua_State *L);

#endif
