/* SPDX-License-Identifier: MIT */
/*
 * Changing attributes, with the other side of a relationship kept in step. A change is a
 * handful of primitives (put, append, remove); when nobody listens they run here, else
 * corm.orm.attributes runs the same primitives with events between them.
 */
#ifndef CORM_LUA_ATTRIBUTE_H
#define CORM_LUA_ATTRIBUTE_H

#include "lua/kit.h"
#include "orm/collection.h"

/** True if somebody listens to the attribute or to the other side of its relationship. */
bool lcorm_attribute_is_listened(const struct corm_attribute *attribute);

/** instance.at = the value at index `value`, for a column. */
void lcorm_attribute_set_column(lua_State *L, int idx, struct corm_instance *instance,
                                uint16_t at, int value);

/**
 * A many-to-one that is not loaded may be known all the same: if the foreign key is there
 * and the session has the object, that is taken as loaded.
 */
void lcorm_attribute_resolve(lua_State *L, int idx, struct corm_instance *instance,
                             uint16_t at);

/** instance.at = the instance or nil at index `value`, for a scalar relationship. */
void lcorm_attribute_set_object(lua_State *L, int idx, struct corm_instance *instance,
                                uint16_t at, int value);

/** The same for this side alone. Raises ArgumentError for an object of another class. */
void lcorm_attribute_put_object(lua_State *L, int idx, struct corm_instance *instance,
                                uint16_t at, int value);

/**
 * instance.at = the value at index `value` as if the database had said so: no history, no
 * events. For what is no collection; raises ArgumentError for an object of another class.
 */
void lcorm_attribute_load(lua_State *L, int idx, struct corm_instance *instance,
                          uint16_t at, int value);

/**
 * The object at `far` joined (or left) a relationship of owner: a new parent is noted, the
 * session takes in what joined, and lets go of a pending orphan.
 */
void lcorm_attribute_cascade(lua_State *L, const struct corm_instance *owner,
                             uint16_t at, int far, bool joined);

/** The other side of collection at idx learns that the member joined (or left). */
void lcorm_attribute_joined(lua_State *L, int idx, int member);
void lcorm_attribute_left(lua_State *L, int idx, int member);

#endif
