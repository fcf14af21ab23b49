-- SPDX-License-Identifier: MIT
-- A session on a connection of the program's own, which may be in a transaction already.
local helper = require("spec.helper")
local corm = require("corm")

local Column, Integer, String = corm.Column, corm.Integer, corm.String

helper.each_database(function(db)
    describe("A session bound to a connection", function()
        local engine, T

        before_each(function()
            local Base = corm.declarative_base()
            T = Base:extend("T", {
                __tablename = "t",
                id = Column(Integer, { primary_key = true }),
                name = Column(String(30)),
            })
            engine = corm.create_engine(db.url)
            Base.metadata:create_all(engine)
        end)

        after_each(function()
            T.__table.metadata:drop_all(engine)
            engine:dispose()
            engine, T = nil, nil
        end)

        local function save(session, name)
            session:add(T({ name = name }))
            session:commit()
        end

        local function count()
            return engine:connect(function(connection)
                return connection:scalar(corm.select(corm.func.count()):select_from(T.__table))
            end)
        end

        it("begins and ends transactions of its own, and leaves it open", function()
            engine:connect(function(connection)
                local session = corm.Session(connection)
                save(session, "ed")
                session:close()
                assert.is_false(connection.closed)
                assert.is_false(connection:in_transaction())
            end)
            assert.equal(1, count())
        end)

        it("joins the transaction there is, which stays the program's to end", function()
            engine:connect(function(connection)
                local transaction = connection:begin()
                local session = corm.Session({ bind = connection })
                save(session, "ed")
                assert.equal(1, session:query(T):count())
                session:close()
                assert.is_true(connection:in_transaction())
                transaction:rollback()
            end)
            assert.equal(0, count())
        end)

        it("commits and rolls back savepoints in it when asked", function()
            engine:connect(function(connection)
                local transaction = connection:begin()
                local session = corm.Session(connection,
                    { join_transaction_mode = "create_savepoint" })
                save(session, "ed")
                session:add(T({ name = "wendy" }))
                session:flush()
                session:rollback()
                assert.equal(1, session:query(T):count())
                session:close()
                transaction:commit()
            end)
            assert.equal(1, count())
        end)

        it("rolls the joined transaction back by default", function()
            engine:connect(function(connection)
                local transaction = connection:begin()
                local session = corm.Session(connection)
                save(session, "ed")
                session:add(T({ name = "wendy" }))
                session:flush()
                session:rollback()
                assert.is_false(transaction.is_active)
                session:close()
            end)
            assert.equal(0, count())
        end)
    end)
end)
