/* SPDX-License-Identifier: MIT */
/*
 * The stack has one frame per object whose relationships are being looked at. Visited
 * objects are kept in a set of their own rather than by a mark in the object, since
 * between two steps other walks may run (a load, a listener).
 */
#include "orm/cascade.h"

#include "orm/session.h"

static bool walk_push(struct corm_cascade_walk *walk, struct corm_instance *instance)
{
    struct corm_cascade_frame frame = { .instance = instance };
    return corm_vec_push(&walk->stack, frame);
}

static void walk_pop(struct corm_cascade_walk *walk)
{
    struct corm_cascade_frame *top = &walk->stack.items[walk->stack.count - 1];
    corm_vec_release(&top->members);
    walk->stack.count--;
}

static bool walk_visit(struct corm_cascade_walk *walk, struct corm_instance *instance,
                       bool *is_new)
{
    *is_new = corm_ptrset_add(&walk->visited, instance);
    return !walk->visited.is_broken;
}

enum corm_rc corm_cascade_begin(struct corm_cascade_walk *walk,
                                struct corm_instance *root, enum corm_cascade type,
                                const struct corm_session *halt_in,
                                struct corm_error *err)
{
    bool is_new;

    *walk = (struct corm_cascade_walk){ .type = type, .halt_in = halt_in };
    if (!walk_visit(walk, root, &is_new) || !walk_push(walk, root)) {
        return corm_fail_memory(err);
    }
    return CORM_OK;
}

void corm_cascade_release(struct corm_cascade_walk *walk)
{
    while (walk->stack.count > 0) {
        walk_pop(walk);
    }
    corm_vec_release(&walk->stack);
    corm_ptrset_release(&walk->visited);
    corm_history_release(&walk->history);
}

/* New members first, then kept ones, then (to save, or delete-orphan) those taken out. */
static bool frame_take_members(struct corm_cascade_walk *walk,
                               struct corm_cascade_frame *frame)
{
    struct corm_history *history = &walk->history;

    corm_vec_foreach (&history->added, it) {
        if (!corm_vec_push(&frame->members, *it)) {
            return false;
        }
    }
    corm_vec_foreach (&history->unchanged, it) {
        if (!corm_vec_push(&frame->members, *it)) {
            return false;
        }
    }
    if (walk->type != CORM_CASCADE_SAVE_UPDATE) {
        return true;
    }
    corm_vec_foreach (&history->deleted, it) {
        if (!corm_vec_push(&frame->members, *it)) {
            return false;
        }
    }
    return true;
}

static bool attribute_must_load(const struct corm_cascade_walk *walk,
                                const struct corm_instance *instance,
                                const struct corm_relationship *relationship)
{
    const struct corm_value *cell = &instance->cell[relationship->attribute];
    const struct corm_collection *collection = corm_cell_collection(cell);

    if (walk->type != CORM_CASCADE_DELETE || relationship->passive_deletes ||
        !(instance->flags & CORM_INSTANCE_HAS_KEY)) {
        return false;
    }
    return cell->tag == CORM_TAG_UNSET ||
           (relationship->uselist && collection != NULL && !collection->is_loaded);
}

/* Look at the frame's next relationship; OBJECT means that members are ready. */
static enum corm_cascade_step frame_advance(struct corm_cascade_walk *walk,
                                            struct corm_cascade_frame *frame,
                                            struct corm_error *err)
{
    const struct corm_mapper *mapper = frame->instance->mapper;
    const struct corm_relationship *relationship =
        mapper->relationships.items[frame->relationship];

    if (!(relationship->cascade & walk->type) ||
        relationship->attribute >= frame->instance->ncells) {
        frame->relationship++;
        return CORM_CASCADE_DONE;
    }
    if (attribute_must_load(walk, frame->instance, relationship)) {
        walk->object = frame->instance;
        walk->attribute = relationship->attribute;
        return CORM_CASCADE_LOAD;
    }
    frame->relationship++;
    frame->member = 0;
    frame->members.count = 0;
    if (corm_history_of(frame->instance, relationship->attribute, &walk->history,
                        err) != CORM_OK) {
        return CORM_CASCADE_ERROR;
    }
    if (!frame_take_members(walk, frame)) {
        corm_fail_memory(err);
        return CORM_CASCADE_ERROR;
    }
    return CORM_CASCADE_DONE;
}

/* The next unseen member of the top frame becomes the walk's object and a new frame. */
static enum corm_cascade_step walk_enter(struct corm_cascade_walk *walk,
                                         struct corm_instance *member,
                                         struct corm_error *err)
{
    bool is_new;

    if (!walk_visit(walk, member, &is_new)) {
        corm_fail_memory(err);
        return CORM_CASCADE_ERROR;
    }
    if (!is_new || (walk->halt_in != NULL && member->session == walk->halt_in &&
                    member->state != CORM_INSTANCE_DELETED)) {
        return CORM_CASCADE_DONE;
    }
    if (!walk_push(walk, member)) {
        corm_fail_memory(err);
        return CORM_CASCADE_ERROR;
    }
    walk->object = member;
    return CORM_CASCADE_OBJECT;
}

static enum corm_cascade_step walk_step(struct corm_cascade_walk *walk,
                                        struct corm_error *err)
{
    while (walk->stack.count > 0) {
        struct corm_cascade_frame *top = &walk->stack.items[walk->stack.count - 1];
        enum corm_cascade_step step;

        if (top->member < top->members.count) {
            step = walk_enter(walk, top->members.items[top->member++], err);
        } else if (top->relationship < top->instance->mapper->relationships.count) {
            step = frame_advance(walk, top, err);
        } else {
            walk_pop(walk);
            continue;
        }
        if (step != CORM_CASCADE_DONE) {
            return step;
        }
    }
    return CORM_CASCADE_DONE;
}

enum corm_cascade_step corm_cascade_next(struct corm_cascade_walk *walk,
                                         struct corm_error *err)
{
    walk->last = walk_step(walk, err);
    return walk->last;
}
