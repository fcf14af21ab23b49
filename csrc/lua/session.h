/* SPDX-License-Identifier: MIT */
/*
 * The session's core in Lua: an inline userdata with a struct corm_session. User values:
 * 1 the listed instances by address (they are held until flushed), 2 the identity map
 * (one weak table of instances per inheritance tree, by key), 3 the Session in Lua.
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

enum lcorm_session_uservalue {
    LCORM_SESSION_HELD = 1,
    LCORM_SESSION_IDENTITY,
    LCORM_SESSION_OWNER,
    LCORM_SESSION_USERVALUES = LCORM_SESSION_OWNER
};

/** The session core at idx; raises ArgumentError if there is something else. */
struct corm_session *lcorm_check_session(lua_State *L, int idx);

/** Push the userdata of a session core that is alive. */
void lcorm_push_session(lua_State *L, const struct corm_session *session);

/** Hold the instance at idx as long as it is listed. */
void lcorm_session_hold(lua_State *L, const struct corm_session *session, int idx,
                        const struct corm_instance *instance);

/** Let go of what is not listed any more. */
void lcorm_session_drop_unlisted(lua_State *L, int core);

/** Push the userdata of a listed instance. */
void lcorm_session_push_held(lua_State *L, int core,
                             const struct corm_instance *instance);

/** Push the userdata of an instance of the session: a listed one, or by its identity. */
void lcorm_session_push_instance(lua_State *L, int core,
                                 const struct corm_instance *instance);

/** Put the instance at idx into the identity map, or take one out of it. */
void lcorm_identity_put(lua_State *L, int core, int idx,
                        const struct corm_instance *instance);
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

/** As above for an instance's committed primary key. */
bool lcorm_push_instance_key(lua_State *L, const struct corm_instance *instance);

/**
 * Make the instance at idx, and what its save-update cascade reaches, pending in the
 * session (or persistent again, if it was detached). Raises InvalidRequestError if one of
 * them belongs to another session.
 */
void lcorm_session_add(lua_State *L, int core, int idx);

/** Plan the instance at idx for deletion, if it is persistent. */
void lcorm_session_mark_delete(lua_State *L, int idx);

/** Take the instance out of its session; a pending one becomes transient. */
void lcorm_session_expunge(lua_State *L, struct corm_instance *instance);

#endif
