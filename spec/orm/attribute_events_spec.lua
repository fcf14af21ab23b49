-- SPDX-License-Identifier: MIT
-- Events of attributes beyond set, append and remove: assigning whole collections, the first
-- look at what is not there, changes in place.

local corm = require("corm")
local helper = require("spec.helper")
local kit = require("spec.orm.kit")

-- Listen to events of an attribute; each call is noted as "event value…".
local function note(heard, attribute, names)
    for _, name in ipairs(names) do
        corm.event.listen(attribute, name, function(_, value, initiator)
            local shown = name == "bulk_replace" and #value .. " objects"
                or type(value) == "userdata" and value.email or "a collection"
            heard[#heard + 1] = name .. " " .. shown .. " "
                .. (initiator and initiator.op and tostring(initiator.op) or "")
        end)
    end
end

local function emails(collection)
    local list = {}
    for address in collection do
        list[#list + 1] = address.email
    end
    return table.concat(list, " ")
end

describe("a collection that is assigned", function()
    -- A user with addresses a and b, and an address c of nobody.
    local function family()
        local models = kit.shop()
        local a, b = models.Address({ email = "a" }), models.Address({ email = "b" })
        return models.User({ addresses = { a, b } }), a, b, models.Address({ email = "c" }), models
    end

    it("has the new order", function()
        local user, a, b, c = family()
        user.addresses = { b, a }
        assert.equal("b a", emails(user.addresses))
        user.addresses = { c, a }
        assert.equal("c a", emails(user.addresses))
        assert.is_nil(b.user)
        assert.equal(user, c.user)
    end)

    it("has it with listeners, too, who hear who joins before who leaves", function()
        local heard = {}
        local user, a, b, c, models = family()
        note(heard, models.User.addresses, { "append", "remove", "append_wo_mutation",
            "bulk_replace", "dispose_collection" })
        user.addresses = { c, b }
        assert.equal("c b", emails(user.addresses))
        assert.same({
            "bulk_replace 2 objects OP_BULK_REPLACE",
            "append c OP_BULK_REPLACE",
            "append_wo_mutation b OP_BULK_REPLACE",
            "remove a OP_BULK_REPLACE",
            "dispose_collection a collection ",
        }, heard)
        assert.is_nil(a.user)
        assert.equal(user, c.user)
    end)

    it("is what the listeners of bulk_replace leave of it", function()
        local user, _, b, c, models = family()
        corm.event.listen(models.User.addresses, "bulk_replace", function(_, values)
            table.remove(values, 1)
        end)
        user.addresses = { c, b }
        assert.equal("b", emails(user.addresses))
        assert.is_nil(c.user)
    end)

    it("leaves the one before a plain list of objects", function()
        local user, _, _, c = family()
        local before = user.addresses
        user.addresses = { c }
        assert.equal("a b", emails(before))
        before:append(c)
        assert.equal("c", emails(user.addresses))
    end)

    it("is left alone if one of the objects is of another class", function()
        local user, _, _, c = family()
        local e = helper.raises(corm.exc.ArgumentError, function()
            user.addresses = { c, user }
        end)
        assert.matches("holds 'Address' objects, got User", e.message)
        assert.equal("a b", emails(user.addresses))
        assert.is_nil(c.user)
    end)

    it("is validated as a whole, those that stay included, and each once", function()
        local seen = {}
        local Base = corm.declarative_base()
        local Team = Base:extend("Team", {
            __tablename = "team",
            id = corm.Column(corm.Integer, { primary_key = true }),
            players = corm.relationship("Player"),
            check = corm.orm.validates("players")(function(_, _, player)
                seen[#seen + 1] = player.name
                return player
            end),
        })
        local Player = Base:extend("Player", {
            __tablename = "player",
            id = corm.Column(corm.Integer, { primary_key = true }),
            team_id = corm.Column(corm.ForeignKey("team.id")),
            name = corm.Column(corm.String),
        })
        local one, two = Player({ name = "one" }), Player({ name = "two" })
        local team = Team({ players = { one } })
        team.players = { two, one }
        assert.same({ "one", "two", "one" }, seen)
    end)
end)

describe("a set that is listened to", function()
    it("says so when what is added is there already", function()
        local Base = corm.declarative_base()
        local Team = Base:extend("Team", {
            __tablename = "team",
            id = corm.Column(corm.Integer, { primary_key = true }),
            players = corm.relationship("Player", { collection_class = corm.set }),
        })
        local Player = Base:extend("Player", {
            __tablename = "player",
            id = corm.Column(corm.Integer, { primary_key = true }),
            team_id = corm.Column(corm.ForeignKey("team.id")),
        })
        local heard = {}
        for _, name in ipairs({ "append", "append_wo_mutation" }) do
            corm.event.listen(Team.players, name, function()
                heard[#heard + 1] = name
            end)
        end
        local team, player = Team(), Player()
        team.players:add(player)
        team.players:add(player)
        assert.same({ "append", "append_wo_mutation" }, heard)
    end)
end)

describe("what was never set", function()
    it("is what a listener of init_scalar returns, and stays unset", function()
        local models = kit.shop()
        corm.event.listen(models.User.name, "init_scalar", function(user, value)
            assert.is_true(models.User:is(user))
            assert.is_nil(value)
            return "nobody"
        end, { retval = true })
        local user = models.User()
        assert.equal("nobody", user.name)
        assert.equal(corm.NO_VALUE, corm.inspect(user).attrs.name.loaded_value)
        user.name = "ed"
        assert.equal("ed", user.name)
    end)

    it("is set by what the listener puts among the object's values", function()
        local models = kit.shop()
        corm.event.listen(models.User.name, "init_scalar", function(_, _, dict_)
            dict_.name = "nobody"
            return dict_.name
        end, { retval = true })
        local user = models.User()
        assert.equal("nobody", user.name)
        assert.equal("nobody", corm.inspect(user).attrs.name.loaded_value)
    end)

    it("and NULL are two things", function()
        local models = kit.shop()
        corm.event.listen(models.User.name, "init_scalar", function()
            return "nobody"
        end, { retval = true })
        local user = models.User()
        user.name = nil
        assert.is_nil(user.name)
    end)
end)

describe("a new collection", function()
    it("is announced by init_collection at the first look", function()
        local models, heard = kit.shop(), {}
        corm.event.listen(models.User.addresses, "init_collection",
            function(user, collection, adapter)
                assert.equal(collection, adapter)
                heard[#heard + 1] = user
            end)
        local user = models.User()
        assert.equal(0, #user.addresses)
        user.addresses:append(models.Address())
        assert.same({ user }, heard)
        user.addresses = {}
        assert.equal(0, #user.addresses)
        assert.equal(2, #heard)
    end)
end)

helper.each_database(function(db)
    local fixture = helper.fixture()

    after_each(function()
        kit.close(fixture)
    end)

    describe("a collection that is assigned", function()
        it("is saved: who joined refers to the owner, who left to nobody", function()
            local session, models = kit.open_shop(db, fixture)
            local user = session:get(models.User, 8)
            local kept = user.addresses[2]
            user.addresses = { models.Address({ id = 9, email = "new" }), kept }
            assert.same({ 1, 1, 1 }, {
                #corm.inspect(user).attrs.addresses.history.added,
                #corm.inspect(user).attrs.addresses.history.unchanged,
                #corm.inspect(user).attrs.addresses.history.deleted,
            })
            session:commit()
            assert.equal("ed@bettyboop.com new", emails(user.addresses))
            assert.is_nil(session:get(models.Address, 2).user_id)
        end)

        it("is the same with listeners", function()
            local session, models = kit.open_shop(db, fixture)
            local heard = {}
            for _, name in ipairs({ "append", "remove", "init_collection" }) do
                corm.event.listen(models.User.keywords, name, function()
                    heard[#heard + 1] = name
                end)
            end
            local user = session:get(models.User, 7)
            local red = user.keywords[2]
            user.keywords = { red, models.Keyword({ id = 9, word = "green" }) }
            session:commit()
            local words = {}
            for keyword in user.keywords do
                words[#words + 1] = keyword.word
            end
            assert.same({ "red", "green" }, words)
            assert.same({ "init_collection", "init_collection", "append", "remove",
                "init_collection" }, heard)
        end)

        it("can be taken back", function()
            local session, models = kit.open_shop(db, fixture)
            local user = session:get(models.User, 8)
            user.addresses = {}
            session:flush()
            session:rollback()
            assert.equal("ed@wood.com ed@bettyboop.com", emails(user.addresses))
        end)
    end)

    describe("flag_modified", function()
        it("has the next flush write what was changed in place", function()
            local Base = corm.declarative_base()
            local Note = Base:extend("Note", {
                __tablename = "note",
                id = corm.Column(corm.Integer, { primary_key = true }),
                body = corm.Column(corm.JSON),
            })
            fixture.engine = kit.engine(db, Base, { { Note, { { id = 1, body = { a = 1 } } } } })
            local session = corm.Session(fixture.engine)
            fixture.session = session
            local heard = {}
            corm.event.listen(Note.body, "modified", function(object, initiator)
                heard[#heard + 1] = object.id .. initiator.key .. tostring(initiator.op)
            end)
            local object = session:get(Note, 1)
            object.body.a = 2
            corm.orm.attributes.flag_modified(object, "body")
            assert.same({ "1bodyOP_MODIFIED" }, heard)
            assert.is_true(session.dirty:contains(object))
            session:commit()
            assert.equal(2, object.body.a)
        end)

        it("wants an attribute that is loaded", function()
            local session, models = kit.open_shop(db, fixture)
            local user = session:get(models.User, 7)
            session:expire(user)
            local flag = corm.orm.attributes.flag_modified
            local e = helper.raises(corm.exc.InvalidRequestError, flag, user, "name")
            assert.matches("'name' of class 'User' is not loaded", e.message)
            e = helper.raises(corm.exc.ArgumentError, flag, user, "nmae")
            assert.matches("did you mean 'name'%?", e.message)
        end)
    end)

    describe("flag_dirty", function()
        it("shows an object to the next flush, which writes nothing", function()
            local session, models, log = kit.open_shop(db, fixture)
            local user = session:get(models.User, 7)
            local shown
            corm.event.listen(session, "before_flush", function(of_session)
                shown = of_session.dirty:contains(user)
            end)
            log()
            corm.orm.attributes.flag_dirty(user)
            assert.is_true(corm.orm.attributes.instance_state(user).modified)
            session:flush()
            assert.is_true(shown)
            assert.same({}, log())
            assert.is_false(session.dirty:contains(user))
        end)
    end)

    describe("set_committed_value", function()
        it("fills attributes without history, SQL or events", function()
            local session, models, log = kit.open_shop(db, fixture)
            local attributes = corm.orm.attributes
            local user = session:get(models.User, 7)
            local address = session:get(models.Address, 1)
            log()
            attributes.set_committed_value(user, "name", ("a long name "):rep(20))
            attributes.set_committed_value(user, "addresses", { address })
            attributes.set_committed_value(address, "user", user)
            collectgarbage()
            assert.equal(("a long name "):rep(20), user.name)
            assert.equal("jack@bean.com", emails(user.addresses))
            assert.equal(user, address.user)
            assert.equal(0, #session.dirty)
            session:commit()
            assert.same({}, log())
        end)

        it("refuses objects of other classes, in collections too", function()
            local session, models = kit.open_shop(db, fixture)
            local user, address = session:get(models.User, 7), session:get(models.Address, 1)
            local set = corm.orm.attributes.set_committed_value
            local e = helper.raises(corm.exc.ArgumentError, set, user, "addresses", { user })
            assert.matches("holds 'Address' objects, got User", e.message)
            e = helper.raises(corm.exc.ArgumentError, set, address, "user", address)
            assert.matches("expects a 'User' object, got Address", e.message)
        end)
    end)
end)
