-- SPDX-License-Identifier: MIT
-- Clauses of the user's own: SyntaxExtension and ext().

local helper = require("spec.helper")
local corm = require("corm")
local assert_compile = require("corm.testing.assert_compile")
local acceptance = require("spec.helper.acceptance")
local tables = require("spec.sql.tables")

local exc = corm.exc
local compiles = corm.ext.compiler.compiles
local SyntaxExtension = corm.sql.SyntaxExtension
local select, insert, update, delete = corm.select, corm.insert, corm.update, corm.delete

local t = tables.mytable

-- An extension that says `word condition` at a point.
local function clause(word, point, replaces)
    local function apply(self, statement)
        return statement:apply_syntax_extension_point(function(existing)
            if replaces then
                return self:append_replacing_same_type(existing)
            end
            existing[#existing + 1] = self
            return existing
        end, point)
    end
    local class = SyntaxExtension:extend("Clause", {
        inherit_cache = true,
        apply_to_select = apply, apply_to_insert = apply,
        apply_to_update = apply, apply_to_delete = apply,
        __init = function(self, condition)
            self.condition = condition
        end,
    })
    compiles(class)(function(element, compiler, kw)
        return ("%s %s"):format(word, compiler:process(element.condition, kw))
    end)
    return class
end

local raises = helper.raises

describe("an extension", function()
    it("stands where it says in a SELECT", function()
        local statement = select(t.c.myid):distinct():where(t.c.name:eq("a"))
            :group_by(t.c.myid):order_by(t.c.myid):limit(3)
        local head, tail = "SELECT %sDISTINCT %smytable.myid FROM mytable WHERE mytable.name = ",
            " GROUP BY mytable.myid%s ORDER BY mytable.myid LIMIT :param_1%s"
        acceptance.suspended(function()
            for point, texts in pairs({
                post_select = { "X mytable.myid > :myid_1 ", "", "", "" },
                pre_columns = { "", "X mytable.myid > :myid_1 ", "", "" },
                post_criteria = { "", "", " X mytable.myid > :myid_1", "" },
                post_body = { "", "", "", " X mytable.myid > :myid_1" },
            }) do
                assert_compile(statement:ext(clause("X", point)(t.c.myid:gt(7))),
                    head:format(texts[1], texts[2]) .. ":name_1" .. tail:format(texts[3], texts[4]),
                    { name_1 = "a", myid_1 = 7, param_1 = 3 })
            end
        end)
    end)

    it("stands in INSERT, UPDATE and DELETE", function()
        acceptance.suspended(function()
            local after, behind = clause("X", "post_criteria"), clause("X", "post_values")
            local condition = t.c.myid:gt(7)
            assert_compile(update(t):values({ name = "b" }):where(t.c.myid:eq(2))
                :ext(after(condition)),
                "UPDATE mytable SET name=:name WHERE mytable.myid = :myid_1 "
                .. "X mytable.myid > :myid_2")
            assert_compile(delete(t):where(t.c.myid:eq(2)):returning(t.c.myid)
                :ext(after(condition)),
                "DELETE FROM mytable WHERE mytable.myid = :myid_1 X mytable.myid > :myid_2 "
                .. "RETURNING mytable.myid")
            assert_compile(insert(t):values({ name = "b" }):ext(behind(condition)),
                "INSERT INTO mytable (name) VALUES (:name) X mytable.myid > :myid_1")
        end)
    end)

    it("is added to others, or takes the place of those of its class", function()
        acceptance.suspended(function()
            local adding = clause("X", "post_body")
            local replacing = clause("X", "post_body", true)
            assert_compile(select(t.c.myid):ext(adding(t.c.myid)):ext(adding(t.c.name)),
                "SELECT mytable.myid FROM mytable X mytable.myid X mytable.name")
            assert_compile(select(t.c.myid):ext(replacing(t.c.myid)):ext(replacing(t.c.name)),
                "SELECT mytable.myid FROM mytable X mytable.name")
        end)
    end)

    it("is refused where it does not belong", function()
        raises(exc.ArgumentError, select(t).ext, select(t), t.c.myid)
        local e = raises(exc.ArgumentError, function()
            return select(t):ext(clause("X", "post_values")(t.c.myid))
        end)
        assert.matches("unknown position 'post_values' for a select", e.message)
        local Plain = SyntaxExtension:extend("Plain")
        e = raises(exc.ArgumentError, function()
            return insert(t):ext(Plain())
        end)
        assert.equal("extension Plain cannot be applied to insert", e.message)
    end)
end)

describe("hints", function()
    it("stay with statements about mapped classes, where their rows are limited", function()
        local Base = corm.declarative_base()
        local Parent = Base:extend("Parent", {
            __tablename = "parent", id = corm.Column(corm.Integer, { primary_key = true }),
            children = corm.relationship("Child"),
        })
        Base:extend("Child", {
            __tablename = "child", id = corm.Column(corm.Integer, { primary_key = true }),
            parent_id = corm.Column(corm.ForeignKey("parent.id")),
        })
        local hinted = select(Parent):with_hint(Parent, "A %(name)s"):with_statement_hint("B")
        acceptance.suspended(function()
            assert_compile(hinted, "SELECT parent.id FROM parent [A parent] B")
            assert_compile(hinted:options(corm.joinedload(Parent.children)):limit(5),
                "SELECT anon_1.id, child_1.id AS id_1, child_1.parent_id FROM (SELECT parent.id "
                .. "AS id FROM parent [A parent] LIMIT :param_1 B) AS anon_1 LEFT OUTER JOIN "
                .. "child AS child_1 ON anon_1.id = child_1.parent_id")
        end)
    end)
end)

helper.each_database(function(db)
    it("is executed, with its parameters, for mapped classes too", function()
        local engine = corm.create_engine(db.url)
        local Base = corm.declarative_base()
        local T = Base:extend("T", {
            __tablename = "t", id = corm.Column(corm.Integer, { primary_key = true }),
        })
        Base.metadata:create_all(engine)
        local session <close> = corm.Session(engine)
        session:add_all({ T({ id = 1 }), T({ id = 2 }), T({ id = 3 }) })
        session:flush()
        local having = clause("GROUP BY t.id HAVING", "post_criteria")
        local found = {}
        for id = 1, 2 do
            local rows = session:scalars(select(T.id):ext(having(T.id:gt(id))):order_by(T.id))
            found[id] = rows:all()
        end
        assert.same({ { 2, 3 }, { 3 } }, found)
        local entities = session:scalars(select(T):ext(having(T.id:gt(2)))):all()
        assert.equal(3, entities[1].id)
        session:rollback()
        session:close()
        engine:dispose()
    end)
end)
